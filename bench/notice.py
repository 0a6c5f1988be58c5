"""Reading a notice: time and memory for twenty pages, and how right the draft is on real texts.

The real texts stay outside the repository, in the folder that QINGFENG_NOTICES names, each as
NAME.txt with its answers in NAME.gold.json. Six of the first eighteen were set aside before any
rule was written. They were scored once while unseen; those figures are in
docs/reference/notice.md. Since then their failures have been read and rules mended, so what this
prints for them is no longer unseen and is called so.
"""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from qingfeng.engines.notice.draft import as_score_json, read

NAME = "notice"

# Every third name in sorted order.
SET_ASIDE = frozenset({
    "003_gov_website_intensive_pilot",
    "009_double_random_supervision",
    "016_ewenke_banner_task_notice",
    "024_neimenggu_table_page22",
    "033_qitaihe_procuratorate_press",
    "041_xinhua_zhutijiaoyu_2019",
})  # fmt: skip

# (row of the score sheet, figure, target)
TARGETS = (
    ("sections", "f1", 0.97),
    ("section level", "f1", 0.97),
    ("tasks (recall)", "recall", 0.93),
    ("task tightness", "recall", 0.95),
    ("tasks (exhaustive files)", "f1", 0.90),
    ("lead", "f1", 0.92),
    ("support", "f1", 0.88),
    ("deadline", "f1", 0.90),
    ("quantities", "recall", 0.85),
    ("phases", "f1", 0.90),
)
ROUNDS = 2000
PAGE = 600  # characters of a printed page of an official document: 22 lines of 28, less headings


def _text(pages: float) -> str:
    """A notice of so many pages, written for this benchmark."""
    han = "一二三四五六七八九十"
    lines = [
        "望川市司法局关于开展执法规范化检查的通知",
        "望司发〔2022〕15号",
        "各县（市、区）司法局，局属各单位：",
    ]
    size, section = 0, 0
    while size < pages * PAGE:
        lines.append(f"{han[section % 10]}、规范执法行为，提升办案质量")
        for item in range(4):
            lines.append(
                f"（{han[item]}）完善案件管理制度。各单位要对2018年以来办结的案件逐案复核，建立问题台账，逐项登记销号，"
                f"于{item + 4}月底前将自查报告报市司法局。组织交叉检查不少于{item + 2}次，抽查案卷50件以上，整改率达到100%。"
                "对检查发现的问题，业务主管部门要会同有关部门依法依规处理，并将处理情况向社会公布。"
                "（市司法局牵头，市公安局、市财政局配合）"
            )
            size += len(lines[-1])
        section += 1
    return "\n".join([*lines, "望川市司法局", "2022年3月1日"])


def _speed(pages: float) -> list[dict[str, Any]]:
    text = _text(pages)
    read(text)  # tables and patterns are made once
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        read(text)
        times.append(time.perf_counter() - begun)
    peak = _memory(text)
    took = min(times)
    begun = time.perf_counter()
    for line in text.splitlines():  # the least that any reader does: look at each character once
        sum(1 for c in line if c in "。，；：")
    baseline = time.perf_counter() - begun
    return [
        {"name": f"read {pages:g} pages", "value": round(took, 3), "unit": "s",
         "baseline": round(baseline, 4), "target": 1.0, "met": took < 1.0},
        {"name": f"memory for {pages:g} pages", "value": round(peak, 1), "unit": "MB",
         "baseline": None, "target": 150, "met": peak < 150},
    ]  # fmt: skip


def _memory(text: str) -> float:
    """The most memory, in MB, that a process of its own takes to read the text."""
    code = (
        "import resource, sys; from qingfeng.engines.notice.draft import read; read(sys.stdin.buffer.read());"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], input=text.encode(), capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    return int(told.stdout) / 1024  # Linux counts in kB


def _sheet(folder: Path) -> ModuleType:
    """The score sheet that stands beside the texts."""
    spec = importlib.util.spec_from_file_location("notice_score", folder / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    # The sheet stops at int('') when a draft misses a deadline that the answers have. Each int() in it
    # counts a truth, so it is made to count one: a miss is 0.
    module.int = lambda value: int(bool(value))  # type: ignore[attr-defined]
    return module


def _tallies(folder: Path) -> dict[str, dict[str, dict[str, int]]]:
    sheet = _sheet(folder)
    out = {}
    for gold in sorted(folder.glob("*.gold.json")):
        name = gold.name.removesuffix(".gold.json")
        found = as_score_json(read(folder / f"{name}.txt"))
        tally = sheet.Tally()
        sheet.score(name[:3], json.loads(gold.read_text("utf-8")), found, tally)
        out[name] = dict(tally)
    return out


def _figure(tallies: list[dict[str, dict[str, int]]], row: str, figure: str) -> float | None:
    total: dict[str, int] = defaultdict(int)
    for tally in tallies:
        for key, value in tally.get(row, {}).items():
            total[key] += value
    if figure == "recall":
        return total["hit"] / total["gold"] if total["gold"] else None
    return (
        2 * total["hit"] / (total["gold"] + total["pred"])
        if total["gold"] + total["pred"]
        else None
    )


def _interval(
    tallies: list[dict[str, dict[str, int]]], row: str, figure: str
) -> tuple[float, float] | None:
    """The bootstrap 95% interval: whole files are drawn again, since the figures in one go together."""
    draw = random.Random(4)
    values = sorted(
        value
        for _ in range(ROUNDS)
        if (value := _figure(draw.choices(tallies, k=len(tallies)), row, figure)) is not None
    )
    if not values:
        return None
    return values[int(0.025 * len(values))], values[min(len(values) - 1, int(0.975 * len(values)))]


def _scores(folder: Path) -> list[dict[str, Any]]:
    every = _tallies(folder)
    groups = {
        "seen": [t for n, t in every.items() if n not in SET_ASIDE],
        "set aside, read since": [t for n, t in every.items() if n in SET_ASIDE],
    }
    out = []
    for group, tallies in groups.items():
        for row, figure, target in TARGETS:
            value = _figure(tallies, row, figure)
            if value is None:
                continue
            bounds = _interval(tallies, row, figure)
            span = f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if bounds else ""
            count = sum(t.get(row, {}).get("gold", 0) for t in tallies)
            out.append({
                "name": f"{group}: {row} {figure}{span}, n={count}", "value": round(value, 3), "unit": "",
                "baseline": None, "target": target, "met": value >= target,
            })  # fmt: skip
    return out


def run(size: float, database: str) -> list[dict[str, Any]]:
    """Figures for 20 pages times `size`, and the score table where the texts are at hand."""
    del database
    figures = _speed(20 * size)
    folder = os.environ.get("QINGFENG_NOTICES")
    if folder and Path(folder).is_dir():
        figures += _scores(Path(folder))
    return figures
