"""A plan as frozen data: whom each requirement binds, and on which days it is due."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

TIERS = ("central", "province", "prefecture", "county")
KINDS = (
    "committee",
    "court",
    "procuratorate",
    "police",
    "state_security",
    "justice",
    "prison",
    "rehab",
    "office",
)
EACH_UNIT = "each_unit"
WARN_DAYS = (7, 3, 1)
ESCALATE_DAYS = (1, 5)

AddWorkingDays = Callable[[date, int], date]


def weekdays(start: date, days: int) -> date:
    """The date `days` weekdays after `start`: the stand-in where no holiday calendar is at hand.

    Only Saturdays and Sundays rest. Whoever stores dates passes the official calendar instead.
    """
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return day


class PlanKind(StrEnum):
    CAMPAIGN = "campaign"
    DRIVE = "drive"
    LINE = "line"


class Decider(StrEnum):
    UPPER_OFFICE = "upper_office"
    OWN_OFFICE = "own_office"


class Action(StrEnum):
    PRESCRIBED = "prescribed"
    OPTIONAL = "optional"


class DueEvent(StrEnum):
    BATCH_START = "batch_start"
    STAGE_START = "stage_start"
    STAGE_END = "stage_end"
    DUE = "due"


class DayUnit(StrEnum):
    NATURAL = "natural"
    WORKING = "working"


class Every(StrEnum):
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class Counting(StrEnum):
    COUNT = "count"
    SUM = "sum"
    DONE = "done"


class Check(StrEnum):
    ALL_PRESCRIBED_ACCEPTED = "all_prescribed_accepted"
    NO_OVERDUE = "no_overdue"
    GATES_PASSED = "gates_passed"
    RATE_AT_LEAST = "rate_at_least"
    STATEMENT = "statement"


class RateOf(StrEnum):
    COMPLETENESS = "completeness"
    TIMELINESS = "timeliness"


@dataclass(frozen=True)
class Selector:
    """Which units; an empty tuple selects all."""

    tiers: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    def takes(self, kind: str, tier: str) -> bool:
        """Whether a unit of this kind and tier is selected, its place and line aside."""
        return (not self.kinds or kind in self.kinds) and (not self.tiers or tier in self.tiers)

    def reaches(self, places: tuple[str, ...], line: str) -> bool:
        """Whether a unit is selected by where it stands, its kind and tier aside.

        Args:
            places: codes of the unit's place and of every place above it.
            line: code of the unit's line.
        """
        return (not self.places or not set(self.places).isdisjoint(places)) and (
            not self.lines or line in self.lines
        )

    def kinds_and_tiers(self) -> Iterator[tuple[str, str]]:
        for kind in self.kinds or KINDS:
            for tier in self.tiers or TIERS:
                yield kind, tier


@dataclass(frozen=True)
class Gate:
    criteria: tuple[str, ...]
    decided_by: Decider
    required_by: date


@dataclass(frozen=True)
class Stage:
    key: str
    title: str
    starts_on: date
    ends_on: date
    title_en: str = ""
    gate: Gate | None = None


@dataclass(frozen=True)
class Batch:
    key: str
    title: str
    starts_on: date
    ends_on: date
    units: Selector
    stages: tuple[Stage, ...]
    title_en: str = ""

    def stage(self, key: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.key == key), None)


@dataclass(frozen=True)
class Task:
    key: str
    title: str
    title_en: str = ""
    stage: str = ""
    under: str = ""
    note: str = ""


@dataclass(frozen=True)
class Due:
    """Either a date (`on`), or `days` of `unit` after `event`."""

    on: date | None = None
    event: DueEvent | None = None
    days: int = 0
    unit: DayUnit = DayUnit.NATURAL


@dataclass(frozen=True)
class Recurrence:
    every: Every
    day: int
    until: date
    starts_on: date | None = None


@dataclass(frozen=True)
class Evidence:
    name: str
    required: bool = True


@dataclass(frozen=True)
class Indicator:
    key: str
    title: str
    unit_of_count: str
    kind: Counting
    title_en: str = ""


@dataclass(frozen=True)
class Requirement:
    """One duty for each selected unit; it has a due date or a recurrence, never both."""

    key: str
    task: str
    stage: str
    title: str
    standard: str
    title_en: str = ""
    under: str = ""
    action: Action = Action.PRESCRIBED
    units: Selector = Selector()
    lead: str = EACH_UNIT
    support: tuple[str, ...] = ()
    due: Due | None = None
    legal_due: Due | None = None
    warn_days: tuple[int, ...] = WARN_DAYS
    escalate_days: tuple[int, ...] = ESCALATE_DAYS
    evidence: tuple[Evidence, ...] = ()
    indicator: Indicator | None = None
    quantity: int | None = None
    recurrence: Recurrence | None = None


@dataclass(frozen=True)
class Item:
    key: str
    title: str
    title_en: str = ""
    organs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Category:
    """A category of malpractice; `base` is 'six' or '+N'. Empty `organs` concern all."""

    key: str
    title: str
    base: str
    items: tuple[Item, ...]
    title_en: str = ""
    organs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limit:
    key: str
    title: str
    days: int
    unit: DayUnit
    source: str
    title_en: str = ""


@dataclass(frozen=True)
class Rate:
    of: RateOf
    percent: int
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClosingCondition:
    key: str
    title: str
    check: Check
    title_en: str = ""
    rate: Rate | None = None


@dataclass(frozen=True)
class Responsibilities:
    """Who holds each of the six responsibilities; empty where the plan does not say."""

    principal: str = ""
    first: str = ""
    direct: str = ""
    line_guidance: str = ""
    coordinating: str = ""
    supervising: str = ""


@dataclass(frozen=True)
class Plan:
    key: str
    title: str
    version: int
    issuer: str
    kind: PlanKind
    batches: tuple[Batch, ...]
    tasks: tuple[Task, ...]
    requirements: tuple[Requirement, ...]
    title_en: str = ""
    document_number: str = ""
    issued_on: date | None = None
    parent: str = ""
    responsibilities: Responsibilities = Responsibilities()
    malpractice: tuple[Category, ...] = ()
    disposition_limits: tuple[Limit, ...] = ()
    closing_conditions: tuple[ClosingCondition, ...] = ()

    def batch(self, key: str) -> Batch:
        return next(batch for batch in self.batches if batch.key == key)

    def requirement(self, key: str) -> Requirement:
        return next(requirement for requirement in self.requirements if requirement.key == key)


class Occurrence(NamedTuple):
    """One time that a requirement is owed; `key` is '' unless it recurs."""

    key: str
    starts_on: date
    target_on: date
    legal_on: date | None


def selects(requirement: Requirement, batch: Batch, kind: str, tier: str) -> bool:
    """Whether the requirement binds units of this kind and tier in this batch.

    A selector may name places or lines too: `Selector.reaches` of both the batch's and the
    requirement's units then decides about the single unit.
    """
    return (
        batch.stage(requirement.stage) is not None
        and batch.units.takes(kind, tier)
        and requirement.units.takes(kind, tier)
    )


def occurrences(
    requirement: Requirement, batch: Batch, add_working_days: AddWorkingDays = weekdays
) -> list[Occurrence]:
    """Every time that the requirement is owed in this batch, in order of date.

    None when the batch has no such stage. A recurring requirement starts with its period, and
    is due on its day of the period; the keys are 2021-W36, 2021-09 and 2021-Q3.
    """
    stage = batch.stage(requirement.stage)
    if stage is None:
        return []

    def legal(target: date) -> date | None:
        if requirement.legal_due is None:
            return None
        return _resolve(requirement.legal_due, batch, stage, add_working_days, target)

    if requirement.recurrence is None:
        assert requirement.due is not None, "the reader admits no requirement without a date"
        target = _resolve(requirement.due, batch, stage, add_working_days, None)
        return [Occurrence("", stage.starts_on, target, legal(target))]
    return [
        Occurrence(key, start, target, legal(target))
        for key, start, target in _periods(requirement.recurrence, stage)
    ]


def _resolve(
    due: Due, batch: Batch, stage: Stage, add_working_days: AddWorkingDays, target: date | None
) -> date:
    if due.on is not None:
        return due.on
    match due.event:
        case DueEvent.BATCH_START:
            start = batch.starts_on
        case DueEvent.STAGE_START:
            start = stage.starts_on
        case DueEvent.STAGE_END:
            start = stage.ends_on
        case _:
            assert target is not None, "the reader admits event 'due' in a legal date only"
            start = target
    if due.unit is DayUnit.WORKING:
        return add_working_days(start, due.days)
    return start + timedelta(days=due.days)


def _periods(recurrence: Recurrence, stage: Stage) -> Iterator[tuple[str, date, date]]:
    earliest = recurrence.starts_on or stage.starts_on
    first = _period_start(earliest, recurrence.every)
    while first <= recurrence.until:
        following = _period_start(
            first + timedelta(days=_LONGEST[recurrence.every]), recurrence.every
        )
        target = min(first + timedelta(days=recurrence.day - 1), following - timedelta(days=1))
        if earliest <= target <= recurrence.until:
            yield _period_key(first, recurrence.every), max(first, earliest), target
        first = following


# Adding this to a period's first day lands in the next period, whatever its length.
_LONGEST = {Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92}


def _period_start(day: date, every: Every) -> date:
    match every:
        case Every.WEEK:
            return day - timedelta(days=day.weekday())
        case Every.MONTH:
            return day.replace(day=1)
        case Every.QUARTER:
            return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _period_key(first: date, every: Every) -> str:
    match every:
        case Every.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02}"
        case Every.MONTH:
            return f"{first:%Y-%m}"
        case Every.QUARTER:
            return f"{first.year}-Q{(first.month + 2) // 3}"
