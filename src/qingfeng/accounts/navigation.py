"""The pages of accounts in the side navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import Proposal, ProposalState
from qingfeng.accounts.queries import SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.actor import Actor
from qingfeng.core.navigation import NavItem, register


def administers(actor: Actor) -> bool:
    """Whether the actor is one of the two administrators."""
    return office_of(actor) in (SYSTEM_ADMIN, SECURITY_ADMIN)


def _to_decide(actor: Actor) -> tuple[int, bool] | None:
    if office_of(actor) != SECURITY_ADMIN:
        return None
    rows = Proposal.objects.filter(state=ProposalState.PROPOSED).exclude(proposed_by=actor.id)
    return (rows[:100].count(), False)


register(NavItem("admin", _("Accounts"), "accounts:list", 10, administers, icon="person"))
register(
    NavItem("admin", _("Proposals about accounts"), "accounts:proposals", 20, administers,
            _to_decide, icon="check", phone=True)
)  # fmt: skip
