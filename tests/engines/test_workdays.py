"""Working days are counted as the State Council announced them, and as the Civil Code counts."""

import time
from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.engines.workdays import (
    KNOWN_YEARS,
    Calendar,
    Due,
    OverrideError,
    Problem,
    read_override,
    read_override_rows,
)

CALENDAR = Calendar()
ONE = timedelta(days=1)
days = st.dates(date(2003, 6, 1), date(2029, 6, 1))
overrides = st.dictionaries(st.dates(date(2021, 1, 1), date(2021, 2, 28)), st.booleans())


def walk(calendar, day, n):
    """Count on the fingers."""
    step = ONE if n > 0 else -ONE
    while n:
        day += step
        if calendar.is_working(day):
            n -= 1 if n > 0 else -1
    return day


def test_agrees_with_chinesecalendar_on_every_day_it_knows():
    day = date(KNOWN_YEARS.start, 1, 1)
    while day.year in KNOWN_YEARS:
        assert CALENDAR.is_working(day) == chinese_calendar.is_workday(day), day
        day += ONE


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        ("2021-09-30", 1, "2021-10-08"),  # the National Day week is rested
        ("2021-09-24", 1, "2021-09-26"),  # a Sunday worked in exchange
        ("2021-09-17", 2, "2021-09-22"),  # Saturday worked, Mid-Autumn rested from Sunday on
        ("2021-10-01", 1, "2021-10-08"),  # a period may begin on a rest day
        ("2021-08-16", 5, "2021-08-23"),  # the start is not counted
        ("2021-08-16", 0, "2021-08-16"),
        ("2021-10-08", -1, "2021-09-30"),
        ("2021-10-05", -1, "2021-09-30"),
        ("2020-12-31", 1, "2021-01-04"),
    ],
)
def test_known_dates(start, n, due):
    expected = Due(date.fromisoformat(due), is_provisional=False)
    assert CALENDAR.add(date.fromisoformat(start), n) == expected


@given(days, st.integers(-600, 600), overrides)
def test_adding_is_walking_day_by_day(day, n, override):
    calendar = Calendar(override)
    assert calendar.add(day, n).on == walk(calendar, day, n)


@given(days, days, overrides)
def test_between_counts_what_lies_after_the_start_up_to_the_end(start, end, override):
    calendar = Calendar(override)
    step = 1 if start <= end else -1
    span = range(step, (end - start).days + step, step)
    expected = sum(calendar.is_working(start + n * ONE) for n in span)
    assert calendar.between(start, end) == step * expected


@given(days, st.integers(-3000, 3000))
def test_between_undoes_adding(day, n):
    assert CALENDAR.between(day, CALENDAR.add(day, n).on) == n


def test_an_override_wins_over_weekend_and_holiday_alike():
    calendar = Calendar({date(2021, 10, 9): False, date(2021, 10, 2): True})
    assert not calendar.is_working(date(2021, 10, 9))
    assert calendar.is_working(date(2021, 10, 2))
    assert calendar.add(date(2021, 9, 30), 1).on == date(2021, 10, 2)


class TestAYearNotYetPublished:
    LAST = KNOWN_YEARS[-1]
    NEXT = LAST + 1

    def test_counts_weekends_only_and_says_so(self):
        assert not CALENDAR.is_published(self.NEXT)
        start = date(self.NEXT, 4, 30)
        due = CALENDAR.add(start, 1)
        assert due.is_provisional
        assert due.on == next(
            start + n * ONE for n in range(1, 4) if (start + n * ONE).weekday() < 5
        )

    def test_is_provisional_as_soon_as_the_period_touches_it(self):
        assert not CALENDAR.add(date(self.LAST, 11, 2), 10).is_provisional
        assert CALENDAR.add(date(self.LAST, 12, 20), 30).is_provisional
        assert CALENDAR.add(date(self.NEXT, 1, 10), -30).is_provisional

    def test_the_last_week_of_december_waits_for_the_next_announcement(self):
        assert not CALENDAR.add(date(self.LAST, 12, 22), 1).is_provisional
        assert CALENDAR.add(date(self.LAST, 12, 24), 3).is_provisional
        assert not CALENDAR.add(date(self.LAST - 1, 12, 24), 3).is_provisional

    def test_no_announcement_ever_reached_back_into_the_settled_part_of_december(self):
        for year in KNOWN_YEARS:
            for day in range(1, 25):
                december = date(year, 12, day)
                assert CALENDAR.is_working(december) == (december.weekday() < 5), december

    def test_is_published_once_the_override_brings_its_new_year(self):
        calendar = Calendar({date(self.NEXT, 1, 1): False, date(self.NEXT, 5, 1): False})
        assert calendar.is_published(self.NEXT)
        assert not calendar.add(date(self.LAST, 12, 24), 3).is_provisional

    def test_a_single_closed_day_does_not_publish_it(self):
        assert not Calendar({date(self.NEXT, 5, 4): False}).is_published(self.NEXT)


