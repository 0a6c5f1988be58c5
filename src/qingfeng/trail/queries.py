"""Reading the trail: histories, heads and proofs."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from qingfeng.trail import body, merkle, signing
from qingfeng.trail.kinds import Subject, kinds
from qingfeng.trail.models import Content, Event, Head, Leaves
from qingfeng.trail.tiles import Tiles


@dataclass(frozen=True)
class Told:
    """An event as a reader sees it."""

    id: int
    at: datetime
    kind: str
    actor: int | None
    ledger: str
    record: int
    unit: int | None
    data: dict[str, Any]
    personal: dict[str, Any] | None
    is_erased: bool

    @property
    def sentence(self) -> str:
        """What the actor did, in the reader's language."""
        kind = kinds().get(self.kind)
        return str(kind.sentence) if kind else self.kind


def _tell(events: list[Event]) -> list[Told]:
    bodies = {event.pk: orjson.loads(bytes(event.body)) for event in events}
    committed = [pk for pk, said in bodies.items() if "commitment" in said]
    contents = (
        {
            content.event: orjson.loads(bytes(content.content))
            for content in Content.objects.filter(event__in=committed)
        }
        if committed
        else {}
    )
    return [
        Told(
            event.pk, event.at, event.kind, event.actor, event.ledger, event.record, event.unit,
            bodies[event.pk]["data"], contents.get(event.pk),
            "commitment" in bodies[event.pk] and event.pk not in contents,
        )
        for event in events
    ]  # fmt: skip


def _newest_first(rows: QuerySet[Event], limit: int, before: int | None) -> list[Told]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _tell(list(rows.order_by("-pk")[:limit]))


def last_event(subject: Subject) -> Event | None:
    """The newest event about a record."""
    return (
        Event.objects.filter(ledger=subject.ledger, record=subject.record).order_by("-id").first()
    )


def history(subject: Subject, *, limit: int = 100, before: int | None = None) -> list[Told]:
    """What happened to a record, newest first.

    Args:
        subject: the record.
        limit: at most so many.
        before: only events with a smaller number: the last one of the page before.
    """
    rows = Event.objects.filter(ledger=subject.ledger, record=subject.record)
    return _newest_first(rows, limit, before)


def readings(subject: Subject, *, limit: int = 100, before: int | None = None) -> list[Told]:
    """Who read a sensitive record, newest first."""
    rows = Event.objects.filter(ledger=subject.ledger, record=subject.record)
    return _newest_first(rows.filter(kind__in=_reading_kinds()), limit, before)


def _reading_kinds() -> Iterable[str]:
    return [name for name, kind in kinds().items() if kind.reads]


def by_unit(unit: int, *, limit: int = 100, before: int | None = None) -> list[Told]:
    """What happened at a unit, newest first."""
    return _newest_first(Event.objects.filter(unit=unit), limit, before)


def by_actor(actor: int | None, *, limit: int = 100, before: int | None = None) -> list[Told]:
    """What an account did (None: System), newest first."""
    return _newest_first(Event.objects.filter(actor=actor), limit, before)


def newest(*, limit: int = 100, before: int | None = None, kind: str = "") -> list[Told]:
    """The newest events of all, or of one kind, for an auditor."""
    rows = Event.objects.filter(kind=kind) if kind else Event.objects.all()
    return _newest_first(rows, limit, before)


# -- heads and proofs ---------------------------------------------------------------------------


def head(*, size: int | None = None) -> dict[str, Any] | None:
    """The newest signed tree head, or that of a size, as it is exported; None if there is none."""
    rows = Head.objects.all() if size is None else Head.objects.filter(size=size)
    row = rows.order_by("-size").first()
    return None if row is None else _exported(row)


def _exported(row: Head) -> dict[str, Any]:
    exported = {
        "size": row.size,
        "root": bytes(row.root).hex(),
        "at": body.moment(row.at),
        "key": row.key,
        "signature": base64.b64encode(bytes(row.signature)).decode(),
    }
    if row.key == signing.key_id():
        exported["public_key"] = base64.b64encode(signing.public_key()).decode()
    return exported


def prove(event: int, *, size: int | None = None) -> dict[str, Any]:
    """The proof that an event stands in the tree of ``size`` (the newest head's if not given).

    Raises:
        LookupError: there is no such event, or it is not in that tree.
    """
    grown_to = _newest_size()
    size = grown_to if size is None else size
    leaves = Leaves.objects.filter(first__lte=event).order_by("-first").first()
    entry = Event.objects.filter(pk=event).values_list("body", flat=True).first()
    if entry is None:
        raise LookupError(f"there is no event {event}")
    position = leaves.position + event - leaves.first if leaves and event <= leaves.last else size
    if not position < size <= grown_to:
        raise LookupError(f"event {event} is not in the tree of {size} events")
    path = merkle.inclusion(Tiles(size).expect(position).node, position, size)
    return {
        "event": event,
        "position": position,
        "size": size,
        "body": base64.b64encode(bytes(entry)).decode(),
        "path": [one.hex() for one in path],
    }


def prove_growth(old: int) -> dict[str, Any]:
    """The proof that the newest tree is the tree of ``old`` events with others appended.

    Raises:
        LookupError: there never was a tree of that size.
    """
    newer = head()
    if newer is None or not 0 < old <= newer["size"]:
        raise LookupError(f"no head of {old} events was ever signed here")
    tiles = Tiles(newer["size"]).expect(old - 1, old)
    path = merkle.consistency(tiles.node, old, newer["size"])
    return {"newer": newer, "path": [one.hex() for one in path]}


def _newest_size() -> int:
    return Head.objects.order_by("-size").values_list("size", flat=True).first() or 0
