"""The demonstration's work: duties go through the real moves, each week in its week."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _

from qingfeng.accounts.models import User
from qingfeng.campaigns.models import (
    Assignment,
    Campaign,
    Report,
)
from qingfeng.campaigns.workflow import REVIEW_DAYS, life
from qingfeng.core import clock
from qingfeng.core.commands import command, in_chunks
from qingfeng.core.models.attachment import Attachment
from qingfeng.core.models.clocked import ClockUnit
from qingfeng.core.workflow import Moving, Workflow

REPORTS = (
    "已按方案要求组织完成，应到人员全部参加，缺席人员已补课，台账和影像资料齐全。",
    "已召开会议专题部署，明确责任领导和承办部门，形成清单并逐项销号。",
    "已完成自查并汇总上报，发现的问题已列入整改清单，正在逐条落实。",
    "已按时报送材料，经本单位主要负责人审签，佐证材料随附。",
    "已组织测试和谈心谈话，覆盖率达到要求，对未达标人员安排了补测。",
)
RETURNS = ("缺少经负责人签字的佐证材料，请补充后重报。", "数据与上期不一致，请核对后说明原因。",
           "未写明未到人员的补课情况，请补充。")  # fmt: skip


FATES = ("accepted", "reported", "returned", "doing", "todo", "suspended")


def _fate(random: Random, target: date, due: date, today: date, *, finished: bool) -> str:
    """What has become of a duty by today."""
    if finished:
        weights = (970, 6, 8, 10, 6, 0)
    elif due < today:
        weights = (90, 3, 2, 3, 2, 0)
    elif target < today + timedelta(days=14):
        weights = (20, 12, 4, 34, 28, 2)
    else:
        weights = (0, 0, 0, 15, 85, 0)
    return random.choices(FATES, weights)[0]


def make_progress(
    campaign: Campaign, random: Random, today: date, accounts: dict[str, User], *, finished: bool
) -> None:
    """Let units work: a random share of the duties goes through the real moves, in bulk.

    Each week's reports are made in that week, most of them before the deadline.
    """
    reporter, reviewer = accounts["nation_reporter"], accounts["reviewer"]
    rows = list(
        Assignment.objects.filter(campaign=campaign).order_by("pk")
        .values_list("pk", "target_on", "legal_on")
    )  # fmt: skip
    weeks: dict[date, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for pk, target, legal in rows:
        assert target is not None, "every duty of a plan has a target"
        fate = _fate(random, target, legal or target, today, finished=finished)
        if fate != "todo":
            spread = random.choices((-7, -2, 6), (25, 67, 8))[0]
            day: date = min(today, target + timedelta(days=spread))
            weeks[day - timedelta(days=day.weekday())][fate].append(pk)
    for week in sorted(weeks):
        fates = weeks[week]
        began = _moment(week, 9)
        done = _moment(week + timedelta(days=2), 16)
        judged = _moment(week + timedelta(days=4), 10)
        _move(reporter, [*fates["doing"], *fates["suspended"]], "start", began)
        _report(
            [*fates["accepted"], *fates["reported"], *fates["returned"]], reporter, random, done
        )
        _move(reviewer, fates["accepted"], "accept", judged)
        for start in range(0, len(fates["returned"]), 40):
            some = fates["returned"][start : start + 40]
            _move(reviewer, some, "return", judged, note=random.choice(RETURNS))
        _move(
            accounts["office"], fates["suspended"], "suspend", judged,
            note="等待上级部门反馈数据。",
        )  # fmt: skip


def _moment(day: date, hour: int) -> datetime:
    """An hour of a day, but never in the future."""
    at = timezone.make_aware(datetime.combine(day, time(hour)))
    return min(at, timezone.now())


@command
def _move_some(*, actor: User, ids: Sequence[int], move: str, at: datetime, **answers: Any) -> None:
    life.fire_many(move, ids, actor=actor, at=at, **answers)


def _move(actor: User, ids: Sequence[int], move: str, at: datetime, **answers: Any) -> None:
    def work(some: Sequence[int]) -> None:
        _move_some(actor=actor, ids=some, move=move, at=at, **answers)

    for _chunk in in_chunks(ids, work, first=1000):
        pass


def _reported(moving: Moving[Assignment]) -> dict[str, Any]:
    """What a report changes on its duty; its rows are written for the whole chunk at once."""
    review_on, _provisional = clock.after(moving.today, REVIEW_DAYS, ClockUnit.WORKING)
    return {
        "reported_by": moving.actor.id, "reported_on": moving.today,
        **clock.waiting(review_on),
    }  # fmt: skip


#: The same table, but a report writes its texts and files in bulk.
_bulk_life = Workflow(
    policy=life.policy, states=life.states, kinds=life.kinds, initial=life.initial,
    moves=[
        replace(move, effect=_reported, asks=()) if move.name == "report" else move
        for move in life.moves.values()
    ],
    counts=life.counts, related=life.related,
)  # fmt: skip


@command
def _report_some(
    *, actor: User, ids: Sequence[int], random: Random, file: Attachment, at: datetime
) -> None:
    moved = _bulk_life.fire_many("report", ids, actor=actor, at=at).moved
    Attachment.objects.bulk_create(
        [
            Attachment(ledger="assignment", record=pk, name=file.name, size=file.size,
                       sha256=file.sha256, file=file.file.name, added_by=actor.pk, added_at=at)
            for pk in moved
        ],
        batch_size=2000,
    )  # fmt: skip
    Report.objects.bulk_create(
        [
            Report(assignment_id=pk, text=random.choice(REPORTS), by=actor.pk, at=at,
                   files=[])
            for pk in moved
        ],
        batch_size=2000,
    )  # fmt: skip


@cache
def _evidence() -> Attachment:
    """The file that stands for the evidence of every unit, stored once."""
    content = _("Demonstration data: a stand-in for the evidence of a unit.").encode()
    file = Attachment(
        name="佐证材料（演示）.txt", size=len(content), sha256=hashlib.sha256(content).hexdigest()
    )
    file.file.save("demo-evidence.txt", ContentFile(content), save=False)
    return file


def _report(ids: Sequence[int], actor: User, random: Random, at: datetime) -> None:
    """Report many duties in chunks, with a text each and one evidence file for all."""

    def work(some: Sequence[int]) -> None:
        _report_some(actor=actor, ids=some, random=random, file=_evidence(), at=at)

    for _chunk in in_chunks(ids, work, first=1000):
        pass
