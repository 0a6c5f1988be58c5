"""Figures are the sums of what was added, folded or not, on whatever day one asks about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from qingfeng.tallies import services
from qingfeng.tallies.models import DeltaRow, Tally
from qingfeng.tallies.queries import figures, over_time
from qingfeng.tallies.services import Delta, add, fold

FIRST = date(2026, 3, 1)
INDICATORS = ("test.done", "test.late")
NODES = ("all", "p0", "p1", "p0.court", "u1", "u2", "u3", "u9")


class Counting(RuleBasedStateMachine):
    """Adds and folds in any order; a plain list is what they are compared with."""

    def __init__(self):
        super().__init__()
        DeltaRow.objects.all().delete()
        Tally.objects.all().delete()
        self.deltas = []

    @rule(
        changes=st.lists(
            st.tuples(
                st.integers(1, 2), st.sampled_from(INDICATORS), st.integers(1, 3),
                st.integers(0, 6), st.integers(-3, 5),
            ),
            max_size=6,
        )
    )  # fmt: skip
    def act(self, changes):
        deltas = [
            Delta(series, indicator, unit, ("all", f"p{unit % 2}", f"p{unit % 2}.court", f"u{unit}"),
                  FIRST + timedelta(days=on), value)
            for series, indicator, unit, on, value in changes
        ]  # fmt: skip
        add(deltas)
        self.deltas += deltas

    @rule()
    def fold(self):
        fold()
        assert not DeltaRow.objects.exists()

    @rule(size=st.integers(1, 3))
    def fold_a_little(self, size):
        newest = DeltaRow.objects.order_by("-pk").values_list("pk", flat=True).first()
        if newest is not None:
            services._fold_some(newest, size)

    def brute(self, series, indicator, node, on=date.max):
        return sum(
            one.value
            for one in self.deltas
            if (one.series, one.indicator) == (series, indicator)
            and node in one.nodes
            and one.day <= on
        )

    @invariant()
    def figures_are_sums(self):
        for series in (1, 2):
            for on in (None, FIRST, FIRST + timedelta(days=3)):
                wanted = {
                    (indicator, node): self.brute(series, indicator, node, on or date.max)
                    for indicator in INDICATORS
                    for node in NODES
                }
                assert figures(series, INDICATORS, NODES, on=on) == wanted

    @invariant()
    def a_line_over_time_passes_through_the_figures(self):
        start, end = FIRST + timedelta(days=1), FIRST + timedelta(days=5)
        for node in ("all", "u2"):
            line = over_time(1, "test.done", node, start, end)
            assert line == [(on, self.brute(1, "test.done", node, on)) for on, _total in line]
            ends_at = line[-1][1] if line else self.brute(1, "test.done", node, start)
            assert ends_at == self.brute(1, "test.done", node, end)


class TestCounting(TestCase):
    def test_figures_are_sums_however_adding_and_folding_interleave(self):
        run_state_machine_as_test(
            Counting, settings=settings(max_examples=25, stateful_step_count=12, deadline=None)
        )


@pytest.mark.django_db
def test_a_figure_is_one_statement(delta, django_assert_num_queries):
    add([delta()])
    with django_assert_num_queries(1):
        figures(1, INDICATORS, NODES)
    with django_assert_num_queries(1):
        over_time(1, "test.done", "all", FIRST, FIRST)


@pytest.mark.django_db
def test_adding_is_one_insert_however_many(delta, django_assert_num_queries):
    with django_assert_num_queries(1):
        add([delta(unit) for unit in range(30)])
    with django_assert_num_queries(0):
        add([delta(1, 2), delta(1, -2)])


@pytest.mark.django_db
def test_like_deltas_are_one_row(delta):
    add([delta(1), delta(1), delta(2)])
    assert sorted(DeltaRow.objects.values_list("unit", "value")) == [(1, 2), (2, 1)]


@pytest.mark.django_db
def test_a_node_whose_name_begins_like_another_is_another():
    add([Delta(1, "test.done", 12, ("all", "u12"), FIRST, 1)])
    for _again in range(2):
        assert figures(1, ["test.done"], ["u1", "u12", "u_2"]) == {
            ("test.done", "u1"): 0,
            ("test.done", "u12"): 1,
            ("test.done", "u_2"): 0,
        }
        assert over_time(1, "test.done", "u_2", FIRST, FIRST) == []
        fold()


@pytest.mark.django_db
def test_nothing_asked_is_nothing_answered(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert figures(1, [], ["all"]) == {}


@pytest.mark.django_db
def test_a_past_day_raises_the_days_after_it(delta):
    add([delta(1, 5, on=10)])
    fold()
    add([delta(1, 2, on=3)])
    fold()
    rows = Tally.objects.filter(node="u1").order_by("day").values_list("daily", "total")
    assert list(rows) == [(2, 2), (5, 7)]


@pytest.mark.django_db
def test_a_fold_that_fails_half_way_leaves_everything_as_it_was(delta, monkeypatch):
    add([delta(unit) for unit in range(5)])
    enter = services._enter

    def fail(sums):
        enter(sums)
        raise RuntimeError("the power went")

    monkeypatch.setattr(services, "_enter", fail)
    with pytest.raises(RuntimeError):
        fold()
    assert not Tally.objects.exists()
    assert figures(1, ["test.done"], ["all"]) == {("test.done", "all"): 5}
    monkeypatch.setattr(services, "_enter", enter)
    assert fold() == 5
    assert figures(1, ["test.done"], ["all"]) == {("test.done", "all"): 5}


@pytest.mark.django_db
def test_a_long_queue_is_folded_in_several_transactions(delta, monkeypatch):
    sizes = []
    fold_some = services._fold_some

    def noting(newest, size):
        sizes.append(size)
        return fold_some(newest, size)

    monkeypatch.setattr(services, "_fold_some", noting)
    monkeypatch.setattr(services, "FIRST_BATCH", 10)
    add([delta(unit, on=unit % 5) for unit in range(200)])
    assert fold() == 200
    assert len(sizes) > 1
    assert sizes[0] == 10
    assert figures(1, ["test.done"], ["all", "p0"]) == {
        ("test.done", "all"): 200,
        ("test.done", "p0"): 100,
    }


@pytest.mark.django_db
def test_deltas_are_lost_with_their_transaction(delta, transactional_db):
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        add([delta()])
        1 / 0  # noqa: B018
    assert not DeltaRow.objects.exists()
