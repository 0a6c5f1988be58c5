"""The charts' geometry: numbers in, positions out; the templates only draw.

Every chart opens with a sentence and closes with its table. Bars begin at zero; there are at most
four gridlines; a rate carries its n and its 95% interval, and overlapping intervals are not ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil, floor, log10, sqrt
from typing import Any

from qingfeng.core.ruler import text_width

WIDTH = 558.0


@dataclass(frozen=True)
class Bar:
    """One bar. A rate (in percent) carries n, from which its 95% interval is computed."""

    label: str
    value: float
    n: int | None = None
    url: str = ""
    is_late: bool = False

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95% interval in percent after Wilson (1927), if the bar is a rate with an n."""
        return wilson(self.value / 100, self.n) if self.n else None


@dataclass(frozen=True)
class Series:
    """One line: its name and its (day, value) points in order."""

    label: str
    points: Sequence[tuple[date, float]]


@dataclass(frozen=True)
class Parts:
    """One row of a stack: its name and the size of each part."""

    label: str
    values: Sequence[float]


@dataclass(frozen=True)
class Tile:
    """One province-level division by its two-digit code (GB/T 2260); value None: nothing known."""

    code: str
    label: str
    value: float | None
    is_late: bool = False
    url: str = ""


#: Columns and rows that keep the divisions roughly beside their neighbours. It is not a map.
PLACES: dict[str, tuple[int, int]] = {
    "23": (8, 0), "15": (6, 1), "22": (8, 1), "65": (0, 2), "66": (1, 2), "64": (4, 2),
    "14": (5, 2), "13": (6, 2), "11": (7, 2), "21": (8, 2), "63": (2, 3), "62": (3, 3),
    "61": (4, 3), "41": (5, 3), "37": (6, 3), "12": (7, 3), "54": (1, 4), "51": (3, 4),
    "50": (4, 4), "42": (5, 4), "34": (6, 4), "32": (7, 4), "31": (8, 4), "53": (3, 5),
    "52": (4, 5), "43": (5, 5), "36": (6, 5), "33": (7, 5), "45": (4, 6), "44": (5, 6),
    "35": (6, 6), "71": (7, 6), "46": (4, 7), "82": (5, 7), "81": (6, 7),
}  # fmt: skip


def wilson(rate: float, n: int) -> tuple[float, float]:
    """The 95% interval of a rate, in percent (Wilson 1927, z = 1.96)."""
    z = 1.96
    middle = rate + z * z / (2 * n)
    reach = z * sqrt(max(rate * (1 - rate), 0.0) / n + z * z / (4 * n * n))
    low, high = (middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)
    return max(low, 0.0) * 100, min(high, 1.0) * 100


def top_of(values: Iterable[float]) -> float:
    """The round number at which an axis from zero ends: 1, 2, 2.5, 5 or 10 times a power of ten."""
    largest = max(values, default=0.0)
    if largest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(largest))
    return next(step * power for step in (1, 2, 2.5, 4, 5, 8, 10) if step * power >= largest)


def gridlines(top: float) -> list[float]:
    """The values of at most four gridlines between zero and the top; zero is the axis itself."""
    parts = 4 if top >= 4 or top % 1 else max(ceil(top), 1)
    return [top * part / parts for part in range(1, parts + 1)]


@dataclass(frozen=True)
class Drawing:
    """What a template draws: marks with their positions, and the height of the box."""

    marks: list[dict[str, Any]]
    height: float
    lines: list[dict[str, Any]] = field(default_factory=list)
    left: float = 0.0
    right: float = WIDTH


