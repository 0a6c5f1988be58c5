"""Writes a plan as YAML that people read and the reader reads back unchanged."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from .model import (
    EACH_UNIT,
    ESCALATE_DAYS,
    WARN_DAYS,
    Action,
    Batch,
    Category,
    ClosingCondition,
    Due,
    Evidence,
    Indicator,
    Item,
    Limit,
    Plan,
    Rate,
    Recurrence,
    Requirement,
    Responsibilities,
    Selector,
    Stage,
    Task,
)


class _Short(list[Any]):
    """A list written on one line."""


class _Row(dict[str, Any]):
    """A few short fields written on one line."""


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML calls it with the value
        return True  # the reader refuses aliases, so equal values are written out each time

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML passes it by position
        super().increase_indent(flow, indentless=False)


_Dumper.add_representer(
    _Short,
    lambda dumper, data: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", list(data), flow_style=True
    ),
)
_Dumper.add_representer(
    _Row,
    lambda dumper, data: dumper.represent_mapping(
        "tag:yaml.org,2002:map", dict(data), flow_style=True
    ),
)


def to_yaml(plan: Plan) -> str:
    """The plan as YAML: fields in the schema's order, what equals a default left out."""
    sections = as_fields(plan)
    return "\n".join(
        yaml.dump(
            {name: section},
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            default_flow_style=False,
            width=10**6,  # Chinese has no spaces to fold at
        )
        for name, section in sections.items()
    )


def as_fields(plan: Plan) -> dict[str, Any]:
    """The plan as the plain fields of a plan file, dates as dates."""
    return _given(
        plan=_given(
            key=plan.key,
            title=plan.title,
            title_en=plan.title_en,
            version=plan.version,
            issuer=plan.issuer,
            document_number=plan.document_number,
            issued_on=plan.issued_on,
            kind=plan.kind.value,
            parent=plan.parent,
        ),
        responsibilities=_responsibilities(plan.responsibilities),
        batches=[_batch(batch) for batch in plan.batches],
        tasks=[_task(task) for task in plan.tasks],
        requirements=[_requirement(requirement) for requirement in plan.requirements],
        malpractice=[_category(category) for category in plan.malpractice],
        disposition_limits=[_limit(limit) for limit in plan.disposition_limits],
        closing_conditions=[_closing(condition) for condition in plan.closing_conditions],
    )


def _given(**fields: Any) -> dict[str, Any]:
    """The fields that say something: neither empty nor missing."""
    return {
        name: value for name, value in fields.items() if value not in (None, "", [], {}, _Short())
    }


def _responsibilities(held: Responsibilities) -> dict[str, Any]:
    return _given(
        principal=held.principal,
        first=held.first,
        direct=held.direct,
        line_guidance=held.line_guidance,
        coordinating=held.coordinating,
        supervising=held.supervising,
    )


def _selector(units: Selector) -> dict[str, Any]:
    return _Row(
        _given(
            tiers=_Short(units.tiers),
            kinds=_Short(units.kinds),
            places=_Short(units.places),
            lines=_Short(units.lines),
        )
    )


def _batch(batch: Batch) -> dict[str, Any]:
    fields = _given(key=batch.key, title=batch.title, title_en=batch.title_en)
    return {
        **fields,
        "from": batch.starts_on,
        "to": batch.ends_on,
        "units": _selector(batch.units),
        "stages": [_stage(stage) for stage in batch.stages],
    }


def _stage(stage: Stage) -> dict[str, Any]:
    gate = stage.gate
    return _given(
        key=stage.key,
        title=stage.title,
        title_en=stage.title_en,
        starts_on=stage.starts_on,
        ends_on=stage.ends_on,
        gate={
            "criteria": list(gate.criteria),
            "decided_by": gate.decided_by.value,
            "required_by": gate.required_by,
        }
        if gate
        else None,
    )


def _task(task: Task) -> dict[str, Any]:
    return _given(
        key=task.key,
        title=task.title,
        title_en=task.title_en,
        stage=task.stage,
        under=task.under,
        note=task.note,
    )


def _requirement(requirement: Requirement) -> dict[str, Any]:
    fields = _given(
        key=requirement.key,
        task=requirement.task,
        stage=requirement.stage,
        under=requirement.under,
        title=requirement.title,
        title_en=requirement.title_en,
        standard=requirement.standard,
        action=_unless(requirement.action.value, Action.PRESCRIBED.value),
        units=_selector(requirement.units),
        lead=_unless(requirement.lead, EACH_UNIT),
        support=_Short(requirement.support),
        due=_due(requirement.due),
        legal_due=_due(requirement.legal_due),
    )
    # An empty list of days differs from the default, so it is written.
    if requirement.warn_days != WARN_DAYS:
        fields["warn_days"] = _Short(requirement.warn_days)
    if requirement.escalate_days != ESCALATE_DAYS:
        fields["escalate_days"] = _Short(requirement.escalate_days)
    return fields | _given(
        evidence=[_evidence(evidence) for evidence in requirement.evidence],
        indicator=_indicator(requirement.indicator),
        quantity=requirement.quantity,
        recurrence=_recurrence(requirement.recurrence),
    )


def _unless(value: str, default: str) -> str:
    return "" if value == default else value


def _due(due: Due | None) -> dict[str, Any] | None:
    if due is None:
        return None
    if due.event is None:
        return _Row(on=due.on)
    return _Row(after=_Row(event=due.event.value, days=due.days, unit=due.unit.value))


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return (
        _Row(name=evidence.name) if evidence.required else _Row(name=evidence.name, required=False)
    )


def _indicator(indicator: Indicator | None) -> dict[str, Any] | None:
    if indicator is None:
        return None
    return _Row(
        _given(
            key=indicator.key,
            title=indicator.title,
            title_en=indicator.title_en,
            unit_of_count=indicator.unit_of_count,
            kind=indicator.kind.value,
        )
    )


def _recurrence(recurrence: Recurrence | None) -> dict[str, Any] | None:
    if recurrence is None:
        return None
    dates: dict[str, date | None] = {"from": recurrence.starts_on, "until": recurrence.until}
    return _Row(every=recurrence.every.value, day=recurrence.day, **_given(**dates))


def _category(category: Category) -> dict[str, Any]:
    return _given(
        key=category.key,
        title=category.title,
        title_en=category.title_en,
        base=category.base,
        organs=_Short(category.organs),
        items=[_item(item) for item in category.items],
    )


def _item(item: Item) -> dict[str, Any]:
    return _Row(
        _given(key=item.key, title=item.title, title_en=item.title_en, organs=_Short(item.organs))
    )


def _limit(limit: Limit) -> dict[str, Any]:
    return _given(
        key=limit.key,
        title=limit.title,
        title_en=limit.title_en,
        days=limit.days,
        unit=limit.unit.value,
        source=limit.source,
    )


def _closing(condition: ClosingCondition) -> dict[str, Any]:
    return _given(
        key=condition.key,
        title=condition.title,
        title_en=condition.title_en,
        check=condition.check.value,
        rate=_rate(condition.rate),
    )


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return _Row(
        _given(of=rate.of.value, percent=rate.percent, requirements=_Short(rate.requirements))
    )
