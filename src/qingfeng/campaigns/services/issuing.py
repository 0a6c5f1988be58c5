"""Issuing a plan, amending it, and laying it out into the duties of every unit.

The laying out (cascade) runs in chunks of units, each a transaction of its own, and stays
invisible until its one batch row is finished. One that was cut off goes on behind its last unit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import (
    Assignment,
    AssignmentState,
    Batch,
    Campaign,
    Cascade,
    PlanVersion,
    Requirement,
    Stage,
    Task,
)
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.plans import model as plans
from qingfeng.campaigns.plans.compare import Change, ChangeKind, compare
from qingfeng.campaigns.plans.reader import read
from qingfeng.campaigns.policy import CampaignAction, campaigns
from qingfeng.campaigns.services.layout import Layout
from qingfeng.core import clock
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command, in_chunks
from qingfeng.core.errors import Refused
from qingfeng.core.models.clocked import NEVER
from qingfeng.orgs.models import Unit
from qingfeng.orgs.models.units import nodes_of
from qingfeng.tallies.services import Delta
from qingfeng.tallies.services import add as add_deltas
from qingfeng.trail import EventKind, bulk

PLAN_ISSUED = EventKind("campaign.issued", gettext_lazy("issued the plan"))
PLAN_AMENDED = EventKind("campaign.amended", gettext_lazy("amended the plan"))
CASCADED = EventKind("campaign.cascaded", gettext_lazy("laid the plan out to the units"))
ASSIGNED = EventKind("assignment.assigned", gettext_lazy("assigned the duty"))
REDATED = EventKind("assignment.redated", gettext_lazy("changed the dates by amending the plan"))
DROPPED = EventKind("assignment.dropped", gettext_lazy("withdrew the duty by amending the plan"))

Tell = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


# -- issuing ----------------------------------------------------------------------------------


def issue_plan(
    text: str, *, actor: Actor, issued_by: Unit, name: str = "plan", tell: Tell = _silent
) -> Campaign:
    """Open a campaign from a plan file and lay it out to every unit it selects.

    Args:
        text: the plan file.
        actor: who issues it; the campaign office of ``issued_by``.
        issued_by: the unit whose plan it is.
        name: the file's name, for messages.
        tell: told of (units done, units in all) after each chunk.

    Raises:
        PlanErrors: the file has mistakes; nothing is stored.
        Refused: the campaign is open already, or its parent is not.
    """
    plan = read(text, name=name)
    cascade = _open(plan=plan, text=text, actor=actor, issued_by=issued_by)
    resume_cascade(cascade, actor=actor, tell=tell)
    return cascade.campaign


@command
def _open(*, plan: plans.Plan, text: str, actor: Actor, issued_by: Unit) -> Cascade:
    if Campaign.objects.filter(key=plan.key).exists():
        raise Refused(
            _("A campaign “%s” is open already; amend its plan, or give the new one another key.")
            % plan.key,
            field="key",
        )
    parent = None
    if plan.parent:
        parent = Campaign.objects.filter(key=plan.parent).first()
        if parent is None:
            raise Refused(
                _("The plan is part of “%s”, which is not issued; issue that first.") % plan.parent,
                field="parent",
            )
    campaign = Campaign.objects.create(
        key=plan.key,
        title=plan.title,
        title_en=plan.title_en,
        kind=plan.kind,
        parent=parent,
        issued_by=issued_by,
        number=plan.document_number,
        starts_on=min(batch.starts_on for batch in plan.batches),
        ends_on=max(batch.ends_on for batch in plan.batches),
    )
    campaigns.check(actor, CampaignAction.ISSUE, campaign)
    _write_plan(campaign, plan, text, actor)
    PLAN_ISSUED.record(
        actor=actor.id,
        subject=campaign.subject,
        unit=issued_by.pk,
        data={"version": plan.version, "sha256": hashlib.sha256(text.encode()).hexdigest()},
    )
    return Cascade.objects.create(
        campaign=campaign, version=plan.version, by=actor.id, started_at=timezone.now()
    )


def _write_plan(campaign: Campaign, plan: plans.Plan, text: str, actor: Actor) -> None:
    """Keep the plan's text, and write its parts by key: new ones made, present ones changed."""
    PlanVersion.objects.create(
        campaign=campaign,
        version=plan.version,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        issued_by=actor.id,
        issued_at=timezone.now(),
    )
    for batch in plan.batches:
        row, _made = Batch.objects.update_or_create(
            campaign=campaign,
            key=batch.key,
            defaults={
                "title": batch.title, "title_en": batch.title_en,
                "starts_on": batch.starts_on, "ends_on": batch.ends_on,
            },
        )  # fmt: skip
        for stage in batch.stages:
            gate = stage.gate
            Stage.objects.update_or_create(
                batch=row,
                key=stage.key,
                defaults={
                    "title": stage.title, "title_en": stage.title_en,
                    "starts_on": stage.starts_on, "ends_on": stage.ends_on,
                    "gate_criteria": list(gate.criteria) if gate else [],
                    "gate_by_upper": gate is None or gate.decided_by == plans.Decider.UPPER_OFFICE,
                    "gate_required_by": gate.required_by if gate else None,
                },
            )  # fmt: skip
    tasks: dict[str, Task] = {}
    for order, task in enumerate(plan.tasks):
        tasks[task.key], _made = Task.objects.update_or_create(
            campaign=campaign,
            key=task.key,
            defaults={
                "title": task.title, "title_en": task.title_en, "stage_key": task.stage,
                "note": task.note, "order": order,
            },
        )  # fmt: skip
    for task in plan.tasks:
        if task.under:
            Task.objects.filter(pk=tasks[task.key].pk).update(under=tasks[task.under])
    for order, item in enumerate(plan.requirements):
        Requirement.objects.update_or_create(
            campaign=campaign,
            key=item.key,
            defaults={
                "task": tasks[item.task], "title": item.title, "title_en": item.title_en,
                "standard": item.standard, "is_optional": item.action == plans.Action.OPTIONAL,
                "lead": item.lead, "support": list(item.support),
                "evidence": [
                    {"name": one.name, "required": one.required} for one in item.evidence
                ],
                "indicator": item.indicator.key if item.indicator else "",
                "indicator_title": item.indicator.title if item.indicator else "",
                "unit_of_count": item.indicator.unit_of_count if item.indicator else "",
                "quantity": item.quantity, "warn_days": list(item.warn_days),
                "escalate_days": list(item.escalate_days), "order": order,
            },
        )  # fmt: skip
    Requirement.objects.filter(campaign=campaign).exclude(
        key__in=[item.key for item in plan.requirements]
    ).update(is_withdrawn=True)


