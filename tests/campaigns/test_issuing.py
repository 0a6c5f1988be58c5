"""Issuing lays out each duty once, shows nothing half done, and an amendment keeps work."""

from collections import Counter

import pytest

from qingfeng.campaigns.models import Assignment, Campaign, Cascade
from qingfeng.campaigns.policy import duties
from qingfeng.campaigns.services import amend_plan, issue_plan, issuing, move_duty, resume_cascade
from qingfeng.core.errors import Denied, Refused
from qingfeng.core.models.clocked import NEVER
from qingfeng.tallies.queries import figures
from qingfeng.tallies.recount import check
from tests import factories
from tests.factories import PLAN, fresh

SECOND = PLAN.replace("version: 1", "version: 2")
#: Requirement, county court and county police: the monthly return falls due three times.
COURT, POLICE = {"training": 1, "returns": 3}, {"training": 1}


def owed(unit):
    rows = Assignment.objects.filter(unit=unit).exclude(state="withdrawn")
    return Counter(rows.values_list("requirement__key", flat=True))


def test_every_selected_unit_owes_each_duty_once(campaign, land):
    assert owed(land.court) == COURT
    assert owed(land.other_court) == COURT
    assert owed(land.police) == POLICE
    assert Assignment.objects.count() == 9
    assert figures(campaign.pk, ["duty.assigned"], ["all"]) == {("duty.assigned", "all"): 9}
    assert check(campaign.pk, "duty.") == []


def test_a_plan_is_issued_once_and_by_the_office_alone(campaign, land, staff):
    with pytest.raises(Refused):
        factories.issue(actor=staff.office, by=land.central_office)
    with pytest.raises(Denied):
        factories.issue(
            PLAN.replace("key: small", "key: another"), actor=staff.reporter, by=land.central_office
        )
    assert Campaign.objects.count() == 1


def test_half_a_cascade_is_invisible_and_is_completed(land, staff, monkeypatch):
    real, calls = issuing.lay_out, []

    def breaks(**given):
        calls.append(list(given["ids"]))
        if len(calls) == 2:
            raise RuntimeError("power cut")
        return real(**given)

    def one_by_one(items, work, **_sizes):
        return (work([item]) for item in items)

    monkeypatch.setattr(issuing, "in_chunks", one_by_one)
    monkeypatch.setattr(issuing, "lay_out", breaks)
    with pytest.raises(RuntimeError):
        issue_plan(PLAN, actor=staff.office, issued_by=land.central_office)
    assert 0 < Assignment.objects.count() < 9
    assert not duties.scope(fresh(staff.office)).exists()
    cascade = Cascade.objects.get()
    with pytest.raises(Refused):
        amend_plan(cascade.campaign, SECOND, actor=staff.office)

    resume_cascade(cascade, actor=staff.office)
    assert duties.scope(fresh(staff.office)).count() == 9
    assert owed(land.court) == COURT
    assert resume_cascade(cascade, actor=staff.office).total == 9
    assert check(cascade.campaign_id, "duty.") == []


def test_what_breaks_within_a_chunk_leaves_nothing_of_it(land, staff, monkeypatch):
    def breaks(*_given):
        raise RuntimeError("disk full")

    monkeypatch.setattr(issuing, "add_deltas", breaks)
    with pytest.raises(RuntimeError):
        issue_plan(PLAN, actor=staff.office, issued_by=land.central_office)
    cascade = Cascade.objects.get()
    assert (cascade.last_unit, cascade.total, Assignment.objects.count()) == (0, 0, 0)


def test_an_amendment_adds_and_redates(campaign, land, staff):
    text = SECOND.replace("days: 10", "days: 20").replace(
        "closing_conditions:",
        "  - {key: talk, task: loyalty, stage: study, title: 谈心, standard: 人人谈到,"
        " due: {after: {event: stage_start, days: 5, unit: natural}}}\nclosing_conditions:",
    )
    before = Assignment.objects.get(unit=land.police, requirement__key="training")
    amend_plan(campaign, text, actor=staff.office)
    after = Assignment.objects.get(pk=before.pk)
    assert (after.target_on - before.target_on).days == 10
    assert after.due_on == after.target_on
    assert owed(land.police) == {"training": 1, "talk": 1}
    assert check(campaign.pk, "duty.") == []


def test_an_amendment_withdraws_but_keeps_what_was_reported(campaign, land, staff):
    kept, dropped = Assignment.objects.filter(unit=land.court, requirement__key="returns")[:2]
    move_duty(actor=staff.reporter, duty=kept, move="report", text="本月工作已经全部完成并报送")
    start = SECOND.index("  - key: returns")
    text = SECOND[:start] + SECOND[SECOND.index("closing_conditions:") :]
    amend_plan(campaign, text, actor=staff.office)
    kept.refresh_from_db()
    dropped.refresh_from_db()
    assert kept.state == "reported"
    assert (dropped.state, dropped.due_on) == ("withdrawn", NEVER)
    assert owed(land.other_court) == {"training": 1}
    assert check(campaign.pk, "duty.") == []


def test_an_amendment_cut_off_before_the_dates_followed_is_completed(
    campaign, land, staff, monkeypatch
):
    def breaks(**_given):
        raise RuntimeError("power cut")

    text = SECOND.replace("days: 10", "days: 20")
    duty = Assignment.objects.get(unit=land.police)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "_redate", breaks)
        with pytest.raises(RuntimeError):
            amend_plan(campaign, text, actor=staff.office)
    resume_cascade(Cascade.objects.get(finished_at=None), actor=staff.office)
    assert (Assignment.objects.get(pk=duty.pk).target_on - duty.target_on).days == 10


def test_a_stage_that_moves_takes_its_dates_along(campaign, land, staff):
    duty = Assignment.objects.get(unit=land.police)
    text = SECOND.replace("starts_on: 2021-03-01", "starts_on: 2021-03-03")
    amend_plan(campaign, text, actor=staff.office)
    assert (Assignment.objects.get(pk=duty.pk).target_on - duty.target_on).days == 2


def test_only_the_next_version_of_the_same_plan_amends(campaign, staff):
    with pytest.raises(Refused):
        amend_plan(campaign, PLAN, actor=staff.office)
    with pytest.raises(Refused):
        amend_plan(campaign, SECOND.replace("key: small", "key: other"), actor=staff.office)
    with pytest.raises(Denied):
        amend_plan(campaign, SECOND, actor=staff.county_office)
