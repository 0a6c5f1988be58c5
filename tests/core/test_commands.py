"""A command asks and tells or leaves nothing; access gives 404 for hidden, 403 for forbidden."""

from datetime import date

import pytest

from qingfeng.campaigns.models import Assignment, Step
from qingfeng.campaigns.policy import DutyAction, duties
from qingfeng.core.actor import SYSTEM
from qingfeng.core.commands import BrokenCommandError, command, in_chunks, writing
from qingfeng.core.errors import Denied, NotVisible
from qingfeng.core.models.record import WriteOutsideCommandError
from qingfeng.orgs.models import ReachKind, Role
from tests import factories
from tests.factories import fresh


@pytest.fixture
def world(db):
    land = factories.country()
    staff = factories.staff(land)
    factories.issue(actor=staff.office, by=land.central_office)
    land.staff = staff
    land.duty = Assignment.objects.get(unit=land.court, requirement__key="training")
    return land


@command
def careless(*, actor, duty, asks, tells):
    Step.objects.create(assignment=duty, title="x")
    if asks:
        duties.check(actor, DutyAction.VIEW, duty)
    if tells:
        from qingfeng.campaigns.services.duties import STEP_ADDED

        STEP_ADDED.record(actor=actor.id, subject=duty.subject, unit=duty.unit_id, data={})


@pytest.mark.parametrize(("asks", "tells"), [(False, True), (True, False), (False, False)])
def test_a_command_that_does_not_ask_and_tell_leaves_nothing(world, asks, tells):
    with pytest.raises(BrokenCommandError):
        careless(actor=world.staff.reporter, duty=world.duty, asks=asks, tells=tells)
    assert Step.objects.count() == 0
    careless(actor=world.staff.reporter, duty=world.duty, asks=True, tells=True)
    assert Step.objects.count() == 1


def test_system_writes_no_business_record(world):
    with pytest.raises(Denied):
        careless(actor=SYSTEM, duty=world.duty, asks=True, tells=True)


def test_records_are_saved_in_commands_only(world):
    with pytest.raises(WriteOutsideCommandError):
        world.duty.save()
    with pytest.raises(WriteOutsideCommandError):
        world.duty.delete()


def test_every_item_is_worked_on_once_in_order():
    seen = []
    sizes = list(in_chunks(range(137), lambda some: seen.extend(some) or len(some), first=3))
    assert seen == list(range(137))
    assert sizes[0] == 3


def test_hidden_is_404_and_seen_but_forbidden_is_403(world):
    with pytest.raises(NotVisible):
        duties.get(world.staff.outsider, DutyAction.VIEW, pk=world.duty.pk)
    with pytest.raises(Denied):
        duties.get(world.staff.leader, DutyAction.REPORT, pk=world.duty.pk)
    assert duties.get(world.staff.reporter, DutyAction.REPORT, pk=world.duty.pk) == world.duty


def test_a_bar_wins_over_every_grant(world):
    assert duties.actions(world.staff.office, world.duty) == {
        DutyAction.VIEW, DutyAction.GUIDE, DutyAction.AMEND,
    }  # fmt: skip
    with writing():
        cascade = world.duty.cascade
        cascade.finished_at = None
        cascade.save()
    assert duties.actions(world.staff.office, world.duty) == frozenset()
    with pytest.raises(NotVisible):
        duties.get(world.staff.office, pk=world.duty.pk)


@pytest.mark.parametrize(
    ("role", "number"),
    [("office", 9), ("county_office", 5), ("leader", 9), ("line", 8), ("reporter", 4),
     ("police", 1), ("reviewer", 5), ("outsider", 4), ("nobody", 0), ("auditor", 0)],
)  # fmt: skip
def test_each_reach_opens_its_rows(world, role, number):
    assert duties.scope(getattr(world.staff, role)).count() == number


def test_a_grant_out_of_its_days_or_of_another_campaign_opens_nothing(world):
    who = factories.user()
    for limit in ({"until_on": date(2020, 2, 1)}, {"campaign": 999_999}):
        who = factories.grant(who, Role.OFFICE, ReachKind.NATION, **limit)
    assert not duties.scope(fresh(who)).exists()