# -- laying out ---------------------------------------------------------------------------------


COLUMNS = (
    "id", "version", "campaign_id", "stage_id", "requirement_id", "unit_id", "occurrence",
    "title", "state", "cascade_id", "kind", "tier", "province_id", "prefecture_id", "county_id",
    "clock_unit", "started_on", "target_on", "legal_on", "due_on", "is_provisional",
    "suspended_on", "stopped_on", "alarm_on", "alarm_step",
)  # fmt: skip


def units_of(layout: Layout, behind: int) -> list[int]:
    """The open units the plan may bind, in the order in which they are laid out."""
    kinds = {kind for kind, _tier in layout.by_kind}
    tiers = {tier for _kind, tier in layout.by_kind}
    rows = Unit.objects.filter(
        pk__gt=behind, closed_on=None, kind__in=kinds, tier__in=tiers
    ).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def resume_cascade(cascade: Cascade, *, actor: Actor, tell: Tell = _silent) -> Cascade:
    """Lay out the rest of a cascade, and make it visible when all is there.

    It can be called again after any interruption; units done are not done twice.
    """
    if cascade.finished_at is not None:
        return cascade
    campaign = cascade.campaign
    version = campaign.versions.get(version=cascade.version)
    plan = read(version.text, name=campaign.key)
    added: set[str] | None = None
    earlier = campaign.versions.filter(version__lt=cascade.version).order_by("-version").first()
    if earlier is not None:
        change = compare(read(earlier.text, name="before"), plan)
        _follow(campaign, plan, change, actor)
        added = _keys(change, ChangeKind.ADDED)
    layout = Layout(campaign, plan, added)
    units = units_of(layout, cascade.last_unit)
    done = 0

    def work(ids: Sequence[int]) -> int:
        return lay_out(actor=actor, cascade=cascade, layout=layout, ids=ids)

    for chunk in in_chunks(units, work, first=20, least=1):
        done += chunk
        tell(done, len(units))
    finish_cascade(actor=actor, cascade=cascade)
    cascade.refresh_from_db()
    return cascade


