"""The working calendar of this installation: what was announced, and what was uploaded."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from qingfeng.core.models.calendar import DayOverride
from qingfeng.engines.workdays import Calendar


def calendar() -> Calendar:
    """The calendar as it stands now.

    It reads the uploaded days each time, in one small query, so that no process counts by an old
    calendar; work over many records asks once and keeps the answer.
    """
    return _calendar(tuple(DayOverride.objects.values_list("day", "is_working")))


@lru_cache(maxsize=2)
def _calendar(days: tuple[tuple[date, bool], ...]) -> Calendar:
    return Calendar(dict(days))
