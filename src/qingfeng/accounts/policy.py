"""Who may see and change accounts, and who decides what is proposed about them.

Nobody alone can take an account over: the system administrator gives passwords, the security
administrator takes second factors away.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import Proposal, User
from qingfeng.accounts.queries import SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.access import EVERY_ROW, Grant, Policy
from qingfeng.core.actor import Actor


class AccountAction(StrEnum):
    VIEW = "view"
    MANAGE = "manage"
    RESET_FACTOR = "reset_factor"
    OWN = "own"


def oneself(actor: Actor) -> Iterable[Q]:
    """One's own account."""
    return [Q(pk=actor.id)] if actor.id is not None else []


def administrators(actor: Actor) -> Iterable[Q]:
    """Every account, to the two administrators."""
    return [EVERY_ROW] if office_of(actor) in (SYSTEM_ADMIN, SECURITY_ADMIN) else []


def system_administrator(actor: Actor) -> Iterable[Q]:
    """Every account but his own, to the system administrator."""
    return [~Q(pk=actor.id)] if office_of(actor) == SYSTEM_ADMIN else []


def security_administrator(actor: Actor) -> Iterable[Q]:
    """Every account but his own, to the security administrator."""
    return [~Q(pk=actor.id)] if office_of(actor) == SECURITY_ADMIN else []


accounts = Policy(
    User,
    view=AccountAction.VIEW,
    grants={
        AccountAction.VIEW: Grant([oneself, administrators], _("the administrators")),
        AccountAction.MANAGE: Grant([system_administrator], _("the system administrator")),
        AccountAction.RESET_FACTOR: Grant(
            [security_administrator], _("the security administrator")
        ),
        AccountAction.OWN: Grant([oneself], _("the owner of the account")),
    },
)


class ProposalAction(StrEnum):
    VIEW = "view"
    PROPOSE = "propose"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


def proposing(actor: Actor) -> Iterable[Q]:
    """Every proposal about somebody else, to the system administrator."""
    return [~Q(user_id=actor.id)] if office_of(actor) == SYSTEM_ADMIN else []


def deciding(actor: Actor) -> Iterable[Q]:
    """Every proposal, to the security administrator; the workflow's guards say which not."""
    return [EVERY_ROW] if office_of(actor) == SECURITY_ADMIN else []


def proposer(actor: Actor) -> Iterable[Q]:
    """One's own proposals, to the system administrator."""
    return [Q(proposed_by_id=actor.id)] if office_of(actor) == SYSTEM_ADMIN else []


proposals = Policy(
    Proposal,
    view=ProposalAction.VIEW,
    grants={
        ProposalAction.VIEW: Grant([administrators], _("the administrators")),
        ProposalAction.PROPOSE: Grant([proposing], _("the system administrator")),
        ProposalAction.DECIDE: Grant([deciding], _("the security administrator")),
        ProposalAction.WITHDRAW: Grant([proposer], _("whoever proposed it")),
    },
)
