"""Carrying what a campaign left unfinished over into another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qingfeng.campaigns.models import Assignment, Campaign
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.services.duties import move_duties
from qingfeng.core.actor import Actor
from qingfeng.core.workflow import Outcome


def carry_over(*, actor: Actor, source: Campaign, target: Campaign, until: date) -> Outcome:
    """Carry every unfinished duty of a campaign over into another.

    Args:
        actor: the campaign office of both.
        source: the campaign that ends.
        target: the campaign that goes on with it.
        until: the deadline there.
    """
    ids: Sequence[int] = list(
        Assignment.objects.filter(campaign=source, state__in=OPEN_STATES).values_list(
            "pk", flat=True
        )
    )
    return move_duties(actor=actor, ids=ids, move="carry", campaign=str(target.pk), until_on=until)
