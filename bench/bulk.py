"""A bulk move: 10,000 reported duties accepted at once, one event each."""

from __future__ import annotations

import time

from bench.ground import REQUIREMENTS, figure, instead, issue, p95, prepare, settle

NAME = "bulk"
UNITS = 16_000
RECORDS = 10_000


def run(size, database):
    """Accept 10,000; then write as many rows bare."""
    del database
    from django.db import transaction
    from django.utils import timezone

    from qingfeng.campaigns.models import Assignment
    from qingfeng.campaigns.services import duties as service
    from qingfeng.core import clock
    from qingfeng.core.commands import writing

    ground = prepare(max(UNITS * size, RECORDS * 1.1 / REQUIREMENTS))
    campaign = issue(ground, "bulk")
    today = timezone.localdate()
    ids = list(campaign.assignments.order_by("pk").values_list("pk", flat=True)[:RECORDS])
    with writing(), transaction.atomic():
        Assignment.objects.filter(pk__in=ids).update(
            state="reported", reported_by=ground.users["nation_reporter"].pk, reported_on=today,
            **clock.waiting(today),
        )  # fmt: skip
    settle()
    holds = []
    move_some = service._move_some

    def timed(**kwargs):
        began = time.perf_counter()
        outcome = move_some(**kwargs)
        holds.append((time.perf_counter() - began) * 1000)
        return outcome

    began, busy = time.perf_counter(), time.process_time()
    with instead(service, "_move_some", timed):
        outcome = service.move_duties(actor=ground.users["national"], ids=ids, move="accept")
    seconds, busy = time.perf_counter() - began, time.process_time() - busy
    if len(outcome.moved) != RECORDS:
        raise RuntimeError(f"{len(outcome.moved)} of {RECORDS} moved: {outcome.refused[:1]}")
    bare = rewritten(ids)
    return [
        figure("accept, records", RECORDS / seconds, "/s", baseline=RECORDS / bare, target=10_000,
               met=RECORDS / seconds >= 10_000),
        figure("processor time of that", busy, "s"),
        figure("accept / bare UPDATE and INSERT ... SELECT", seconds / bare, "times", baseline=1),
        figure("longest hold of the lock", max(holds), "ms", target=200),
        figure(f"p95 hold of the lock, {len(holds)} chunks", p95(holds), "ms"),
    ]  # fmt: skip


def rewritten(ids):
    """Seconds to change as many rows with one UPDATE, and to copy their events and deltas."""
    from django.db import connection, transaction

    from qingfeng.campaigns.models import Assignment
    from qingfeng.core.commands import writing
    from qingfeng.tallies.models import DeltaRow
    from qingfeng.trail.models import Event

    began = time.perf_counter()
    with writing(), transaction.atomic(), connection.cursor() as cursor:
        Assignment.objects.filter(pk__gte=ids[0], pk__lte=ids[-1]).update(
            state="reported", due_on="2030-01-01", alarm_on="2030-01-01"
        )
        for model, count in ((Event, RECORDS), (DeltaRow, 3 * RECORDS)):
            table = f'"{model._meta.db_table}"'
            names = [one.column for one in model._meta.concrete_fields if one.column != "id"]
            columns = ", ".join(f'"{name}"' for name in names)
            cursor.execute(
                f"INSERT INTO {table} (id, {columns}) SELECT id + 100000000, {columns} "
                f"FROM {table} ORDER BY id DESC LIMIT {count}"
            )
    return time.perf_counter() - began
