"""The draft of a plan: one call reads a notice, the others show what was found."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingfeng.engines.notice.categories import categories, problem_items
from qingfeng.engines.notice.dates import Calendar
from qingfeng.engines.notice.findings import Category, Meta, Phase, Remark, Section, Task
from qingfeng.engines.notice.meta import meta
from qingfeng.engines.notice.normal import Matching, matching
from qingfeng.engines.notice.outline import outline
from qingfeng.engines.notice.phases import phases
from qingfeng.engines.notice.proposals import Proposer, proposed
from qingfeng.engines.notice.reading import Source, load, pasted
from qingfeng.engines.notice.tables import table_tasks
from qingfeng.engines.notice.tasks import tasks


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was found in a notice. Every span is a position in `source.text`."""

    source: Source
    meta: Meta
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    remarks: tuple[Remark, ...]
    phases: tuple[Phase, ...]
    categories: tuple[Category, ...]


def read(given: Path | bytes | str, name: str = "", *, proposer: Proposer | None = None) -> Draft:
    """Reads a notice.

    Args:
        given: a path, a file's bytes, or pasted text.
        name: the file's name, where bytes or text are given.
        proposer: a language model's hook; none is used unless one is given.

    Raises:
        Unreadable: unreadable, empty, scanned, foreign or too big.
        OSError: the path cannot be opened.
    """
    if isinstance(given, Path):
        source = load(given.read_bytes(), name or given.name)
    elif isinstance(given, bytes):
        source = load(given, name)
    else:
        source = pasted(given, name=name)
    return draft(source, proposer=proposer)


def draft(source: Source, *, proposer: Proposer | None = None) -> Draft:
    """Drafts from a source already read."""
    view = matching(source.text)
    items, sections = outline(view)
    frame = meta(view, items)
    calendar = Calendar(frame.year, frame.year_reason)
    stages = phases(view, items, calendar)
    in_tables, used = table_tasks(view, items, calendar)
    used |= problem_items(view, items)
    rest = [block for i, block in enumerate(items) if i not in used]
    found, remarks = tasks(view, rest, sections, stages, calendar, _body_from(view, frame))
    every = sorted([*found, *in_tables], key=lambda task: (task.start, task.end))
    if proposer is not None:
        every = sorted(
            [*every, *proposed(proposer, source.text, every)],
            key=lambda task: (task.start, task.end),
        )
    return Draft(
        source,
        frame,
        tuple(sections),
        tuple(every),
        tuple(remarks),
        tuple(stages),
        tuple(categories(view, items)),
    )


def _body_from(view: Matching, frame: Meta) -> int:
    """Where the text proper begins: after the title and the line of addressees."""
    marks = [f.end for f in (frame.title, *frame.recipients[-1:]) if f is not None]
    return bisect_left(view.at, max(marks)) if marks else 0


def as_score_json(one: Draft) -> dict[str, Any]:
    """The draft in the plain form that score sheets compare: texts verbatim, no spans."""
    return {
        "title": one.meta.title.text if one.meta.title else None,
        "sections": [
            {"level": s.level, "number": s.number, "heading": s.heading} for s in one.sections
        ],
        "tasks": [
            {
                "section": t.section,
                "text": t.text,
                "lead": [u.text for u in t.leads],
                "support": [u.text for u in t.supports],
                "deadline": t.deadline.text if t.deadline else None,
                "quantities": [q.text for q in t.quantities],
            }
            for t in one.tasks
        ],
        "phases": [
            {
                "name": p.text,
                "start": p.begins.text if p.begins else None,
                "end": p.ends.text if p.ends else None,
            }
            for p in one.phases
        ],
    }
