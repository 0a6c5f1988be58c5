"""Columns of the register of duties."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from qingfeng.campaigns.models import Assignment
from qingfeng.core.columns import Column
from qingfeng.core.people import name_of


def _standard(duty: Assignment) -> str:
    return duty.requirement.standard if duty.requirement else ""


def _evidence(duty: Assignment) -> str:
    if duty.requirement is None:
        return ""
    return "、".join(one["name"] for one in duty.requirement.evidence)


def _quantity(duty: Assignment) -> Any:
    requirement = duty.requirement
    if requirement is None or requirement.quantity is None:
        return duty.quantity
    reached = "—" if duty.quantity is None else duty.quantity
    return f"{reached} / {requirement.quantity} {requirement.unit_of_count}"


DUTY = Column("duty", _("Duty"), value=str)
UNIT = Column("unit", _("Unit"), value=lambda duty: duty.unit.label)
DEADLINE = Column("due_on", _("Deadline"), "clock")
STATE = Column("state", _("State"), "state")
TASK = Column(
    "task", _("Task"), value=lambda duty: str(duty.requirement.task) if duty.requirement else ""
)
STAGE = Column("stage", _("Stage"), value=lambda duty: str(duty.stage or ""), in_list=False)
REPORTED = Column("reported_on", _("Reported"), "date")

duty_columns = [DUTY, DEADLINE, STATE, UNIT, TASK, STAGE, REPORTED]

duty_facts = [
    Column("unit", _("Unit"), value=lambda duty: str(duty.unit)),
    Column("campaign", _("Campaign"), value=lambda duty: str(duty.campaign)),
    TASK,
    STAGE,
    Column("standard", _("Standard"), "long", value=_standard),
    Column("evidence", _("Evidence asked for"), value=_evidence),
    Column("quantity", _("Quantity"), value=_quantity),
    Column("target_on", _("Target date"), "date"),
    Column("legal_on", _("Latest date"), "date"),
    Column(
        "is_optional",
        _("Action"),
        value=lambda duty: _("optional") if duty.requirement and duty.requirement.is_optional
        else _("prescribed"),
    ),
    Column(
        "reported_by",
        _("Reported by"),
        value=lambda duty: name_of(duty.reported_by) if duty.reported_by else "",
    ),
    Column("reported_on", _("Reported"), "date"),
    Column(
        "carried_from",
        _("Carried over from"),
        value=lambda duty: str(duty.carried_from.campaign) if duty.carried_from else "",
    ),
]  # fmt: skip
