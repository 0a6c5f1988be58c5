"""Who may do what with campaigns and assignments."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.queries import office_of
from qingfeng.campaigns.models import Assignment, Campaign, Cascade
from qingfeng.core.access import EVERY_ROW, Bar, Grant, Policy
from qingfeng.core.actor import Actor
from qingfeng.orgs.models import ReachKind, Role, Tier
from qingfeng.orgs.reach import grants_of, holding


def whoever_works(actor: Actor) -> Iterable[Q]:
    """Campaigns, to whoever holds a role; administrators and auditors see none."""
    if office_of(actor) is not None:
        return
    for grant in grants_of(actor):
        if grant.campaign is None:
            yield EVERY_ROW
        else:
            yield Q(pk=grant.campaign)


def unfinished(_actor: Actor) -> Q | None:
    """The rows of cascades under way: nobody sees half a cascade."""
    ids = list(Cascade.objects.filter(finished_at=None).values_list("pk", flat=True))
    return Q(cascade_id__in=ids) if ids else None


def issuing_office(actor: Actor) -> Iterable[Q]:
    """The campaigns of the unit whose campaign office the actor works in, or of a tier below."""
    for grant in grants_of(actor):
        if grant.role != Role.OFFICE or grant.reach == ReachKind.GROUP:
            continue
        if grant.reach == ReachKind.UNIT:
            rows = Q(issued_by=grant.unit_id)
        else:
            rows = EVERY_ROW
            if grant.place is not None and grant.place.tier != Tier.CENTRAL:
                rows = Q(issued_by__place__path__startswith=grant.place.path)
            if grant.reach == ReachKind.LINE:
                rows = rows & Q(issued_by__kind=grant.line)
        if grant.campaign is not None:
            rows = rows & Q(pk=grant.campaign)
        yield rows


class CampaignAction(StrEnum):
    VIEW = "view"
    ISSUE = "issue"
    GATE = "gate"
    CLOSE = "close"


campaigns = Policy(
    Campaign,
    view=CampaignAction.VIEW,
    grants={
        CampaignAction.VIEW: Grant([whoever_works], _("staff of the campaign")),
        CampaignAction.ISSUE: Grant([issuing_office], _("the campaign office that issues it")),
        CampaignAction.GATE: Grant([whoever_works], _("staff of the campaign")),
        CampaignAction.CLOSE: Grant([issuing_office], _("the campaign office that issued it")),
    },
)


class DutyAction(StrEnum):
    VIEW = "view"
    REPORT = "report"
    REVIEW = "review"
    GUIDE = "guide"
    AMEND = "amend"


duties = Policy(
    Assignment,
    view=DutyAction.VIEW,
    grants={
        DutyAction.VIEW: Grant(
            [holding(*Role, campaign="campaign")], _("those in whose reach the unit lies")
        ),
        DutyAction.REPORT: Grant(
            [holding(Role.REPORTER, campaign="campaign")], _("the unit's reporter")
        ),
        DutyAction.REVIEW: Grant(
            [holding(Role.REVIEWER, campaign="campaign")],
            _("a reviewer of the office above"),
        ),
        DutyAction.GUIDE: Grant(
            [holding(Role.OFFICE, campaign="campaign")],
            _("the campaign office in whose reach the unit lies"),
        ),
        DutyAction.AMEND: Grant(
            [holding(Role.OFFICE, campaign="campaign")],
            _("the campaign office in whose reach the unit lies"),
        ),
    },
    bars=[Bar("unfinished cascade", unfinished, _("The plan is still being laid out."))],
)
