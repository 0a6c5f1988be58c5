"""Counting in the transaction that acts, and folding afterwards.

A write appends delta rows and touches nothing that another writer touches, so there is no hot
row. A job folds them into tallies of the unit and of everything above it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction

from qingfeng.tallies.models import DeltaRow
from qingfeng.trail import bulk

#: Seconds that folding one batch may take, and so hold SQLite's write lock.
HOLD_SECONDS = 0.1
FIRST_BATCH, LARGEST_BATCH = 200, 5000
#: The lock of whoever changes tallies, on PostgreSQL. Advisory, because a lock on the table would
#: turn away the vacuum that it needs.
LOCK = 7102


class Delta(NamedTuple):
    """One change of one indicator.

    Args:
        series: what is counted apart from all else; a campaign's number.
        indicator: the key of the indicator.
        unit: whose act it was.
        nodes: the tally nodes it adds to: the unit and everything above it; no slash in a name.
        day: when it counts.
        value: how much; may be negative.
    """

    series: int
    indicator: str
    unit: int
    nodes: tuple[str, ...]
    day: date
    value: int


def add(deltas: Iterable[Delta]) -> None:
    """Append deltas, in the caller's transaction; like ones become one row."""
    sums: dict[tuple[int, str, int, tuple[str, ...], date], int] = defaultdict(int)
    for one in deltas:
        sums[one.series, one.indicator, one.unit, one.nodes, one.day] += one.value
    rows = [
        (series, indicator, unit, f"/{'/'.join(nodes)}/", day, value)
        for (series, indicator, unit, nodes, day), value in sums.items()
        if value
    ]
    if rows:
        bulk.insert(DeltaRow, ("series", "indicator", "unit", "nodes", "day", "value"), rows)


def fold() -> int:
    """Fold the deltas that are committed into the tallies; returns how many.

    Every batch is one transaction in which its deltas leave the queue and enter the tallies, so
    that a crash loses nothing and counts nothing twice. What arrives meanwhile waits for the
    next call.
    """
    newest = DeltaRow.objects.order_by("-pk").values_list("pk", flat=True).first()
    folded, size = 0, FIRST_BATCH
    while newest is not None:
        began = time.perf_counter()
        count = _fold_some(newest, size)
        folded += count
        if count < size:
            break
        quicker = HOLD_SECONDS / max(time.perf_counter() - began, 1e-4)
        size = max(50, min(LARGEST_BATCH, int(size * min(2.0, quicker))))
    return folded


@transaction.atomic
def _fold_some(newest: int, size: int) -> int:
    if connection.vendor == "postgresql":  # SQLite's transaction has the lock already
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows = list(DeltaRow.objects.filter(pk__lte=newest).order_by("pk")[:size])
    sums: dict[tuple[int, str, str, date], int] = defaultdict(int)
    for row in rows:
        for node in row.nodes.strip("/").split("/"):
            sums[row.series, row.indicator, node, row.day] += row.value
    _enter({key: value for key, value in sums.items() if value})
    DeltaRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


# A new day starts with the total of the day before it; then every day from the delta's on is
# raised by it.
_OPEN_DAY = (
    "INSERT INTO tallies_tally (series, indicator, node, day, daily, total)"
    " SELECT %s, %s, %s, %s, 0, COALESCE((SELECT t.total FROM tallies_tally t WHERE t.series = %s"
    " AND t.indicator = %s AND t.node = %s AND t.day < %s ORDER BY t.day DESC LIMIT 1), 0)"
    " WHERE true ON CONFLICT (series, indicator, node, day) DO NOTHING"
)
_RAISE = (
    "UPDATE tallies_tally SET daily = daily + CASE WHEN day = %s THEN %s ELSE 0 END,"
    " total = total + %s WHERE series = %s AND indicator = %s AND node = %s AND day >= %s"
)


def _enter(sums: dict[tuple[int, str, str, date], int]) -> None:
    """Add sums to the tallies; a past day raises the totals of the days after it."""
    if not sums:
        return
    keys = [(*key[:3], key[3].isoformat(), value) for key, value in sorted(sums.items())]
    with connection.cursor() as cursor:
        cursor.executemany(
            _OPEN_DAY,
            [(s, i, n, day, s, i, n, day) for s, i, n, day, _value in keys],
        )
        cursor.executemany(
            _RAISE,
            [(day, value, value, s, i, n, day) for s, i, n, day, value in keys],
        )
