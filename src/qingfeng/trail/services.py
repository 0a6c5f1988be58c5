"""Appending to the trail, sealing it, and erasing personal content lawfully."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qingfeng.trail import bulk, merkle, signing
from qingfeng.trail.kinds import EventKind, Subject
from qingfeng.trail.models import Content, Event, Head, Leaf, Pending
from qingfeng.trail.tiles import Tiles

ERASED = EventKind("trail.erased", _("erased the personal content of an event"))
_told: ContextVar[int] = ContextVar("told", default=0)

#: Events sealed in one transaction.
SEAL_AT_ONCE = 20_000


def told() -> int:
    """How many events this context appended; a command compares before and after."""
    return _told.get()


def canonical(body: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed: JSON with sorted keys, UTF-8, no spaces."""
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def moment(at: datetime) -> str:
    """A moment as it stands in an event: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: bytes, content: bytes) -> str:
    """SHA-256 over salt and content, in hex."""
    return hashlib.sha256(salt + content).hexdigest()


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event is written in the transaction of what it tells; there is none here."
        )


def append(
    kind: str,
    actor: int | None,
    subject: Subject,
    unit: int | None,
    data: Mapping[str, Any],
    personal: Mapping[str, Any] | None,
    at: datetime | None,
) -> int:
    """Append one event; call :meth:`EventKind.record`."""
    _needs_transaction()
    at = at or datetime.now(UTC)
    (number,) = bulk.reserve_ids(Event, 1)
    body: dict[str, Any] = {
        "id": number, "at": moment(at), "kind": kind, "actor": actor, "ledger": subject.ledger,
        "record": subject.record, "unit": unit, "data": dict(data),
    }  # fmt: skip
    if personal is not None:
        salt, content = secrets.token_bytes(16), canonical(personal)
        body["commitment"] = commitment(salt, content)
        Content.objects.create(event=number, salt=salt, content=content)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_event (id, at, kind, actor, ledger, record, unit, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [number, connection.ops.adapt_datetimefield_value(at), kind, actor, subject.ledger,
             subject.record, unit, canonical(body)],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO trail_pending (first, last) VALUES (%s, %s)", [number, number]
        )
    _told.set(_told.get() + 1)
    return number


def append_many(
    kind: str,
    actor: int | None,
    ledger: str,
    rows: Sequence[tuple[int, int | None, Mapping[str, Any]]],
    at: datetime | None,
) -> None:
    """Append one event for each row; call :meth:`EventKind.record_many`."""
    _needs_transaction()
    if not rows:
        return
    at = at or datetime.now(UTC)
    when = moment(at)
    numbers = bulk.reserve_ids(Event, len(rows))
    bulk.insert(
        Event,
        ("id", "at", "kind", "actor", "ledger", "record", "unit", "body"),
        [
            (
                number, at, kind, actor, ledger, record, unit,
                canonical(
                    {"id": number, "at": when, "kind": kind, "actor": actor, "ledger": ledger,
                     "record": record, "unit": unit, "data": data}
                ),
            )
            for number, (record, unit, data) in zip(numbers, rows, strict=True)
        ],
    )  # fmt: skip
    bulk.insert(Pending, ("first", "last"), _ranges(numbers))
    _told.set(_told.get() + len(rows))


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as ranges without gaps: another writer's numbers may lie between."""
    ranges: list[tuple[int, int]] = []
    start = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            ranges.append((start, last))
            start = number
        last = number
    return [*ranges, (start, last)]


# -- sealing ----------------------------------------------------------------------------------


def seal() -> int:
    """Put what is committed into the tree and sign the new head; returns how many events.

    Writers are not held up: they wrote which events wait, and only the sealer, one at a time,
    reads and removes that.
    """
    sealed = 0
    while count := _seal_some():
        sealed += count
    return sealed


@transaction.atomic
def _seal_some() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(7101)")
    waiting, events = [], 0
    for pending in Pending.objects.order_by("first").iterator():
        waiting.append(pending)
        events += pending.last - pending.first + 1
        if events >= SEAL_AT_ONCE:
            break
    if not waiting:
        return 0
    last = Leaf.objects.order_by("-position").values_list("position", flat=True).first()
    position = 0 if last is None else last + 1
    tiles = Tiles(position)
    leaves: list[tuple[int, int]] = []
    for pending in waiting:
        rows = Event.objects.filter(pk__gte=pending.first, pk__lte=pending.last).order_by("pk")
        for number, body in rows.values_list("pk", "body").iterator(chunk_size=5000):
            leaves.append((position, number))
            tiles.append(merkle.leaf_hash(bytes(body)))
            position += 1
    bulk.insert(Leaf, ("position", "event"), leaves)
    tiles.save()
    Pending.objects.filter(pk__in=[pending.pk for pending in waiting]).delete()
    root = merkle.root(tiles.node, position)
    at = datetime.now(UTC)
    Head.objects.create(
        size=position,
        root=root,
        at=at,
        key=signing.key_id(),
        signature=signing.sign(position, root, moment(at)),
    )
    return len(leaves)


# -- erasing ----------------------------------------------------------------------------------


def erase(events: Sequence[int], *, actor: int | None, ground: str) -> int:
    """Erase the personal content of events; they stay, and the trail still verifies.

    Args:
        events: numbers of events.
        actor: who erases.
        ground: the rule that asks for it.
    """
    _needs_transaction()
    erased = 0
    for number in events:
        count, _models = Content.objects.filter(event=number).delete()
        if count:
            ERASED.record(
                actor=actor, subject=Subject("event", number), unit=None, data={"ground": ground}
            )
            erased += 1
    return erased
