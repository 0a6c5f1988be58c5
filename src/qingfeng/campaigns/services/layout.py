"""What a plan means for each kind and tier of unit, computed once for a whole laying-out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from qingfeng.campaigns.models import Campaign, Stage
from qingfeng.campaigns.plans import model as plans
from qingfeng.core import clock
from qingfeng.core.calendar import calendar
from qingfeng.core.models.clocked import ClockUnit
from qingfeng.orgs.models import Place, Unit


@dataclass(frozen=True)
class _Duty:
    """What one unit of some kind owes: the columns that do not depend on the unit."""

    requirement: int
    stage: int
    occurrence: str
    unit: str
    starts_on: date
    target_on: date
    legal_on: date | None
    due_on: date
    alarm_on: date
    alarm_step: int
    is_provisional: bool
    batch_units: plans.Selector
    own_units: plans.Selector


class Layout:
    """The duties that a plan means for each kind and tier of unit, computed once."""

    def __init__(self, campaign: Campaign, plan: plans.Plan, only: set[str] | None = None) -> None:
        self.campaign = campaign
        self.plan = plan
        requirements = {item.key: item for item in campaign.requirements.all()}
        self.keys = {item.pk: key for key, item in requirements.items()}
        today = timezone.localdate()
        provisional: list[bool] = []

        def add_working_days(start: date, days: int) -> date:
            due = calendar().add(start, days)
            provisional.append(due.is_provisional)
            return due.on

        self.by_kind: dict[tuple[str, str], list[_Duty]] = defaultdict(list)
        for batch in plan.batches:
            stages = {
                stage.key: stage.pk
                for stage in Stage.objects.filter(batch__campaign=campaign, batch__key=batch.key)
            }
            for item in plan.requirements:
                if only is not None and item.key not in only:
                    continue
                row = requirements[item.key]
                for times in plans.occurrences(item, batch, add_working_days):
                    due_on = times.legal_on or times.target_on
                    alarm_on, step = clock.next_alarm(
                        due_on, min(today, times.target_on), item.warn_days, item.escalate_days
                    )
                    duty = _Duty(
                        requirement=row.pk,
                        stage=stages[item.stage],
                        occurrence=times.key,
                        unit=str(item.due.unit if item.due else ClockUnit.NATURAL),
                        starts_on=times.starts_on,
                        target_on=times.target_on,
                        legal_on=times.legal_on,
                        due_on=due_on,
                        alarm_on=alarm_on,
                        alarm_step=step,
                        is_provisional=any(provisional),
                        batch_units=batch.units,
                        own_units=item.units,
                    )
                    provisional.clear()
                    for kind, tier in item.units.kinds_and_tiers():
                        if plans.selects(item, batch, kind, tier):
                            self.by_kind[kind, tier].append(duty)
        self.needs_places = any(
            batch.units.places or item.units.places
            for batch in plan.batches
            for item in plan.requirements
        )
        self.codes: dict[int, str] = (
            dict(Place.objects.values_list("pk", "code")) if self.needs_places else {}
        )

    def duties_of(self, unit: Unit) -> Iterator[_Duty]:
        """What the plan means for one unit."""
        places: tuple[str, ...] = ()
        if self.needs_places:
            chain = (unit.province_id, unit.prefecture_id, unit.county_id, unit.place_id)
            places = tuple(self.codes[pk] for pk in chain if pk is not None)
        for duty in self.by_kind.get((unit.kind, unit.tier), ()):
            if duty.batch_units.reaches(places, unit.kind) and duty.own_units.reaches(
                places, unit.kind
            ):
                yield duty
