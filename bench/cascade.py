"""The cascade: a plan of 60 requirements laid out to 16,000 units; a million duties at full size."""

from __future__ import annotations

import os
import signal
import time

from bench.ground import figure, instead, p95, peak_mb, plan_text, prepare

NAME = "cascade"
UNITS = 16_000
SIGN_INS = 40


def run(size, database):
    """Issue; write as many rows bare; then again, killed half way, while people sign in."""
    ground = prepare(UNITS * size)
    return [*issuing(ground, database), *killed(ground)]


def issuing(ground, database):
    from qingfeng.campaigns import services
    from qingfeng.campaigns.services import issuing as module

    holds = []
    lay_out = module.lay_out

    def timed(**kwargs):
        began = time.perf_counter()
        count = lay_out(**kwargs)
        holds.append((time.perf_counter() - began) * 1000)
        return count

    began, busy = time.perf_counter(), time.process_time()
    with instead(module, "lay_out", timed):
        campaign = services.issue_plan(
            plan_text("first"), actor=ground.users["office"], issued_by=ground.units[0]
        )
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    memory = peak_mb()
    rows = campaign.assignments.count()
    idle = time.process_time()
    bare = insert_select(campaign)
    idle = time.process_time() - idle
    limit = 1.5 if database == "postgresql" else 3
    return [
        figure(f"issue {rows:,} duties", seconds, "s", baseline=bare),
        figure("processor time of that", busy, "s", baseline=idle),
        figure("issue / bare INSERT ... SELECT", seconds / bare, "times", baseline=1, target=limit),
        figure("duties laid out", rows / seconds, "/s", baseline=rows / bare),
        figure("peak memory", memory, "MB", target=600),
        figure("longest hold of the lock", max(holds), "ms", target=200),
        figure(f"p95 hold of the lock, {len(holds)} chunks", p95(holds), "ms"),
    ]


def insert_select(campaign):
    """Seconds of one bare INSERT ... SELECT of the same rows into each of the same tables.

    The tables hold the cascade's rows already, so their indexes are as deep again.
    """
    from django.db import connection, transaction
    from django.db.models import Max, Min

    from qingfeng.campaigns.models import Assignment
    from qingfeng.tallies.models import DeltaRow
    from qingfeng.trail.models import Event, Pending

    changed = {Assignment: {"occurrence": "'copy'"}}
    spans = {model: model.objects.aggregate(first=Min("pk"), last=Max("pk"))
             for model in (Assignment, Event, Pending, DeltaRow)}  # fmt: skip
    began = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, span in spans.items():
            # Numbers far behind the present ones, so that no sequence meets them.
            parts = {"id": f"id + {span['last'] + 10_000_000}", **changed.get(model, {})}
            names = [one.column for one in model._meta.concrete_fields]
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(parts.get(name, f'"{name}"') for name in names)
            where = f"campaign_id = {campaign.pk}" if model is Assignment else "true"
            cursor.execute(
                f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {values} '
                f'FROM "{model._meta.db_table}" WHERE {where}'
            )
    return time.perf_counter() - began


def killed(ground):
    """A cascade killed half way, within a chunk; and signing in while it and its rest run."""
    from django.db import connections

    from qingfeng.campaigns.models import Assignment, Cascade
    from qingfeng.campaigns.plans.reader import read
    from qingfeng.campaigns.policy import duties
    from qingfeng.campaigns.services import issuing

    office = ground.users["office"]
    idle = [sign_in(ground) for _ in range(SIGN_INS)]
    text = plan_text("second")
    cascade = issuing._open(
        plan=read(text, name="second"), text=text, actor=office, issued_by=ground.units[0]
    )

    def half_way():
        reached = []
        add = issuing.add_deltas

        def dying(deltas):
            if reached:
                os.kill(os.getpid(), signal.SIGKILL)
            add(deltas)

        def tell(done, total):
            if done * 2 > total:
                reached.append(done)

        with instead(issuing, "add_deltas", dying):
            issuing.resume_cascade(cascade, actor=office, tell=tell)

    connections.close_all()
    busy = beside(half_way, ground)
    rows = Assignment.objects.filter(cascade=cascade.pk)
    visible = duties.scope(ground.users["national"]).filter(campaign=cascade.campaign_id).count()
    cascade = Cascade.objects.get(pk=cascade.pk)
    left = rows.count()
    astray = abs(left - cascade.total)
    connections.close_all()
    busy += beside(lambda: issuing.resume_cascade(cascade, actor=office), ground)
    whole = len(ground.units) * 60
    pairs = rows.values("unit", "requirement").distinct().count()
    finished = Cascade.objects.get(pk=cascade.pk).finished_at is not None
    return [
        figure("duties seen of the half that was laid out", visible, f"of {left:,}", target=0),
        figure("duties that a killed chunk left behind", astray, "duties", target=0),
        figure("duties missing or double after resuming",
               abs(whole - pairs) + abs(rows.count() - whole), "duties", target=0,
               met=finished and rows.count() == pairs == whole),
        figure(f"sign-in p95 during a cascade, {len(busy)} times", p95(busy), "ms",
               baseline=p95(idle), target=500),
    ]  # fmt: skip


def beside(task, ground):
    """Run a task in another process; milliseconds of each sign-in made meanwhile."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            task()
            code = 0
        finally:
            os._exit(code)
    taken = []
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        taken.append(sign_in(ground))
        time.sleep(0.02)
    return taken


def sign_in(ground):
    """Milliseconds of a sign-in: the account read, its password checked, session and date written."""
    from django.contrib.auth import authenticate
    from django.test import Client

    began = time.perf_counter()
    user = authenticate(username="county", password="Bench-2021-long")
    Client().force_login(user or ground.users["county"])
    return (time.perf_counter() - began) * 1000