def _keys(changes: Sequence[Change], kind: ChangeKind) -> set[str]:
    """The requirements that were added, removed or changed between two versions."""
    return {
        change.path[1]
        for change in changes
        if change.kind == kind and change.path[0] == "requirements" and len(change.path) > 1
    }


@command
def lay_out(*, actor: Actor, cascade: Cascade, layout: Layout, ids: Sequence[int]) -> int:
    """Lay the plan out to some units: rows, events and deltas in one transaction."""
    campaigns.check(actor, CampaignAction.ISSUE, cascade.campaign)
    now = timezone.now()
    today = timezone.localdate(now)
    units = list(Unit.objects.filter(pk__in=ids).order_by("pk"))
    wanted = [(unit, list(layout.duties_of(unit))) for unit in units]
    count = sum(len(duties) for _unit, duties in wanted)
    numbers = iter(bulk.reserve_ids(Assignment, count))
    rows: list[tuple[Any, ...]] = []
    told: list[tuple[int, int, dict[str, Any]]] = []
    deltas: list[Delta] = []
    for unit, duties in wanted:
        place = (unit.kind, unit.tier, unit.province_id, unit.prefecture_id, unit.county_id)
        for duty in duties:
            number = next(numbers)
            rows.append(
                (number, 1, cascade.campaign_id, duty.stage, duty.requirement, unit.pk,
                 duty.occurrence, "", "todo", cascade.pk, *place, duty.unit, duty.starts_on,
                 duty.target_on, duty.legal_on, duty.due_on, duty.is_provisional, None, None,
                 duty.alarm_on, duty.alarm_step)
            )  # fmt: skip
            told.append((number, unit.pk, {"requirement": duty.requirement}))
        if duties:
            nodes = nodes_of(
                unit.pk, unit.kind, unit.province_id, unit.prefecture_id, unit.county_id
            )
            for indicator in ("duty.assigned", "duty.todo"):
                deltas.append(
                    Delta(cascade.campaign_id, indicator, unit.pk, nodes, today, len(duties))
                )
    bulk.insert(Assignment, COLUMNS, rows)
    if told:
        ASSIGNED.record_many(actor=actor.id, ledger="assignment", rows=told, at=now)
    else:
        CASCADED.record(actor=actor.id, subject=cascade.campaign.subject, unit=None, data={})
    add_deltas(deltas)
    Cascade.objects.filter(pk=cascade.pk).update(last_unit=max(ids), total=F("total") + len(rows))
    return len(units)


@command
def finish_cascade(*, actor: Actor, cascade: Cascade) -> None:
    """Make a cascade visible: one row says that all of it is there."""
    campaigns.check(actor, CampaignAction.ISSUE, cascade.campaign)
    Cascade.objects.filter(pk=cascade.pk).update(finished_at=timezone.now())
    cascade.refresh_from_db()
    CASCADED.record(
        actor=actor.id,
        subject=cascade.campaign.subject,
        unit=cascade.campaign.issued_by_id,
        data={"version": cascade.version, "assignments": cascade.total},
    )


# -- amending -----------------------------------------------------------------------------------


def amend_plan(
    campaign: Campaign, text: str, *, actor: Actor, name: str = "plan", tell: Tell = _silent
) -> Campaign:
    """Issue the next version of a plan: new duties are laid out, dates follow, work stays.

    A requirement taken out withdraws its unfinished duties; what was reported or accepted keeps.

    Raises:
        PlanErrors: the file has mistakes.
        Refused: another campaign's plan, or not the next version.
    """
    plan = read(text, name=name)
    cascade = _amend(campaign=campaign, plan=plan, text=text, actor=actor)
    resume_cascade(cascade, actor=actor, tell=tell)
    return campaign


def _follow(campaign: Campaign, plan: plans.Plan, change: Sequence[Change], actor: Actor) -> None:
    """Let unfinished duties follow a new version; doing it twice does no more than once."""
    layout = Layout(campaign, plan)
    for kind, work in ((ChangeKind.CHANGED, _redate), (ChangeKind.REMOVED, _drop)):
        keys = _keys(change, kind)
        if kind == ChangeKind.CHANGED and any(one.path[0] == "batches" for one in change):
            keys = {item.key for item in plan.requirements}  # a stage takes its dates along
        ids = list(
            Assignment.objects.filter(
                requirement__campaign=campaign, requirement__key__in=keys,
                state__in=OPEN_STATES,
            ).values_list("pk", flat=True)
        )  # fmt: skip

        def run(some: Sequence[int], work: Any = work) -> None:
            work(actor=actor, campaign=campaign, layout=layout, ids=some)

        for _chunk in in_chunks(ids, run):
            pass


