from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.campaigns.plans.model import (
    Batch,
    DayUnit,
    Due,
    DueEvent,
    Every,
    Recurrence,
    Requirement,
    Selector,
    Stage,
    occurrences,
    selects,
    weekdays,
)

STUDY = Stage("study", "学习", date(2021, 3, 1), date(2021, 3, 31))
RECTIFY = Stage("rectify", "整改", date(2021, 4, 1), date(2021, 6, 30))
BATCH = Batch(
    "one",
    "第一批",
    date(2021, 3, 1),
    date(2021, 6, 30),
    Selector(tiers=("county",), kinds=("court", "police")),
    (STUDY, RECTIFY),
)


def duty(**fields):
    given_fields = {"due": Due(on=date(2021, 3, 20))} | fields
    return Requirement("a", "t", "study", "题", "标准", **given_fields)


@pytest.mark.parametrize(
    ("units", "kind", "tier", "is_bound"),
    [
        (Selector(), "court", "county", True),
        (Selector(), "court", "prefecture", False),  # not in the batch
        (Selector(), "prison", "county", False),
        (Selector(kinds=("court",)), "court", "county", True),
        (Selector(kinds=("court",)), "police", "county", False),
        (Selector(tiers=("prefecture",)), "court", "county", False),
        (Selector(kinds=("court",), tiers=("county",)), "court", "county", True),
    ],
)
def test_batch_and_requirement_must_both_take_the_unit(units, kind, tier, is_bound):
    assert selects(duty(units=units), BATCH, kind, tier) is is_bound


def test_a_batch_without_the_stage_owes_nothing():
    other = replace(duty(), stage="summary")
    assert not selects(other, BATCH, "court", "county")
    assert occurrences(other, BATCH) == []


def test_places_and_lines_narrow_a_selector():
    units = Selector(places=("42", "4301"), lines=("court",))
    assert units.reaches(("43", "4301", "430102"), "court")
    assert not units.reaches(("43", "4302"), "court")
    assert not units.reaches(("42",), "police")
    assert Selector().reaches((), "")


@pytest.mark.parametrize(
    ("due", "target"),
    [
        (Due(on=date(2021, 3, 9)), date(2021, 3, 9)),
        (Due(event=DueEvent.BATCH_START, days=5), date(2021, 3, 6)),
        (Due(event=DueEvent.BATCH_START, days=5, unit=DayUnit.WORKING), date(2021, 3, 8)),
        (Due(event=DueEvent.STAGE_START, days=0), date(2021, 3, 1)),
        (Due(event=DueEvent.STAGE_END, days=2), date(2021, 4, 2)),
    ],
)
def test_a_single_duty_is_due_once(due, target):
    (once,) = occurrences(duty(due=due), BATCH)
    assert once == ("", date(2021, 3, 1), target, None)


def test_the_latest_legal_date_may_count_from_the_target():
    legal = Due(event=DueEvent.DUE, days=3, unit=DayUnit.WORKING)
    (once,) = occurrences(duty(due=Due(on=date(2021, 3, 19)), legal_due=legal), BATCH)
    assert once.legal_on == date(2021, 3, 24)  # Friday and three working days


def test_working_days_are_counted_by_the_calendar_passed_in():
    due = Due(event=DueEvent.STAGE_START, days=4, unit=DayUnit.WORKING)
    calls = []

    def calendar(day, days):
        calls.append((day, days))
        return date(2021, 3, 30)

    (once,) = occurrences(duty(due=due), BATCH, calendar)
    assert once.target_on == date(2021, 3, 30)
    assert calls == [(date(2021, 3, 1), 4)]


def recurring(every, day, until, starts_on=None):
    return duty(due=None, recurrence=Recurrence(every, day, until, starts_on))


def test_a_monthly_duty_is_owed_once_a_month_and_on_its_last_day_when_the_month_is_short():
    times = occurrences(recurring(Every.MONTH, 31, date(2021, 6, 30)), BATCH)
    assert [(t.key, t.starts_on, t.target_on) for t in times] == [
        ("2021-03", date(2021, 3, 1), date(2021, 3, 31)),
        ("2021-04", date(2021, 4, 1), date(2021, 4, 30)),
        ("2021-05", date(2021, 5, 1), date(2021, 5, 31)),
        ("2021-06", date(2021, 6, 1), date(2021, 6, 30)),
    ]


def test_a_weekly_duty_is_named_by_its_iso_week_and_starts_no_earlier_than_from():
    times = occurrences(recurring(Every.WEEK, 5, date(2021, 3, 20), date(2021, 3, 3)), BATCH)
    assert [(t.key, t.starts_on, t.target_on) for t in times] == [
        ("2021-W09", date(2021, 3, 3), date(2021, 3, 5)),
        ("2021-W10", date(2021, 3, 8), date(2021, 3, 12)),
        ("2021-W11", date(2021, 3, 15), date(2021, 3, 19)),
    ]


def test_a_quarterly_duty_counts_days_of_the_quarter():
    times = occurrences(recurring(Every.QUARTER, 92, date(2021, 6, 30)), BATCH)
    assert [(t.key, t.target_on) for t in times] == [
        ("2021-Q1", date(2021, 3, 31)),
        ("2021-Q2", date(2021, 6, 30)),
    ]


days = st.dates(date(2015, 1, 1), date(2035, 1, 1))


@given(
    start=days,
    length=st.integers(0, 800),
    every=st.sampled_from(Every),
    day=st.integers(1, 92),
)
def test_occurrences_are_in_order_distinct_and_between_from_and_until(start, length, every, day):
    until = start + timedelta(days=length)
    times = occurrences(recurring(every, day, until, start), BATCH)
    assert len({time.key for time in times}) == len(times)
    assert [time.target_on for time in times] == sorted({time.target_on for time in times})
    assert all(start <= time.starts_on <= time.target_on <= until for time in times)
    longest = {Every.WEEK: 7, Every.MONTH: 31, Every.QUARTER: 92}[every]
    # Between two due dates lies at most the rest of one period and the next period.
    assert len(times) >= (length - 2 * longest) // longest


@given(start=days, count=st.integers(0, 300))
def test_weekdays_counts_mondays_to_fridays_only(start, count):
    end = weekdays(start, count)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == count
    assert count == 0 or end.weekday() < 5
