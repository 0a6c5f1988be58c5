"""Figures: the tally of the newest day that counts, plus the deltas that wait."""

from __future__ import annotations

from datetime import date

import pytest

from qingfeng.tallies.models import DeltaRow
from qingfeng.tallies.queries import figures
from qingfeng.tallies.services import Delta, add, fold

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def one(value, *, day=MONDAY, unit=17, indicator="duty.todo"):
    return Delta(5, indicator, unit, ("all", "p3", f"u{unit}"), day, value)


def test_deltas_that_differ_in_value_alone_are_one_row():
    add([one(1), one(1), one(-1), one(1, unit=18), one(4, day=TUESDAY)])
    assert sorted(DeltaRow.objects.values_list("unit", "day", "value")) == [
        (17, MONDAY, 1),
        (17, TUESDAY, 4),
        (18, MONDAY, 1),
    ]


def test_deltas_that_cancel_out_leave_no_row():
    add([one(2), one(-2)])
    assert not DeltaRow.objects.exists()


def test_a_figure_is_the_same_before_and_after_folding():
    add([one(3), one(4, day=TUESDAY), one(9, indicator="duty.accepted")])
    asked = (5, ["duty.todo", "duty.accepted", "duty.none"], ["all", "u17", "u99"])
    waiting = figures(*asked), figures(*asked, on=MONDAY)
    assert fold() == 3
    assert (figures(*asked), figures(*asked, on=MONDAY)) == waiting
    assert waiting[0]["duty.todo", "u17"] == 7
    assert waiting[1]["duty.todo", "u17"] == 3
    assert waiting[0]["duty.none", "all"] == waiting[0]["duty.todo", "u99"] == 0


def test_a_figure_before_the_first_day_is_zero():
    add([one(3)])
    fold()
    assert figures(5, ["duty.todo"], ["all"], on=date(2026, 3, 1)) == {("duty.todo", "all"): 0}
