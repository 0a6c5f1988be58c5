"""Figures: what was folded, and what was not yet, in one answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import OuterRef, Q, Subquery

from qingfeng.tallies.models import DeltaRow, Tally

Figures = dict[tuple[str, str], int]


def figures(
    series: int, indicators: Sequence[str], nodes: Sequence[str], *, on: date | None = None
) -> Figures:
    """The figures of some indicators at some nodes up to a day (to date if not given).

    A figure is its tally plus the deltas that are not folded yet, so it is fresh within the
    transaction that changed it. Every pair asked for is in the answer.
    """
    found: Figures = {(indicator, node): 0 for indicator in indicators for node in nodes}
    rows = Tally.objects.filter(series=series, indicator__in=indicators, node__in=nodes)
    later = Tally.objects.filter(
        series=OuterRef("series"), indicator=OuterRef("indicator"), node=OuterRef("node")
    )
    if on is not None:
        later = later.filter(day__lte=on)
    newest = later.order_by("-day").values("day")[:1]
    for indicator, node, total in rows.filter(day=Subquery(newest)).values_list(
        "indicator", "node", "total"
    ):
        found[indicator, node] = total
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
