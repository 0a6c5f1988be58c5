"""Whether a well-formed plan makes sense: keys, references, dates and units agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from itertools import pairwise
from typing import Protocol

from django.utils.translation import gettext as _

from .errors import PlanError
from .model import (
    EACH_UNIT,
    AddWorkingDays,
    Batch,
    DueEvent,
    Every,
    Plan,
    PlanKind,
    Recurrence,
    Requirement,
    Stage,
    occurrences,
    selects,
)
from .source import Source, Steps

LONGEST_BATCH = timedelta(days=3660)  # ten years: longer is a slip of the pen
_LONGEST_PERIOD = {Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92}


class _Thing(Protocol):
    @property
    def key(self) -> str: ...

    @property
    def under(self) -> str: ...


def errors(plan: Plan, source: Source, add_working_days: AddWorkingDays) -> Iterator[PlanError]:
    """Every mistake of sense, each with its line."""
    yield from _duplicates(source)
    yield from _parent(plan, source)
    for number, batch in enumerate(plan.batches):
        yield from _batch(batch, source, ("batches", number))
    yield from _tasks(plan, source)
    tasks = {task.key: task.stage for task in plan.tasks}
    for number, requirement in enumerate(plan.requirements):
        path: Steps = ("requirements", number)
        yield from _references(requirement, plan, tasks, source, path)
        yield from _who(requirement, plan, source, path)
        for batch in plan.batches:
            yield from _days(requirement, batch, source, path, add_working_days)
    requirement_keys = [requirement.key for requirement in plan.requirements]
    yield from _circles("requirements", plan.requirements, source)
    yield from _malpractice(plan, source)
    for number, condition in enumerate(plan.closing_conditions):
        for at, key in enumerate(condition.rate.requirements if condition.rate else ()):
            path = ("closing_conditions", number, "rate", "requirements", at)
            yield from _known(key, requirement_keys, source, path)


def _duplicates(source: Source) -> Iterator[PlanError]:
    groups: list[list[Steps]] = [
        [(section, number) for number in range(len(source.value.get(section, ())))]
        for section in (
            "batches",
            "tasks",
            "requirements",
            "disposition_limits",
            "closing_conditions",
        )
    ]
    for number, batch in enumerate(source.value["batches"]):
        groups.append([("batches", number, "stages", at) for at in range(len(batch["stages"]))])
    kept: list[Steps] = []  # categories and their items share one set of keys
    for number, category in enumerate(source.value.get("malpractice", ())):
        kept.append(("malpractice", number))
        kept += [("malpractice", number, "items", at) for at in range(len(category["items"]))]
    for group in [*groups, kept]:
        seen: dict[str, Steps] = {}
        for path in group:
            key = source.get((*path, "key"))
            if key in seen:
                message = _("The key %(key)s is used already, on line %(line)d.") % {
                    "key": key,
                    "line": source.line((*seen[key], "key")),
                }
                yield source.error((*path, "key"), message, _("Give one of the two another key."))
            else:
                seen[key] = path


def _parent(plan: Plan, source: Source) -> Iterator[PlanError]:
    if plan.kind is PlanKind.DRIVE and not plan.parent:
        message = _("A special drive is part of another plan, and none is named.")
        yield source.error(("plan",), message, _("Add parent with the key of that plan."))
    if plan.kind is PlanKind.CAMPAIGN and plan.parent:
        message = _("A campaign is not part of another plan.")
        remedy = _("Take parent out, or set kind to drive or line.")
        yield source.error(("plan", "parent"), message, remedy)
    if plan.parent == plan.key:
        message = _("The plan cannot be part of itself.")
        yield source.error(("plan", "parent"), message, _("Name the plan above it."))


def _batch(batch: Batch, source: Source, path: Steps) -> Iterator[PlanError]:
    if batch.ends_on < batch.starts_on:
        yield _reversed(source, (*path, "to"), batch.starts_on)
        return
    if batch.ends_on - batch.starts_on > LONGEST_BATCH:
        message = _("The batch lasts more than ten years.")
        yield source.error((*path, "to"), message, _("Check the year."))
        return
    for number, stage in enumerate(batch.stages):
        yield from _stage(stage, batch, source, (*path, "stages", number))
    for number, (earlier, later) in enumerate(pairwise(batch.stages)):
        if later.starts_on <= earlier.ends_on:
            message = _("The stage begins before the one before it has ended, on %(day)s.") % {
                "day": earlier.ends_on
            }
            remedy = _("Put the stages in order, each beginning after the one before.")
            yield source.error((*path, "stages", number + 1, "starts_on"), message, remedy)


def _stage(stage: Stage, batch: Batch, source: Source, path: Steps) -> Iterator[PlanError]:
    if stage.ends_on < stage.starts_on:
        yield _reversed(source, (*path, "ends_on"), stage.starts_on)
        return
    for field, day in (("starts_on", stage.starts_on), ("ends_on", stage.ends_on)):
        if not batch.starts_on <= day <= batch.ends_on:
            yield _outside(day, batch.starts_on, batch.ends_on, source, (*path, field))
    gate = stage.gate
    if gate and not stage.starts_on <= gate.required_by <= batch.ends_on:
        at = (*path, "gate", "required_by")
        yield _outside(gate.required_by, stage.starts_on, batch.ends_on, source, at)


def _reversed(source: Source, path: Steps, start: date) -> PlanError:
    message = _("It ends before it begins, on %(day)s.") % {"day": start}
    return source.error(path, message, _("Put the two dates in order."))


def _outside(day: date, first: date, last: date, source: Source, path: Steps) -> PlanError:
    message = _("%(day)s lies outside %(first)s to %(last)s.") % {
        "day": day,
        "first": first,
        "last": last,
    }
    return source.error(path, message, _("Choose a day within, or lengthen the batch."))


def _known(key: str, keys: Iterable[str], source: Source, path: Steps) -> Iterator[PlanError]:
    keys = list(keys)
    if key in keys:
        return
    close = get_close_matches(key, keys, 1)
    remedy = (
        _("Did you mean %(field)s?") % {"field": close[0]}
        if close
        else _("Add it, or use one of: %(words)s.") % {"words": ", ".join(keys[:12])}
    )
    yield source.error(path, _("Nothing has the key %(key)s.") % {"key": key}, remedy)


def _stage_keys(plan: Plan) -> list[str]:
    return list(dict.fromkeys(stage.key for batch in plan.batches for stage in batch.stages))


def _tasks(plan: Plan, source: Source) -> Iterator[PlanError]:
    keys = [task.key for task in plan.tasks]
    for number, task in enumerate(plan.tasks):
        if task.stage:
            at: Steps = ("tasks", number, "stage")
            yield from _known(task.stage, _stage_keys(plan), source, at)
        if task.under:
            yield from _known(task.under, keys, source, ("tasks", number, "under"))
    yield from _circles("tasks", plan.tasks, source)


def _references(
    requirement: Requirement, plan: Plan, tasks: Mapping[str, str], source: Source, path: Steps
) -> Iterator[PlanError]:
    yield from _known(requirement.task, tasks, source, (*path, "task"))
    yield from _known(requirement.stage, _stage_keys(plan), source, (*path, "stage"))
    if requirement.under:
        keys = [other.key for other in plan.requirements]
        yield from _known(requirement.under, keys, source, (*path, "under"))
    stage = tasks.get(requirement.task)
    if stage and stage != requirement.stage:
        message = _("Its task %(task)s belongs to the stage %(stage)s.") % {
            "task": requirement.task,
            "stage": stage,
        }
        remedy = _("Use that stage, or take the stage out of the task.")
        yield source.error((*path, "stage"), message, remedy)


def _circles(section: str, things: Iterable[_Thing], source: Source) -> Iterator[PlanError]:
    things = list(things)
    above = {thing.key: thing.under for thing in things if thing.under}
    numbers = {thing.key: number for number, thing in enumerate(things)}
    settled: set[str] = set()
    for thing in things:
        chain: list[str] = []
        key = thing.key
        while key in above and key not in settled and key not in chain:
            chain.append(key)
            key = above[key]
        if key in chain:
            circle = [*chain[chain.index(key) :], key]
            message = _("These stand under one another in a circle: %(keys)s.") % {
                "keys": " → ".join(circle)
            }
            at: Steps = (section, numbers[key], "under")
            yield source.error(at, message, _("Take under out of one of them."))
        settled.update(chain)


def _who(requirement: Requirement, plan: Plan, source: Source, path: Steps) -> Iterator[PlanError]:
    kinds = requirement.units.kinds
    if requirement.lead != EACH_UNIT and kinds and requirement.lead not in kinds:
        message = _("%(kind)s leads, but is not among the units bound.") % {
            "kind": requirement.lead
        }
        remedy = _("Add it to units, or name another lead.")
        yield source.error((*path, "lead"), message, remedy)
    for number, kind in enumerate(requirement.support):
        if kind in kinds or kind == requirement.lead:
            message = _("%(kind)s both bears this duty and supports it.") % {"kind": kind}
            yield source.error((*path, "support", number), message, _("Take it out of one."))
    batches = [batch for batch in plan.batches if batch.stage(requirement.stage)]
    if batches and not any(
        selects(requirement, batch, kind, tier)
        for batch in batches
        for kind, tier in requirement.units.kinds_and_tiers()
    ):
        message = _("It binds no unit: no batch with this stage has such units.")
        remedy = _("Compare the tiers and kinds here with those of the batch.")
        yield source.error((*path, "units"), message, remedy)


def _days(
    requirement: Requirement,
    batch: Batch,
    source: Source,
    path: Steps,
    add_working_days: AddWorkingDays,
) -> Iterator[PlanError]:
    stage = batch.stage(requirement.stage)
    if stage is None or batch.ends_on - batch.starts_on > LONGEST_BATCH:
        return
    due, recurrence = requirement.due, requirement.recurrence
    if due and due.event is DueEvent.DUE:
        message = _("A target date cannot wait for itself.")
        remedy = _("Count from batch_start, stage_start or stage_end.")
        yield source.error((*path, "due", "after", "event"), message, remedy)
        return
    if recurrence:
        wrong = list(_period(recurrence, batch, source, (*path, "recurrence")))
        if wrong:
            yield from wrong
            return
    times = occurrences(requirement, batch, add_working_days)
    if not times:
        message = _("It is never due in the batch %(batch)s.") % {"batch": batch.key}
        remedy = _("Check day, from and until.")
        yield source.error((*path, "recurrence"), message, remedy)
    for time in times:
        if due and not stage.starts_on <= time.target_on <= batch.ends_on:
            yield _outside(time.target_on, stage.starts_on, batch.ends_on, source, (*path, "due"))
        if time.legal_on and time.legal_on < time.target_on:
            message = _("The latest legal date %(legal)s comes before the target %(target)s.") % {
                "legal": time.legal_on,
                "target": time.target_on,
            }
            remedy = _("Bring the target forward, or correct the legal date.")
            yield source.error((*path, "legal_due"), message, remedy)
            return


def _period(
    recurrence: Recurrence, batch: Batch, source: Source, path: Steps
) -> Iterator[PlanError]:
    longest = _LONGEST_PERIOD[recurrence.every]
    if recurrence.day > longest:
        message = _("No such period has a day %(day)d.") % {"day": recurrence.day}
        remedy = _("At most %(bound)d.") % {"bound": longest}
        yield source.error((*path, "day"), message, remedy)
    first = recurrence.starts_on or batch.starts_on
    for field, day in (("from", first), ("until", recurrence.until)):
        if not batch.starts_on <= day <= batch.ends_on:
            yield _outside(day, batch.starts_on, batch.ends_on, source, (*path, field))


def _malpractice(plan: Plan, source: Source) -> Iterator[PlanError]:
    six = [number for number, category in enumerate(plan.malpractice) if category.base == "six"]
    if len(six) > 6:
        message = _("This is a seventh category among the six.")
        remedy = _("Give what is added to the six the base '+1', '+2' and so on.")
        yield source.error(("malpractice", six[6], "base"), message, remedy)
    for number, category in enumerate(plan.malpractice):
        for at, item in enumerate(category.items):
            for of, organ in enumerate(item.organs):
                if category.organs and organ not in category.organs:
                    message = _("%(kind)s is not among the organs of the category.") % {
                        "kind": organ
                    }
                    path: Steps = ("malpractice", number, "items", at, "organs", of)
                    yield source.error(path, message, _("Add it to the category, or drop it here."))
