"""What an amendment changes in a plan, and which changes drop a duty or make it weaker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from .model import (
    KINDS,
    TIERS,
    Action,
    AddWorkingDays,
    Check,
    Decider,
    Plan,
    Requirement,
    Selector,
    occurrences,
    selects,
    weekdays,
)


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Effect(StrEnum):
    """What a change does to what units already owe."""

    DROPS = "drops"  # a duty, a gate or a condition falls away for somebody
    WEAKENS = "weakens"  # it stays, with more time or less to show
    WORDING = "wording"  # its text changes, or who helps: a person must read it
    KEEPS = "keeps"  # nothing owed is lost: an addition, a tightening, a title


@dataclass(frozen=True)
class Change:
    """One difference. `path` names what changed by section and keys; `field` is '' for a whole."""

    kind: ChangeKind
    path: tuple[str, ...]
    field: str
    before: Any
    after: Any
    effect: Effect


_Judge = Callable[[Any, Any], Effect]


def compare(old: Plan, new: Plan, add_working_days: AddWorkingDays = weekdays) -> list[Change]:
    """Differences from `old` to `new`, in the order of the plan file.

    Relative due dates are compared as the dates they come to in each batch.
    """
    return [
        *_fields(("plan",), old, new, dict.fromkeys(_PLAN_FIELDS, _keeps)),
        *_fields(("responsibilities",), old.responsibilities, new.responsibilities, {}),
        *_batches(old, new),
        *_things(("tasks",), old.tasks, new.tasks, {"title": _keeps, "title_en": _keeps}),
        *_requirements(old, new, add_working_days),
        *_malpractice(old, new),
        *_things(
            ("disposition_limits",), old.disposition_limits, new.disposition_limits, _OF_LIMITS
        ),
        *_things(
            ("closing_conditions",), old.closing_conditions, new.closing_conditions, _OF_CLOSING
        ),
    ]


def weakens(changes: list[Change]) -> list[Change]:
    """The changes by which somebody owes less than before."""
    return [change for change in changes if change.effect in (Effect.DROPS, Effect.WEAKENS)]


# How a changed field is judged. A field named nowhere is wording.


def _keeps(_before: Any, _after: Any) -> Effect:
    return Effect.KEEPS


def _wording(_before: Any, _after: Any) -> Effect:
    return Effect.WORDING


def _later(before: Any, after: Any) -> Effect:
    return Effect.WEAKENS if after > before else Effect.KEEPS


def _fewer(before: tuple[Any, ...], after: tuple[Any, ...]) -> Effect:
    return Effect.KEEPS if set(before) <= set(after) else Effect.WEAKENS


def _narrower(before: tuple[str, ...], after: tuple[str, ...]) -> Effect:
    """Organs of a category: none named means all."""
    if not after:
        return Effect.KEEPS
    return Effect.KEEPS if set(before or KINDS) <= set(after) else Effect.WEAKENS


def _action(_before: Action, after: Action) -> Effect:
    return Effect.WEAKENS if after is Action.OPTIONAL else Effect.KEEPS


def _quantity(before: int | None, after: int | None) -> Effect:
    return Effect.KEEPS if before is None or (after or 0) >= before else Effect.WEAKENS


def _evidence(before: tuple[Any, ...], after: tuple[Any, ...]) -> Effect:
    needed = {evidence.name for evidence in before if evidence.required}
    kept = {evidence.name for evidence in after if evidence.required}
    return Effect.KEEPS if needed <= kept else Effect.WEAKENS


def _units(before: Selector, after: Selector) -> Effect:
    lost = set(before.kinds_and_tiers()) - set(after.kinds_and_tiers())
    lost_places = after.places and not (before.places and set(before.places) <= set(after.places))
    lost_lines = after.lines and not (before.lines and set(before.lines) <= set(after.lines))
    return Effect.DROPS if lost or lost_places or lost_lines else Effect.KEEPS


def _gate(before: Any, after: Any) -> Effect:
    if before is None:
        return Effect.KEEPS
    if after is None:
        return Effect.DROPS
    weaker = (
        not set(before.criteria) <= set(after.criteria)
        or (before.decided_by, after.decided_by) == (Decider.UPPER_OFFICE, Decider.OWN_OFFICE)
        or after.required_by > before.required_by
    )
    return Effect.WEAKENS if weaker else Effect.KEEPS


def _check(before: Check, _after: Check) -> Effect:
    # A statement can be replaced by anything that the system itself can see.
    return Effect.KEEPS if before is Check.STATEMENT else Effect.WEAKENS


def _rate(before: Any, after: Any) -> Effect:
    if before is None or after is None:
        return Effect.KEEPS  # the change of `check` beside it is judged there
    counted = set(before.requirements) == set(after.requirements)
    same = counted and before.of == after.of
    return Effect.KEEPS if same and after.percent >= before.percent else Effect.WEAKENS


_PLAN_FIELDS = ("key", "title", "title_en", "issuer", "document_number", "kind", "parent")
_TITLES: Mapping[str, _Judge] = {"title": _keeps, "title_en": _keeps}
_OF_BATCHES: Mapping[str, _Judge] = {
    **_TITLES,
    "starts_on": _keeps,
    "ends_on": _later,
    "units": _units,
}
_OF_STAGES: Mapping[str, _Judge] = {
    **_TITLES,
    "starts_on": _keeps,
    "ends_on": _later,
    "gate": _gate,
}
_OF_REQUIREMENTS: Mapping[str, _Judge] = {
    **_TITLES,
    "task": _keeps,
    "stage": _keeps,
    "under": _keeps,
    "action": _action,
    "units": _units,
    "warn_days": _keeps,
    "escalate_days": _fewer,
    "evidence": _evidence,
    "indicator": _wording,
    "quantity": _quantity,
}
_OF_CATEGORIES: Mapping[str, _Judge] = {**_TITLES, "base": _keeps, "organs": _narrower}
_OF_LIMITS: Mapping[str, _Judge] = {**_TITLES, "days": _later}
_OF_CLOSING: Mapping[str, _Judge] = {**_TITLES, "check": _check, "rate": _rate}


def _batches(old: Plan, new: Plan) -> Iterator[Change]:
    yield from _things(("batches",), old.batches, new.batches, _OF_BATCHES, leave=("stages",))
    after = {batch.key: batch for batch in new.batches}
    for batch in old.batches:
        if batch.key in after:
            path = ("batches", batch.key, "stages")
            yield from _things(path, batch.stages, after[batch.key].stages, _OF_STAGES)


def _malpractice(old: Plan, new: Plan) -> Iterator[Change]:
    yield from _things(
        ("malpractice",), old.malpractice, new.malpractice, _OF_CATEGORIES, leave=("items",)
    )
    after = {category.key: category for category in new.malpractice}
    for category in old.malpractice:
        if category.key in after:
            path = ("malpractice", category.key, "items")
            yield from _things(path, category.items, after[category.key].items, _OF_CATEGORIES)


def _requirements(old: Plan, new: Plan, add_working_days: AddWorkingDays) -> Iterator[Change]:
    # When it is due is one question, whether said by a date or by a recurrence.
    yield from _things(
        ("requirements",),
        old.requirements,
        new.requirements,
        _OF_REQUIREMENTS,
        leave=("due", "legal_due", "recurrence"),
    )
    after = {requirement.key: requirement for requirement in new.requirements}
    for requirement in old.requirements:
        now = after.get(requirement.key)
        if now is None:
            continue
        effect = _dates(old, requirement, new, now, add_working_days)
        before, said = _said(requirement), _said(now)
        # A stage that moves takes the dates of its requirements along, unsaid in any of them.
        if before != said or effect is not Effect.KEEPS:
            path = ("requirements", requirement.key)
            yield Change(ChangeKind.CHANGED, path, "due", before, said, effect)


def _said(requirement: Requirement) -> tuple[Any, Any, Any]:
    return requirement.due, requirement.legal_due, requirement.recurrence


def _dates(
    old: Plan,
    before: Requirement,
    new: Plan,
    after: Requirement,
    add_working_days: AddWorkingDays,
) -> Effect:
    """Whether any batch loses an occurrence of the requirement, or gets it later."""
    batches = {batch.key: batch for batch in new.batches}
    effect = Effect.KEEPS
    for batch in old.batches:
        owed = occurrences(before, batch, add_working_days)
        bound = any(selects(before, batch, kind, tier) for kind in KINDS for tier in TIERS)
        if batch.key not in batches or not bound:
            continue  # a batch that is gone is a change of its own
        left = {one.key: one for one in occurrences(after, batches[batch.key], add_working_days)}
        for one in owed:
            now = left.get(one.key)
            if now is None:
                return Effect.DROPS
            longer = one.legal_on and (now.legal_on is None or now.legal_on > one.legal_on)
            if now.target_on > one.target_on or longer:
                effect = Effect.WEAKENS
    return effect


def _things(
    path: tuple[str, ...],
    old: tuple[Any, ...],
    new: tuple[Any, ...],
    judges: Mapping[str, _Judge],
    leave: tuple[str, ...] = (),
) -> Iterator[Change]:
    """Differences of two lists of things with keys."""
    after = {thing.key: thing for thing in new}
    for thing in old:
        at = (*path, thing.key)
        if thing.key not in after:
            yield Change(ChangeKind.REMOVED, at, "", thing, None, Effect.DROPS)
        else:
            yield from _fields(at, thing, after[thing.key], judges, leave)
    before = {thing.key for thing in old}
    for thing in new:
        if thing.key not in before:
            yield Change(ChangeKind.ADDED, (*path, thing.key), "", None, thing, Effect.KEEPS)


def _fields(
    path: tuple[str, ...],
    old: Any,
    new: Any,
    judges: Mapping[str, _Judge],
    leave: tuple[str, ...] = (),
) -> Iterator[Change]:
    """Fields that differ between two things of one kind, `leave` aside."""
    for field in fields(old):
        if field.name in leave or (path == ("plan",) and field.name not in judges):
            continue
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            effect = judges.get(field.name, _wording)(before, after)
            yield Change(ChangeKind.CHANGED, path, field.name, before, after, effect)
