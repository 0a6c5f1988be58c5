"""A figure is the sum of its deltas, whenever and in whatever order they are folded."""

from collections import defaultdict
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from qingfeng.tallies.queries import figures
from qingfeng.tallies.services import Delta, add, fold

DAYS = [date(2021, 3, 1) + timedelta(days=one) for one in range(6)]
NODES = [("all", "p1", "u1"), ("all", "p1", "u2"), ("all", "p2", "u3")]
deltas = st.builds(
    lambda nodes, day, value: Delta(7, "duty.todo", int(nodes[-1][1:]), nodes, day, value),
    st.sampled_from(NODES), st.sampled_from(DAYS), st.integers(-5, 5),
)  # fmt: skip
acts = st.lists(st.one_of(st.lists(deltas, min_size=1, max_size=4), st.integers(1, 3)), max_size=12)


class FoldingTest(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(acts)
    def test_figures_are_brute_force_sums_on_every_day(self, given_acts):
        sums = defaultdict(int)
        for act in given_acts:
            if isinstance(act, int):
                fold(act)
                continue
            add(act)
            for one in act:
                for node in one.nodes:
                    sums[node, one.day] += one.value
        nodes = sorted({node for chain in NODES for node in chain})
        for _folded in (False, True):
            for on in (*DAYS, None):
                found = figures(7, ["duty.todo"], nodes, on=on)
                assert found == {
                    ("duty.todo", node): sum(
                        value
                        for (at, day), value in sums.items()
                        if at == node and (on is None or day <= on)
                    )
                    for node in nodes
                }
            fold()
        assert fold() == 0
