"""The installation's calendar is the announced one, corrected by what was uploaded."""

from datetime import date

import pytest

from qingfeng.core.calendar import calendar
from qingfeng.core.commands import writing
from qingfeng.core.models import DayOverride
from qingfeng.engines.workdays import KNOWN_YEARS

pytestmark = pytest.mark.django_db


def override(day, *, is_working):
    with writing():
        DayOverride.objects.update_or_create(
            day=day, defaults={"is_working": is_working, "source": "国务院办公厅通知"}
        )


def test_without_an_upload_it_is_what_was_announced():
    assert not calendar().is_working(date(2021, 10, 1))
    assert calendar().is_working(date(2021, 10, 9))


def test_an_upload_counts_from_the_next_question_on():
    assert calendar().is_working(date(2021, 10, 9))
    override(date(2021, 10, 9), is_working=False)
    assert not calendar().is_working(date(2021, 10, 9))
    override(date(2021, 10, 9), is_working=True)
    assert calendar().is_working(date(2021, 10, 9))


def test_an_upload_brings_a_year_not_yet_known():
    new_year = date(KNOWN_YEARS.stop, 1, 1)
    assert calendar().add(new_year, 3).is_provisional
    override(new_year, is_working=False)
    assert not calendar().add(new_year, 3).is_provisional


def test_asking_costs_one_query_and_keeps_what_it_counted(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert calendar() is calendar()
