"""What the benchmarks stand on: units at every tier, the accounts that act, a plan of 60 duties."""

from __future__ import annotations

import math
import resource
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

REQUIREMENTS = 60
KINDS = ("committee", "court", "procuratorate", "police", "justice")
#: Provinces, prefectures in each, counties in each prefecture: 16,000 units of five kinds.
PROVINCES, PREFECTURES, COUNTIES = 31, 11, 8.3


@dataclass
class Ground:
    """Places and units that were made, and who acts on them."""

    places: dict = field(default_factory=dict)
    units: list = field(default_factory=list)
    users: dict = field(default_factory=dict)


def prepare(units, ground=None):
    """Make places and about ``units`` units; given a ground, what it lacks is added."""
    from qingfeng.core.commands import writing
    from qingfeng.orgs.models import Place, Tier, Unit
    from qingfeng.orgs.services import columns_of

    ground = ground or Ground()
    opened = timezone.localdate() - timedelta(days=1000)
    wanted = max(4, math.ceil(units / len(KINDS)))  # down to a county at least
    with writing(), transaction.atomic():
        for code, parent, tier in _divisions(wanted):
            if code in ground.places:
                continue
            above = ground.places.get(parent)
            place = Place(code=code, name=f"区划{code}", tier=tier, parent=above,
                          path=f"{above.path if above else '/'}{code}/", is_fictional=True)  # fmt: skip
            if above is not None:
                place.province = above if above.tier == Tier.PROVINCE else above.province
                place.prefecture = above if above.tier == Tier.PREFECTURE else above.prefecture
            place.save()
            ground.places[code] = place
            ground.units += [
                Unit(code=f"{code}-{kind}", name=f"{place.name}{kind}", short_name=kind, kind=kind,
                     tier=tier, place=place, officers=40, opened_on=opened, **columns_of(place))
                for kind in KINDS
            ]  # fmt: skip
        fresh = [unit for unit in ground.units if unit.pk is None]
        Unit.objects.bulk_create(fresh, batch_size=1000)
        if not ground.users:
            _people(ground)
    return ground


def _divisions(count):
    """The first ``count`` divisions: the centre, then province by province down to the counties."""
    made = [("000000", "", "central")]
    for province in range(11, 11 + PROVINCES):
        made.append((f"{province}0000", "000000", "province"))
        for prefecture in range(1, PREFECTURES + 1):
            made.append((f"{province}{prefecture:02}00", f"{province}0000", "prefecture"))
            # 8.3 on average: every third prefecture has nine.
            for county in range(1, int(COUNTIES) + 1 + (prefecture % 3 == 0)):
                made.append((f"{province}{prefecture:02}{county:02}",
                             f"{province}{prefecture:02}00", "county"))  # fmt: skip
    return made[:count]


def _people(ground):
    from qingfeng.accounts.models import User
    from qingfeng.orgs.models import GrantState, Person, ReachKind, Role, RoleGrant

    today = timezone.localdate()
    nation = {"reach": ReachKind.NATION}
    county, province = ground.places["110101"], ground.places["110000"]
    own = next(unit for unit in ground.units if unit.place.code == "110101")
    accounts = {
        "office": (Role.OFFICE, nation, ground.units[0]),
        "national": (Role.REVIEWER, nation, ground.units[0]),
        "nation_reporter": (Role.REPORTER, nation, ground.units[0]),
        "province": (Role.REVIEWER, {"reach": ReachKind.PLACE, "place": province}, None),
        "county": (Role.REVIEWER, {"reach": ReachKind.PLACE, "place": county}, None),
        "reporter": (Role.REPORTER, {"reach": ReachKind.UNIT, "unit": own}, own),
    }
    for name, (role, reach, unit) in accounts.items():
        user = User(username=name, full_name=f"用户{name}", password_changed_at=timezone.now())
        user.set_password("Bench-2021-long")
        user.save()
        if unit is not None:
            Person.objects.create(full_name=user.full_name, unit=unit, user=user)
        RoleGrant.objects.create(user=user, role=role, state=GrantState.ACTIVE, proposed_by=0,
                                 decided_by=-1, from_on=today - timedelta(days=9), **reach)  # fmt: skip
        ground.users[name] = user


