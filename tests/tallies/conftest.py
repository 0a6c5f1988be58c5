"""Nodes and deltas for tests of the tallies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

FIRST_DAY = date(2026, 3, 1)


def day(number):
    return FIRST_DAY + timedelta(days=number)


def nodes(unit):
    """Two provinces; every unit is in one, and below everything."""
    return ("all", f"p{unit % 2}", f"p{unit % 2}.court", f"u{unit}")


@pytest.fixture
def delta():
    """Makes a delta of a unit."""
    from qingfeng.tallies.services import Delta

    def make(unit=1, value=1, *, on=0, indicator="test.done", series=1):
        return Delta(series, indicator, unit, nodes(unit), day(on), value)

    return make


@pytest.fixture
def counted_records(delta):
    """Records (rows of the trail serve) with a counter, and a way to spoil their figures."""
    from types import SimpleNamespace

    from qingfeng.tallies import recount
    from qingfeng.tallies.models import Tally
    from qingfeng.tallies.services import add
    from qingfeng.trail import Subject
    from qingfeng.trail.models import Event
    from qingfeng.trail.services import ERASED

    @recount.counts("counted.")
    def count(series):
        for unit, number in Event.objects.filter(ledger="counted", record=series).values_list(
            "unit", "pk"
        ):
            yield delta(unit, 1, on=number % 3, indicator="counted.done", series=series)

    def act(unit, *, counted=True):
        number = ERASED.record(actor=1, subject=Subject("counted", 1), unit=unit, data={})
        if counted:
            add([delta(unit, 1, on=number % 3, indicator="counted.done")])

    def spoil():
        Tally.objects.filter(indicator="counted.done", node="all").update(daily=7, total=9)

    yield SimpleNamespace(
        act=act, spoil=spoil, repair=lambda: recount.repair(1, "counted.", actor=None)
    )
    del recount._COUNTERS["counted."]
