"""Jobs that come round: when each is due, and that a failing one stops no other."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from qingfeng.cli import jobs
from qingfeng.cli.jobs import PERIODIC, Periodic, rounds

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("now", "hours"),
    [((6, 30), 1), ((7, 30), 24), ((8, 30), 23)],
    ids=["before", "just then", "after"],
)
def test_a_daily_job_waits_for_its_hour(now, hours):
    job = Periodic("digest", "x:y", at=time(7, 30))
    assert job.wait(datetime(2021, 10, 14, *now, tzinfo=SHANGHAI)) == hours * 3600


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("job", PERIODIC, ids=lambda job: job.name)
def test_every_job_runs_where_there_is_nothing_to_do(job):
    job.function()()
    job.function()()


@pytest.mark.django_db(transaction=True)
def test_a_failing_job_is_logged_and_the_others_go_on(monkeypatch, caplog):
    stop, ran = threading.Event(), []

    def count():
        ran.append(1)
        if len(ran) == 3:
            stop.set()

    def fail():
        raise RuntimeError("no mail server")

    does = {"good": count, "bad": fail}
    monkeypatch.setattr(Periodic, "function", lambda self: does[self.name])
    with caplog.at_level(logging.ERROR, logger=jobs.log.name):
        rounds([Periodic("bad", "", every=0.01), Periodic("good", "", every=0.01)], stop)
    assert len(ran) == 3
    assert "“bad” failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_daily_job_does_not_run_at_every_start(monkeypatch):
    stop, ran = threading.Event(), []
    does = {"daily": lambda: ran.append(1), "stop": stop.set}
    monkeypatch.setattr(Periodic, "function", lambda self: does[self.name])
    rounds([Periodic("daily", "", at=time(7, 30)), Periodic("stop", "", every=1)], stop)
    assert ran == []
