"""Reading the trail: histories, heads, proofs, verification."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection

from qingfeng.trail import merkle, signing
from qingfeng.trail.kinds import Subject, kinds
from qingfeng.trail.models import Content, Event, Head, Leaf, Pending
from qingfeng.trail.services import moment
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
    committed = [pk for pk, body in bodies.items() if "commitment" in body]
    contents = {
        content.event: orjson.loads(bytes(content.content))
        for content in Content.objects.filter(event__in=committed)
    }
    return [
        Told(
            event.pk, event.at, event.kind, event.actor, event.ledger, event.record,
            bodies[event.pk]["data"], contents.get(event.pk),
            "commitment" in bodies[event.pk] and event.pk not in contents,
        )
        for event in events
    ]  # fmt: skip


def last_event(subject: Subject) -> Event | None:
    """The newest event about a record."""
    return (
        Event.objects.filter(ledger=subject.ledger, record=subject.record).order_by("-id").first()
    )


def history(subject: Subject, *, limit: int = 100, before: int | None = None) -> list[Told]:
    """What happened to a record, newest first."""
    rows = Event.objects.filter(ledger=subject.ledger, record=subject.record)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _tell(list(rows.order_by("-id")[:limit]))


def newest(*, limit: int = 100, before: int | None = None, kind: str = "") -> list[Told]:
    """The newest events of all, for an auditor."""
    rows = Event.objects.all()
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if kind:
        rows = rows.filter(kind=kind)
    return _tell(list(rows.order_by("-id")[:limit]))


# -- heads and proofs ---------------------------------------------------------------------------


def head() -> dict[str, Any] | None:
    """The newest signed tree head, as it is exported."""
    row = Head.objects.order_by("-size").first()
    if row is None:
        return None
    return {
        "size": row.size,
        "root": bytes(row.root).hex(),
        "at": moment(row.at),
        "key": row.key,
        "public_key": base64.b64encode(signing.public_key()).decode(),
        "signature": base64.b64encode(bytes(row.signature)).decode(),
    }


def prove(event: int, *, size: int | None = None) -> dict[str, Any]:
    """The proof that an event stands in the tree of ``size`` (the newest head's if not given).

    Raises:
        LookupError: there is no such event, or it is not sealed in that tree.
    """
    if size is None:
        newest_head = Head.objects.order_by("-size").first()
        size = newest_head.size if newest_head else 0
    leaf = Leaf.objects.filter(event=event).first()
    if leaf is None or leaf.position >= size:
        raise LookupError(f"event {event} is not in the sealed tree")
    body = bytes(Event.objects.values_list("body", flat=True).get(pk=event))
    path = merkle.inclusion(Tiles(size).node, leaf.position, size)
    return {
        "event": event,
        "position": leaf.position,
        "size": size,
        "body": base64.b64encode(body).decode(),
        "path": [one.hex() for one in path],
    }


def prove_growth(old: int, new: int) -> list[str]:
    """The proof that the tree only grew from one size to another, in hex."""
    return [one.hex() for one in merkle.consistency(Tiles(new).node, old, new)]


# -- verification -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """What verification found: how many events, and the first thing broken."""

    events: int
    broken: str = ""
    event: int | None = None

    @property
    def is_sound(self) -> bool:
        return not self.broken


def _rows(chunk: int = 5000) -> Iterator[tuple[Any, ...]]:
    """Every sealed event in the order of the tree, with the columns as stored."""
    sql = (
        "SELECT l.position, l.event, e.id, e.at, e.kind, e.actor, e.ledger, e.record, e.unit,"
        " e.body FROM trail_leaf l LEFT JOIN trail_event e ON e.id = l.event"
        " WHERE l.position >= %s AND l.position < %s ORDER BY l.position"
    )
    start = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [start, start + chunk])
            rows = cursor.fetchall()
        if not rows:
            return
        yield from rows
        start += chunk


def _same_moment(stored: Any, said: str) -> bool:
    if isinstance(stored, datetime):
        if stored.tzinfo is None:
            stored = stored.replace(tzinfo=UTC)
        return moment(stored) == said
    text = str(stored).replace(" ", "T")
    return (text if "." in text else f"{text}.000000") + "Z" == said


def verify() -> Verdict:
    """Recompute every hash from the stored bytes, and compare columns, heads and contents.

    Names the first event that is broken.
    """
    heads = {row.size: row for row in Head.objects.order_by("size")}
    stack: list[tuple[int, bytes]] = []
    sha, loads, count = hashlib.sha256, orjson.loads, 0
    for position, number, pk, at, kind, actor, ledger, record, unit, raw in _rows():
        if position != count:
            return Verdict(count, f"place {count} of the tree is missing", number)
        if pk is None:
            return Verdict(count, f"event {number} is missing", number)
        body = bytes(raw)
        said = loads(body)
        if (
            said["id"] != pk or said["kind"] != kind or said["actor"] != actor
            or said["ledger"] != ledger or said["record"] != record or said["unit"] != unit
            or not _same_moment(at, said["at"])
        ):  # fmt: skip
            return Verdict(count, f"the columns of event {pk} differ from its sealed bytes", pk)
        # A stack of full subtrees, as a binary counter: one or two hashes an event.
        value, height = sha(b"\x00" + body).digest(), 0
        while stack and stack[-1][0] == height:
            value = sha(b"\x01" + stack.pop()[1] + value).digest()
            height += 1
        stack.append((height, value))
        count += 1
        if count in heads:
            result = stack[-1][1]
            for _height, left in reversed(stack[:-1]):
                result = sha(b"\x01" + left + result).digest()
            signed = heads.pop(count)
            if result != bytes(signed.root):
                return Verdict(
                    count, f"the events up to {pk} do not give the signed head of {count}", pk
                )
            if signed.key == signing.key_id() and not signing.is_signed(
                count, bytes(signed.root), moment(signed.at), bytes(signed.signature)
            ):
                return Verdict(count, f"the head of {count} is not signed by the key", pk)
    if heads:
        return Verdict(count, f"the tree has {count} events, a signed head says {max(heads)}")
    return _verify_contents(count) or _verify_unsealed(count)


def _verify_contents(count: int) -> Verdict | None:
    """Compare the personal contents that still exist with their commitments."""
    for content in Content.objects.order_by("event").iterator():
        row = Event.objects.filter(pk=content.event).values_list("body", flat=True).first()
        said = orjson.loads(bytes(row)).get("commitment") if row else None
        if hashlib.sha256(bytes(content.salt) + bytes(content.content)).hexdigest() != said:
            return Verdict(
                count,
                f"the content of event {content.event} differs from its commitment",
                content.event,
            )
    return None


def _verify_unsealed(count: int) -> Verdict:
    """Every event is in the tree, or waits for it."""
    waiting = sum(row.last - row.first + 1 for row in Pending.objects.iterator())
    total = Event.objects.count()
    if total != count + waiting:
        stray = (
            Event.objects.exclude(pk__in=Leaf.objects.values("event")).order_by("pk")
            .exclude(pk__in=_waiting()).values_list("pk", flat=True).first()
        )  # fmt: skip
        return Verdict(count, f"event {stray} is neither sealed nor waiting", stray)
    return Verdict(count)


def _waiting() -> list[int]:
    return [
        number for row in Pending.objects.iterator() for number in range(row.first, row.last + 1)
    ]
