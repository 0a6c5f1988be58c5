"""The ledger of proposals about accounts, shown by the shared pages."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts import services
from qingfeng.accounts.models import Proposal, ProposalState
from qingfeng.accounts.policy import proposals
from qingfeng.accounts.workflow import life
from qingfeng.core import ledger as ledgers
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column
from qingfeng.core.ledger import Ledger, Order, View


def _move(actor: Actor, proposal: Proposal, name: str, *, version: int, **answers: Any) -> Proposal:
    return services.move_proposal(
        actor=actor, proposal=proposal, move=name, version=version, **answers
    )


COLUMNS = [
    Column(
        "user", _("Account"), value=lambda one: str(one.user), note=lambda one: one.user.username
    ),
    Column("what", _("Proposal")),
    Column("state", _("State"), "state"),
    Column("proposed_by", _("Proposed by"), value=lambda one: str(one.proposed_by)),
    Column("proposed_at", _("Proposed on"), "date"),
    Column("decided_by", _("Decided by"), value=lambda one: str(one.decided_by or "")),
]

proposals_ledger = ledgers.register(
    Ledger(
        key="proposal",
        title=_("Proposals about accounts"),
        policy=proposals,
        workflow=life,
        columns=COLUMNS,
        facts=COLUMNS,
        related=("user", "proposed_by", "decided_by"),
        orders=[Order("newest", _("Order of proposal"), ("id",))],
        views=[
            View("open", _("To be decided"), lambda _actor: Q(state=ProposalState.PROPOSED)),
            View("all", _("All"), lambda _actor: ~Q(state="")),
        ],
        move=_move,
    )
)
