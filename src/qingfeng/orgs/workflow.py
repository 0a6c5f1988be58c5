"""The life of a role grant: proposed by one administrator, decided by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from qingfeng.core.actor import Actor
from qingfeng.core.workflow import NOTE, REASON, Guard, Kind, Move, Moving, Workflow
from qingfeng.orgs.models import GrantState, RoleGrant
from qingfeng.orgs.policy import GrantAction, grants
from qingfeng.trail import EventKind

APPROVED = EventKind("grant.approved", _("approved the role"))
REFUSED = EventKind("grant.refused", _("refused the role"))
ENDED = EventKind("grant.ended", _("ended the role"))


def _not_the_proposer(actor: Actor, grant: RoleGrant) -> bool:
    return bool(actor.id != grant.proposed_by)


def _not_for_oneself(actor: Actor, grant: RoleGrant) -> bool:
    return bool(actor.id != grant.user_id)


ANOTHER_PERSON = Guard[RoleGrant](
    "another_person",
    _not_the_proposer,
    _("Whoever proposed the role cannot decide it; another person must."),
)
NOT_ONESELF = Guard[RoleGrant](
    "not_oneself", _not_for_oneself, _("Nobody decides on a role of his own.")
)


def _decided(moving: Moving[RoleGrant]) -> Mapping[str, Any]:
    return {"decided_by": moving.actor.id}


def _ended(moving: Moving[RoleGrant]) -> Mapping[str, Any]:
    return {"until_on": moving.today}


life = Workflow(
    policy=grants,
    states=GrantState,
    kinds={
        GrantState.PROPOSED: Kind.WAIT,
        GrantState.ACTIVE: Kind.ACTIVE,
        GrantState.REFUSED: Kind.BACK,
        GrantState.ENDED: Kind.DONE,
    },
    initial=GrantState.PROPOSED,
    moves=[
        Move("approve", [GrantState.PROPOSED], GrantState.ACTIVE, GrantAction.DECIDE, APPROVED,
             _("Approve the role"), guards=(ANOTHER_PERSON, NOT_ONESELF), effect=_decided,
             asks=(NOTE,), forward=True),
        Move("refuse", [GrantState.PROPOSED], GrantState.REFUSED, GrantAction.DECIDE, REFUSED,
             _("Refuse the role"), guards=(ANOTHER_PERSON,), effect=_decided, asks=(REASON,)),
        Move("end", [GrantState.ACTIVE], GrantState.ENDED, GrantAction.END, ENDED,
             _("End the role"), effect=_ended, asks=(REASON,)),
    ],
)  # fmt: skip
