"""Figures: what was folded, and what was not yet, in one answer.

Each is one statement, so one snapshot: a fold that commits meanwhile is seen whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.db import connection

Figures = dict[tuple[str, str], int]

#: With so few nodes the database sifts the deltas that are not folded yet; with more, Python does.
FEW_NODES = 8


def figures(
    series: int, indicators: Sequence[str], nodes: Sequence[str], *, on: date | None = None
) -> Figures:
    """The figures of some indicators at some nodes, up to a day (to date if not given).

    A figure is its tally plus the deltas that are not folded yet, so it is fresh within the
    transaction that changed it. Every pair asked for is in the answer.

    Args:
        series: as in :class:`qingfeng.tallies.services.Delta`.
        indicators: keys of indicators.
        nodes: as ``all``, ``p13``, ``u123``.
        on: the day up to which is counted.
    """
    found: Figures = {(indicator, node): 0 for indicator in indicators for node in nodes}
    if not found:
        return found
    until = on or date.max
    like, patterns = _sieve(nodes)
    if connection.vendor == "postgresql":
        pairs = "unnest(%s::text[]) AS i(value), unnest(%s::text[]) AS n(value)"
        chosen = "SELECT unnest(%s::text[])"
        asked: list[Any] = [list(indicators), list(nodes)]
    else:
        pairs = "json_each(%s) AS i, json_each(%s) AS n"
        chosen = "SELECT value FROM json_each(%s)"
        asked = [orjson.dumps(list(indicators)).decode(), orjson.dumps(list(nodes)).decode()]
    sql = (
        "SELECT i.value, n.value, (SELECT t.total FROM tallies_tally t WHERE t.series = %s"  # noqa: S608 - own words
        " AND t.indicator = i.value AND t.node = n.value AND t.day <= %s"
        f" ORDER BY t.day DESC LIMIT 1) FROM {pairs}"
        " UNION ALL SELECT d.indicator, d.nodes, SUM(d.value) FROM tallies_deltarow d"
        f" WHERE d.series = %s AND d.indicator IN ({chosen}) AND d.day <= %s{like}"
        " GROUP BY d.indicator, d.nodes"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [series, until.isoformat(), *asked, series, asked[0], until.isoformat(), *patterns],
        )
        for indicator, path, value in cursor.fetchall():
            if value is None:
                continue
            for node in path.strip("/").split("/"):
                if (indicator, node) in found:
                    found[indicator, node] += int(value)
    return found


def _sieve(nodes: Sequence[str]) -> tuple[str, list[str]]:
    """A condition on the paths of deltas; it may let too much through, never too little."""
    if len(nodes) > FEW_NODES or "all" in nodes:
        return "", []
    likes = " OR ".join(["d.nodes LIKE %s"] * len(nodes))
    return f" AND ({likes})", [f"%/{node}/%" for node in nodes]


def over_time(
    series: int, indicator: str, node: str, first: date, last: date
) -> list[tuple[date, int]]:
    """The total of an indicator at a node on every day of a span that changed it.

    Args:
        series: as in :class:`qingfeng.tallies.services.Delta`.
        indicator: the key of the indicator.
        node: as ``u123``.
        first: the first day of the span.
        last: the last one.
    """
    like, patterns = _sieve([node])
    key: list[Any] = [series, indicator, node]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CAST(t.day AS TEXT), '', t.daily FROM tallies_tally t"  # noqa: S608 - own words
            " WHERE t.series = %s AND t.indicator = %s AND t.node = %s AND t.day BETWEEN %s AND %s"
            " UNION ALL SELECT '', '', (SELECT b.total FROM tallies_tally b WHERE b.series = %s"
            " AND b.indicator = %s AND b.node = %s AND b.day < %s ORDER BY b.day DESC LIMIT 1)"
            " UNION ALL SELECT CAST(d.day AS TEXT), d.nodes, d.value FROM tallies_deltarow d"
            f" WHERE d.series = %s AND d.indicator = %s AND d.day <= %s{like}",
            [*key, first.isoformat(), last.isoformat(), *key, first.isoformat(),
             series, indicator, last.isoformat(), *patterns],
        )  # fmt: skip
        rows = cursor.fetchall()
    total = 0
    days: dict[str, int] = {}
    for day, path, value in rows:
        if value is None or (path and f"/{node}/" not in path):
            continue
        if day < first.isoformat():  # the total before the span has no day at all
            total += int(value)
        else:
            days[day] = days.get(day, 0) + int(value)
    line = []
    for day in sorted(days):
        total += days[day]
        line.append((date.fromisoformat(day), total))
    return line
