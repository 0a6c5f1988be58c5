"""The life of a duty: who may move it from where, and what always holds while people move it."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from qingfeng.campaigns.models import Assignment, AssignmentState, Requirement
from qingfeng.campaigns.models.assignment import OPEN_STATES
from qingfeng.campaigns.services import carry_over, move_duties, move_duty
from qingfeng.campaigns.workflow import life
from qingfeng.core.commands import writing
from qingfeng.core.errors import Conflict, Denied, QingfengError, Refused
from qingfeng.core.models.clocked import NEVER
from qingfeng.tallies.queries import figures
from qingfeng.tallies.recount import check
from qingfeng.tallies.services import fold
from qingfeng.trail.queries import history
from tests import factories
from tests.factories import PLAN, fresh

TEXT = "本月工作已经全部完成并报送"
ROLES = ("office", "county_office", "leader", "line", "reporter", "police", "reviewer",
         "outsider", "nobody", "system_admin", "security_admin", "auditor")  # fmt: skip
WORKERS = {
    "report": {"reporter"}, "review": {"reviewer"},
    "guide": {"office", "county_office"}, "amend": {"office", "county_office"},
}  # fmt: skip
LATER = date(2030, 1, 1)


def answers(move):
    given = {
        "text": TEXT, "quantity": 20, "note": "理由写在这里", "until_on": LATER, "files": [],
    }  # fmt: skip
    return {ask.name: given[ask.name] for ask in life.moves[move].asks}


def put(duty, state, by):
    """The duty as it stands in a state, reported by someone and its clock as the state has it."""
    is_open = state in OPEN_STATES
    done = state in ("accepted", "carried", "withdrawn")
    Assignment.objects.filter(pk=duty.pk).update(
        state=state,
        reported_by=None if is_open else by.pk,
        reported_on=None if is_open else date(2021, 3, 5),
        is_on_time=True if state == "accepted" else None,
        due_on=NEVER if done else duty.due_on,
        stopped_on=date(2021, 3, 6) if done else None,
    )
    duty.refresh_from_db()


@pytest.fixture
def duty(campaign, land):
    return Assignment.objects.get(unit=land.court, requirement__key="training")


def fresh_duty(duty):
    return Assignment.objects.get(pk=duty.pk)


#: A move that needs something done before it by another: tested where that is done.
PREPARED = {"carry", "resume", "grant_extension", "refuse_extension"}


@pytest.mark.parametrize("state", AssignmentState.values)
@pytest.mark.parametrize("name", sorted(life.moves.keys() - PREPARED))
def test_a_move_is_made_from_its_states_by_those_who_may_and_by_nobody_else(
    name, state, duty, staff
):
    move = life.moves[name]
    for role in ROLES:
        savepoint = transaction.savepoint()
        put(duty, state, staff.reporter)
        before = len(history(duty.subject))
        actor = fresh(getattr(staff, role))
        may = role in WORKERS[move.action]
        offered = name in {
            offer.move.name for offer in life.offers(duty, actor) if not offer.refusal
        }
        try:
            moved = move_duty(actor=actor, duty=duty, move=name, **answers(name))
        except Denied:
            assert not may, role
        except Conflict:
            assert may, role
            assert state not in move.sources
        else:
            assert may, role
            assert state in move.sources
            assert moved.state == (move.target or state)
            assert len(history(duty.subject)) == before + 1
        assert offered == (may and state in move.sources), role
        transaction.savepoint_rollback(savepoint)
        duty.refresh_from_db()


def test_an_empty_report_is_refused(duty, staff):
    for text in ("", "   ", "已完成"):
        with pytest.raises(Refused) as refused:
            move_duty(actor=staff.reporter, duty=duty, move="report", text=text, quantity=20)
        assert refused.value.field == "text"
    assert Assignment.objects.get(pk=duty.pk).state == "todo"


def test_a_quantity_the_plan_asks_for_must_be_given(duty, staff):
    with pytest.raises(Refused) as refused:
        move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT)
    assert refused.value.field == "quantity"
    move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT, quantity=0)
    assert duty.quantity == 0


def test_missing_evidence_is_refused_once_and_the_file_given_serves_again(duty, staff, settings,
                                                                          tmp_path):  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    Requirement.objects.filter(pk=duty.requirement_id).update(
        evidence=[{"name": "签到表", "required": True}]
    )
    duty = Assignment.objects.get(pk=duty.pk)
    with pytest.raises(Refused) as refused:
        move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT, quantity=20)
    assert refused.value.field == "files"
    assert "签到表" in str(refused.value.message)
    file = SimpleUploadedFile("签到表.pdf", b"%PDF-1.7 ...")
    move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT, quantity=20, files=[file])
    move_duty(actor=staff.reviewer, duty=duty, move="return", note="人数不符")
    move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT, quantity=21)
    assert duty.state == "reported"


def test_whoever_reported_never_accepts_even_with_both_roles(duty, staff, land):
    both = factories.grant(
        staff.reporter, factories.Role.REVIEWER, factories.ReachKind.PLACE, place=land.county
    )
    move_duty(actor=both, duty=duty, move="report", text=TEXT, quantity=20)
    with pytest.raises(Refused):
        move_duty(actor=both, duty=duty, move="accept")
    outcome = move_duties(actor=both, ids=[duty.pk], move="accept")
    assert outcome.moved == []
    assert [pk for pk, _reason in outcome.refused] == [duty.pk]
    assert Assignment.objects.get(pk=duty.pk).state == "reported"


def test_of_two_who_move_one_duty_the_second_hears_who_and_when(duty, staff):
    stale = Assignment.objects.get(pk=duty.pk)
    seen = stale.version
    move_duty(actor=staff.reporter, duty=duty, move="start")
    for row, version in ((stale, None), (fresh_duty(duty), seen)):
        with pytest.raises(Conflict) as conflict:
            move_duty(
                actor=staff.office, duty=row, move="withdraw", note="改由市级办理", version=version
            )
        assert conflict.value.who == staff.reporter.full_name
        assert timezone.now() - conflict.value.at < timedelta(minutes=1)
    assert Assignment.objects.get(pk=duty.pk).state == "doing"


def test_a_stranger_hears_nothing_of_a_conflict(duty, staff):
    with pytest.raises(Denied):
        move_duty(actor=staff.outsider, duty=duty, move="accept", version=duty.version + 1)


def test_a_bulk_move_says_which_could_not_follow(campaign, staff, land):
    rows = list(Assignment.objects.filter(unit=land.court).order_by("pk"))
    move_duty(actor=staff.reporter, duty=rows[0], move="start")
    ids = [row.pk for row in rows]
    hidden = Assignment.objects.filter(unit=land.police).values_list("pk", flat=True)
    outcome = move_duties(actor=staff.reporter, ids=[*ids, *hidden], move="start")
    assert outcome.moved == ids[1:]
    assert [pk for pk, _reason in outcome.refused] == ids[:1]
    assert check(campaign.pk, "duty.") == []


def test_a_bulk_move_none_can_follow_leaves_nothing(duty, staff):
    outcome = move_duties(actor=staff.leader, ids=[duty.pk], move="start")
    assert (outcome.moved, len(outcome.refused)) == ([], 1)
    assert [one.kind for one in history(duty.subject)] == ["assignment.assigned"]


def test_on_time_is_counted_once_however_often_a_duty_is_reopened(campaign, duty, staff):
    Assignment.objects.filter(pk=duty.pk).update(target_on=LATER, legal_on=LATER, due_on=LATER)
    duty.refresh_from_db()
    for _round in range(3):
        move_duty(actor=staff.reporter, duty=duty, move="report", text=TEXT, quantity=20)
        move_duty(actor=staff.reviewer, duty=duty, move="accept")
        assert figures(campaign.pk, ["duty.on_time"], ["all"])["duty.on_time", "all"] == 1
        move_duty(actor=staff.office, duty=duty, move="reopen", note="回头看发现不实")
        assert figures(campaign.pk, ["duty.on_time"], ["all"])["duty.on_time", "all"] == 0
    assert check(campaign.pk, "duty.") == []


def test_an_act_after_midnight_counts_on_its_own_day(campaign, duty, staff):
    # 00:30 in Beijing is still the day before in UTC.
    at = datetime(2021, 3, 9, 16, 30, tzinfo=UTC)
    with writing():
        life.fire_many("start", [duty.pk], actor=staff.reporter, at=at)
    on = {
        day: figures(campaign.pk, ["duty.doing"], ["all"], on=day)["duty.doing", "all"]
        for day in (date(2021, 3, 9), date(2021, 3, 10))
    }
    assert on == {date(2021, 3, 9): 0, date(2021, 3, 10): 1}


def test_an_extension_granted_during_a_suspension_leaves_the_clock_still(duty, staff):
    move_duty(
        actor=staff.reporter, duty=duty, move="ask_extension", note="疫情影响", until_on=LATER
    )
    with pytest.raises(Denied):
        move_duty(actor=staff.reporter, duty=duty, move="grant_extension")
    move_duty(actor=staff.office, duty=duty, move="suspend", note="案件中止")
    move_duty(actor=staff.office, duty=duty, move="grant_extension")
    assert (duty.due_on, duty.legal_on) == (NEVER, LATER)
    move_duty(actor=staff.office, duty=duty, move="resume")
    assert duty.due_on == LATER


def test_unfinished_duties_are_carried_over_and_reported_ones_stay(campaign, staff, land):
    later = factories.issue(
        PLAN.replace("key: small", "key: later"), actor=staff.office, by=land.central_office
    )
    reported = Assignment.objects.get(
        campaign=campaign, unit=land.court, requirement__key="training"
    )
    move_duty(actor=staff.reporter, duty=reported, move="report", text=TEXT, quantity=20)
    outcome = carry_over(actor=staff.office, source=campaign, target=later, until=LATER)
    assert len(outcome.moved) == 8
    assert set(Assignment.objects.filter(campaign=campaign).values_list("state", flat=True)) == {
        "reported", "carried",
    }  # fmt: skip
    following = Assignment.objects.filter(carried_from__campaign=campaign, campaign=later)
    assert set(following.values_list("state", "due_on")) == {("todo", LATER)}
    assert following.count() == 8
    for one in (campaign, later):
        assert check(one.pk, "duty.") == []
    assert carry_over(actor=staff.office, source=campaign, target=later, until=LATER).moved == []


ACTORS = ("office", "county_office", "reporter", "reviewer", "both", "outsider", "leader")


class Duty(RuleBasedStateMachine):
    """One duty among people who try whatever they like."""

    @initialize()
    def begin(self):
        self.land = factories.country()
        self.staff = factories.staff(self.land)
        self.staff.both = factories.user("兼任")
        for role, reach in (("reporter", {"unit": self.land.court}),
                            ("reviewer", {"place": self.land.county})):  # fmt: skip
            kind = "unit" if "unit" in reach else "place"
            factories.grant(self.staff.both, role, kind, **reach)
        self.campaign = factories.issue(actor=self.staff.office, by=self.land.central_office)
        self.duty = Assignment.objects.get(unit=self.land.court, requirement__key="training")
        self.events = 1

    @rule(name=st.sampled_from(sorted(life.moves.keys() - {"carry"})), who=st.sampled_from(ACTORS))
    def anyone_moves(self, name, who):
        actor, move = fresh(getattr(self.staff, who)), life.moves[name]
        duty = Assignment.objects.get(pk=self.duty.pk)
        before = SimpleNamespace(state=duty.state, by=duty.reported_by)
        extended = (duty.legal_on or duty.target_on) + timedelta(days=7)
        given = {**answers(name), **({"until_on": extended} if "until_on" in answers(name) else {})}
        try:
            move_duty(actor=actor, duty=duty, move=name, **given)
        except QingfengError:
            assert Assignment.objects.get(pk=duty.pk).version == self.duty.version
            return
        self.events += 1
        right = WORKERS[move.action] | ({"both"} if move.action in ("report", "review") else set())
        assert who in right, f"{who} made {name}"
        assert before.state in move.sources
        if name in ("accept", "return"):
            assert before.by != actor.pk
        self.duty = duty

    @rule()
    def tallies_are_folded(self):
        fold()

    @invariant()
    def nothing_is_due_exactly_when_closed_or_suspended(self):
        duty = Assignment.objects.get(pk=self.duty.pk)
        still = duty.suspended_on is not None or duty.state in ("accepted", "carried", "withdrawn")
        assert (duty.due_on == NEVER) == still

    @invariant()
    def every_move_left_one_event(self):
        assert len(history(self.duty.subject, limit=1000)) == self.events

    @invariant()
    def figures_are_what_the_rows_say(self):
        assert check(self.campaign.pk, "duty.") == []


class DutyTest(TestCase):
    def test_people_do_what_they_like_and_the_duty_stays_whole(self):
        case = self

        class Fresh(Duty):
            def __init__(self):
                super().__init__()
                case.setup_example()

            def teardown(self):
                case.teardown_example(None)

        run_state_machine_as_test(
            Fresh, settings=effort(max_examples=15, stateful_step_count=25, deadline=None)
        )
