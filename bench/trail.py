"""The trail: what an event costs a command, the speed of verification, the time of a proof."""

from __future__ import annotations

import hashlib
import statistics
import time

from bench.ground import REQUIREMENTS, figure, instead, issue, p95, prepare, settle, times

NAME = "trail"
EVENTS = 1_000_000
COMMANDS = 150
AT_ONCE = 20_000


def run(size, database):
    """Commands with and without recording; then a long trail, verified and proved."""
    del database
    figures = commands()
    count = int(EVENTS * size)
    written = lengthen(count)
    return [*figures, *written, *verification(), *proofs()]


def commands():
    """A whole command, the same with recording stubbed, in turn, so that both see one machine."""
    from qingfeng.campaigns import services
    from qingfeng.campaigns.models import Assignment
    from qingfeng.trail import services as trail

    ground = prepare(COMMANDS * 3 / REQUIREMENTS)
    campaign = issue(ground, "commands")
    reporter = ground.users["nation_reporter"]
    duties = iter(Assignment.objects.filter(campaign=campaign).order_by("pk"))

    def stubbed(*_args):
        trail._told.set(trail._told.get() + 1)
        return 1

    def start():
        began = time.perf_counter()
        services.move_duty(actor=reporter, duty=next(duties), move="start")
        return (time.perf_counter() - began) * 1000

    told, silent = [], []
    for _turn in range(COMMANDS):
        told.append(start())
        with instead(trail, "append", stubbed):
            silent.append(start())
    whole, bare = statistics.median(told[5:]), statistics.median(silent[5:])
    return [
        figure("a command with its event, median", whole, "ms", baseline=bare),
        figure("with its event / recording stubbed", whole / bare, "times", baseline=1, target=1.3),
    ]


def lengthen(count):
    """Append ``count`` events in bulk and seal them."""
    from django.db import transaction

    from qingfeng.campaigns.workflow import STARTED
    from qingfeng.trail.services import seal

    began = time.perf_counter()
    for start in range(0, count, AT_ONCE):
        rows = [(number, number % 16_000, {"from": "todo", "to": "doing"})
                for number in range(start, min(count, start + AT_ONCE))]  # fmt: skip
        with transaction.atomic():
            STARTED.record_many(actor=7, ledger="assignment", rows=rows)
    appended = time.perf_counter() - began
    began = time.perf_counter()
    sealed = seal()
    seconds = time.perf_counter() - began
    settle()
    return [
        figure("events appended in bulk", count / appended, "/s"),
        figure("events sealed", sealed / seconds, "/s"),
    ]


def verification():
    """The whole trail; beside it, reading the bodies alone and hashing each once."""
    from qingfeng.trail.models import Event
    from qingfeng.trail.verification import verify

    began = time.perf_counter()
    verdict = verify()
    seconds = time.perf_counter() - began
    if not verdict.is_sound:
        raise RuntimeError(f"the trail does not verify: {verdict}")
    began = time.perf_counter()
    for body in Event.objects.values_list("body", flat=True).iterator(chunk_size=10_000):
        hashlib.sha256(body).digest()
    bare = time.perf_counter() - began
    rate = verdict.events / seconds
    return [
        figure(f"verification of {verdict.events:,} events", rate, "/s",
               baseline=verdict.events / bare, target=200_000, met=rate >= 200_000),
    ]  # fmt: skip


def proofs():
    """Proofs in trees that double from 1,000 events on: the time grows with the logarithm."""
    from random import Random

    from qingfeng.trail import queries
    from qingfeng.trail.models import Event, Head

    sizes = list(Head.objects.order_by("size").values_list("size", flat=True))
    draw = Random(1)
    figures = []
    base = None
    for size in sorted({min(sizes, key=lambda one: abs(one - sizes[-1] * part))
                        for part in (0.01, 0.1, 1)}):  # fmt: skip
        first = Event.objects.order_by("pk").values_list("pk", flat=True).first()

        def prove(size=size, first=first):
            queries.prove(first + draw.randrange(size), size=size)

        value = p95(times(prove, 60).clock)
        base = base or value
        figures.append(
            figure(f"a proof in a tree of {size:,}, p95", value, "ms", baseline=base, target=5)
        )
    return figures
