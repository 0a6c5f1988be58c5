"""Whom a duty's clock tells: those whom the policy entitles, a tier higher at each escalation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.campaigns.models import Assignment, AssignmentState
from qingfeng.core import notices
from qingfeng.core.notices import NoticeKind
from qingfeng.orgs.models import GrantState, ReachKind, Role, RoleGrant

DUE_SOON = NoticeKind("duty_soon", _("Due soon"))
OVERDUE = NoticeKind("duty_overdue", _("Overdue"), is_late=True)
TO_REVIEW = NoticeKind("duty_review", _("Waits for your review too long"), is_late=True)


def tell(rows: Sequence[Assignment], today: date) -> None:
    """Warn the unit's reporters before the deadline; after it tell the office as well."""
    in_force = RoleGrant.objects.filter(state=GrantState.ACTIVE, from_on__lte=today).filter(
        Q(until_on=None) | Q(until_on__gte=today)
    )
    units = {row.unit_id for row in rows}
    reporters: dict[int, set[int]] = {}
    for unit, user in in_force.filter(
        role=Role.REPORTER, reach=ReachKind.UNIT, unit__in=units
    ).values_list("unit", "user"):
        reporters.setdefault(unit, set()).add(user)
    above: dict[int | None, set[int]] = {}
    places = {
        place
        for row in rows
        for place in (row.province_id, row.prefecture_id, row.county_id)
        if place is not None
    }
    overseers = in_force.filter(role__in=[Role.OFFICE, Role.REVIEWER])
    for place, user in overseers.filter(reach=ReachKind.PLACE, place__in=places).values_list(
        "place", "user"
    ):
        above.setdefault(place, set()).add(user)
    for user in overseers.filter(reach=ReachKind.NATION).values_list("user", flat=True):
        above.setdefault(None, set()).add(user)
    sent: dict[str, set[tuple[int, int]]] = {}
    for row in rows:
        # The nearest office that exists, and one tier further up with each step.
        tiers = [
            above[place]
            for place in (row.county_id, row.prefecture_id, row.province_id, None)
            if above.get(place)
        ]
        if row.state == AssignmentState.REPORTED:
            kind, people = TO_REVIEW, set().union(*tiers[:1])
        elif row.due_on >= today:
            kind, people = DUE_SOON, reporters.get(row.unit_id, set())
        else:
            kind = OVERDUE
            people = reporters.get(row.unit_id, set()).union(*tiers[: max(1, row.alarm_step)])
        sent.setdefault(kind.name, set()).update((user, row.pk) for user in people)
    for name, pairs in sent.items():
        notices.send(notices.KINDS[name], "assignment", pairs)
