"""The review sheet: the draft as text for a person at a terminal, who corrects instead of typing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingfeng.engines.notice.draft import Draft
from qingfeng.engines.notice.findings import Bearing, Deadline, Finding, Origin, Task

DOUBTFUL = 0.7  # below it a line is marked with a question mark


def _line(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _units(names: tuple[Finding, ...]) -> str:
    return "、".join(_line(name.text) for name in names) or "-"


def _when(deadline: Deadline | None) -> str:
    if deadline is None:
        return "-"
    return (
        f"{_line(deadline.text)} = {deadline.on}"
        if deadline.on
        else f"{_line(deadline.text)} (no date: {deadline.why_not})"
    )


def _task(number: int, task: Task) -> Iterator[str]:
    marks = "?" if task.confidence < DOUBTFUL else " "
    may = " [optional]" if task.bearing is Bearing.OPTIONAL else ""
    proposed = " [proposed by a model]" if task.origin is Origin.PROPOSED else ""
    yield f"{marks} T{number}  {_line(task.text)}{may}{proposed}"
    yield f"       lead: {_units(task.leads)}   support: {_units(task.supports)}   due: {_when(task.deadline)}"
    if task.quantities:
        yield "       figures: " + "; ".join(
            _line(q.text) + (f" ({_line(q.measures)})" if q.measures else "")
            for q in task.quantities
        )
    yield f"       {task.confidence:.2f} {task.reason}, characters {task.start}-{task.end}"


def as_review(draft: Draft) -> str:
    """The review sheet. Lines that begin with ? are the ones to look at first."""
    out: list[str] = []
    frame = draft.meta
    for name, found in (
        ("Title", frame.title),
        ("Issuer", frame.issuer),
        ("Number", frame.number),
        ("Date", frame.issued),
    ):
        out.append(f"{name}: {_line(found.text) if found else '-'}")
    out.append(f"Recipients: {_units(frame.recipients)}")
    out.append(f"Year of dates without one: {frame.year or '-'} ({frame.year_reason})")
    if draft.phases:
        out += ["", "Stages"]
        out += [
            f"  P{i}  {_line(p.text)}: {_when(p.begins)} to {_when(p.ends)}"
            for i, p in enumerate(draft.phases, 1)
        ]
    out += ["", f"Tasks ({len(draft.tasks)})"]
    shown: int | None = None
    for number, task in enumerate(draft.tasks, 1):
        if task.section != shown and task.section is not None:
            section = draft.sections[task.section]
            out.append(f"{section.number}{_line(section.heading)}")
            shown = task.section
        out += _task(number, task)
    if draft.categories:
        out += ["", "Malpractice named"]
        out += [
            f"  {_line(c.text)}" + (f" ({c.group})" if c.group else "") for c in draft.categories
        ]
    if draft.remarks:
        out += ["", f"Kept, not tasks ({len(draft.remarks)})"]
        out += [f"  {r.kind.value}: {_line(r.text)[:60]}" for r in draft.remarks]
    return "\n".join(out) + "\n"
