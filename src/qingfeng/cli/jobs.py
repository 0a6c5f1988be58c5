"""`./qingfeng jobs`: queued tasks, and the jobs that come round by the clock."""

from __future__ import annotations

import importlib
import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from time import monotonic
from typing import Any

import click

log = logging.getLogger(__name__)

TASK_PAUSE = 1.0  # seconds between looks at the queue


@dataclass(frozen=True)
class Periodic:
    """A job that comes round.

    A job decides by itself whether there is work, so that running it twice does no harm.

    Args:
        name: what it does, for the log.
        path: where its function stands, as ``module:function``.
        every: its period in seconds, or
        at: its time of day; a day on which nothing ran then is skipped.
    """

    name: str
    path: str
    every: float = 0
    at: time | None = None

    def wait(self, now: datetime) -> float:
        """Seconds until it is due next, having run (or the process having begun) at ``now``."""
        if self.at is None:
            return self.every
        due = datetime.combine(now.date(), self.at, now.tzinfo)
        return ((due if due > now else due + timedelta(days=1)) - now).total_seconds()

    def function(self) -> Callable[[], Any]:
        module, name = self.path.split(":")
        found: Callable[[], Any] = getattr(importlib.import_module(module), name)
        return found


PERIODIC: Sequence[Periodic] = (
    Periodic("seal the trail", "qingfeng.trail.services:seal", every=5),
    Periodic("fold the tallies", "qingfeng.tallies.services:fold", every=5),
    Periodic("ring the clocks", "qingfeng.core.clock:ring", every=600),
    Periodic("send the daily digest", "qingfeng.core.notices:send_digests", at=time(7, 30)),
)


def rounds(periodic: Sequence[Periodic], stop: threading.Event) -> None:
    """Run each job when its time comes, until ``stop`` is set; a failure is logged, no more."""
    from django.db import close_old_connections  # noqa: PLC0415 - Django is set up by then
    from django.utils import timezone  # noqa: PLC0415

    began = timezone.localtime()
    due = {job.name: monotonic() + (job.wait(began) if job.at else 0) for job in periodic}
    while not stop.is_set():
        close_old_connections()
        for job in periodic:
            if monotonic() >= due[job.name] and not stop.is_set():
                due[job.name] = monotonic() + job.wait(timezone.localtime())
                try:
                    job.function()()
                except Exception:
                    log.exception("the job “%s” failed; it is tried again in time", job.name)
        close_old_connections()
        stop.wait(max(0.2, min(due.values()) - monotonic()) if due else 1)


def queue(stop: threading.Event, *, still_wanted: Callable[[], bool]) -> None:
    """Run queued tasks until ``stop`` is set or nobody wants it any more."""
    from django.utils.crypto import get_random_string  # noqa: PLC0415
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415

    name = get_random_string(32)
    while not stop.is_set() and still_wanted():
        worker = Worker(
            queue_names=["*"], interval=0, batch=True, backend_name="default",
            startup_delay=False, max_tasks=20, worker_id=name, excluded_queue_names=[],
        )  # fmt: skip
        try:
            worker.run()
        except Exception:
            log.exception("the queue could not be read; it is tried again")
            stop.wait(5)
        stop.wait(TASK_PAUSE)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--beside", is_flag=True, hidden=True, help="End when the parent process ends.")
def jobs(once: bool, beside: bool) -> None:
    """Run the background jobs until interrupted.

    `./qingfeng serve` runs them beside the desk unless told --no-jobs. Where several desks share
    one database, run this as a service of its own.
    """
    parent = os.getppid()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if once:
        for job in PERIODIC:
            job.function()()
            click.echo(f"done: {job.name}")
        return
    clock = threading.Thread(target=rounds, args=(PERIODIC, stop), name="rounds")
    clock.start()
    try:
        queue(stop, still_wanted=lambda: not beside or os.getppid() == parent)
    finally:
        stop.set()
        clock.join()
