"""Carrying unfinished duties over into a later batch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from qingfeng.campaigns.models import Assignment, AssignmentState, Campaign
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.policy import CampaignAction, campaigns
from qingfeng.campaigns.services.duties import new_duty
from qingfeng.core import clock
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command, in_chunks
from qingfeng.orgs.models.units import nodes_of
from qingfeng.tallies.services import Delta
from qingfeng.tallies.services import add as add_deltas
from qingfeng.trail import EventKind

CARRIED = EventKind("assignment.carried", gettext_lazy("carried the duty over"))


def carry_over(*, actor: Actor, source: Campaign, target: Campaign, until: date) -> int:
    """Carry what a campaign left unfinished into another; returns how many duties.

    Args:
        actor: the campaign office of both.
        source: the campaign that ends.
        target: the campaign that goes on with it.
        until: the deadline there.
    """
    ids = list(
        Assignment.objects.filter(campaign=source, state__in=OPEN_STATES).values_list(
            "pk", flat=True
        )
    )

    def work(some: Sequence[int]) -> int:
        return _carry_some(actor=actor, source=source, target=target, until=until, ids=some)

    return sum(in_chunks(ids, work))


@command
def _carry_some(
    *, actor: Actor, source: Campaign, target: Campaign, until: date, ids: Sequence[int]
) -> int:
    campaigns.check(actor, CampaignAction.ISSUE, source)
    campaigns.check(actor, CampaignAction.ISSUE, target)
    today = timezone.localdate()
    rows = list(
        # Locked, so that a report made meanwhile is not overwritten.
        Assignment.objects.select_for_update(of=("self",))
        .filter(pk__in=ids, campaign=source, state__in=OPEN_STATES)
        .select_related("unit", "requirement")
    )
    deltas, told = [], []
    for row in rows:
        nodes = nodes_of(row.unit_id, row.kind, row.province_id, row.prefecture_id, row.county_id)
        deltas += [
            Delta(source.pk, f"duty.{row.state}", row.unit_id, nodes, today, -1),
            Delta(source.pk, "duty.carried", row.unit_id, nodes, today, 1),
        ]
        Assignment.objects.filter(pk=row.pk).update(
            state=AssignmentState.CARRIED, version=F("version") + 1, **clock.stopped(today)
        )
        following = new_duty(
            unit=row.unit,
            campaign=target,
            requirement=row.requirement,
            title=row.title,
            occurrence=row.occurrence,
            carried_from=row,
            target_on=until,
            legal_on=until,
        )
        told.append((row.pk, row.unit_id, {"to": following.pk}))
        told.append((following.pk, row.unit_id, {"from": row.pk}))
    add_deltas(deltas)
    if told:
        CARRIED.record_many(actor=actor.id, ledger="assignment", rows=told, at=timezone.now())
    else:
        CARRIED.record(actor=actor.id, subject=source.subject, unit=None, data={})
    return len(rows)
