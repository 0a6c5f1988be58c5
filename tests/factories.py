"""What tests stand on: the fictional province, a unit of each kind, people with roles, a plan."""

from __future__ import annotations

import itertools
from datetime import date
from types import SimpleNamespace

from django.utils import timezone

from qingfeng.accounts.models import User
from qingfeng.campaigns.services import issue_plan
from qingfeng.core.commands import writing
from qingfeng.orgs.models import (
    GrantState,
    OrganKind,
    Place,
    ReachKind,
    Role,
    RoleGrant,
    Tier,
    Unit,
    UnitPlacement,
)
from qingfeng.orgs.services import columns_of

_number = itertools.count(1)

PLAN = """
plan: {key: small, title: 小方案, version: 1, issuer: 办公室, kind: campaign}
batches:
  - key: one
    title: 第一批
    from: 2021-03-01
    to: 2021-06-30
    units: {tiers: [county], kinds: [court, police]}
    stages:
      - key: study
        title: 学习
        starts_on: 2021-03-01
        ends_on: 2021-03-31
        gate: {criteria: [三项教育都做了], decided_by: upper_office, required_by: 2021-04-02}
      - {key: rectify, title: 整改, starts_on: 2021-04-01, ends_on: 2021-06-30}
tasks:
  - {key: loyalty, title: 忠诚}
  - {key: cure, title: 整治, stage: rectify}
requirements:
  - key: training
    task: loyalty
    stage: study
    title: 轮训
    standard: 人人参加
    due: {after: {event: stage_start, days: 10, unit: natural}}
    indicator: {key: trained, title: 参训人次, unit_of_count: 人次, kind: sum}
    quantity: 20
  - key: returns
    task: cure
    stage: rectify
    title: 月报
    standard: 按月报送
    units: {kinds: [court]}
    recurrence: {every: month, day: 5, until: 2021-06-30}
    legal_due: {after: {event: due, days: 3, unit: working}}
closing_conditions:
  - {key: done, title: 全部办结, check: all_prescribed_accepted}
"""


def user(name: str = "", **fields) -> User:
    """An account; the name is made up if none is given."""
    number = next(_number)
    return User.objects.create_user(
        f"user{number}", None, full_name=name or f"测试{number}",
        password_changed_at=timezone.now(), **fields,
    )  # fmt: skip


def place(name: str, tier: Tier, parent: Place | None = None) -> Place:
    """A fictional place below another."""
    with writing():
        made = Place.objects.create(
            code=f"9{next(_number):05}", name=name, tier=tier, parent=parent, is_fictional=True,
            path=f"new{next(_number)}",
            province_id=None if parent is None else columns_of(parent)["province_id"],
            prefecture_id=None if parent is None else columns_of(parent)["prefecture_id"],
        )  # fmt: skip
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save()
    return made


def unit(at: Place, kind: OrganKind, parent: Unit | None = None, name: str = "") -> Unit:
    """A unit with the placement it opened with."""
    name = name or f"{at.name}{kind.label}"
    with writing():
        made = Unit.objects.create(
            code=f"U{next(_number):05}", name=name, short_name=name, kind=kind, place=at,
            tier=at.tier, parent=parent, opened_on=date(2020, 1, 1), **columns_of(at),
        )  # fmt: skip
        UnitPlacement.objects.create(
            unit=made, name=name, place=at, parent=parent, kind=kind, from_on=date(2020, 1, 1)
        )
    return made


def grant(who: User, role: Role, reach: ReachKind, **fields) -> User:
    """Give an account a role in force; returns the account as a new request would read it."""
    with writing():
        RoleGrant.objects.create(
            state=GrantState.ACTIVE,
            proposed_by=0,
            decided_by=-1,
            user=who,
            role=role,
            reach=reach,
            from_on=date(2020, 1, 1),
            **fields,
        )
    return fresh(who)


def fresh(who: User) -> User:
    """The account read again: grants are read once for each instance."""
    return User.objects.get(pk=who.pk)


def country() -> SimpleNamespace:
    """江岚省 with its prefecture and two counties, their offices, courts and police."""
    top = place("中央", Tier.CENTRAL)
    province = place("江岚省", Tier.PROVINCE, top)
    prefecture = place("望川市", Tier.PREFECTURE, province)
    county = place("清溪县", Tier.COUNTY, prefecture)
    other = place("临河县", Tier.COUNTY, prefecture)
    made = SimpleNamespace(
        top=top, province=province, prefecture=prefecture, county=county, other=other
    )
    made.central_office = unit(top, OrganKind.OFFICE)
    made.province_office = unit(province, OrganKind.OFFICE, made.central_office)
    made.office = unit(prefecture, OrganKind.OFFICE, made.province_office)
    made.county_office = unit(county, OrganKind.OFFICE, made.office)
    made.court = unit(county, OrganKind.COURT, made.county_office)
    made.police = unit(county, OrganKind.POLICE, made.county_office)
    made.station = unit(county, OrganKind.REHAB, made.police, "清溪县戒毒所")
    made.other_court = unit(other, OrganKind.COURT, made.office)
    return made


def staff(land: SimpleNamespace) -> SimpleNamespace:
    """One person for each role, and the three offices of administration."""
    nation, at, one = ReachKind.NATION, ReachKind.PLACE, ReachKind.UNIT
    return SimpleNamespace(
        office=grant(user("央办"), Role.OFFICE, nation),
        county_office=grant(user("县办"), Role.OFFICE, at, place=land.county),
        leader=grant(user("领导"), Role.LEADER, at, place=land.province),
        line=grant(
            user("条线"), Role.LINE, ReachKind.LINE, place=land.province, line=OrganKind.COURT
        ),
        reporter=grant(user("报送"), Role.REPORTER, one, unit=land.court),
        police=grant(user("警方"), Role.REPORTER, one, unit=land.police),
        reviewer=grant(user("审核"), Role.REVIEWER, at, place=land.county),
        outsider=grant(user("邻县"), Role.REVIEWER, at, place=land.other),
        nobody=user("无职"),
        system_admin=user("系统", office="system_admin"),
        security_admin=user("安全", office="security_admin"),
        auditor=user("审计", office="auditor"),
    )


def issue(plan: str = PLAN, *, actor: User, by: Unit):
    """Issue a plan and lay it out."""
    return issue_plan(plan, actor=actor, issued_by=by)
