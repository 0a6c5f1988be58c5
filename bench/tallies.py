"""The tallies: what counting costs 16 writers, and 60 indicators by province."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from bench.ground import REQUIREMENTS, figure, issue, p95s, prepare, settle, times

NAME = "tallies"
WRITERS = 16
MOVES = 40
ROUNDS = 3
INDICATORS = 60
RECORDS = 1_000_000


def run(size, database):
    """The writers on PostgreSQL only: SQLite has one writer at a time by its nature."""
    return [*(writers() if database == "postgresql" else []), *reading(size)]


def writers():
    """Commands a second of 16 processes, with tallies and without, in turn."""
    ground = prepare(WRITERS * MOVES * (2 * ROUNDS) * 1.1 / REQUIREMENTS)
    campaign = issue(ground, "writers")
    ids = list(campaign.assignments.order_by("pk").values_list("pk", flat=True))
    counted, silent = [], []
    for turn in range(ROUNDS):
        for with_tallies, rates in ((True, counted), (False, silent)):
            start = (2 * turn + (not with_tallies)) * WRITERS * MOVES
            rates.append(together(ground, ids[start : start + WRITERS * MOVES], with_tallies))
    rate, bare = max(counted), max(silent)
    return [
        figure(f"commands of {WRITERS} writers", rate, "/s", baseline=bare),
        figure("with tallies / without", 100 * rate / bare, "%", baseline=100, target=80,
               met=rate >= 0.8 * bare),
    ]  # fmt: skip


def together(ground, ids, with_tallies):
    """Commands a second while every writer moves its share; all begin at one moment."""
    from django.db import connections

    connections.close_all()
    begin, end = os.pipe()
    children = []
    for writer in range(WRITERS):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.close(end)
                write(ground, ids[writer::WRITERS], with_tallies, begin)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    os.close(begin)
    time.sleep(2)  # every writer is connected by then
    began = time.perf_counter()
    os.close(end)
    if any(os.waitpid(child, 0)[1] for child in children):
        raise RuntimeError("a writer failed")
    return len(ids) / (time.perf_counter() - began)


def write(ground, ids, with_tallies, begin):
    from qingfeng.campaigns import services
    from qingfeng.campaigns.models import Assignment
    from qingfeng.campaigns.workflow import life

    if not with_tallies:
        life.counts = None
    duties = list(Assignment.objects.filter(pk__in=ids).select_related("requirement"))
    os.read(begin, 1)
    for duty in duties:
        services.move_duty(actor=ground.users["nation_reporter"], duty=duty, move="start")


def reading(size):
    """60 indicators at 31 provinces, the last deltas not folded; beside it the tallies alone."""
    from django.db import transaction
    from django.utils import timezone

    from qingfeng.tallies.models import DeltaRow, Tally
    from qingfeng.tallies.queries import figures
    from qingfeng.trail import bulk

    series, today = 900, timezone.localdate()
    names = [f"bench.number_{number}" for number in range(INDICATORS)]
    provinces = [f"p{number}" for number in range(31)]
    nodes = [*provinces, *(f"p{number}" for number in range(1000, 1000 + int(2800 * size)))]
    days = max(2, int(RECORDS * size / (INDICATORS * len(nodes))))
    with transaction.atomic():
        bulk.insert(Tally, ("series", "indicator", "node", "day", "daily", "total"), (
            (series, name, node, today - timedelta(days=day), 1, days - day)
            for name in names for node in nodes for day in range(days)
        ))  # fmt: skip
    settle()
    rows = Tally.objects.filter(series=series).count()
    bare = times(lambda: figures(series, names, provinces), 40)
    waiting = 500
    with transaction.atomic():
        bulk.insert(DeltaRow, ("series", "indicator", "unit", "nodes", "day", "value"), (
            (series, names[one % INDICATORS], one, f"/all/p{one % 31}/u{one}/", today, 1)
            for one in range(waiting)
        ))  # fmt: skip
    taken = times(lambda: figures(series, names, provinces), 40)
    name = f"60 indicators by province, {rows:,} tallies and {waiting} deltas"
    return p95s(name, taken, bare, 60)
