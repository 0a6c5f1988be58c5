"""China's official working days, adjusted rest days (调休) included, counted forwards and back.

The counting rule: the day on which a period begins is not counted, the day after it is day one;
only working days count, so a period never ends on a rest day. Sources: 民法典 (Civil Code, 2020)
art. 201, the beginning day is not counted; art. 203, a last day that is a legal rest day gives
way; 行政强制法 art. 69 and 行政许可法 art. 82, periods in working days leave out legal holidays.

Which days are worked is what the State Council announces each year, usually in November for the
year after; chinesecalendar carries it. An override, uploaded by an administrator, corrects single
days or brings a year that the installed chinesecalendar does not know yet.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple

from chinese_calendar.constants import holidays, workdays

KNOWN_YEARS: Final = range(min(holidays).year, max(holidays).year + 1)

# The announcement for a year may move days of the December before: 29 December 2018 was worked
# so that the 31st was not, and 2006, 2007 and 2011 had the like. It never reached further back
# than the 29th; days after this one wait for it.
SETTLED_IN_DECEMBER: Final = 24


class Due(NamedTuple):
    """A computed date, and whether a holiday announcement still to come may move it."""

    on: date
    is_provisional: bool


class _Year:
    """The working days of one year, and how many lie up to each day of it."""

    __slots__ = ("before", "upto", "working")

    def __init__(self, year: int, override: Mapping[date, bool]) -> None:
        first = date(year, 1, 1).toordinal()
        self.before = first - 1
        self.working: list[int] = []
        self.upto = [0]
        for ordinal in range(first, date(year, 12, 31).toordinal() + 1):
            if _is_working(date.fromordinal(ordinal), override):
                self.working.append(ordinal)
            self.upto.append(len(self.working))


def _is_working(day: date, override: Mapping[date, bool]) -> bool:
    if (said := override.get(day)) is not None:
        return said
    return day in workdays or (day.weekday() < 5 and day not in holidays)


class Calendar:
    """Answers questions about working days; make one and keep it, it remembers each year.

    Args:
        override: for single days, whether they are worked, over what was announced. To bring a
            year not yet known, list every day of its announcement, 1 January included.
    """

    def __init__(self, override: Mapping[date, bool] | None = None) -> None:
        self._override = dict(override or {})
        self._brought = {day.year for day in self._override if day.month == day.day == 1}
        self._years: dict[int, _Year] = {}
        self._settled: dict[tuple[int, int], bool] = {}

    def is_published(self, year: int) -> bool:
        """Whether the year's holidays are known; otherwise only weekends are rest days.

        A year beyond chinesecalendar's is known once the override says something of 1 January,
        which every announcement does.
        """
        return year in KNOWN_YEARS or year in self._brought

    def is_working(self, day: date) -> bool:
        """Whether the day is worked, as far as is known."""
        return _is_working(day, self._override)

    def add(self, day: date, n: int) -> Due:
        """The ``n``-th working day after ``day``, before it if negative; ``day`` itself if 0.

        The answer is provisional when a day up to it lies in a year not yet published, or in the
        last week of a year whose successor is not.

        Raises:
            OverflowError: the date would lie outside the years 1 to 9999.
        """
        on = self._nth(day, n) if n else day
        first, last = (day, on) if n > 0 else (on, day)
        waits = last.month == 12 and last.day > SETTLED_IN_DECEMBER
        years = first.year, last.year + waits
        settled = self._settled.get(years)
        if settled is None:
            settled = all(self.is_published(year) for year in range(years[0], years[1] + 1))
            self._settled[years] = settled
        return Due(on, not settled)

    def _nth(self, day: date, n: int) -> date:
        number = day.year
        year = self._year(number)
        upto = year.upto
        at = day.toordinal() - year.before
        # The place of the wanted day among the working days of this year, counted from 0.
        place = upto[at] + n - 1 if n > 0 else upto[at - 1] + n
        while place >= len(year.working):
            place -= len(year.working)
            number += 1
            year = self._year(number)
        while place < 0:
            number -= 1
            year = self._year(number)
            place += len(year.working)
        return date.fromordinal(year.working[place])

    def between(self, start: date, end: date) -> int:
        """How many working days after ``start`` up to and with ``end``; negative counting back.

        So ``between(day, add(day, n).on) == n``.
        """
        if start <= end:
            return self._count(start, end)
        return -self._count(end, start) - self.is_working(end) + self.is_working(start)

    def _count(self, first: date, last: date) -> int:
        """Working days after ``first`` up to and with ``last``, which is not earlier."""
        start, end = self._year(first.year), self._year(last.year)
        whole = sum(len(self._year(year).working) for year in range(first.year, last.year))
        upto_first = start.upto[first.toordinal() - start.before]
        return whole + end.upto[last.toordinal() - end.before] - upto_first

    def _year(self, number: int) -> _Year:
        year = self._years.get(number)
        if year is None:
            if not date.min.year <= number <= date.max.year:
                raise OverflowError("no working day in the years 1 to 9999 is so far away")
            year = self._years[number] = _Year(number, self._override)
        return year


@dataclass(frozen=True)
class Problem:
    """What is wrong with one line: an English msgid with ``%(value)s``, and the value."""

    line: int
    message: str
    value: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message % {'value': self.value}}"


class OverrideError(ValueError):
    """Nothing of the file is used; ``problems`` names each faulty line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