def bars(rows: Sequence[Bar], top: float | None = None) -> Drawing:
    """Horizontal bars from zero, each with its number at the right."""
    left = min(max((text_width(row.label) for row in rows), default=0.0) + 14, 200.0)
    has_n = any(row.n for row in rows)
    right = WIDTH - (132 if has_n else 76)
    top = top or top_of(
        [*(row.value for row in rows), *(row.interval[1] for row in rows if row.interval)]
    )
    if has_n:
        top = min(top, 100.0)

    def x(value: float) -> float:
        return left + (right - left) * min(value / top, 1.0)

    marks = []
    for index, row in enumerate(rows):
        y = 26 + index * 32.0
        reach = row.interval
        marks.append(
            {
                "row": row, "y": y, "text_y": y + 15, "mid_y": y + 10,
                "x": left, "width": x(row.value) - left, "end": x(row.value),
                "low": x(reach[0]) if reach else None, "high": x(reach[1]) if reach else None,
                "cap_top": y + 5, "cap_low": y + 15,
            }
        )  # fmt: skip
    lines = [{"x": x(value), "value": value} for value in gridlines(top)]
    return Drawing(marks, 26 + len(rows) * 32.0 + 22, lines, left, right)


def stack(rows: Sequence[Parts]) -> Drawing:
    """Each row is its own 100%; a part wide enough carries its number."""
    left = min(max((text_width(row.label, 14) for row in rows), default=0.0) + 16, 200.0)
    right = WIDTH - 76
    marks = []
    for index, row in enumerate(rows):
        total = sum(row.values)
        x, y = left, index * 44.0
        cells = []
        for step, value in enumerate(row.values, 1):
            width = (right - left) * value / total if total else 0.0
            shown = text_width(f"{value:,.0f}", 13) + 8 <= width
            cells.append({"x": x, "width": max(width - 1.5, 0.0), "mid": x + width / 2,
                          "value": value, "step": min(step, 5), "is_shown": shown})  # fmt: skip
            x += width
        marks.append({"row": row, "y": y, "text_y": y + 20, "cells": cells, "total": total})
    return Drawing(marks, max(len(rows) * 44.0 - 14, 0.0), [], left, right)


def line(series: Sequence[Series]) -> Drawing:
    """Lines over days, named at their right end; names that would touch are moved apart."""
    values = [value for one in series for _, value in one.points]
    days = [day for one in series for day, _ in one.points]
    first, last = min(days, default=date.min), max(days, default=date.min)
    top, height = top_of(values), 200.0
    left = text_width(f"{top:,.0f}", 13) + 14
    right = WIDTH - max((text_width(one.label, 14) for one in series), default=0.0) - 14

    def x(day: date) -> float:
        return left + (right - left) * (day - first).days / max((last - first).days, 1)

    def y(value: float) -> float:
        return 12 + height * (1 - value / top)

    marks: list[dict[str, Any]] = []
    for step, one in enumerate(series, 1):
        if not one.points:
            continue
        path = " ".join(f"{'L' if at else 'M'}{x(day):.1f} {y(value):.1f}"
                        for at, (day, value) in enumerate(one.points))  # fmt: skip
        end_day, end = one.points[-1]
        marks.append({"series": one, "path": path, "x": x(end_day), "y": y(end), "step": step,
                      "label_y": y(end) + 5, "value": end})  # fmt: skip
    previous = -99.0
    for mark in sorted(marks, key=lambda mark: float(mark["label_y"])):
        mark["label_y"] = previous = max(float(mark["label_y"]), previous + 18)
    lines = [{"y": y(value), "text_y": y(value) + 4, "value": value} for value in gridlines(top)]
    return Drawing(marks, height + 44, lines, left, right)


def step_of(value: float, bounds: Sequence[float]) -> int:
    """Which of the five tints a value takes, given four bounds from low to high."""
    return 1 + sum(value >= bound for bound in bounds[:4])


def tiles(cells: Sequence[Tile], bounds: Sequence[float]) -> Drawing:
    """The province tile grid; a division without a place of its own is left to the table."""
    marks: list[dict[str, Any]] = []
    for cell in cells:
        if cell.code not in PLACES:
            continue
        column, row = PLACES[cell.code]
        x, y = column * 62.0, row * 57.0
        step = step_of(cell.value, bounds) if cell.value is not None else 0
        marks.append({"cell": cell, "x": x, "y": y, "step": step, "text_x": x + 7,
                      "name_y": y + 21, "value_y": y + 41, "flag_x": x + 41})  # fmt: skip
    rows = max((PLACES[cell.code][1] for cell in cells if cell.code in PLACES), default=-1) + 1
    return Drawing(marks, rows * 57.0 - 5 if rows else 0.0, right=9 * 62.0 - 5)
