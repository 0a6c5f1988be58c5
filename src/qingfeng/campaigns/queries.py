"""What the pages of campaigns read: the home page, the campaign's page, the unit tree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from qingfeng.campaigns.models import (
    Assignment,
    AssignmentState,
    Batch,
    Campaign,
    CampaignState,
    Stage,
)
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.policy import DutyAction, campaigns, duties
from qingfeng.core.actor import Actor
from qingfeng.orgs.models import Place, ReachKind, Role, Tier, Unit
from qingfeng.orgs.reach import grants_of, holding, top_grant
from qingfeng.tallies.queries import figures

#: Counts on pages stop here; beyond it they say 1,000+.
MOST = 1000
INDICATORS = (
    "duty.assigned",
    "duty.accepted",
    "duty.on_time",
    "duty.reported",
    "duty.returned",
    "duty.doing",
    "duty.todo",
    "duty.carried",
    "duty.withdrawn",
)


# -- campaigns ------------------------------------------------------------------------------------


def open_to(actor: Actor) -> list[Campaign]:
    """The campaigns an actor may see, running ones first."""
    rows = list(campaigns.scope(actor).order_by("-starts_on", "pk"))
    return sorted(rows, key=lambda one: one.state != CampaignState.RUNNING)


@dataclass(frozen=True)
class StageState:
    """A stage as the ruler draws it."""

    title: str
    starts_on: date
    ends_on: date
    state: str
    stage: Stage


def stages_of(batch: Batch, today: date) -> list[StageState]:
    """The stages of a batch, with whether each is to come, under way or over."""
    return [
        StageState(
            str(stage), stage.starts_on, stage.ends_on,
            "done" if stage.ends_on < today else "active" if stage.starts_on <= today else "idle",
            stage,
        )
        for stage in batch.stages.all()
    ]  # fmt: skip


# -- rates ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rates:
    """The state of the duties at one node.

    Completeness and timeliness follow the five figures of DHIS2: what was accepted, and what was
    accepted in time, of all that is expected. Neither can exceed 100%.
    """

    assigned: int = 0
    accepted: int = 0
    on_time: int = 0
    reported: int = 0
    returned: int = 0
    doing: int = 0
    todo: int = 0
    carried: int = 0
    withdrawn: int = 0
    overdue: int = 0

    @property
    def expected(self) -> int:
        return self.assigned - self.withdrawn - self.carried

    @property
    def completeness(self) -> float | None:
        """Percent of what is expected that is accepted."""
        return 100 * self.accepted / self.expected if self.expected > 0 else None

    @property
    def timeliness(self) -> float | None:
        """Percent of what is expected that was accepted in time."""
        return 100 * min(self.on_time, self.accepted) / self.expected if self.expected > 0 else None


def rates(campaign: int, nodes: Sequence[str]) -> dict[str, Rates]:
    """The rates at some nodes, overdue apart."""
    found = figures(campaign, INDICATORS, list(nodes))
    return {
        node: Rates(**{
            name.removeprefix("duty."): found[name, node] for name in INDICATORS
        })
        for node in nodes
    }  # fmt: skip


def node_of(actor: Actor) -> str | None:
    """The tally node of the furthest reach of an actor; None for a list of units."""
    grant = top_grant(actor)
    if grant is None:
        return None
    if grant.reach == ReachKind.NATION:
        return "all"
    if grant.reach == ReachKind.UNIT:
        return f"u{grant.unit_id}"
    if grant.reach == ReachKind.GROUP:
        return None
    at = "all" if grant.place is None or grant.place.tier == Tier.CENTRAL else f"p{grant.place_id}"
    return f"{at}.{grant.line}" if grant.reach == ReachKind.LINE else at


# -- the home page --------------------------------------------------------------------------------


@dataclass
class Part:
    """One part of the home page: its rows, and how many there are in all."""

    rows: list[Assignment] = field(default_factory=list)
    count: int = 0
    faces: list[Any] = field(default_factory=list)

    @property
    def count_text(self) -> str:
        return f"{MOST:,}+" if self.count > MOST else f"{self.count:,}"


@dataclass(frozen=True)
class Home:
    """What must I do today, what is late, what waits for others."""

    late: Part
    today: Part
    waiting: Part
    watched: Part


def _part(branches: Sequence[QuerySet[Assignment]], most: int) -> Part:
    """The most urgent rows of several arms together, and their number, counted to MOST."""
    keys: set[tuple[date, int]] = set()
    ids: set[int] = set()
    for rows in branches:
        keys.update(rows.order_by("due_on", "pk").values_list("due_on", "pk")[:most])
        ids.update(rows.order_by("due_on", "pk").values_list("pk", flat=True)[: MOST + 1])
    chosen = [pk for _due, pk in sorted(keys)[:most]]
    found = Assignment.objects.select_related("requirement", "unit", "stage").in_bulk(chosen)
    return Part([found[pk] for pk in chosen], min(len(ids), MOST + 1))


def home(actor: Actor, campaign: Campaign, today: date | None = None) -> Home:
    """The home page of an actor in a campaign.

    Mine are the duties I report on that are open, and the reports that wait for my review.
    """
    today = today or timezone.localdate()
    base = Assignment.objects.filter(campaign=campaign)
    horizon = today + timedelta(days=3)

    def mine(rows: QuerySet[Assignment]) -> list[QuerySet[Assignment]]:
        return [
            *duties.branches(actor, rows.filter(state__in=OPEN_STATES), DutyAction.REPORT),
            *duties.branches(actor, rows.filter(state=AssignmentState.REPORTED), DutyAction.REVIEW),
        ]

    reports = duties.arms(actor, DutyAction.REPORT)
    waiting = (
        duties.branches(actor, base.filter(state=AssignmentState.REPORTED), DutyAction.REPORT)
        if reports
        else duties.branches(actor, base.filter(state=AssignmentState.RETURNED), DutyAction.REVIEW)
    )
    acts = bool(reports or duties.arms(actor, DutyAction.REVIEW))
    return Home(
        late=_part(mine(base.filter(due_on__lt=today)), 8),
        today=_part(mine(base.filter(due_on__gte=today, due_on__lte=horizon)), 8),
        waiting=_part(waiting, 6),
        watched=Part()
        if acts
        else _part(duties.branches(actor, base.filter(due_on__lt=today)), 10),
    )


# -- the campaign's page ----------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskRow:
    """A task with the state of its duties."""

    task: Any
    rates: Rates


def tasks_of(actor: Actor, campaign: Campaign) -> list[TaskRow]:
    """Every task of a campaign with the duties the actor may see under it."""
    today = timezone.localdate()
    rows: Any = (
        duties.scope(actor)
        .filter(campaign=campaign, requirement__isnull=False)
        .order_by()
        .values("requirement__task")
        .annotate(
            assigned=Count("pk"),
            accepted=Count("pk", filter=Q(state=AssignmentState.ACCEPTED)),
            on_time=Count("pk", filter=Q(is_on_time=True)),
            reported=Count("pk", filter=Q(state=AssignmentState.REPORTED)),
            returned=Count("pk", filter=Q(state=AssignmentState.RETURNED)),
            doing=Count("pk", filter=Q(state=AssignmentState.DOING)),
            todo=Count("pk", filter=Q(state=AssignmentState.TODO)),
            carried=Count("pk", filter=Q(state=AssignmentState.CARRIED)),
            withdrawn=Count("pk", filter=Q(state=AssignmentState.WITHDRAWN)),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
        )
    )
    by_task = {
        row["requirement__task"]: Rates(
            **{name: value for name, value in row.items() if name != "requirement__task"}
        )
        for row in rows
    }
    return [TaskRow(task, by_task.get(task.pk, Rates())) for task in campaign.tasks.all()]


# -- the unit tree ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TreeRow:
    """A place or a unit in the tree, with its rates."""

    name: str
    place: int | None
    unit: int | None
    rates: Rates


@dataclass(frozen=True)
class Tree:
    """One step of the unit tree: where one is, what is above, what is below."""

    place: Place
    above: list[Place]
    places: list[TreeRow]
    units: list[TreeRow]
    whole: Rates


def may_enter(actor: Actor, place: Place) -> bool:
    """Whether a place lies within, or on the way to, the reach of an actor."""
    for grant in grants_of(actor):
        if grant.reach == ReachKind.NATION or (
            grant.place is None and grant.reach == ReachKind.LINE
        ):
            return True
        at = grant.place or (grant.unit.place if grant.unit else None)
        if at is None or at.path.startswith(place.path) or place.path.startswith(at.path):
            return True
    return False


def tree(actor: Actor, campaign: Campaign, place: Place) -> Tree:
    """The places and units directly below a place, each with its rates in a campaign.

    Only figures within the actor's reach are given: a place outside it is not listed.
    """
    today = timezone.localdate()
    below = [one for one in place.children.order_by("code") if may_enter(actor, one)]
    seen = list(
        Unit.objects.filter(place=place, closed_on=None)
        .filter(pk__in=_units_in_reach(actor))
        .order_by("pk")
    )
    node = "all" if place.tier == Tier.CENTRAL else f"p{place.pk}"
    nodes = [node, *(f"p{one.pk}" for one in below), *(f"u{one.pk}" for one in seen)]
    found = rates(campaign.pk, nodes)
    late = duties.scope(actor).filter(campaign=campaign, due_on__lt=today)
    column = {
        Tier.CENTRAL: "province", Tier.PROVINCE: "prefecture", Tier.PREFECTURE: "county",
    }.get(Tier(place.tier))  # fmt: skip
    late_of: dict[str, int] = {}
    if column:
        for pk, count in late.order_by().values_list(column).annotate(Count("pk")):
            late_of[f"p{pk}"] = count
    for pk, count in (
        late.filter(unit__in=seen).order_by().values_list("unit").annotate(Count("pk"))
    ):
        late_of[f"u{pk}"] = count

    def with_late(key: str) -> Rates:
        return Rates(**{**found[key].__dict__, "overdue": late_of.get(key, 0)})

    above: list[Place] = []
    step = place.parent
    while step is not None:
        above.insert(0, step)
        step = step.parent
    return Tree(
        place=place,
        above=above,
        places=[TreeRow(one.name, one.pk, None, with_late(f"p{one.pk}")) for one in below],
        units=[TreeRow(one.label, None, one.pk, with_late(f"u{one.pk}")) for one in seen],
        whole=found[node],
    )


def _units_in_reach(actor: Actor) -> Any:
    rows = Unit.objects.none()
    for arm in holding(*Role, unit="pk")(actor):
        rows = rows | Unit.objects.filter(arm)
    return rows.order_by().values("pk")
