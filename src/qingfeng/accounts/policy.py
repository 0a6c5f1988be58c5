"""Who may see and change accounts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import User
from qingfeng.accounts.queries import SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.access import EVERY_ROW, Grant, Policy
from qingfeng.core.actor import Actor


class AccountAction(StrEnum):
    VIEW = "view"
    MANAGE = "manage"
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


accounts = Policy(
    User,
    view=AccountAction.VIEW,
    grants={
        AccountAction.VIEW: Grant([oneself, administrators], _("the administrators")),
        AccountAction.MANAGE: Grant([system_administrator], _("the system administrator")),
        AccountAction.OWN: Grant([oneself], _("the owner of the account")),
    },
)
