"""The demonstration's places and units, people and accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from qingfeng.accounts.models import Office, User
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


def make_places(scale: str) -> dict[str, Place]:
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


PASSWORD = "Qingfeng-2021"  # noqa: S105 - the demo's, printed in the terminal
PROVINCE, PREFECTURE = "990000", "990100"

OFFICERS = {"police": 320, "court": 90, "procuratorate": 60, "justice": 40, "committee": 20}


def make_units(places: dict[str, Place], random: Random) -> dict[tuple[str, str], Unit]:
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


def make_people(units: dict[tuple[str, str], Unit], random: Random) -> None:
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


def some_names(seed: int, count: int) -> Iterator[str]:
    random = Random(seed)  # noqa: S311 - synthetic data
    return (persona.full_name for persona in personas.people(random, count))


def make_accounts(
    units: dict[tuple[str, str], Unit], places: dict[str, Place], today: date
) -> dict[str, User]:
    """One account for each role, and reporters of the fictional prefecture."""
    root = next(place for place in places.values() if place.tier == Tier.CENTRAL)
    province, prefecture = places[PROVINCE], places[PREFECTURE]
    secret = make_password(PASSWORD)
    names = some_names(7, 40)
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
