"""Who may see and change units, people and role grants."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.queries import AUDITOR, SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.access import EVERY_ROW, Grant, Policy
from qingfeng.core.actor import Actor
from qingfeng.orgs.models import Person, Role, RoleGrant, SupervisionGroup, Unit
from qingfeng.orgs.reach import grants_of, holding


def system_administrator(actor: Actor) -> Iterable[Q]:
    """Every row, to the system administrator."""
    return [EVERY_ROW] if office_of(actor) == SYSTEM_ADMIN else []


def security_administrator(actor: Actor) -> Iterable[Q]:
    """Every row, to the security administrator."""
    return [EVERY_ROW] if office_of(actor) == SECURITY_ADMIN else []


def whoever_works(actor: Actor) -> Iterable[Q]:
    """Every row, to whoever holds a role: names of organs are no secret among them."""
    return [EVERY_ROW] if grants_of(actor) and office_of(actor) != AUDITOR else []


class UnitAction(StrEnum):
    VIEW = "view"
    EDIT = "edit"


units = Policy(
    Unit,
    view=UnitAction.VIEW,
    grants={
        UnitAction.VIEW: Grant(
            [whoever_works, system_administrator, security_administrator], _("staff")
        ),
        UnitAction.EDIT: Grant(
            [holding(Role.OFFICE, unit="pk"), system_administrator],
            _("the campaign office of the place or the system administrator"),
        ),
    },
)


class PersonAction(StrEnum):
    VIEW = "view"
    EDIT = "edit"


def oneself(actor: Actor) -> Iterable[Q]:
    """One's own row."""
    return [Q(user_id=actor.id)] if actor.id is not None else []


people = Policy(
    Person,
    view=PersonAction.VIEW,
    grants={
        PersonAction.VIEW: Grant(
            [
                oneself,
                holding(Role.OFFICE, Role.LEADER, Role.REPORTER, Role.REVIEWER, prefix="unit__",
                        unit="id"),
            ],
            _("those in whose reach the unit lies"),
        ),
        PersonAction.EDIT: Grant(
            [holding(Role.OFFICE, Role.REPORTER, prefix="unit__", unit="id")],
            _("the unit's reporter or the campaign office"),
        ),
    },
)  # fmt: skip


class GrantAction(StrEnum):
    VIEW = "view"
    PROPOSE = "propose"
    DECIDE = "decide"
    END = "end"


grants = Policy(
    RoleGrant,
    view=GrantAction.VIEW,
    grants={
        GrantAction.VIEW: Grant(
            [oneself, system_administrator, security_administrator],
            _("the administrators and the person"),
        ),
        GrantAction.PROPOSE: Grant([system_administrator], _("the system administrator")),
        GrantAction.DECIDE: Grant([security_administrator], _("the security administrator")),
        GrantAction.END: Grant(
            [system_administrator, security_administrator], _("an administrator")
        ),
    },
)


class GroupAction(StrEnum):
    VIEW = "view"
    EDIT = "edit"


groups = Policy(
    SupervisionGroup,
    view=GroupAction.VIEW,
    grants={
        GroupAction.VIEW: Grant([whoever_works], _("staff")),
        GroupAction.EDIT: Grant(
            [holding(Role.OFFICE, prefix="sent_by__", unit="id")],
            _("the campaign office that sent the group"),
        ),
    },
)
