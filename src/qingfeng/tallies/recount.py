"""Recounting: the records say what the figures ought to be; a check compares, a repair mends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from qingfeng.tallies.models import DeltaRow, Tally
from qingfeng.tallies.services import LOCK, Delta
from qingfeng.trail import EventKind, Subject, bulk

REPAIRED = EventKind("tallies.repaired", _("recounted the figures from the records"))

Counter = Callable[[int], Iterable[Delta]]
_COUNTERS: dict[str, Counter] = {}

#: What each indicator adds at each node on each day.
Daily = dict[tuple[str, str], dict[date, int]]


def counts(prefix: str) -> Callable[[Counter], Counter]:
    """Register how the indicators that begin with ``prefix`` are counted from the records.

    The function decorated takes a series and yields deltas; they need not come one by one, a
    delta per unit and day does.
    """

    def register(counter: Counter) -> Counter:
        if prefix in _COUNTERS:
            raise ValueError(f"two counters count {prefix}")
        _COUNTERS[prefix] = counter
        return counter

    return register


class Difference(NamedTuple):
    """A day on which a figure is not what the records say.

    ``counted`` and ``tallied`` are totals up to that day; where these agree, a day's own share
    or a stored total is wrong.
    """

    series: int
    indicator: str
    node: str
    day: date
    counted: int
    tallied: int


def recount(series: int, prefix: str) -> Daily:
    """Count the indicators that begin with ``prefix`` again from the records."""
    daily: Daily = defaultdict(lambda: defaultdict(int))
    for delta in _COUNTERS[prefix](series):
        for node in delta.nodes:
            daily[delta.indicator, node][delta.day] += delta.value
    return daily


def check(series: int, prefix: str | None = None) -> list[Difference]:
    """Where the figures of a series differ from its records, counted at one moment.

    Args:
        series: as in :class:`Delta`.
        prefix: which counter; all if not given.
    """
    found = []
    for one in [prefix] if prefix else sorted(_COUNTERS):
        with _one_moment():
            found += _compare(series, one, recount(series, one))
    return found


def repair(series: int, prefix: str, *, actor: int | None) -> list[Difference]:
    """Make the figures what the records say, day by day, and leave an event if they differed.

    Writers go on meanwhile on PostgreSQL; SQLite's other writers wait until it is done.

    Args:
        series: as in :class:`Delta`.
        prefix: which counter.
        actor: the account that repairs, None for System.

    Returns:
        What differed.
    """
    with _one_moment():
        daily = recount(series, prefix)
        differences = _compare(series, prefix, daily)
        if not differences:
            return []
        # Deltas of records that this moment does not see yet stay, and are folded later.
        for rows in (Tally.objects, DeltaRow.objects):
            rows.filter(series=series, indicator__startswith=prefix).delete()
        bulk.insert(Tally, ("series", "indicator", "node", "day", "daily", "total"), (
            (series, indicator, node, day, share, total)
            for (indicator, node), days in daily.items()
            for (day, share), total in _running(days)
        ))  # fmt: skip
        REPAIRED.record(
            actor=actor, subject=Subject("tallies", series), unit=None,
            data={"prefix": prefix, "differences": len(differences)},
        )  # fmt: skip
    return differences


def _running(days: dict[date, int]) -> Iterator[tuple[tuple[date, int], int]]:
    """Each day with its share, and the total up to it."""
    ordered = sorted(days.items())
    return zip(ordered, accumulate(share for _day, share in ordered), strict=True)


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as at one moment, with no fold beside it."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with connection.cursor() as cursor:
        # Before the transaction: its view must not be older than the lock.
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            with transaction.atomic():
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _compare(series: int, prefix: str, counted: Daily) -> list[Difference]:
    tallied: Daily = defaultdict(lambda: defaultdict(int))
    stored: dict[tuple[str, str], dict[date, int]] = defaultdict(dict)
    rows = Tally.objects.filter(series=series, indicator__startswith=prefix)
    for indicator, node, day, daily, total in rows.values_list(
        "indicator", "node", "day", "daily", "total"
    ).iterator(chunk_size=5000):
        tallied[indicator, node][day] += daily
        stored[indicator, node][day] = total
    wrong_totals = {
        (key, day): stored[key][day]
        for key, days in tallied.items()
        for (day, _share), total in _running(days)
        if stored[key][day] != total
    }
    deltas = DeltaRow.objects.filter(series=series, indicator__startswith=prefix)
    for row in deltas.iterator(chunk_size=5000):
        for node in row.nodes.strip("/").split("/"):
            tallied[row.indicator, node][row.day] += row.value
    found = []
    for key in sorted(counted.keys() | tallied.keys()):
        right, there = counted.get(key, {}), tallied.get(key, {})
        totals = [0, 0]
        for day in sorted(right.keys() | there.keys()):
            totals[0] += right.get(day, 0)
            totals[1] += there.get(day, 0)
            if right.get(day, 0) != there.get(day, 0) or (key, day) in wrong_totals:
                tally = wrong_totals.get((key, day), totals[1])
                found.append(Difference(series, *key, day, totals[0], tally))
    return found