def plan_text(key):
    """A plan that gives every unit 60 duties, some overdue today and some due within days."""
    today = timezone.localdate()
    first, last = today - timedelta(days=20), today + timedelta(days=70)
    lines = [
        f"plan: {{key: {key}, title: 基准方案, version: 1, issuer: 办公室, issued_on: {first}, kind: campaign}}",
        "batches:",
        f"  - {{key: only, title: 一批, from: {first}, to: {last}, units: {{}}, stages:",
        f"     [{{key: work, title: 工作, starts_on: {first}, ends_on: {last}}}]}}",
        "tasks: [{key: all, title: 全部任务}]",
        "requirements:",
    ]
    for number in range(REQUIREMENTS):
        lines.append(
            f"  - {{key: duty-{number}, task: all, stage: work, title: 任务事项第{number}号, "
            "standard: 按要求完成并报送, units: {}, "
            f"due: {{after: {{event: batch_start, days: {10 + number}, unit: natural}}}}}}"
        )
    return "\n".join(lines) + "\n"


def issue(ground, key):
    """Issue the plan to every unit of the ground and fold its tallies, as the jobs would."""
    from qingfeng.campaigns import services
    from qingfeng.tallies.services import fold

    campaign = services.issue_plan(
        plan_text(key), actor=ground.users["office"], issued_by=ground.units[0]
    )
    fold()
    settle()
    return campaign


def work(campaign, reporter):
    """Bring duties into every state: of ten, three are accepted, one waits, one was returned."""
    from django.db.models import F
    from django.db.models.functions import Mod

    from qingfeng.campaigns.models import Assignment
    from qingfeng.core import clock
    from qingfeng.core.commands import writing

    today = timezone.localdate()
    rows = Assignment.objects.filter(campaign=campaign).annotate(tenth=Mod(F("id"), 10))
    told = {"reported_by": reporter.pk, "reported_on": today}
    with writing(), transaction.atomic():
        rows.filter(tenth__lt=3).update(
            state="accepted", is_on_time=True, **told, **clock.stopped(today)
        )
        rows.filter(tenth=3).update(
            state="reported", **told, **clock.waiting(today + timedelta(days=2))
        )
        rows.filter(tenth=4).update(state="returned")
    settle()


def settle():
    """Let the database take note of what it holds, as a server that has run for a day has."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# -- measuring --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Times:
    """What calls took in ms: by the clock, and of this process's processor."""

    clock: list
    processor: list


def times(work, calls):
    """Time ``calls`` calls, after one that warms up.

    On a machine that is shared, the clock counts the others' work too; the processor does not.
    On PostgreSQL the processor is the application's alone.
    """
    work()
    taken = Times([], [])
    for _call in range(calls):
        began, busy = time.perf_counter(), time.process_time()
        work()
        taken.clock.append((time.perf_counter() - began) * 1000)
        taken.processor.append((time.process_time() - busy) * 1000)
    return taken


def p95(values):
    """The 95th percentile, by rank."""
    return sorted(values)[max(0, math.ceil(len(values) * 0.95) - 1)]


def p95s(name, taken, before, target):
    """Two figures: by the clock beside the target, and the processor's part of it."""
    return [
        figure(f"{name}, p95", p95(taken.clock), "ms", baseline=p95(before.clock), target=target),
        figure(f"{name}, p95 of processor time", p95(taken.processor), "ms",
               baseline=p95(before.processor)),
    ]  # fmt: skip


def peak_mb():
    """The most memory this process has had, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def figure(name, value, unit, *, baseline=None, target=None, met=None):
    """One figure; it is met if it is at most its target, unless ``met`` says."""
    if met is None and target is not None:
        met = bool(value <= target)
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "baseline": None if baseline is None else round(baseline, 3),
        "target": target,
        "met": met,
    }


@contextmanager
def instead(owner, name, value):
    """Put something else in a place for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)
