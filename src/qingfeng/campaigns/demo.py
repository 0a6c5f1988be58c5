"""The demonstration: the reference campaign over real divisions, and one fictional prefecture.

Real divisions carry duties and random progress only. The second batch runs; the first is
finished in the fictional prefecture, and what it left open is carried over. Dates are shifted by
whole weeks so that the second batch is under way today.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qingfeng.accounts.models import Office, User
from qingfeng.campaigns import services
from qingfeng.campaigns.models import (
    Assignment,
    Campaign,
    GroupDuty,
    Report,
)
from qingfeng.campaigns.workflow import REVIEW_DAYS, life
from qingfeng.core import clock, stamp
from qingfeng.core.commands import command, in_chunks, writing
from qingfeng.core.models.attachment import Attachment
from qingfeng.core.models.clocked import ClockUnit
from qingfeng.core.workflow import Moving, Workflow
from qingfeng.engines import divisions as facts
from qingfeng.engines import personas
from qingfeng.engines.divisions import organs
from qingfeng.orgs.models import (
    GrantState,
    Person,
    Place,
    Post,
    ReachKind,
    Role,
    RoleGrant,
    SupervisionArea,
    SupervisionGroup,
    Tier,
    Unit,
    UnitPlacement,
)
from qingfeng.orgs.services import columns_of
from qingfeng.tallies.services import fold
from qingfeng.trail.services import seal

Tell = Callable[[str, float], None]

#: The day of the second batch that is made to be today: seven weeks in.
DAY_OF_BATCH = date(2021, 10, 8)
PASSWORD = "Qingfeng-2021"  # noqa: S105 - the demo's, printed in the terminal
PROVINCE, PREFECTURE = "990000", "990100"


class SignIn(NamedTuple):
    """One demo account to try a role with."""

    role: str
    username: str
    password: str


def shifted(text: str, days: int) -> str:
    """A plan file with every date moved."""

    def move(match: re.Match[str]) -> str:
        return (date.fromisoformat(match[0]) + timedelta(days=days)).isoformat()

    return re.sub(r"\b20\d\d-\d\d-\d\d\b", move, text)


def plan_text(name: str, today: date) -> str:
    """A plan of the library, moved so that the second batch is under way today."""
    text = files("qingfeng.campaigns.plans").joinpath("library", f"{name}.yaml")
    weeks = (today - DAY_OF_BATCH).days // 7
    return shifted(text.read_text(encoding="utf-8"), weeks * 7)


def load(scale: str, *, tell: Tell) -> list[SignIn]:
    """Load the demonstration.

    Args:
        scale: small (one province beside the fictional one), default or national.
        tell: told of what is being done, and the share done.
    """
    random = Random(20210816)  # noqa: S311 - synthetic data, not a secret
    today = timezone.localdate()
    stamp.put(scale=scale)
    tell(_("units"), 0.02)
    with writing(), transaction.atomic():
        places = _places(scale)
        units = _units(places, random)
        _people(units, random)
        accounts = _accounts(units, places, today)
    tell(_("the second batch's plan"), 0.10)
    office = units["CN", "office"]
    national = accounts["office"]

    def laying(start: float, share: float, what: str) -> Callable[[int, int], None]:
        return lambda done, total: tell(what, start + share * done / max(total, 1))

    second = services.issue_plan(
        plan_text("second-batch", today), actor=national, issued_by=office, name="second-batch.yaml",
        tell=laying(0.10, 0.25, _("the second batch's plan")),
    )  # fmt: skip
    tell(_("the first batch's plan"), 0.35)
    first_text = plan_text("first-batch", today)
    if scale != "national":
        first_text = _only_in(first_text, PREFECTURE)
    first = services.issue_plan(
        first_text, actor=national, issued_by=office, name="first-batch.yaml",
        tell=laying(0.35, 0.25, _("the first batch's plan")),
    )  # fmt: skip
    tell(_("progress of the units"), 0.60)
    _progress(second, random, today, accounts, finished=False)
    tell(_("progress of the first batch"), 0.75)
    _progress(first, random, today, accounts, finished=True)
    tell(_("what is carried over"), 0.88)
    services.carry_over(
        actor=national, source=first, target=second, until=today + timedelta(days=20)
    )
    _meetings(second, units, national, today)
    tell(_("figures and seal"), 0.93)
    fold(at_once=20_000)
    seal()
    return [
        SignIn(str(role), user.username, PASSWORD)
        for role, user in (
            (_("national campaign office"), accounts["office"]),
            (_("national reviewer"), accounts["reviewer"]),
            (_("leader"), accounts["leader"]),
            (_("provincial campaign office"), accounts["province_office"]),
            (_("prefecture campaign office"), accounts["prefecture_office"]),
            (_("prefecture reviewer"), accounts["prefecture_reviewer"]),
            (_("reporter of a unit"), accounts["reporter"]),
            (_("line guidance (police)"), accounts["line"]),
            (_("supervision group"), accounts["supervisor"]),
            (_("system administrator"), accounts["system_admin"]),
            (_("security administrator"), accounts["security_admin"]),
            (_("auditor"), accounts["auditor"]),
        )
    ]


def _only_in(text: str, place: str) -> str:
    """A plan file whose batches bind the units of one place only."""
    return re.sub(r"(\n    units:\n)(      )", rf'\1      places: ["{place}"]\n\2', text)


# -- places and units ---------------------------------------------------------------------------


def _places(scale: str) -> dict[str, Place]:
    """Places by code: all provinces; below them only what the scale asks for."""
    wanted: list[facts.Division] = []
    for one in facts.divisions():
        is_upper = one.tier in (facts.Tier.CENTRAL, facts.Tier.PROVINCE)
        if (
            one.is_fictional
            or (is_upper and (scale != "small" or one.tier == facts.Tier.CENTRAL))
            or (scale == "small" and one.code[:2] == "13" and is_upper)
            or scale == "national"
        ):
            wanted.append(one)
    places: dict[str, Place] = {}
    for one in wanted:
        parent = places.get(one.parent)
        place = Place(
            code=one.code, name=one.name, tier=one.tier.value, parent=parent,
            is_fictional=one.is_fictional,
            path=f"{parent.path if parent else '/'}{one.code}/",
        )  # fmt: skip
        if parent is not None:
            place.province = parent if parent.tier == Tier.PROVINCE else parent.province
            place.prefecture = parent if parent.tier == Tier.PREFECTURE else parent.prefecture
        place.save()
        places[one.code] = place
    return places


OFFICERS = {"police": 320, "court": 90, "procuratorate": 60, "justice": 40, "committee": 20}


def _units(places: dict[str, Place], random: Random) -> dict[tuple[str, str], Unit]:
    """The organs of every place, and a campaign office beside them."""
    opened = date(2018, 1, 1)
    rows: list[Unit] = []
    keys: list[tuple[str, str]] = []
    for code, place in places.items():
        within = place.parent.name if place.parent else ""
        kinds = [
            str(kind)
            for kind in organs.organs_of(place.tier)
            if kind not in (organs.OrganKind.PRISON, organs.OrganKind.REHAB) or place.is_fictional
        ]
        for kind in ["office", *kinds]:
            named = organ_name(place, kind, within)
            officers = OFFICERS.get(kind, 30)
            rows.append(
                Unit(
                    code=f"{code}-{kind}",
                    name=named[0],
                    short_name=named[1],
                    name_en=named[2],
                    kind=kind,
                    tier=place.tier,
                    place=place,
                    officers=round(officers * random.uniform(0.6, 1.4)),
                    opened_on=opened,
                    **columns_of(place),
                )
            )
            keys.append((_top(code), kind))
    Unit.objects.bulk_create(rows, batch_size=1000)
    units = dict(zip(keys, rows, strict=True))
    for (_code, kind), unit in units.items():
        parent = places[unit.place.code].parent
        if parent is not None:
            unit.parent = units.get((_top(parent.code), kind))
    Unit.objects.bulk_update(units.values(), ["parent"], batch_size=500)
    UnitPlacement.objects.bulk_create(
        [
            UnitPlacement(unit=unit, name=unit.name, place=unit.place, parent=unit.parent,
                          kind=unit.kind, from_on=opened)
            for unit in units.values()
        ],
        batch_size=1000,
    )  # fmt: skip
    return units


def _top(code: str) -> str:
    return "CN" if code == "000000" else code


def organ_name(place: Place, kind: str, within: str) -> tuple[str, str, str]:
    """Full, short and English name of an organ of a place."""
    organ = organs.OrganKind(kind)
    named = organs.organ_name(place.name, place.tier, organ, within)
    english = organs.organ_name_en(place.name, place.tier, organ, within)
    return named.name, named.short_name, english


# -- people and accounts --------------------------------------------------------------------------


def _people(units: dict[tuple[str, str], Unit], random: Random) -> None:
    """A head and a few members of the leadership in the fictional prefecture's units."""
    people: list[Person] = []
    posts: list[tuple[int, Any]] = []
    for unit in units.values():
        if not unit.place.is_fictional:
            continue
        for persona in personas.people(random, 4, kind=unit.kind, tier=unit.tier):
            posts.append((len(people), persona))
            people.append(Person(full_name=persona.full_name, unit=unit))
    Person.objects.bulk_create(people, batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(person=people[place], unit=people[place].unit, title=persona.post,
                 rank=persona.rank.value, is_head=persona.is_head,
                 is_leader=persona.is_leader or persona.is_head)
            for place, persona in posts
        ],
        batch_size=1000,
    )  # fmt: skip


