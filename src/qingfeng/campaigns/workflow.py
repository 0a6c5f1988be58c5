"""The life of a duty: to do, in progress, reported, returned, accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import Assignment, AssignmentState, CampaignState, Report
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.policy import CampaignAction, DutyAction, campaigns, duties
from qingfeng.core import clock
from qingfeng.core.actor import Actor
from qingfeng.core.attachments import attach
from qingfeng.core.errors import Refused
from qingfeng.core.models.clocked import ClockUnit
from qingfeng.core.workflow import NOTE, REASON, Ask, Guard, Kind, Move, Moved, Moving, Workflow
from qingfeng.orgs.models import Unit
from qingfeng.orgs.models.units import nodes_of
from qingfeng.tallies.services import Delta
from qingfeng.tallies.services import add as add_deltas
from qingfeng.trail import EventKind

State = AssignmentState

#: Working days a reviewer has [D]; a reported duty is due on the reviewer's date.
REVIEW_DAYS = 5
#: Shortest text that says something; an empty report cannot be submitted.
SHORTEST_REPORT = 10

STARTED = EventKind("assignment.started", gettext_lazy("started work on the duty"))
REPORTED = EventKind("assignment.reported", gettext_lazy("reported the duty"))
RECALLED = EventKind("assignment.recalled", gettext_lazy("took the report back"))
RETURNED = EventKind("assignment.returned", gettext_lazy("returned the report"))
ACCEPTED = EventKind("assignment.accepted", gettext_lazy("accepted the report"))
REOPENED = EventKind("assignment.reopened", gettext_lazy("reopened the duty"))
CARRIED = EventKind("assignment.carried", gettext_lazy("carried the duty over"))
CARRIED_HERE = EventKind(
    "assignment.carried_here", gettext_lazy("carried the duty over from an earlier batch")
)
WITHDRAWN = EventKind("assignment.withdrawn", gettext_lazy("withdrew the duty"))


def _not_the_reporter(actor: Actor, duty: Assignment) -> bool:
    return bool(duty.reported_by != actor.id)


ANOTHER_PERSON = Guard[Assignment](
    "another_person",
    _not_the_reporter,
    gettext_lazy("Whoever reported cannot accept; another person must."),
)
OWN_REPORT = Guard[Assignment](
    "own_report",
    lambda actor, duty: duty.reported_by == actor.id,
    gettext_lazy("Only whoever reported takes the report back."),
)


def _report(moving: Moving[Assignment]) -> Mapping[str, Any]:
    duty, answers = moving.record, moving.answers
    text = str(answers.get("text") or "").strip()
    if len(text) < SHORTEST_REPORT:
        raise Refused(
            _("The report says too little; write what was done, at least %s characters.")
            % SHORTEST_REPORT,
            field="text",
        )
    quantity = answers.get("quantity")
    requirement = duty.requirement
    if requirement is not None and requirement.quantity is not None and quantity is None:
        raise Refused(
            _("The plan asks for a quantity (%(quantity)s %(unit)s); give what was reached.")
            % {"quantity": requirement.quantity, "unit": requirement.unit_of_count},
            field="quantity",
        )
    files = attach(duty, answers.get("files") or [], actor=moving.actor)
    if requirement is not None and requirement.needs_evidence and not files:
        earlier = duty.reports.exclude(files=[]).exists()
        if not earlier:
            names = "、".join(item["name"] for item in requirement.evidence if item["required"])
            raise Refused(_("Evidence is missing: %s.") % names, field="files")
    Report.objects.create(
        assignment=duty,
        text=text,
        quantity=quantity,
        files=[{"id": file.pk, "name": file.name, "sha256": file.sha256} for file in files],
        by=moving.actor.id,
        at=moving.now,
    )
    review_on, _provisional = clock.after(moving.today, REVIEW_DAYS, ClockUnit.WORKING)
    return {
        "reported_by": moving.actor.id,
        "reported_on": moving.today,
        "quantity": quantity,
        **clock.waiting(review_on),
    }


def _recall(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(moving.record, moving.today, reported_by=None, reported_on=None)


def _return(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(moving.record, moving.today, decided_by=moving.actor.id)


def _accept(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return {
        "decided_by": moving.actor.id,
        "is_on_time": _was_on_time(moving.record, moving.today),
        **clock.stopped(moving.today),
    }


def _was_on_time(duty: Assignment, today: date) -> bool:
    limit = duty.legal_on or duty.target_on
    return limit is None or (duty.reported_on or today) <= limit


def _reopen(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.running(
        moving.record, moving.today, stopped_on=None, is_on_time=None, decided_by=moving.actor.id
    )


def _withdraw(moving: Moving[Assignment]) -> Mapping[str, Any]:
    return clock.stopped(moving.today)


def _carry(moving: Moving[Assignment]) -> Mapping[str, Any]:
    duty = moving.record
    target = campaigns.get(moving.actor, CampaignAction.ISSUE, pk=moving.answers["campaign"])
    if target.pk == duty.campaign_id or target.state != CampaignState.RUNNING:
        raise Refused(_("Choose another campaign that runs."), field="campaign")
    following = begin(
        unit=duty.unit,
        campaign=target,
        requirement=duty.requirement,
        title=duty.title,
        occurrence=duty.occurrence,
        carried_from=duty,
        target_on=moving.answers["until_on"],
        legal_on=moving.answers["until_on"],
    )
    CARRIED_HERE.record(
        actor=moving.actor.id,
        subject=following.subject,
        unit=duty.unit_id,
        data={"from": duty.pk},
        at=moving.now,
    )
    return clock.stopped(moving.today)


def _running_campaigns(duty: Assignment | None, actor: Actor) -> list[tuple[str, str]]:
    rows = campaigns.scope(actor, CampaignAction.ISSUE).filter(state=CampaignState.RUNNING)
    if duty is not None:
        rows = rows.exclude(pk=duty.campaign_id)
    return [(str(one.pk), str(one)) for one in rows]


def begin(*, unit: Unit, **fields: Any) -> Assignment:
    """Write one duty of a unit, its clock running and its tallies counted; within a command."""
    today = timezone.localdate()
    duty = Assignment(unit=unit, **unit.placed(), **fields)
    duty.started_on = duty.started_on or today
    for name, value in clock.running(duty, today).items():
        setattr(duty, name, value)
    duty.save()
    add_deltas(
        Delta(duty.campaign_id, indicator, unit.pk, unit.nodes(), today, 1)
        for indicator in ("duty.assigned", f"duty.{AssignmentState(duty.state)}")
    )
    return duty


def count(moved: Sequence[Moved[Assignment]]) -> Iterable[Delta]:
    """What a move adds to the tallies: one less in the old state, one more in the new."""
    for one in moved:
        if one.before == one.after:
            continue
        duty = one.record
        nodes = nodes_of(
            duty.unit_id, duty.kind, duty.province_id, duty.prefecture_id, duty.county_id
        )
        day = timezone.localdate(one.at)
        changes = {f"duty.{one.before}": -1, f"duty.{one.after}": 1}
        if one.after == State.ACCEPTED and duty.is_on_time:
            changes["duty.on_time"] = 1
        elif one.before == State.ACCEPTED and _was_on_time(duty, day):
            changes["duty.on_time"] = -1
        for indicator, value in changes.items():
            yield Delta(duty.campaign_id, indicator, duty.unit_id, nodes, day, value)


TEXT = Ask("text", gettext_lazy("What was done, with what effect"), "long", required=True,
           bulk=False)  # fmt: skip
QUANTITY = Ask("quantity", gettext_lazy("Quantity reached"), "number", bulk=False)
FILES = Ask("files", gettext_lazy("Evidence"), "files", bulk=False,
            hint=gettext_lazy("Documents, tables, pictures; up to 20 MB each."))  # fmt: skip

TO_CAMPAIGN = Ask(
    "campaign", gettext_lazy("Into which campaign"), "choice", required=True,
    choices=_running_campaigns,
)  # fmt: skip
UNTIL = Ask("until_on", gettext_lazy("New deadline"), "date", required=True)

life = Workflow(
    policy=duties,
    states=AssignmentState,
    kinds={
        State.TODO: Kind.IDLE,
        State.DOING: Kind.ACTIVE,
        State.REPORTED: Kind.WAIT,
        State.RETURNED: Kind.BACK,
        State.ACCEPTED: Kind.DONE,
        State.CARRIED: Kind.DONE,
        State.WITHDRAWN: Kind.DONE,
    },
    initial=State.TODO,
    moves=[
        Move("start", [State.TODO], State.DOING, DutyAction.REPORT, STARTED,
             gettext_lazy("Start work")),
        Move("report", OPEN_STATES, State.REPORTED, DutyAction.REPORT, REPORTED,
             gettext_lazy("Report completion"), guards=(clock.IS_RUNNING,), effect=_report,
             asks=(TEXT, QUANTITY, FILES), forward=True),
        Move("recall", [State.REPORTED], State.DOING, DutyAction.REPORT, RECALLED,
             gettext_lazy("Take the report back"), guards=(OWN_REPORT,), effect=_recall,
             asks=(NOTE,)),
        Move("accept", [State.REPORTED], State.ACCEPTED, DutyAction.REVIEW, ACCEPTED,
             gettext_lazy("Accept the report"), guards=(ANOTHER_PERSON,), effect=_accept,
             asks=(NOTE,), forward=True),
        Move("return", [State.REPORTED], State.RETURNED, DutyAction.REVIEW, RETURNED,
             gettext_lazy("Return the report"), guards=(ANOTHER_PERSON,), effect=_return,
             asks=(REASON,)),
        Move("reopen", [State.ACCEPTED], State.RETURNED, DutyAction.GUIDE, REOPENED,
             gettext_lazy("Reopen the duty"), effect=_reopen, asks=(REASON,)),
        Move("withdraw", OPEN_STATES, State.WITHDRAWN, DutyAction.AMEND, WITHDRAWN,
             gettext_lazy("Withdraw the duty"), effect=_withdraw, asks=(REASON,)),
        Move(
            "carry",
            OPEN_STATES,
            State.CARRIED,
            DutyAction.AMEND,
            CARRIED,
            gettext_lazy("Carry over"),
            effect=_carry,
            asks=(TO_CAMPAIGN, UNTIL),
        ),
        *clock.clock_moves(OPEN_STATES, asks=DutyAction.REPORT, decides=DutyAction.GUIDE),
    ],
    counts=count,
    related=("requirement", "unit"),
)  # fmt: skip
