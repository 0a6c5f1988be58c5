"""Jurisdiction as a reach: from a person's grants to the rows they open.

A grant reaches a place and all below it, a line within a place (条 and 块 both), the units of a
supervision group, or one unit. Each grant becomes one arm, a comparison of stored columns that
one index serves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from qingfeng.accounts.queries import role_test
from qingfeng.core.access import EVERY_ROW, Rule
from qingfeng.core.actor import Actor
from qingfeng.orgs.models import GrantState, ReachKind, Role, RoleGrant, SupervisionArea, Tier

FIELD_OF_TIER = {Tier.PROVINCE: "province", Tier.PREFECTURE: "prefecture", Tier.COUNTY: "county"}


def grants_of(actor: Actor) -> list[RoleGrant]:
    """The grants in force today, read once for each instance of the actor, so once a request."""
    if actor.is_system or actor.id is None:
        return []
    cached: list[RoleGrant] | None = getattr(actor, "_grants_of", None)
    if cached is None:
        today = timezone.localdate()
        cached = list(
            RoleGrant.objects.filter(user_id=actor.id, state=GrantState.ACTIVE, from_on__lte=today)
            .filter(Q(until_on=None) | Q(until_on__gte=today))
            .select_related("place", "unit", "group")
            .order_by("pk")
        )
        actor._grants_of = cached  # type: ignore[attr-defined]  # noqa: SLF001 - a cache on the instance
    return cached


@role_test
def has_role(user: int) -> bool:
    """Whether an account holds a role today or later, or one is proposed for it: then no office."""
    return (
        RoleGrant.objects.filter(user_id=user, state__in=[GrantState.PROPOSED, GrantState.ACTIVE])
        .filter(Q(until_on=None) | Q(until_on__gte=timezone.localdate()))
        .exists()
    )


def roles_of(actor: Actor) -> set[str]:
    """The roles an actor holds anywhere."""
    return {grant.role for grant in grants_of(actor)}


def arm(grant: RoleGrant, *, unit: str = "unit", prefix: str = "") -> Q:
    """The rows one grant reaches, on a model with the columns of ``Placed``.

    Args:
        grant: the grant.
        unit: the model's field that names the unit (``pk`` for units themselves).
        prefix: the relation that leads to the placed row, as ``assignment__``.
    """
    unit_field = f"{prefix}{unit}"
    if grant.reach == ReachKind.UNIT:
        return Q(**{unit_field: grant.unit_id})
    if grant.reach == ReachKind.GROUP:
        return Q(
            **{
                f"{unit_field}__in": SupervisionArea.objects.filter(group_id=grant.group_id).values(
                    "unit_id"
                )
            }
        )
    rows = EVERY_ROW
    if grant.place is not None and grant.place.tier != Tier.CENTRAL:
        rows = Q(**{f"{prefix}{FIELD_OF_TIER[Tier(grant.place.tier)]}": grant.place_id})
    if grant.reach == ReachKind.LINE:
        line = Q(**{f"{prefix}kind": grant.line})
        return line if rows == EVERY_ROW else rows & line
    return rows


def holding(
    *roles: Role, unit: str = "unit", campaign: str | None = None, prefix: str = ""
) -> Rule:
    """A rule: the rows within the reach of whoever holds one of the roles.

    Args:
        roles: which roles open rows.
        unit: as in :func:`arm`.
        campaign: the model's field that names the campaign, for grants limited to one.
        prefix: as in :func:`arm`.
    """

    def rule(actor: Actor) -> Iterable[Q]:
        for grant in grants_of(actor):
            if grant.role not in roles:
                continue
            rows = arm(grant, unit=unit, prefix=prefix)
            if grant.campaign is not None:
                if campaign is None:
                    continue
                limited = Q(**{campaign: grant.campaign})
                rows = limited if rows == EVERY_ROW else rows & limited
            yield rows

    return rule


def top_grant(actor: Actor, roles: Sequence[Role] | None = None) -> RoleGrant | None:
    """The grant that reaches furthest: where a home page begins."""
    order: dict[Any, int] = {
        ReachKind.NATION: 0, ReachKind.PLACE: 1, ReachKind.LINE: 2,
        ReachKind.GROUP: 3, ReachKind.UNIT: 4,
    }  # fmt: skip
    grants = [grant for grant in grants_of(actor) if roles is None or grant.role in roles]
    return min(grants, key=lambda grant: order[grant.reach], default=None)
