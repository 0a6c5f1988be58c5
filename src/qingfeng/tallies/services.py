"""Counting in the transaction that acts, and folding afterwards.

A write appends delta rows and touches nothing that another writer touches, so there is no hot
row. A job folds them into tallies of the unit and of everything above it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Sum

from qingfeng.tallies.models import DeltaRow, Tally
from qingfeng.trail import bulk

#: Delta rows folded in one transaction: about a tenth of a second.
FOLD_AT_ONCE = 500


class Delta(NamedTuple):
    """One change of one indicator.

    Args:
        series: what is counted apart from all else; a campaign's number.
        indicator: the key of the indicator.
        unit: whose act it was.
        nodes: the tally nodes it adds to: the unit and everything above it.
        day: when it counts.
        value: how much; may be negative.
    """

    series: int
    indicator: str
    unit: int
    nodes: tuple[str, ...]
    day: date
    value: int


Counter = Callable[[int], Iterable[Delta]]
_COUNTERS: dict[str, Counter] = {}


def counts(prefix: str) -> Callable[[Counter], Counter]:
    """Register how the indicators that begin with ``prefix`` are recounted from the records."""

    def register(counter: Counter) -> Counter:
        _COUNTERS[prefix] = counter
        return counter

    return register


def add(deltas: Iterable[Delta]) -> None:
    """Append deltas, in the caller's transaction; those that differ in value alone become one."""
    sums: dict[tuple[int, str, int, tuple[str, ...], date], int] = defaultdict(int)
    for one in deltas:
        sums[one[:5]] += one.value
    rows = [
        (series, indicator, unit, f"/{'/'.join(nodes)}/", day, value)
        for (series, indicator, unit, nodes, day), value in sums.items()
        if value
    ]
    if rows:
        bulk.insert(DeltaRow, ("series", "indicator", "unit", "nodes", "day", "value"), rows)


def fold(at_once: int = FOLD_AT_ONCE) -> int:
    """Fold every delta that is committed into the tallies; returns how many.

    ``at_once`` is larger where nobody waits for the write lock, as in a loader.
    """
    folded = 0
    while count := _fold_some(at_once):
        folded += count
    return folded


@transaction.atomic
def _fold_some(at_once: int) -> int:
    """Fold some deltas: in one transaction they leave the queue and enter the tallies."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(7102)")
    rows = list(DeltaRow.objects.order_by("pk")[:at_once])
    if not rows:
        return 0
    sums: dict[tuple[int, str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for node in row.nodes.strip("/").split("/"):
            sums[row.series, row.indicator, node][row.day] += row.value
    _enter(sums)
    DeltaRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _enter(sums: dict[tuple[int, str, str], dict[date, int]]) -> None:
    """Add sums to the tallies; a past day raises the totals of the days after it."""
    fresh: list[Tally] = []
    changed: list[Tally] = []
    by_series: dict[tuple[int, str], list[str]] = defaultdict(list)
    for series, indicator, node in sums:
        by_series[series, indicator].append(node)
    for (series, indicator), nodes in by_series.items():
        present: dict[str, list[Tally]] = defaultdict(list)
        first = min(min(sums[series, indicator, node]) for node in nodes)
        for start in range(0, len(nodes), 500):
            some = nodes[start : start + 500]
            rows = Tally.objects.filter(series=series, indicator=indicator, node__in=some)
            for tally in rows.filter(day__gte=first).order_by("day"):
                present[tally.node].append(tally)
            before = rows.filter(day__lt=first).order_by("node", "-day")
            seen: set[str] = set()
            for tally in before:
                if tally.node not in seen:
                    seen.add(tally.node)
                    present[tally.node].insert(0, tally)
        for node in nodes:
            days = sums[series, indicator, node]
            known = {tally.day: tally for tally in present[node]}
            new = days.keys() - known.keys()
            for day in new:
                known[day] = Tally(
                    series=series, indicator=indicator, node=node, day=day, daily=0, total=0
                )
            total = 0
            for place, day in enumerate(sorted(known)):
                tally = known[day]
                if place == 0 and day not in days:
                    total = tally.total
                    continue
                if place == 0 and day not in new:
                    total = tally.total - tally.daily
                tally.daily += days.get(day, 0)
                total += tally.daily
                if day in new:
                    tally.total = total
                    fresh.append(tally)
                elif tally.total != total or day in days:
                    tally.total = total
                    changed.append(tally)
    Tally.objects.bulk_create(fresh, batch_size=2000)
    Tally.objects.bulk_update(changed, ["daily", "total"], batch_size=500)


# -- recounting -----------------------------------------------------------------------------------


class Difference(NamedTuple):
    """A figure that the records do not confirm."""

    series: int
    indicator: str
    node: str
    counted: int
    tallied: int


def recount(series: int, prefix: str) -> list[Difference]:
    """Count again from the records and say where the tallies differ; changes nothing."""
    counted: dict[tuple[str, str], int] = defaultdict(int)
    for delta in _COUNTERS[prefix](series):
        for node in delta.nodes:
            counted[delta.indicator, node] += delta.value
    tallied: dict[tuple[str, str], int] = defaultdict(int)
    rows = Tally.objects.filter(series=series, indicator__startswith=prefix)
    for indicator, node, value in (
        rows.values("indicator", "node").annotate(sum=Sum("daily"))
        .values_list("indicator", "node", "sum")
    ):  # fmt: skip
        tallied[indicator, node] = value
    for row in DeltaRow.objects.filter(series=series, indicator__startswith=prefix).iterator():
        for node in row.nodes.strip("/").split("/"):
            tallied[row.indicator, node] += row.value
    return [
        Difference(series, indicator, node, counted[indicator, node], tallied[indicator, node])
        for indicator, node in sorted(counted.keys() | tallied.keys())
        if counted[indicator, node] != tallied[indicator, node]
    ]


@transaction.atomic
def repair(series: int, prefix: str, today: date) -> list[Difference]:
    """Make the tallies agree with the records, as a correction of today; says what differed."""
    while _fold_some(FOLD_AT_ONCE):
        pass
    differences = recount(series, prefix)
    sums: dict[tuple[int, str, str], dict[date, int]] = {
        (one.series, one.indicator, one.node): {today: one.counted - one.tallied}
        for one in differences
    }
    if sums:
        _enter(sums)
    return differences
