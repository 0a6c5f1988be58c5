from pathlib import Path

import pytest

from qingfeng.campaigns import plans
from qingfeng.campaigns.plans.model import KINDS, PlanKind, occurrences, selects
from qingfeng.campaigns.plans.reader import read
from qingfeng.engines.workdays import Calendar

CALENDAR = Calendar()
LIBRARY = Path(plans.__file__).parent / "library"
NAMES = ["first-batch", "second-batch", "sentence-drive"]


def working(day, days):
    return CALENDAR.add(day, days).on


def plan(name):
    return read(LIBRARY / f"{name}.yaml", add_working_days=working)


@pytest.mark.parametrize("name", NAMES)
def test_the_plans_that_ship_have_no_mistakes_and_english_titles(name):
    shipped = plan(name)
    assert shipped.key == name
    titled = [
        shipped,
        *shipped.batches,
        *(stage for batch in shipped.batches for stage in batch.stages),
        *shipped.tasks,
        *shipped.requirements,
        *(duty.indicator for duty in shipped.requirements if duty.indicator),
        *shipped.malpractice,
        *(item for category in shipped.malpractice for item in category.items),
        *shipped.disposition_limits,
        *shipped.closing_conditions,
    ]
    assert [thing.title for thing in titled if not thing.title_en] == []


def test_the_library_holds_these_plans():
    assert sorted(file.stem for file in LIBRARY.glob("*.yaml")) == NAMES


def test_batch_one_has_stages_of_30_75_and_15_days():
    (batch,) = plan("first-batch").batches
    assert [(stage.ends_on - stage.starts_on).days + 1 for stage in batch.stages] == [30, 75, 15]


@pytest.mark.parametrize(
    ("name", "tiers"),
    [("first-batch", ("prefecture", "county")), ("second-batch", ("central", "province"))],
)
def test_every_kind_of_unit_has_its_share_of_duties(name, tiers):
    shipped = plan(name)
    (batch,) = shipped.batches
    assert batch.units.tiers == tiers
    for tier in tiers:
        for kind in KINDS:
            owed = [d for d in shipped.requirements if selects(d, batch, kind, tier)]
            assert len(owed) >= (9 if kind == "office" else 40), (kind, tier)


def test_only_those_who_can_commit_an_abuse_check_themselves_for_it():
    shipped = plan("second-batch")
    (batch,) = shipped.batches
    owe = {
        kind: {d.key for d in shipped.requirements if selects(d, batch, kind, "province")}
        for kind in KINDS
    }
    assert "ex-judges" in owe["court"] & owe["procuratorate"]
    assert "ex-judges" not in owe["police"] | owe["committee"]
    assert "prison-rehab-places" in owe["prison"] & owe["rehab"]
    assert "sentence-changes" not in owe["police"]
    assert "line-guidance" not in owe["court"]  # the centre guides the line


def test_the_three_provisions_come_back_every_month_with_a_latest_date():
    shipped = plan("first-batch")
    times = occurrences(shipped.requirement("tp-return"), shipped.batch("first"), working)
    assert [time.key for time in times] == ["2021-04", "2021-05", "2021-06"]
    assert all(time.legal_on > time.target_on for time in times)


@pytest.mark.parametrize("name", ["first-batch", "second-batch"])
def test_the_six_categories_are_there_and_batch_two_adds_its_own(name):
    bases = [category.base for category in plan(name).malpractice]
    assert bases.count("six") == 6
    assert bases[6:] == (["+1", "+2", "+3"] if name == "second-batch" else [])


def test_the_drive_is_part_of_the_second_batch():
    drive = plan("sentence-drive")
    assert (drive.kind, drive.parent) == (PlanKind.DRIVE, plan("second-batch").key)
