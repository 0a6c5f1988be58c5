"""What duties count, told anew from their rows: the check on what every move added."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone

from qingfeng.campaigns.models import Assignment, AssignmentState
from qingfeng.orgs.models.units import nodes_of
from qingfeng.tallies.recount import counts
from qingfeng.tallies.services import Delta

PLACED = ("unit_id", "kind", "province_id", "prefecture_id", "county_id")


@counts("duty.")
def duties_of(series: int) -> Iterator[Delta]:
    """The figures of a campaign's duties at each unit: assigned, in each state, and on time."""
    today = timezone.localdate()
    rows = Assignment.objects.filter(campaign=series).order_by().values(*PLACED, "state")
    on_time = Count("pk", filter=Q(state=AssignmentState.ACCEPTED, is_on_time=True))
    for row in rows.annotate(number=Count("pk"), on_time=on_time):
        unit = row["unit_id"]
        nodes = nodes_of(*(row[name] for name in PLACED))
        found = {
            "duty.assigned": row["number"],
            f"duty.{row['state']}": row["number"],
            "duty.on_time": row["on_time"],
        }
        for indicator, value in found.items():
            yield Delta(series, indicator, unit, nodes, today, value)