def _names(seed: int, count: int) -> Iterator[str]:
    random = Random(seed)  # noqa: S311 - synthetic data
    return (persona.full_name for persona in personas.people(random, count))


def _accounts(
    units: dict[tuple[str, str], Unit], places: dict[str, Place], today: date
) -> dict[str, User]:
    """One account for each role, and reporters of the fictional prefecture."""
    root = next(place for place in places.values() if place.tier == Tier.CENTRAL)
    province, prefecture = places[PROVINCE], places[PREFECTURE]
    secret = make_password(PASSWORD)
    names = _names(7, 40)
    from_on = today - timedelta(days=400)
    group = SupervisionGroup.objects.create(
        name="第七督导组", sent_by=units["CN", "office"], from_on=from_on
    )
    SupervisionArea.objects.bulk_create(
        [
            SupervisionArea(group=group, unit=unit)
            for unit in units.values()
            if unit.province_id == province.pk and unit.tier == Tier.PROVINCE
        ]
    )
    reporter_unit = units[PREFECTURE, "police"]
    plan: list[tuple[str, str, dict[str, Any] | None, Unit | None]] = [
        ("office", "guoban", {"role": Role.OFFICE, "reach": ReachKind.NATION},
         units["CN", "office"]),
        ("reviewer", "shenhe", {"role": Role.REVIEWER, "reach": ReachKind.NATION},
         units["CN", "office"]),
        ("leader", "lingdao", {"role": Role.LEADER, "reach": ReachKind.NATION},
         units["CN", "committee"]),
        ("province_office", "shengban",
         {"role": Role.OFFICE, "reach": ReachKind.PLACE, "place": province},
         units[PROVINCE, "office"]),
        ("province_reviewer", "shengshen",
         {"role": Role.REVIEWER, "reach": ReachKind.PLACE, "place": province},
         units[PROVINCE, "office"]),
        ("prefecture_office", "shiban",
         {"role": Role.OFFICE, "reach": ReachKind.PLACE, "place": prefecture},
         units[PREFECTURE, "office"]),
        ("prefecture_reviewer", "shishen",
         {"role": Role.REVIEWER, "reach": ReachKind.PLACE, "place": prefecture},
         units[PREFECTURE, "office"]),
        ("reporter", "baosong",
         {"role": Role.REPORTER, "reach": ReachKind.UNIT, "unit": reporter_unit}, reporter_unit),
        ("province_reporter", "shengbao",
         {"role": Role.REPORTER, "reach": ReachKind.PLACE, "place": province},
         units[PROVINCE, "police"]),
        ("nation_reporter", "zhongbao", {"role": Role.REPORTER, "reach": ReachKind.NATION},
         units["CN", "committee"]),
        ("line", "tiaoxian",
         {"role": Role.LINE, "reach": ReachKind.LINE, "place": root, "line": "police"},
         units["CN", "police"]),
        ("supervisor", "dudao", {"role": Role.SUPERVISOR, "reach": ReachKind.GROUP, "group": group},
         None),
        ("system_admin", "xitong", None, None),
        ("security_admin", "anquan", None, None),
        ("auditor", "shenji", None, None),
    ]  # fmt: skip
    accounts: dict[str, User] = {}
    for key, username, grant, unit in plan:
        user = User(
            username=username, full_name=next(names), password=secret,
            password_changed_at=timezone.now(),
            office=key if key in set(Office.values) else "",
        )  # fmt: skip
        user.save()
        accounts[key] = user
        if unit is not None:
            Person.objects.create(full_name=user.full_name, unit=unit, user=user)
        if grant is not None:
            RoleGrant.objects.create(
                user=user, state=GrantState.ACTIVE, from_on=from_on, proposed_by=0, decided_by=-1,
                **grant,
            )  # fmt: skip
    return accounts