def test_too_far_is_refused_not_looped_for():
    with pytest.raises(OverflowError, match="9999"):
        CALENDAR.add(date(9990, 1, 1), 10_000)


@pytest.mark.slow
def test_a_million_due_dates_take_a_couple_of_seconds():
    starts = [date(2021, 1, 1) + n * ONE for n in range(200)]
    calendar = Calendar()
    began = time.perf_counter()
    for n in range(1, 5001):
        for start in starts:
            calendar.add(start, n % 60)
    # Measured 1.2 s; the bound leaves room for a busy machine.
    assert time.perf_counter() - began < 10


class TestOverrideFile:
    def test_reads_dates_and_words_as_offices_write_them(self):
        text = (
            "\ufeff日期,安排,说明\n2027-01-01,休,元旦\n2027/1/2,放假\n\n"
            "2027年1月3日,rest\n20270109,班\n2027.1.10, TRUE \n"
        )
        assert read_override(text) == {
            date(2027, 1, 1): False,
            date(2027, 1, 2): False,
            date(2027, 1, 3): False,
            date(2027, 1, 9): True,
            date(2027, 1, 10): True,
        }

    def test_names_every_faulty_line(self):
        with pytest.raises(OverrideError) as caught:
            read_override("2027-01-01,休\n2027-02-30,休\n\n2027-01-03,也许\n2027/01/01,班\n元旦,休")
        problems = caught.value.problems
        assert [(p.line, p.value) for p in problems] == [
            (2, "2027-02-30"),
            (4, "也许"),
            (5, "2027-01-01"),
            (6, "元旦"),
        ]
        assert str(caught.value).splitlines()[0].startswith("line 2: “2027-02-30” is not a date")

    def test_a_line_within_quotes_keeps_the_number_of_the_file(self):
        with pytest.raises(OverrideError) as caught:
            read_override('2027-01-01,休,"two\nlines"\nx,休\n')
        assert caught.value.problems[0].line == 3

    @pytest.mark.parametrize("text", ["", "\n\n", "日期,安排\n"])
    def test_an_empty_file_is_refused(self, text):
        with pytest.raises(OverrideError, match="names no day"):
            read_override(text)

    def test_what_is_not_csv_is_refused(self):
        with pytest.raises(OverrideError, match="CSV"):
            read_override('2027-01-01,"' + "休" * 200_000)

    def test_reads_the_cells_of_a_spreadsheet(self):
        rows = [
            (1, ["日期", "安排"]),
            (2, [datetime(2027, 1, 1, tzinfo=UTC), 0.0]),
            (3, [date(2027, 1, 9), True]),
            (4, [None, None]),
            (5, ["2027-01-10", 1]),
        ]
        assert read_override_rows(rows) == {
            date(2027, 1, 1): False,
            date(2027, 1, 9): True,
            date(2027, 1, 10): True,
        }

    def test_a_row_of_one_cell_is_a_faulty_row(self):
        with pytest.raises(OverrideError) as caught:
            read_override_rows([(7, ["2027-01-01"])])
        assert [p.line for p in caught.value.problems] == [7]
        assert isinstance(caught.value.problems[0], Problem)

    @given(st.text())
    def test_any_text_is_read_or_refused_by_line(self, text):
        found, faulty = {}, []
        try:
            found = read_override(text)
        except OverrideError as error:
            faulty = [problem.line for problem in error.problems]
        assert bool(found) != bool(faulty)
        assert all(line > 0 for line in faulty)

    @given(st.dictionaries(st.dates(), st.booleans(), min_size=1))
    def test_what_is_written_is_read_back(self, wanted):
        lines = [
            f"{day.isoformat()},{'班' if is_working else '休'}"
            for day, is_working in wanted.items()
        ]
        assert read_override("\n".join(lines)) == wanted