NOT_A_DATE: Final = "“%(value)s” is not a date; write it as 2027-01-01."
NOT_KNOWN: Final = "“%(value)s” does not say whether the day is worked; write 班 or 休."
TWICE: Final = "%(value)s stands here for the second time; keep one line."
NO_DAYS: Final = "The file names no day; give a date and 班 or 休 on each line."
BROKEN: Final = "The line cannot be read as CSV: %(value)s."

_WORKED: Final = {"班", "上班", "工作日", "work", "working", "1", "true", "yes", "是"}
_REST: Final = {
    "休",
    "放假",
    "休息",
    "休息日",
    "节假日",
    "rest",
    "holiday",
    "0",
    "false",
    "no",
    "否",
}
_DATE: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d\d)(\d\d)")
_HEADS: Final = {"日期", "date", "day"}


def read_override(text: str) -> dict[date, bool]:
    """Read lines of ``date,班|休`` from CSV text; further columns are remarks.

    Blank lines and a head line are passed over.

    Raises:
        OverrideError: some line is wrong; each is named with its number.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    rows: list[tuple[int, Sequence[object]]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise OverrideError([Problem(reader.line_num, BROKEN, str(error))]) from None
    return read_override_rows(rows)


def read_override_rows(rows: Iterable[tuple[int, Sequence[object]]]) -> dict[date, bool]:
    """As :func:`read_override` for numbered rows of cells, as a spreadsheet gives them."""
    found: dict[date, bool] = {}
    problems: list[Problem] = []
    for number, row in rows:
        cells = [*row[:2], "", ""]
        first, second = (str("" if cell is None else cell).strip() for cell in cells[:2])
        if not first and not second:
            continue
        if first.lower() in _HEADS and not found:
            continue
        day = _read_date(cells[0])
        is_working = _read_working(cells[1])
        if day is None:
            problems.append(Problem(number, NOT_A_DATE, first))
        elif is_working is None:
            problems.append(Problem(number, NOT_KNOWN, second))
        elif day in found:
            problems.append(Problem(number, TWICE, day.isoformat()))
        else:
            found[day] = is_working
    if not found and not problems:
        problems.append(Problem(1, NO_DAYS, ""))
    if problems:
        raise OverrideError(problems)
    return found


def _read_date(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DATE.fullmatch(str(cell).strip())
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _read_working(cell: object) -> bool | None:
    word = str(cell).strip().lower().removesuffix(".0")  # a spreadsheet's number comes as 1.0
    return True if word in _WORKED else False if word in _REST else None