# -- progress ---------------------------------------------------------------------------------------

REPORTS = (
    "已按方案要求组织完成，应到人员全部参加，缺席人员已补课，台账和影像资料齐全。",
    "已召开会议专题部署，明确责任领导和承办部门，形成清单并逐项销号。",
    "已完成自查并汇总上报，发现的问题已列入整改清单，正在逐条落实。",
    "已按时报送材料，经本单位主要负责人审签，佐证材料随附。",
    "已组织测试和谈心谈话，覆盖率达到要求，对未达标人员安排了补测。",
)
RETURNS = ("缺少经负责人签字的佐证材料，请补充后重报。", "数据与上期不一致，请核对后说明原因。",
           "未写明未到人员的补课情况，请补充。")  # fmt: skip


FATES = ("accepted", "reported", "returned", "doing", "todo", "suspended")


def _fate(random: Random, target: date, due: date, today: date, *, finished: bool) -> str:
    """What has become of a duty by today."""
    if finished:
        weights = (970, 6, 8, 10, 6, 0)
    elif due < today:
        weights = (90, 3, 2, 3, 2, 0)
    elif target < today + timedelta(days=14):
        weights = (20, 12, 4, 34, 28, 2)
    else:
        weights = (0, 0, 0, 15, 85, 0)
    return random.choices(FATES, weights)[0]