@command
def _amend(*, campaign: Campaign, plan: plans.Plan, text: str, actor: Actor) -> Cascade:
    campaigns.check(actor, CampaignAction.ISSUE, campaign)
    if plan.key != campaign.key:
        raise Refused(
            _("This is the plan of “%(other)s”, not of “%(key)s”.")
            % {"other": plan.key, "key": campaign.key},
            field="key",
        )
    if Cascade.objects.filter(campaign=campaign, finished_at=None).exists():
        raise Refused(_("The present version is still being laid out; wait until it is finished."))
    last = campaign.versions.order_by("-version").first()
    assert last is not None, "a campaign has the plan it was issued with"
    if plan.version != last.version + 1:
        raise Refused(
            _("The next version is %(next)s, the file says %(version)s.")
            % {"next": last.version + 1, "version": plan.version},
            field="version",
        )
    _write_plan(campaign, plan, text, actor)
    PLAN_AMENDED.record(
        actor=actor.id,
        subject=campaign.subject,
        unit=campaign.issued_by_id,
        data={"version": plan.version, "sha256": hashlib.sha256(text.encode()).hexdigest()},
    )
    return Cascade.objects.create(
        campaign=campaign, version=plan.version, by=actor.id, started_at=timezone.now()
    )


@command
def _redate(*, actor: Actor, campaign: Campaign, layout: Layout, ids: Sequence[int]) -> None:
    """Give unfinished duties the dates of the new version."""
    campaigns.check(actor, CampaignAction.ISSUE, campaign)
    today = timezone.localdate()
    told = []
    rows = (
        Assignment.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, state__in=OPEN_STATES)
        .select_related("unit", "requirement")
    )
    for row in rows:
        duty = next(
            (
                one
                for one in layout.duties_of(row.unit)
                if (one.requirement, one.occurrence) == (row.requirement_id, row.occurrence)
            ),
            None,
        )
        if duty is None or (duty.target_on, duty.legal_on) == (row.target_on, row.legal_on):
            continue
        changes: dict[str, Any] = {"target_on": duty.target_on, "legal_on": duty.legal_on}
        if row.due_on != NEVER:
            changes = clock.running(row, today, **changes)
        Assignment.objects.filter(pk=row.pk, version=row.version).update(
            version=F("version") + 1, **changes
        )
        told.append((row.pk, row.unit_id, {"target_on": duty.target_on.isoformat()}))
    _tell_or_note(REDATED, campaign, actor, told)


@command
def _drop(*, actor: Actor, campaign: Campaign, ids: Sequence[int], **_layout: Layout) -> None:
    """Withdraw the unfinished duties of a requirement that was taken out."""
    campaigns.check(actor, CampaignAction.ISSUE, campaign)
    today = timezone.localdate()
    rows = list(Assignment.objects.select_for_update().filter(pk__in=ids, state__in=OPEN_STATES))
    deltas = []
    for row in rows:
        nodes = nodes_of(row.unit_id, row.kind, row.province_id, row.prefecture_id, row.county_id)
        for indicator, value in ((f"duty.{row.state}", -1), ("duty.withdrawn", 1)):
            deltas.append(Delta(campaign.pk, indicator, row.unit_id, nodes, today, value))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=AssignmentState.WITHDRAWN, version=F("version") + 1, **clock.stopped(today)
    )
    add_deltas(deltas)
    _tell_or_note(DROPPED, campaign, actor, [(row.pk, row.unit_id, {}) for row in rows])


def _tell_or_note(
    kind: EventKind,
    campaign: Campaign,
    actor: Actor,
    told: Iterable[tuple[int, int, dict[str, Any]]],
) -> None:
    told = list(told)
    if told:
        kind.record_many(actor=actor.id, ledger="assignment", rows=told, at=timezone.now())
    else:
        kind.record(actor=actor.id, subject=campaign.subject, unit=None, data={})
