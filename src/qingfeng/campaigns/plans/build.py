"""Checked values become a `Plan`: every field put where it belongs, dates as dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from .model import (
    EACH_UNIT,
    ESCALATE_DAYS,
    WARN_DAYS,
    Action,
    Batch,
    Category,
    Check,
    ClosingCondition,
    Counting,
    DayUnit,
    Decider,
    Due,
    DueEvent,
    Every,
    Evidence,
    Gate,
    Indicator,
    Item,
    Limit,
    Plan,
    PlanKind,
    Rate,
    RateOf,
    Recurrence,
    Requirement,
    Responsibilities,
    Selector,
    Stage,
    Task,
)

Fields = Mapping[str, Any]


def plan(value: Fields) -> Plan:
    """The plan that these values, already valid by the schema, describe."""
    head = value["plan"]
    return Plan(
        key=head["key"],
        title=head["title"],
        title_en=head.get("title_en", ""),
        version=head["version"],
        issuer=head["issuer"],
        document_number=head.get("document_number", ""),
        issued_on=_date(head.get("issued_on")),
        kind=PlanKind(head["kind"]),
        parent=head.get("parent", ""),
        responsibilities=Responsibilities(**value.get("responsibilities", {})),
        batches=tuple(_batch(item) for item in value["batches"]),
        tasks=tuple(Task(**item) for item in value["tasks"]),
        requirements=tuple(_requirement(item) for item in value["requirements"]),
        malpractice=tuple(_category(item) for item in value.get("malpractice", ())),
        disposition_limits=tuple(_limit(item) for item in value.get("disposition_limits", ())),
        closing_conditions=tuple(_closing(item) for item in value.get("closing_conditions", ())),
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _selector(value: Fields) -> Selector:
    return Selector(**{field: tuple(names) for field, names in value.items()})


def _batch(value: Fields) -> Batch:
    return Batch(
        key=value["key"],
        title=value["title"],
        title_en=value.get("title_en", ""),
        starts_on=date.fromisoformat(value["from"]),
        ends_on=date.fromisoformat(value["to"]),
        units=_selector(value["units"]),
        stages=tuple(_stage(item) for item in value["stages"]),
    )


def _stage(value: Fields) -> Stage:
    gate = value.get("gate")
    return Stage(
        key=value["key"],
        title=value["title"],
        title_en=value.get("title_en", ""),
        starts_on=date.fromisoformat(value["starts_on"]),
        ends_on=date.fromisoformat(value["ends_on"]),
        gate=Gate(
            criteria=tuple(gate["criteria"]),
            decided_by=Decider(gate["decided_by"]),
            required_by=date.fromisoformat(gate["required_by"]),
        )
        if gate
        else None,
    )


def _requirement(value: Fields) -> Requirement:
    indicator = value.get("indicator")
    recurrence = value.get("recurrence")
    return Requirement(
        key=value["key"],
        task=value["task"],
        stage=value["stage"],
        title=value["title"],
        standard=value["standard"],
        title_en=value.get("title_en", ""),
        under=value.get("under", ""),
        action=Action(value.get("action", Action.PRESCRIBED)),
        units=_selector(value.get("units", {})),
        lead=value.get("lead", EACH_UNIT),
        support=tuple(value.get("support", ())),
        due=_due(value.get("due")),
        legal_due=_due(value.get("legal_due")),
        warn_days=tuple(value.get("warn_days", WARN_DAYS)),
        escalate_days=tuple(value.get("escalate_days", ESCALATE_DAYS)),
        evidence=tuple(Evidence(**item) for item in value.get("evidence", ())),
        indicator=Indicator(**{**indicator, "kind": Counting(indicator["kind"])})
        if indicator
        else None,
        quantity=value.get("quantity"),
        recurrence=Recurrence(
            every=Every(recurrence["every"]),
            day=recurrence["day"],
            until=date.fromisoformat(recurrence["until"]),
            starts_on=_date(recurrence.get("from")),
        )
        if recurrence
        else None,
    )


def _due(value: Fields | None) -> Due | None:
    if value is None:
        return None
    if "on" in value:
        return Due(on=date.fromisoformat(value["on"]))
    after = value["after"]
    return Due(event=DueEvent(after["event"]), days=after["days"], unit=DayUnit(after["unit"]))


def _category(value: Fields) -> Category:
    return Category(
        key=value["key"],
        title=value["title"],
        title_en=value.get("title_en", ""),
        base=value["base"],
        organs=tuple(value.get("organs", ())),
        items=tuple(
            Item(**{**item, "organs": tuple(item.get("organs", ()))}) for item in value["items"]
        ),
    )


def _limit(value: Fields) -> Limit:
    return Limit(**{**value, "unit": DayUnit(value["unit"])})


def _closing(value: Fields) -> ClosingCondition:
    rate = value.get("rate")
    return ClosingCondition(
        key=value["key"],
        title=value["title"],
        title_en=value.get("title_en", ""),
        check=Check(value["check"]),
        rate=Rate(
            of=RateOf(rate["of"]),
            percent=rate["percent"],
            requirements=tuple(rate.get("requirements", ())),
        )
        if rate
        else None,
    )