def _progress(
    campaign: Campaign, random: Random, today: date, accounts: dict[str, User], *, finished: bool
) -> None:
    """Let units work: a random share of the duties goes through the real moves, in bulk.

    Each week's reports are made in that week, most of them before the deadline.
    """
    reporter, reviewer = accounts["nation_reporter"], accounts["reviewer"]
    rows = list(
        Assignment.objects.filter(campaign=campaign).order_by("pk")
        .values_list("pk", "target_on", "legal_on")
    )  # fmt: skip
    weeks: dict[date, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pk, target, legal in rows:
        assert target is not None, "every duty of a plan has a target"
        fate = _fate(random, target, legal or target, today, finished=finished)
        if fate != "todo":
            spread = random.choices((-7, -2, 6), (25, 67, 8))[0]
            day: date = min(today, target + timedelta(days=spread))
            weeks[day - timedelta(days=day.weekday())][fate].append(pk)
    for week in sorted(weeks):
        fates = weeks[week]
        began = _moment(week, 9)
        done = _moment(week + timedelta(days=2), 16)
        judged = _moment(week + timedelta(days=4), 10)
        _move(reporter, [*fates["doing"], *fates["suspended"]], "start", began)
        _report(
            [*fates["accepted"], *fates["reported"], *fates["returned"]], reporter, random, done
        )
        _move(reviewer, fates["accepted"], "accept", judged)
        for start in range(0, len(fates["returned"]), 40):
            some = fates["returned"][start : start + 40]
            _move(reviewer, some, "return", judged, note=random.choice(RETURNS))
        _move(
            accounts["office"], fates["suspended"], "suspend", judged,
            note="等待上级部门反馈数据。",
        )  # fmt: skip


def _moment(day: date, hour: int) -> datetime:
    """An hour of a day, but never in the future."""
    at = timezone.make_aware(datetime.combine(day, time(hour)))
    return min(at, timezone.now())


@command
def _move_some(*, actor: User, ids: Sequence[int], move: str, at: datetime, **answers: Any) -> None:
    life.fire_many(move, ids, actor=actor, at=at, **answers)


def _move(actor: User, ids: Sequence[int], move: str, at: datetime, **answers: Any) -> None:
    def work(some: Sequence[int]) -> None:
        _move_some(actor=actor, ids=some, move=move, at=at, **answers)

    for _chunk in in_chunks(ids, work, first=1000):
        pass


def _reported(moving: Moving[Assignment]) -> dict[str, Any]:
    """What a report changes on its duty; its rows are written for the whole chunk at once."""
    review_on, _provisional = clock.after(moving.today, REVIEW_DAYS, ClockUnit.WORKING)
    return {
        "reported_by": moving.actor.id, "reported_on": moving.today,
        **clock.waiting(review_on),
    }  # fmt: skip


#: The same table, but a report writes its texts and files in bulk.
_bulk_life = Workflow(
    policy=life.policy, states=life.states, kinds=life.kinds, initial=life.initial,
    moves=[
        replace(move, effect=_reported, asks=()) if move.name == "report" else move
        for move in life.moves.values()
    ],
    counts=life.counts, related=life.related,
)  # fmt: skip


@command
def _report_some(
    *, actor: User, ids: Sequence[int], random: Random, file: Attachment, at: datetime
) -> None:
    moved = _bulk_life.fire_many("report", ids, actor=actor, at=at).moved
    Attachment.objects.bulk_create(
        [
            Attachment(ledger="assignment", record=pk, name=file.name, size=file.size,
                       sha256=file.sha256, file=file.file.name, added_by=actor.pk, added_at=at)
            for pk in moved
        ],
        batch_size=2000,
    )  # fmt: skip
    Report.objects.bulk_create(
        [
            Report(assignment_id=pk, text=random.choice(REPORTS), by=actor.pk, at=at,
                   files=[])
            for pk in moved
        ],
        batch_size=2000,
    )  # fmt: skip


@cache
def _evidence() -> Attachment:
    """The file that stands for the evidence of every unit, stored once."""
    content = _("Demonstration data: a stand-in for the evidence of a unit.").encode()
    file = Attachment(
        name="佐证材料（演示）.txt", size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    file.file.save("demo-evidence.txt", ContentFile(content), save=False)
    return file


def _report(ids: Sequence[int], actor: User, random: Random, at: datetime) -> None:
    """Report many duties in chunks, with a text each and one evidence file for all."""

    def work(some: Sequence[int]) -> None:
        _report_some(actor=actor, ids=some, random=random, file=_evidence(), at=at)

    for _chunk in in_chunks(ids, work, first=1000):
        pass


# -- meetings -------------------------------------------------------------------------------------


def _meetings(
    campaign: Campaign, units: dict[tuple[str, str], Unit], actor: User, today: date
) -> None:
    """A leading group of the fictional prefecture with a meeting and its instructions."""
    unit = units[PREFECTURE, "office"]
    names = _names(11, 6)
    group = services.form_leading_group(
        actor=actor, campaign=campaign, unit=unit, name="望川市政法队伍教育整顿领导小组",
        members=[
            (next(names), "市委书记", GroupDuty.HEAD),
            (next(names), "市委副书记、政法委书记", GroupDuty.DEPUTY),
            (next(names), "市委政法委常务副书记", GroupDuty.OFFICE_HEAD),
            (next(names), "市公安局局长", GroupDuty.MEMBER),
        ],
    )  # fmt: skip
    meeting = services.hold_meeting(
        actor=actor, group=group, topic="研究第二批教育整顿未办结事项", held_on=today,
        minutes="听取首批结转事项办理情况，明确责任单位和时限。",
    )  # fmt: skip
    services.instruct(
        actor=actor, meeting=meeting, text="逐件复核首批结转事项，月底前报送办理结果",
        units=[units[PREFECTURE, "police"], units[PREFECTURE, "court"]],
        due_on=today + timedelta(days=12),
    )  # fmt: skip
