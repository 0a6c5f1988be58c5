"""Counting in the transaction that acts, and folding afterwards.

A write appends delta rows and touches nothing that another writer touches, so there is no hot
row. A job folds them into tallies of the unit and of everything above it.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import orjson
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


def fold(at_once: int | None = None) -> int:
    """Fold the deltas that are committed into the tallies; returns how many.

    Every batch is one transaction in which its deltas leave the queue and enter the tallies, so
    that a crash loses nothing and counts nothing twice. What arrives meanwhile waits for the
    next call.

    Args:
        at_once: deltas in a batch, where nobody waits for the write lock, as in a loader; else
            as many as take about HOLD_SECONDS.
    """
    newest = DeltaRow.objects.order_by("-pk").values_list("pk", flat=True).first()
    folded, size = 0, at_once or FIRST_BATCH
    while newest is not None:
        began = time.perf_counter()
        count = _fold_some(newest, size)
        folded += count
        if count < size:
            break
        if at_once is not None:
            continue
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


# The sums of a batch, as a table beside the tallies.
_SUMS = {
    "postgresql": "(SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::date[],"
    " %s::bigint[]) AS u(series, indicator, node, day, value)) AS c",
    "sqlite": "(SELECT json_extract(value, '$[0]') AS series,"
    " json_extract(value, '$[1]') AS indicator, json_extract(value, '$[2]') AS node,"
    " json_extract(value, '$[3]') AS day, json_extract(value, '$[4]') AS value"
    " FROM json_each(%s)) AS c",
}
_SAME = "t.series = c.series AND t.indicator = c.indicator AND t.node = c.node"
# A new day starts with the total of the day before it ...
_OPEN_DAYS = (
    "INSERT INTO tallies_tally (series, indicator, node, day, daily, total)"  # noqa: S608 - own words
    " SELECT c.series, c.indicator, c.node, c.day, 0, COALESCE((SELECT t.total"
    f" FROM tallies_tally t WHERE {_SAME} AND t.day < c.day ORDER BY t.day DESC LIMIT 1), 0)"
    " FROM {sums} WHERE true ON CONFLICT (series, indicator, node, day) DO NOTHING"
)
# ... and then every day from the delta's on is raised by it.
_RAISE = (
    "UPDATE tallies_tally SET daily = daily + x.share, total = total + x.rise"  # noqa: S608 - own words
    " FROM (SELECT t.id AS id, SUM(c.value) AS rise,"
    " SUM(CASE WHEN t.day = c.day THEN c.value ELSE 0 END) AS share"
    f" FROM {{sums}} JOIN tallies_tally t ON {_SAME} AND t.day >= c.day GROUP BY t.id) AS x"
    " WHERE tallies_tally.id = x.id"
)


def _enter(sums: dict[tuple[int, str, str, date], int]) -> None:
    """Add sums to the tallies; a past day raises the totals of the days after it."""
    if not sums:
        return
    rows = [(*key[:3], key[3].isoformat(), value) for key, value in sorted(sums.items())]
    columns: list[Any] = (
        [orjson.dumps(rows).decode()]
        if connection.vendor == "sqlite"
        else [list(column) for column in zip(*rows, strict=True)]
    )
    with connection.cursor() as cursor:
        for statement in (_OPEN_DAYS, _RAISE):
            cursor.execute(statement.format(sums=_SUMS[connection.vendor]), columns)
