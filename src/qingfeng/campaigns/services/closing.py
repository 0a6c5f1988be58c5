"""Evaluation between stages, and the conditions under which a campaign closes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import (
    Assignment,
    AssignmentState,
    Campaign,
    CampaignState,
    GateReview,
    Stage,
)
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.plans import model as plans
from qingfeng.campaigns.plans.reader import read
from qingfeng.campaigns.policy import CampaignAction, campaigns
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command
from qingfeng.core.errors import Denied, Refused
from qingfeng.orgs.models import Role, Unit
from qingfeng.orgs.reach import holding
from qingfeng.tallies.queries import figures
from qingfeng.trail import EventKind

GATE_REVIEWED = EventKind("stage.evaluated", gettext_lazy("evaluated the unit at the stage's end"))
CLOSED = EventKind("campaign.closed", gettext_lazy("closed the campaign"))


@command
def review_gate(
    *, actor: Actor, stage: Stage, unit: Unit, is_passed: bool, note: str
) -> GateReview:
    """Record the evaluation of a unit at the end of a stage (转段评估).

    The office in whose reach the unit lies evaluates; nobody evaluates his own unit.
    """
    campaign = stage.batch.campaign
    campaigns.check(actor, CampaignAction.GATE, campaign)
    rule = holding(Role.OFFICE, unit="pk")
    if not any(Unit.objects.filter(arm, pk=unit.pk).exists() for arm in rule(actor)):
        raise Denied(_("Only the campaign office in whose reach the unit lies evaluates it."))
    person = getattr(actor, "person", None)
    if stage.gate_by_upper and person is not None and person.unit_id == unit.pk:
        raise Refused(_("The plan has the upper office evaluate; not the unit's own people."))
    if not stage.gate_criteria:
        raise Refused(_("The plan sets no evaluation at the end of this stage."))
    if len(note.strip()) < 10:
        raise Refused(
            _("Give the opinion in words: what was seen, and on which criterion."), field="note"
        )
    review = GateReview.objects.create(
        stage=stage, unit=unit, is_passed=is_passed, note=note, by=actor.id, at=timezone.now()
    )
    GATE_REVIEWED.record(
        actor=actor.id,
        subject=campaign.subject,
        unit=unit.pk,
        data={"stage": stage.key, "is_passed": is_passed},
    )
    return review


@dataclass(frozen=True)
class Condition:
    """A closing condition and whether it holds; None where a person states it."""

    title: str
    holds: bool | None
    found: str


def closing_state(campaign: Campaign) -> list[Condition]:
    """Each closing condition of the plan, with what is found today."""
    version = campaign.versions.order_by("-version").first()
    assert version is not None, "a campaign has the plan it was issued with"
    plan = read(version.text, name=campaign.key)
    return [
        Condition(condition.title, *_found(campaign, condition))
        for condition in plan.closing_conditions
    ]


def _found(campaign: Campaign, condition: plans.ClosingCondition) -> tuple[bool | None, str]:
    match condition.check:
        case plans.Check.ALL_PRESCRIBED_ACCEPTED:
            unfinished = Assignment.objects.filter(
                campaign=campaign, state__in=[*OPEN_STATES, AssignmentState.REPORTED]
            ).exclude(requirement__is_optional=True)
            count = unfinished[:1001].count()
            return count == 0, _("%s not finished") % (count if count <= 1000 else "1,000+")
        case plans.Check.NO_OVERDUE:
            late = Assignment.objects.filter(campaign=campaign, due_on__lt=timezone.localdate())
            count = late[:1001].count()
            return count == 0, _("%s overdue") % (count if count <= 1000 else "1,000+")
        case plans.Check.GATES_PASSED:
            reviews = GateReview.objects.filter(stage__batch__campaign=campaign)
            passed = reviews.filter(is_passed=True)
            made_up = passed.filter(
                stage=OuterRef("stage"), unit=OuterRef("unit"), pk__gt=OuterRef("pk")
            )
            failed = reviews.filter(~Exists(made_up), is_passed=False)
            open_ = failed.values("stage", "unit").distinct().count()
            return open_ == 0 and passed.exists(), _("%s failed and not made up") % open_
        case plans.Check.RATE_AT_LEAST:
            rate = condition.rate
            assert rate is not None, "the reader asks for the rate"
            percent = _rate(campaign, rate)
            return percent >= rate.percent, f"{percent:.1f}%"
        case _:
            return None, _("to be stated by the office")


def _rate(campaign: Campaign, rate: plans.Rate) -> float:
    """Percent of what is expected (not withdrawn, not carried over) that was accepted (in time)."""
    what = "accepted" if rate.of == plans.RateOf.COMPLETENESS else "on_time"
    if not rate.requirements:
        keys = [f"duty.{name}" for name in ("assigned", "withdrawn", "carried", what)]
        assigned, withdrawn, carried, done = figures(campaign.pk, keys, ["all"]).values()
        expected = assigned - withdrawn - carried
    else:
        rows = Assignment.objects.filter(
            campaign=campaign, requirement__key__in=rate.requirements
        ).exclude(state__in=[AssignmentState.WITHDRAWN, AssignmentState.CARRIED])
        expected = rows.count()
        accepted = rows.filter(state=AssignmentState.ACCEPTED)
        done = (accepted.filter(is_on_time=True) if what == "on_time" else accepted).count()
    return 100 * done / expected if expected else 100.0


@command
def close_campaign(*, actor: Actor, campaign: Campaign, statement: str) -> Campaign:
    """Close a campaign whose conditions hold; what is to be stated is in ``statement``."""
    campaigns.check(actor, CampaignAction.CLOSE, campaign)
    if campaign.state == CampaignState.CLOSED:
        raise Refused(_("The campaign is closed already."))
    open_ = [one for one in closing_state(campaign) if one.holds is False]
    if open_:
        raise Refused(
            _("The campaign cannot close yet: %s.")
            % "；".join(f"{one.title}（{one.found}）" for one in open_)
        )
    if len(statement.strip()) < 10:
        raise Refused(_("State how the closing conditions were met."), field="statement")
    campaign.state = CampaignState.CLOSED
    campaign.closed_on = timezone.localdate()
    campaign.version += 1
    campaign.save()
    CLOSED.record(
        actor=actor.id, subject=campaign.subject, unit=campaign.issued_by_id,
        data={}, personal={"note": statement},
    )  # fmt: skip
    return campaign
