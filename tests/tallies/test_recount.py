"""The records decide: a check finds where figures differ from them, a repair mends it."""

from __future__ import annotations

import pytest

from qingfeng.tallies.models import DeltaRow, Tally
from qingfeng.tallies.queries import figures, over_time
from qingfeng.tallies.recount import REPAIRED, check, counts, repair
from qingfeng.tallies.services import fold
from qingfeng.trail import Subject
from qingfeng.trail.queries import history

pytestmark = pytest.mark.django_db


@pytest.fixture
def records(counted_records):
    """Nine acts of three units, some folded, some not."""
    for place in range(9):
        counted_records.act(place % 3)
        if place == 5:
            fold()
    return counted_records


def test_figures_that_agree_show_no_difference(records):
    assert check(1, "counted.") == []
    assert check(1) == []
    assert records.repair() == []
    assert history(Subject("tallies", 1)) == []


def test_an_act_that_was_not_counted_is_found_and_mended(records):
    records.act(2, counted=False)
    differences = check(1, "counted.")
    assert {one.node for one in differences} == {"all", "p0", "p0.court", "u2"}
    assert all(one.counted == one.tallied + 1 for one in differences)
    assert repair(1, "counted.", actor=4) == differences
    assert check(1, "counted.") == []
    assert figures(1, ["counted.done"], ["u2", "all"]) == {
        ("counted.done", "u2"): 4,
        ("counted.done", "all"): 10,
    }
    (told,) = history(Subject("tallies", 1))
    assert (told.kind, told.actor) == (REPAIRED.name, 4)
    assert told.data == {"prefix": "counted.", "differences": len(differences)}


def test_what_no_record_stands_behind_is_found_and_goes(records, delta):
    from qingfeng.tallies.services import add

    add([delta(77, 3, indicator="counted.ghost")])
    fold()
    assert {(one.indicator, one.counted, one.tallied) for one in check(1)} == {
        ("counted.ghost", 0, 3)
    }
    records.repair()
    assert figures(1, ["counted.ghost"], ["all"]) == {("counted.ghost", "all"): 0}


@pytest.mark.parametrize("column", ["daily", "total"])
def test_a_spoilt_column_is_found_though_the_other_is_right(records, column):
    fold()
    row = Tally.objects.filter(node="all").order_by("day").first()
    Tally.objects.filter(pk=row.pk).update(**{column: 100})
    assert [(one.node, one.day) for one in check(1)][0] == ("all", row.day)
    records.repair()
    assert check(1) == []


def test_a_repair_restores_every_day_and_not_only_the_sum(records):
    fold()
    first, last = Tally.objects.order_by("day").values_list("day", flat=True)[0], None
    last = Tally.objects.order_by("-day").values_list("day", flat=True)[0]
    before = over_time(1, "counted.done", "all", first, last)
    records.spoil()
    records.repair()
    assert over_time(1, "counted.done", "all", first, last) == before


def test_other_series_and_indicators_are_left_alone(records, delta):
    from qingfeng.tallies.services import add

    add([delta(1, 5, series=2, indicator="counted.done"), delta(1, 6, indicator="other.done")])
    fold()
    add([delta(1, 1, indicator="other.done")])
    records.act(1, counted=False)
    records.repair()
    assert figures(2, ["counted.done"], ["all"]) == {("counted.done", "all"): 5}
    assert figures(1, ["other.done"], ["all"]) == {("other.done", "all"): 7}
    assert list(DeltaRow.objects.values_list("indicator", flat=True)) == ["other.done"]


def test_two_counters_of_one_prefix_are_refused(counted_records):
    with pytest.raises(ValueError, match="two counters"):
        counts("counted.")(lambda _series: [])
