"""The life of a proposal about an account: made by one administrator, decided by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import Matter, Proposal, ProposalState, User
from qingfeng.accounts.policy import ProposalAction, proposals
from qingfeng.accounts.queries import holds_role, is_last_of
from qingfeng.core.actor import Actor
from qingfeng.core.workflow import NOTE, REASON, Guard, Kind, Move, Moving, Workflow
from qingfeng.trail import EventKind

APPROVED = EventKind("proposal.approved", _("approved the proposal"))
REFUSED = EventKind("proposal.refused", _("refused the proposal"))
WITHDRAWN = EventKind("proposal.withdrawn", _("withdrew the proposal"))


def _by_another(actor: Actor, proposal: Proposal) -> bool:
    return bool(actor.id != proposal.proposed_by_id)


def _about_another(actor: Actor, proposal: Proposal) -> bool:
    return bool(actor.id != proposal.user_id)


def _no_business_role(_actor: Actor, proposal: Proposal) -> bool:
    return proposal.matter != Matter.OFFICE or not holds_role(proposal.user_id)


def _not_the_last(_actor: Actor, proposal: Proposal) -> bool:
    """Changing from one office to another leaves the first, too."""
    office = proposal.user.office
    return proposal.matter == Matter.OPEN or not office or not is_last_of(office, proposal.user_id)


ANOTHER_PERSON = Guard[Proposal](
    "another_person", _by_another, _("Whoever proposed it cannot decide it; another person must.")
)
NOT_ONESELF = Guard[Proposal](
    "not_oneself", _about_another, _("Nobody decides about his own account.")
)
NO_BUSINESS_ROLE = Guard[Proposal](
    "no_business_role",
    _no_business_role,
    _("The account has a role in a campaign. End it first: an office stands apart from the work."),
)
NOT_THE_LAST = Guard[Proposal](
    "not_the_last",
    _not_the_last,
    _("Nobody else holds this office. Give it to a successor first."),
)


def _carry_out(moving: Moving[Proposal]) -> Mapping[str, Any]:
    """Do to the account what was approved."""
    proposal = moving.record
    account = User.objects.filter(pk=proposal.user_id)
    if proposal.matter == Matter.OPEN:
        account.update(is_active=True)
    else:
        account.update(office=proposal.office)
    return {"decided_by_id": moving.actor.id}


def _decided(moving: Moving[Proposal]) -> Mapping[str, Any]:
    return {"decided_by_id": moving.actor.id}


life = Workflow(
    policy=proposals,
    states=ProposalState,
    kinds={
        ProposalState.PROPOSED: Kind.WAIT,
        ProposalState.APPROVED: Kind.DONE,
        ProposalState.REFUSED: Kind.BACK,
        ProposalState.WITHDRAWN: Kind.IDLE,
    },
    initial=ProposalState.PROPOSED,
    moves=[
        Move("approve", [ProposalState.PROPOSED], ProposalState.APPROVED, ProposalAction.DECIDE,
             APPROVED, _("Approve the proposal"),
             guards=(ANOTHER_PERSON, NOT_ONESELF, NO_BUSINESS_ROLE, NOT_THE_LAST),
             effect=_carry_out, asks=(NOTE,), forward=True),
        Move("refuse", [ProposalState.PROPOSED], ProposalState.REFUSED, ProposalAction.DECIDE,
             REFUSED, _("Refuse the proposal"), guards=(ANOTHER_PERSON, NOT_ONESELF),
             effect=_decided, asks=(REASON,)),
        Move("withdraw", [ProposalState.PROPOSED], ProposalState.WITHDRAWN,
             ProposalAction.WITHDRAW, WITHDRAWN, _("Withdraw the proposal"), effect=_decided,
             asks=(NOTE,)),
    ],
    related=("user",),
)  # fmt: skip
