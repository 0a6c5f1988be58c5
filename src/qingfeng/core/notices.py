"""Telling people in the site, and once a day by e-mail.

A notice is a pointer to a record; the sentence is made when it is shown, through the record's
policy, so that whoever may no longer see the record is not reminded of it. E-mail carries counts
and a link, never a subject or title.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.commands import job
from qingfeng.core.models.notice import Notice


@dataclass(frozen=True)
class NoticeKind:
    """A kind of notice: its key, and the sentence before the record's title."""

    name: str
    sentence: str | Promise
    is_late: bool = False

    def __post_init__(self) -> None:
        KINDS[self.name] = self


KINDS: dict[str, NoticeKind] = {}


@dataclass(frozen=True)
class Shown:
    """A notice as its reader sees it."""

    notice: Notice
    kind: NoticeKind
    title: str
    url: str
    at: datetime = field(default_factory=timezone.now)


def send(kind: NoticeKind, ledger: str, pairs: Iterable[tuple[int, int]]) -> int:
    """Tell people of records: ``pairs`` of (recipient, record). Call it where records are written.

    Someone told already and not having read it yet is not told again.
    """
    pairs = set(pairs)
    if not pairs:
        return 0
    told = set(
        Notice.objects.filter(
            kind=kind.name,
            ledger=ledger,
            read_at=None,
            recipient_id__in={recipient for recipient, _record in pairs},
            record__in={record for _recipient, record in pairs},
        ).values_list("recipient_id", "record")
    )
    now = timezone.now()
    rows = [
        Notice(kind=kind.name, ledger=ledger, recipient_id=recipient, record=record, at=now)
        for recipient, record in sorted(pairs - told)
    ]
    Notice.objects.bulk_create(rows, batch_size=1000)
    return len(rows)


def shown(actor: Actor, *, limit: int = 50, only_unread: bool = False) -> list[Shown]:
    """The newest notices whose records the reader may still see."""
    rows = Notice.objects.filter(recipient_id=actor.id).order_by("-id")
    if only_unread:
        rows = rows.filter(read_at=None)
    notices = list(rows[:limit])
    by_ledger: dict[str, set[int]] = {}
    for notice in notices:
        by_ledger.setdefault(notice.ledger, set()).add(notice.record)
    records: dict[tuple[str, int], Any] = {}
    for key, ids in by_ledger.items():
        ledger = ledgers.get(key)
        for record in ledger.policy.scope(actor).filter(pk__in=ids):
            records[key, record.pk] = record
    return [
        Shown(
            notice,
            KINDS[notice.kind],
            str(records[notice.ledger, notice.record]),
            f"/ledgers/{notice.ledger}/{notice.record}/",
            notice.at,
        )
        for notice in notices
        if (notice.ledger, notice.record) in records and notice.kind in KINDS
    ]


def unread(actor: Actor) -> int:
    """How many notices are unread, at most 100."""
    return Notice.objects.filter(recipient_id=actor.id, read_at=None)[:100].count()


@job
def mark_read(*, recipient: int) -> int:
    """Note that somebody has seen his notices; his own, so nobody need be asked."""
    return Notice.objects.filter(recipient_id=recipient, read_at=None).update(
        read_at=timezone.now()
    )


@job
def send_digests() -> int:
    """Mail each person how many notices are new: counts and a link, nothing else."""
    since = list(Notice.objects.filter(mailed_at=None, read_at=None).order_by("id")[:100_000])
    counts = Counter(notice.recipient_id for notice in since)
    users = get_user_model()._default_manager.filter(  # noqa: SLF001 - Django's documented name
        pk__in=counts, is_active=True
    )
    messages = []
    for user in users.exclude(email=""):
        with translation.override(user.language or settings.LANGUAGE_CODE):
            count = counts[user.pk]
            text = ngettext(
                "%(count)s new notice waits for you in Qingfeng.",
                "%(count)s new notices wait for you in Qingfeng.",
                count,
            ) % {"count": count}
            messages.append(
                EmailMessage(
                    _("Qingfeng: notices of the day"),
                    f"{text}\n\n{settings.DESK_ADDRESS}/notices/\n",
                    to=[user.email],
                )
            )
    if messages:
        get_connection().send_messages(messages)
    Notice.objects.filter(pk__in=[notice.pk for notice in since]).update(mailed_at=timezone.now())
    return len(messages)
