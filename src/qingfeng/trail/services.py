"""Appending to the trail, sealing it, and erasing personal content lawfully."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qingfeng.trail import body, bulk, merkle, signing
from qingfeng.trail.kinds import EventKind, Subject
from qingfeng.trail.models import Content, Event, Head, Leaves, Pending
from qingfeng.trail.tiles import Tiles

ERASED = EventKind("trail.erased", _("erased the personal content of an event"))
_told: ContextVar[int] = ContextVar("told", default=0)

#: Events sealed in one transaction: about a tenth of a second.
SEAL_AT_ONCE = 10_000
#: The lock of whoever seals, on PostgreSQL.
LOCK = 7101


def told() -> int:
    """How many events this context appended; a command compares before and after."""
    return _told.get()


def _needs_transaction() -> None:
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "An event is written in the transaction of what it tells; there is none here."
        )


# Two INSERTs are all that telling costs a command. The first takes the event's number and notes
# that it waits for the sealer.
_TAKE = {
    "postgresql": "INSERT INTO trail_pending (first, last) SELECT n, n FROM (SELECT nextval("
    "pg_get_serial_sequence('trail_event', 'id')) AS n) AS next RETURNING first",
    "sqlite": "INSERT INTO trail_pending (first, last) SELECT n, n FROM (SELECT"
    " COALESCE(MAX(id), 0) + 1 AS n FROM trail_event) AS next RETURNING first",
}
_APPEND = (
    "INSERT INTO trail_event (id, at, kind, actor, ledger, record, unit, body)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
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
    with connection.cursor() as cursor:
        cursor.execute(_TAKE[connection.vendor])
        ((number,),) = cursor.fetchall()
        entry: dict[str, Any] = {
            "id": number, "at": body.moment(at), "kind": kind, "actor": actor,
            "ledger": subject.ledger, "record": subject.record, "unit": unit, "data": data,
        }  # fmt: skip
        if personal is not None:
            salt, content = secrets.token_bytes(16), body.canonical(personal)
            entry["commitment"] = body.commitment(salt, content)
            cursor.execute(
                "INSERT INTO trail_content (event, salt, content) VALUES (%s, %s, %s)",
                [number, salt, content],
            )
        cursor.execute(
            _APPEND,
            [number, connection.ops.adapt_datetimefield_value(at), kind, actor, subject.ledger,
             subject.record, unit, body.canonical(entry)],
        )  # fmt: skip
    _told.set(_told.get() + 1)
    return int(number)


def append_many(
    kind: str,
    actor: int | None,
    ledger: str,
    rows: Sequence[tuple[int, int | None, Mapping[str, Any]]],
    at: datetime | None,
) -> Sequence[int]:
    """Append one event for each row; call :meth:`EventKind.record_many`."""
    _needs_transaction()
    if not rows:
        return ()
    at = at or datetime.now(UTC)
    opening = body.opening(actor, body.moment(at)) + b'data":'
    name = body.named(kind, ledger)
    numbers = bulk.reserve_ids(Event, len(rows))
    bulk.insert(
        Event,
        ("id", "at", "kind", "actor", "ledger", "record", "unit", "body"),
        (
            (
                number, at, kind, actor, ledger, record, unit,
                opening + body.canonical(data) + body.closing(number, name, record, unit),
            )
            for number, (record, unit, data) in zip(numbers, rows, strict=True)
        ),
    )  # fmt: skip
    bulk.insert(Pending, ("first", "last"), _ranges(numbers))
    _told.set(_told.get() + len(rows))
    return numbers


def _ranges(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as ranges without gaps: another writer's numbers may lie between."""
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return [(numbers[0], numbers[-1])]
    gaps = [(before, after) for before, after in pairwise(numbers) if after != before + 1]
    starts = [numbers[0], *(after for _before, after in gaps)]
    ends = [*(before for before, _after in gaps), numbers[-1]]
    return list(zip(starts, ends, strict=True))


# -- sealing ----------------------------------------------------------------------------------


def seal() -> int:
    """Put what is committed into the tree and sign the new head; returns how many events.

    Writers are not held up: they wrote which events wait, and only the sealer, one at a time,
    reads and removes that. What arrives meanwhile waits for the next call.
    """
    newest = Pending.objects.order_by("-pk").values_list("pk", flat=True).first()
    sealed = 0
    while newest is not None and (count := _seal_some(newest)):
        sealed += count
    return sealed


@transaction.atomic
def _seal_some(newest: int) -> int:
    if connection.vendor == "postgresql":  # SQLite's transaction has the lock already
        with connection.cursor() as cursor:
            # Advisory, because a lock on a table would turn away the vacuum that it needs.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    ranges = _take_pending(newest)
    if not ranges:
        return 0
    tiles = Tiles(tree_size())
    before = tiles.size
    rows = []
    for first, last in ranges:
        rows.append((tiles.size, first, last))
        tiles.extend(_hashed(first, last))
    bulk.insert(Leaves, ("position", "first", "last"), rows)
    tiles.save()
    root, at = tiles.root(), datetime.now(UTC)
    Head.objects.create(
        size=tiles.size, root=root, at=at, key=signing.key_id(),
        signature=signing.sign(tiles.size, root, body.moment(at)),
    )  # fmt: skip
    return tiles.size - before


def tree_size() -> int:
    """How many events are sealed."""
    last = Leaves.objects.order_by("-position").first()
    return last.position + last.last - last.first + 1 if last else 0


def _take_pending(newest: int) -> list[tuple[int, int]]:
    """Remove ranges of waiting events, about SEAL_AT_ONCE of them; neighbours become one."""
    taken: list[tuple[int, int]] = []
    gone, room = [], SEAL_AT_ONCE
    for row in Pending.objects.filter(pk__lte=newest).order_by("first")[:SEAL_AT_ONCE]:
        last = min(row.last, row.first + room - 1)
        room -= last - row.first + 1
        if taken and taken[-1][1] + 1 == row.first:
            taken[-1] = taken[-1][0], last
        else:
            taken.append((row.first, last))
        if last < row.last:
            Pending.objects.filter(pk=row.pk).update(first=last + 1)
        else:
            gone.append(row.pk)
        if room == 0:
            break
    Pending.objects.filter(pk__in=gone).delete()
    return taken


def _hashed(first: int, last: int) -> list[bytes]:
    """The leaf hashes of a range of events.

    Raises:
        RuntimeError: one of them is gone, which only tampering can do.
    """
    bodies = Event.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    hashes = [merkle.leaf_hash(bytes(one)) for one in bodies.values_list("body", flat=True)]
    if len(hashes) != last - first + 1:
        raise RuntimeError(f"an event from {first} to {last} is gone before it was sealed")
    return hashes


# -- erasing ----------------------------------------------------------------------------------


def erase(events: Sequence[int], *, actor: int | None, ground: str) -> int:
    """Erase the personal content of events; they stay, and the trail still verifies.

    Each erasure is an event of its own, so that verification can tell it from a theft.

    Args:
        events: numbers of events.
        actor: the account that erases, None for System.
        ground: the rule that asks for it.

    Returns:
        How many had content to erase.
    """
    _needs_transaction()
    contents = Content.objects.filter(event__in=events)
    # Locked, so that two who erase the same content leave one event.
    found = list(contents.select_for_update().order_by("event").values_list("event", flat=True))
    contents.filter(event__in=found).delete()
    ERASED.record_many(
        actor=actor, ledger="event", rows=[(number, None, {"ground": ground}) for number in found]
    )
    return len(found)
