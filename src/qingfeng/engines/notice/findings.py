"""What is found in a notice: plain frozen records, each with its span, confidence and reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of the source: `text == source[start:end]`, how sure the reader is, and why."""

    start: int
    end: int
    text: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Section(Finding):
    """A heading. `level` is its nesting depth from 1; `number` is '' for an unnumbered heading."""

    level: int
    number: str
    heading: str


class Timing(StrEnum):
    """What kind of time an expression gives."""

    DAY = "day"  # a day or the end of a month: a date follows
    RANGE = "range"  # from a day to a day: the last day is the deadline
    RECURRING = "recurring"  # every month, every quarter: no single date
    RELATIVE = "relative"  # so many days after an event that the text does not date
    DURATION = "duration"  # a length without a start


@dataclass(frozen=True, slots=True)
class Deadline(Finding):
    """A time by which something is due; `on` where a date follows, else `why_not` says why none does."""

    timing: Timing
    begins: date | None
    on: date | None
    why_not: str


@dataclass(frozen=True, slots=True)
class Quantity(Finding):
    """A target figure; `measures` is the thing counted, '' where the text leaves it open."""

    measures: str


class Bearing(StrEnum):
    """Whether a unit must do a task or may."""

    PRESCRIBED = "prescribed"
    OPTIONAL = "optional"


class Origin(StrEnum):
    """Who found a task: the rules, or a language model behind the hook."""

    RULES = "rules"
    PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Task(Finding):
    """A duty as a tight clause. `section` and `stage` index the draft's sections and phases."""

    section: int | None
    stage: int | None
    leads: tuple[Finding, ...]
    supports: tuple[Finding, ...]
    deadline: Deadline | None
    quantities: tuple[Quantity, ...]
    bearing: Bearing
    origin: Origin = Origin.RULES


class RemarkKind(StrEnum):
    """Why a sentence is no task."""

    BACKGROUND = "background"
    ACHIEVEMENT = "achievement"
    EXHORTATION = "exhortation"


@dataclass(frozen=True, slots=True)
class Remark(Finding):
    """A sentence that asks for nothing to be done; kept, so that a person can turn it into a task."""

    section: int | None
    kind: RemarkKind


@dataclass(frozen=True, slots=True)
class Phase(Finding):
    """A stage of the work; `text` is its name. Either end may be missing from the notice."""

    section: int | None
    begins: Deadline | None
    ends: Deadline | None


@dataclass(frozen=True, slots=True)
class Category(Finding):
    """A kind of malpractice that the notice names; `group` is what it stands under, or ''."""

    group: str


@dataclass(frozen=True, slots=True)
class Meta:
    """The frame of the document. Anything may be missing."""

    title: Finding | None
    issuer: Finding | None
    number: Finding | None
    recipients: tuple[Finding, ...]
    issued: Deadline | None
    year: int | None  # the year that dates without one belong to
    year_reason: str
