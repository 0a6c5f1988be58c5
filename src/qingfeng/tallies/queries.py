"""Figures: what was folded, and what was not yet, in one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.db import connection
from django.db.models import Q

from qingfeng.tallies.models import DeltaRow, Tally

Figures = dict[tuple[str, str], int]

# One step down the index for each pair, however many days stand behind it.
_NEWEST = """
SELECT indicator, node, (
    SELECT total FROM tallies_tally AS tally
    WHERE tally.series = asked.series AND tally.indicator = asked.indicator
    AND tally.node = asked.node AND tally.day <= asked.until
    ORDER BY tally.day DESC LIMIT 1
) FROM """
_ASKED = {
    "postgresql": "(SELECT %s::bigint AS series, %s::date AS until, indicator, node FROM"
    " unnest(%s::text[]) AS indicator, unnest(%s::text[]) AS node) AS asked",
    "sqlite": "(SELECT %s AS series, %s AS until, i.value AS indicator, n.value AS node FROM"
    " json_each(%s) AS i, json_each(%s) AS n) AS asked",
}


def figures(
    series: int, indicators: Sequence[str], nodes: Sequence[str], *, on: date | None = None
) -> Figures:
    """The figures of some indicators at some nodes up to a day (to date if not given).

    A figure is its tally plus the deltas that are not folded yet, so it is fresh within the
    transaction that changed it. Every pair asked for is in the answer.
    """
    found: Figures = {(indicator, node): 0 for indicator in indicators for node in nodes}
    listed: list[Any] = [list(indicators), list(nodes)]
    if connection.vendor == "sqlite":
        listed = [orjson.dumps(some).decode() for some in listed]
    with connection.cursor() as cursor:
        until = (on or date.max).isoformat()
        cursor.execute(_NEWEST + _ASKED[connection.vendor], [series, until, *listed])
        found.update({(name, node): total for name, node, total in cursor if total is not None})
    deltas = DeltaRow.objects.filter(series=series, indicator__in=indicators)
    if on is not None:
        deltas = deltas.filter(day__lte=on)
    if len(nodes) <= 8 and "all" not in nodes:
        match = Q()
        for node in nodes:
            match |= Q(nodes__contains=f"/{node}/")
        deltas = deltas.filter(match)
    for indicator, path, value in deltas.values_list("indicator", "nodes", "value"):
        for node in path.strip("/").split("/"):
            if (indicator, node) in found:
                found[indicator, node] += value
    return found


def over_time(
    series: int, indicator: str, node: str, first: date, last: date
) -> list[tuple[date, int]]:
    """The total of an indicator at a node on every day of a span that changed it."""
    days: dict[date, int] = dict(
        Tally.objects.filter(
            series=series, indicator=indicator, node=node, day__gte=first, day__lte=last
        ).values_list("day", "daily")
    )
    for day, value in DeltaRow.objects.filter(
        series=series, indicator=indicator, nodes__contains=f"/{node}/", day__lte=last
    ).values_list("day", "value"):
        if day >= first:
            days[day] = days.get(day, 0) + value
    before = Tally.objects.filter(series=series, indicator=indicator, node=node, day__lt=first)
    total = before.order_by("-day").values_list("total", flat=True).first() or 0
    line = []
    for day in sorted(days):
        total += days[day]
        line.append((day, total))
    return line
