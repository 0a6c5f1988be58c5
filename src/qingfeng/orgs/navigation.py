"""Role grants in the side navigation, for the two administrators."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.queries import SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.actor import Actor
from qingfeng.core.navigation import NavItem, register
from qingfeng.orgs.models import GrantState
from qingfeng.orgs.policy import GrantAction, grants


def _administers(actor: Actor) -> bool:
    return office_of(actor) in (SYSTEM_ADMIN, SECURITY_ADMIN)


def _waiting(actor: Actor) -> tuple[int, bool] | None:
    """Proposals that wait for the security administrator."""
    count = grants.scope(actor, GrantAction.DECIDE).filter(state=GrantState.PROPOSED).count()
    return (count, False) if count else None


register(NavItem("admin", _("Roles"), "grants", 30, _administers, _waiting, icon="shield"))
