"""The demonstration: the reference campaign over real divisions, and one fictional prefecture.

Real divisions carry duties and random progress only. The second batch runs; the first is
finished in the fictional prefecture, and what it left open is carried over. Dates are shifted by
whole weeks so that the second batch is under way today.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from random import Random
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qingfeng.accounts.models import User
from qingfeng.campaigns import services
from qingfeng.campaigns.demo.places import (
    PASSWORD,
    PREFECTURE,
    make_accounts,
    make_people,
    make_places,
    make_units,
    some_names,
)
from qingfeng.campaigns.demo.progress import make_progress
from qingfeng.campaigns.models import (
    Campaign,
    GroupDuty,
)
from qingfeng.core import stamp
from qingfeng.core.commands import writing
from qingfeng.orgs.models import (
    Unit,
)
from qingfeng.tallies.services import fold
from qingfeng.trail.services import seal

Tell = Callable[[str, float], None]

#: The day of the second batch that is made to be today: seven weeks in.
DAY_OF_BATCH = date(2021, 10, 8)


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
        places = make_places(scale)
        units = make_units(places, random)
        make_people(units, random)
        accounts = make_accounts(units, places, today)
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
    make_progress(second, random, today, accounts, finished=False)
    tell(_("progress of the first batch"), 0.75)
    make_progress(first, random, today, accounts, finished=True)
    tell(_("what is carried over"), 0.88)
    services.carry_over(
        actor=national, source=first, target=second, until=today + timedelta(days=20)
    )
    _meetings(second, units, national, today)
    tell(_("figures and seal"), 0.93)
    fold()
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


def _meetings(
    campaign: Campaign, units: dict[tuple[str, str], Unit], actor: User, today: date
) -> None:
    """A leading group of the fictional prefecture with a meeting and its instructions."""
    unit = units[PREFECTURE, "office"]
    names = some_names(11, 6)
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
