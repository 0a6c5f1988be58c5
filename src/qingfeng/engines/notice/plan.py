"""The draft as a plan file: what the notice says is filled in, what it leaves open is a named blank."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import yaml

from qingfeng.engines.notice.draft import Draft
from qingfeng.engines.notice.findings import Bearing, Task, Timing

BLANK = re.compile(r"__([A-Z][A-Z0-9_]*)__")
_TITLE = 200  # characters that the plan format allows a title


def _clean(text: str, most: int = _TITLE) -> str:
    return re.sub(r"\s+", "", text)[:most]


class _Plan:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.blanks: dict[str, str] = {}

    def blank(self, name: str, what: str) -> str:
        """A value that a person must fill; it stands in the file as __NAME__."""
        self.blanks.setdefault(name, what)
        return f"__{name}__"

    def day(self, found: date | None, name: str, what: str) -> date | str:
        return found or self.blank(name, what)

    def head(self) -> dict[str, Any]:
        frame = self.draft.meta
        out: dict[str, Any] = {
            "key": "drafted-plan",
            "title": _clean(frame.title.text)
            if frame.title
            else self.blank("PLAN_TITLE", "the plan's official title"),
            "version": 1,
            "issuer": _clean(frame.issuer.text)
            if frame.issuer
            else self.blank("PLAN_ISSUER", "the office that issues the plan"),
        }
        if frame.number:
            out["document_number"] = _clean(frame.number.text)
        if frame.issued and frame.issued.on:
            out["issued_on"] = frame.issued.on
        out["kind"] = "campaign"
        return out

    def stages(self) -> list[dict[str, Any]]:
        """Stages that follow each other; a date that is missing, or runs backwards, is a blank."""
        out: list[dict[str, Any]] = []
        before: date | None = None
        for i, phase in enumerate(self.draft.phases[:20], 1):
            name = _clean(phase.text)
            opens = phase.begins.begins if phase.begins else None
            closes = phase.ends.on if phase.ends else None
            if opens and before and opens <= before:
                opens = None
            if opens and closes and closes < opens:
                closes = None
            before = closes or opens or before
            out.append(
                {
                    "key": f"stage-{i}",
                    "title": name,
                    "starts_on": self.day(
                        opens, f"STAGE_{i}_STARTS", f"first day of stage {i}, {name} (YYYY-MM-DD)"
                    ),
                    "ends_on": self.day(
                        closes, f"STAGE_{i}_ENDS", f"last day of stage {i}, {name} (YYYY-MM-DD)"
                    ),
                }
            )
        if not out:
            issued = self.draft.meta.issued
            opens = issued.on if issued else None
            closes = max(
                (day for day in self._days() if opens is None or day >= opens), default=None
            )
            out.append(
                {
                    "key": "stage-1",
                    "title": "实施",
                    "starts_on": self.day(
                        opens,
                        "STAGE_1_STARTS",
                        "first day of the work; the notice names no stage (YYYY-MM-DD)",
                    ),
                    "ends_on": self.day(
                        closes, "STAGE_1_ENDS", "last day of the work (YYYY-MM-DD)"
                    ),
                }
            )
        return out

    def _days(self) -> list[date]:
        return [task.deadline.on for task in self.draft.tasks if task.deadline and task.deadline.on]

    def batch(self) -> dict[str, Any]:
        stages = self.stages()
        first, last = stages[0]["starts_on"], stages[-1]["ends_on"]
        if isinstance(last, date):
            last = max(last, *(day for day in self._days() if day.year <= last.year + 1), last)
        return {
            "key": "batch-1",
            "title": "第一批",
            "from": first,
            "to": last,
            "units": {},
            "stages": stages,
        }

    def tasks(self) -> tuple[list[dict[str, Any]], dict[int | None, str]]:
        """Headings that hold a duty become the plan's tasks."""
        keys: dict[int | None, str] = {}
        out: list[dict[str, Any]] = []
        for task in self.draft.tasks:
            if task.section in keys or len(out) >= 200:
                continue
            key = f"task-{len(out) + 1}"
            keys[task.section] = key
            title = (
                _clean(self.draft.sections[task.section].heading)
                if task.section is not None
                else "其他事项"
            )
            out.append({"key": key, "title": title or "其他事项"})
        return out, keys

    def requirement(
        self, number: int, task: Task, keys: dict[int | None, str], batch: dict[str, Any]
    ) -> dict[str, Any]:
        stages = batch["stages"]
        stage = stages[min(task.stage or 0, len(stages) - 1)]
        text = _clean(task.text, 4000)
        out: dict[str, Any] = {
            "key": f"r-{number}",
            "task": keys.get(task.section, "task-1"),
            "stage": stage["key"],
            "title": text[:60],
            "standard": self._standard(task, text),
        }
        if task.bearing is Bearing.OPTIONAL:
            out["action"] = "optional"
        out.update(self._due(number, task, stage, batch["to"]))
        return out

    @staticmethod
    def _standard(task: Task, text: str) -> str:
        parts = [text]
        if task.leads:
            parts.append("牵头：" + "、".join(_clean(n.text) for n in task.leads))
        if task.supports:
            parts.append("配合：" + "、".join(_clean(n.text) for n in task.supports))
        if task.quantities:
            parts.append("指标：" + "、".join(_clean(q.text) for q in task.quantities))
        if task.deadline:
            parts.append("时限：" + _clean(task.deadline.text))
        return "；".join(parts)

    def _due(
        self, number: int, task: Task, stage: dict[str, Any], last: date | str
    ) -> dict[str, Any]:
        """The duty's day: its own where the stage and the batch allow it, else the stage's last."""
        due, opens, ends = task.deadline, stage["starts_on"], stage["ends_on"]
        if due is not None and due.timing is Timing.RECURRING and (every := _every(due.text)):
            length = {"week": 7, "month": 31, "quarter": 92}[every["every"]]
            if (
                not (isinstance(opens, date) and isinstance(ends, date))
                or (ends - opens).days >= length
            ):
                return {"recurrence": {**every, "until": ends}}
        if due is not None and due.on is not None:
            early = isinstance(opens, date) and due.on < opens
            late = isinstance(last, date) and due.on > last
            if not early and not late:
                return {"due": {"on": due.on}}
            why = "it lies outside the stage"
        elif due is None or due.timing in (Timing.RECURRING, Timing.DURATION):
            return {"due": {"on": ends}}
        else:
            why = due.why_not
        what = f"target date of r-{number}: {_clean(due.text)}, {why} (YYYY-MM-DD)"
        return {"due": {"on": self.blank(f"R_{number}_DUE", what)}}

    def build(self) -> dict[str, Any]:
        batch = self.batch()
        tasks, keys = self.tasks()
        plan: dict[str, Any] = {"plan": self.head(), "batches": [batch]}
        plan["tasks"] = tasks or [
            {
                "key": "task-1",
                "title": self.blank(
                    "TASK_TITLE", "a heading; the notice asks for nothing that was recognised"
                ),
            }
        ]
        requirements = [
            self.requirement(i, t, keys, batch) for i, t in enumerate(self.draft.tasks[:1000], 1)
        ]
        plan["requirements"] = requirements or [
            {
                "key": "r-1",
                "task": "task-1",
                "stage": batch["stages"][0]["key"],
                "title": self.blank("R_1_TITLE", "what is to be done"),
                "standard": self.blank("R_1_STANDARD", "what counts as done"),
                "due": {"on": batch["stages"][0]["ends_on"]},
            }
        ]
        if self.draft.categories:
            plan["malpractice"] = [
                {
                    "key": "named",
                    "title": "通知点名的突出问题",
                    "base": "+1",
                    "items": [
                        {"key": f"named-{i}", "title": _clean(c.text)}
                        for i, c in enumerate(self.draft.categories[:60], 1)
                    ],
                }
            ]
        return plan


