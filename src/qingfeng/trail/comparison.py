"""Compares stored events with their bytes: the part of verification that cores can share."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import django
import orjson
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext, gettext_noop

from qingfeng.trail import body

#: Rows read at once: so few that they stay in the processor's cache.
ROWS = 1000
Ranges = Sequence[tuple[int, int]]


class BrokenError(Exception):
    """The first fault; its sentence is made in the reader's language, by whoever shows it."""

    def __init__(self, sentence: str, event: int | None = None, **values: Any) -> None:
        super().__init__(sentence)
        self.event = event
        self.values = values

    def __str__(self) -> str:
        return gettext(self.args[0]) % {"event": self.event, **self.values}


def compared(batches: Iterable[Ranges], workers: int) -> Iterator[tuple[Ranges, bytes]]:
    """Each batch of events with its leaf hashes, in order; computed by so many processes.

    Raises:
        BrokenError: the first event that does not agree with its bytes.
    """
    if workers <= 1:
        for batch in batches:
            yield batch, leaf_hashes(batch)
        return
    # Spawned, not forked: a forked process would share this one's database connection.
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _start, (connection.settings_dict,)
    ) as pool:  # fmt: skip
        running: deque[tuple[Ranges, Future[bytes]]] = deque()
        try:
            for batch in batches:
                running.append((batch, pool.submit(leaf_hashes, batch)))
                if len(running) > 2 * workers:
                    done, future = running.popleft()
                    yield done, future.result()
            while running:
                done, future = running.popleft()
                yield done, future.result()
        finally:
            for _batch, future in running:
                future.cancel()


def _start(database: dict[str, Any]) -> None:
    """What a process needs to read rows: the database, and none of the applications."""
    if not settings.configured:
        settings.configure(DATABASES={"default": database}, USE_TZ=True, LOGGING_CONFIG=None)
        django.setup()


def leaf_hashes(ranges: Ranges) -> bytes:
    """The leaf hashes of ranges of events, side by side; columns and contents are compared.

    Raises:
        BrokenError: the first event that is missing or does not agree with its bytes.
    """
    return b"".join([
        _leaf_hashes(start, min(last, start + ROWS - 1))
        for first, last in ranges
        for start in range(first, last + 1, ROWS)
    ])  # fmt: skip


def _leaf_hashes(first: int, last: int) -> bytes:
    hashes, committed = _compare_columns(_read(first, last), first, last)
    _compare_contents(first, last, committed)
    return b"".join(hashes)


def _read(first: int, last: int) -> list[tuple[Any, ...]]:
    """Rows as they are stored, with the moment as text: nothing is parsed."""
    at = {
        "postgresql": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
        "sqlite": "+at",  # the sign hides the column's type from the driver's converters
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {at}, kind, actor, ledger, record, unit, body FROM trail_event"  # noqa: S608 - own words
            " WHERE id BETWEEN %s AND %s ORDER BY id",
            [first, last],
        )
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _written(at: str) -> str:
    """A moment as SQLite stores it, as an event writes it."""
    if at.endswith("Z"):
        return at
    return f"{at[:10]}T{at[11:]}{'' if len(at) > 19 else '.000000'}Z"


def _compare_columns(
    rows: Sequence[tuple[Any, ...]], first: int, last: int
) -> tuple[list[bytes], dict[int, str]]:
    """The leaf hash of each row, and what some committed to as personal content."""
    sha256, closing = hashlib.sha256, body.closing
    names: dict[tuple[str, str], bytes] = {}
    hashes: list[bytes] = []
    committed: dict[int, str] = {}
    seen_at = seen_actor = None
    opening = b""
    expected = first
    for number, at, kind, actor, ledger, record, unit, raw in rows:
        if number != expected:
            break
        expected += 1
        try:
            if at != seen_at or actor != seen_actor or not opening:
                opening, seen_at, seen_actor = body.opening(actor, _written(at)), at, actor
            name = names.get((kind, ledger))
            if name is None:
                name = names[kind, ledger] = body.named(kind, ledger)
            repeats = raw.startswith(opening) and raw.endswith(closing(number, name, record, unit))
        except (TypeError, AttributeError):  # SQLite lets a column hold a value of another type
            repeats = False
        if not repeats:
            raise BrokenError(
                gettext_noop("The columns of event %(event)s differ from its bytes."), number
            )
        hashes.append(sha256(b"\x00" + raw).digest())
        if raw.startswith(b"commitment", len(opening)):
            committed[number] = orjson.loads(raw)["commitment"]
    if expected != last + 1:
        raise BrokenError(gettext_noop("Event %(event)s is missing."), expected)
    return hashes, committed


def _compare_contents(first: int, last: int, committed: dict[int, str]) -> None:
    """Compare personal contents with their commitments; what is gone was erased with an event."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event, salt, content FROM trail_content WHERE event BETWEEN %s AND %s"
            " ORDER BY event",
            [first, last],
        )
        for number, salt, content in cursor.fetchall():
            if body.commitment(salt, content) != committed.pop(number, None):
                raise BrokenError(
                    gettext_noop(
                        "The personal content of event %(event)s is not what was committed to."
                    ),
                    number,
                )
        for number in committed:
            cursor.execute(
                "SELECT 1 FROM trail_event WHERE ledger = 'event' AND record = %s"
                " AND kind = 'trail.erased'",
                [number],
            )
            if not cursor.fetchall():
                raise BrokenError(
                    gettext_noop(
                        "The personal content of event %(event)s is gone; no event says who "
                        "erased it."
                    ),
                    number,
                )