def _every(text: str) -> dict[str, Any] | None:
    """The recurrence that a recurring time gives: 每月25日前, 每季度末, 每周五."""
    day = re.search(r"(\d{1,2})[日號号]", text)
    if "周" in text:
        named = re.search(r"周([一二三四五六日])", text)
        return {"every": "week", "day": "一二三四五六日".index(named[1]) + 1 if named else 5}
    if "季" in text:
        return {"every": "quarter", "day": 92}
    if "月" in text and "年" not in text:
        return {"every": "month", "day": min(31, int(day[1])) if day and int(day[1]) else 31}
    return None


class _Dumper(yaml.SafeDumper):
    """Plan files are read by people: no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def as_plan_yaml(draft: Draft) -> str:
    """A plan file. Blanks stand as __NAME__ and are listed at its head; filled, the plan checks.

    Where the notice gives a duty no day, the last day of its stage is taken. A notice that asks for a
    number of people or cases stays in its own words; the checker refuses that line, as it must.
    """
    plan = _Plan(draft)
    body = plan.build()
    lines = [
        f"# Drafted from {draft.source.name or 'pasted text'}. Check every line against the notice.".replace(
            "\n", " "
        )
    ]
    if plan.blanks:
        lines.append("# Blanks to fill, each wherever it stands:")
        lines += [f"#   __{name}__: {what}" for name, what in plan.blanks.items()]
    text = yaml.dump(body, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10_000)
    return "\n".join(lines) + "\n\n" + text
