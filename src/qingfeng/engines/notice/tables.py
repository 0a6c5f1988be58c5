"""Task tables: real rows (cells parted by tabs) and flattened ones (one cell a line)."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from qingfeng.engines.notice.dates import Calendar, expressions
from qingfeng.engines.notice.findings import Bearing, Deadline, Finding, Task, Timing
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.outline import Block
from qingfeng.engines.notice.quantities import quantities
from qingfeng.engines.notice.units import Names, is_unit, split_list

# What a column holds, by the words in its head; the first that fits.
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(r"^(?:序号?|编号|项号|No\.?|#)$")),
    ("support", re.compile(r"(?:配合|协办|参与|协同|协助|参加)(?:单位|部门|处室)?")),
    ("lead", re.compile(r"(?:牵头|主办|主责)(?:单位|部门|处室|科室|主体|机关)")),
    ("either", re.compile(r"(?:责任|承办|落实|实施)(?:单位|部门|处室|科室|主体|机关)")),
    (
        "person",
        re.compile(
            r"(?:责任|分管|牵头|包案|挂牌|联系)?(?:领导|责任人|负责人|人员)|联系(?:人|电话)"
        ),
    ),
    ("due", re.compile(r"时限|期限|时间|进度|节点")),
    ("note", re.compile(r"备注|说明|依据|来源")),
    ("group", re.compile(r"类别|分类|项目类|领域|板块|方面|指标类")),
    ("text", re.compile(r"任务|内容|措施|事项|要求|目标|举措|项目|工作|指标|要点|做法|标准")),
)
_ROW_NUMBER = re.compile(r"^(?:\d{1,3}|\(?[一二三四五六七八九十]{1,3}\)?)[.、]?$")
_DUE = re.compile(
    r"^(?:长期(?:坚持)?|持续(?:推进|实施|开展)?|全年|常态化?|[^。;]{0,6}(?:\d{1,2}月(?:\d{1,2}日|底|份|上旬|中旬|下旬)?|年底|季度末?|底前|上半年|下半年|每月|每年|每季度)[^。;]{0,16})[。;]?$"
)


@dataclass(slots=True)
class _Row:
    texts: list[tuple[int, int]] = field(default_factory=list)
    leads: list[tuple[int, int]] = field(default_factory=list)
    supports: list[tuple[int, int]] = field(default_factory=list)
    due: tuple[int, int] | None = None


def _head(words: str) -> str:
    bare = re.sub(r"[\s()]", "", words)
    if not bare or len(bare) > 14:
        return ""
    return next((kind for kind, pattern in _HEADS if pattern.search(bare)), "")


def _cells(view: Matching, block: Block) -> list[tuple[int, int]]:
    out = []
    at = block.start
    for piece in view.text[block.start : block.end].split("\t"):
        a, b = at, at + len(piece)
        at = b + 1
        while a < b and view.text[a] == " ":
            a += 1
        while b > a and view.text[b - 1] == " ":
            b -= 1
        out.append((a, b))
    return out


def _task(
    view: Matching, row: _Row, section: int | None, calendar: Calendar, *, sure: float
) -> list[Task]:
    out: list[Task] = []
    names = Names(
        tuple(
            n
            for a, b in row.leads
            for n in split_list(
                view, a, b, anywhere=True, confidence=0.95, reason="in the column of units"
            )
        ),
        tuple(
            n
            for a, b in row.supports
            for n in split_list(
                view, a, b, anywhere=True, confidence=0.95, reason="in the column of helpers"
            )
        ),
    )
    marked = [n for n in names.leads if re.search(r"[(（](?:牵头|主办|主责)[)）]$", n.text)]
    if marked:
        # 甲(牵头),乙,丙 in one cell: the marked one leads.
        first = tuple(
            Finding(n.start, n.end - 4, n.text[:-4], n.confidence, "marked as leading in its cell")
            for n in marked
        )
        names = Names(first, tuple(n for n in names.leads if n not in marked) + names.supports)
    due: Deadline | None = None
    if row.due and row.due[1] > row.due[0]:
        s, e = view.span(*row.due)
        found = expressions(view, *row.due, calendar)
        if found:
            one = found[-1]
            due = Deadline(
                s,
                e,
                view.source[s:e],
                0.95,
                "in the column of times",
                timing=one.timing,
                begins=one.begins,
                on=one.on,
                why_not=one.why_not,
            )
        else:
            due = Deadline(
                s,
                e,
                view.source[s:e],
                0.7,
                "in the column of times",
                timing=Timing.DURATION,
                begins=None,
                on=None,
                why_not="it names no day",
            )
    for a, b in row.texts:
        while b > a and view.text[b - 1] in "。; ":
            b -= 1  # noqa: PLW2901 - the closing mark is no part of the duty
        if b - a < 4:
            continue
        s, e = view.span(a, b)
        out.append(
            Task(
                s,
                e,
                view.source[s:e],
                sure,
                "a row of a table",
                section=section,
                stage=None,
                leads=names.leads,
                supports=names.supports,
                deadline=due,
                quantities=quantities(view, a, b),
                bearing=Bearing.PRESCRIBED,
            )
        )
    return out


def _pick(cells: dict[str, list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """The cells that say what to do: the longest text column, so that titles beside it are not doubled."""
    texts = [c for c in cells.get("text", []) if c[1] - c[0] >= 4]
    return [max(texts, key=lambda c: c[1] - c[0])] if texts else []


def _real(view: Matching, items: list[Block], calendar: Calendar) -> tuple[list[Task], set[int]]:
    out: list[Task] = []
    used: set[int] = set()
    heads: list[str] = []
    carried: dict[int, tuple[int, int]] = {}
    for i, block in enumerate(items):
        if "\t" not in view.text[block.start : block.end]:
            if heads and not block.is_heading and block.end - block.start > 40:
                heads = []  # prose again: the table is over
            continue
        cells = _cells(view, block)
        kinds = [_head(view.text[a:b]) for a, b in cells]
        if (
            (
                sum(1 for k in kinds if k) >= 2
                and any(k in ("text", "lead", "either", "due") for k in kinds)
                and all(b - a <= 14 for a, b in cells)
                and not any(
                    is_unit(view.text[a:b], anywhere=True) and not k
                    for (a, b), k in zip(cells, kinds, strict=True)
                )
            )
            and "text" in kinds
            and {"lead", "either", "support", "due"} & set(kinds)
        ):
            heads, carried = kinds, {}
            used.add(i)
            continue
        if not heads:
            continue
        used.add(i)
        if len(cells) < 2 or len([c for c in cells if c[1] > c[0]]) < 2:
            continue
        if len(cells) < len(heads):
            # Merged cells above leave this row short: its cells belong to the last columns.
            lacking = len(heads) - len(cells)
            cells = [(block.start, block.start)] * lacking + cells
        by: dict[str, list[tuple[int, int]]] = {}
        for column, (kind, cell) in enumerate(zip(heads, cells, strict=False)):
            span = cell
            if (
                span[1] <= span[0]
                and kind in ("lead", "either", "due", "support")
                and column in carried
            ):
                span = carried[column]  # a merged cell holds for the rows below
            if span[1] > span[0]:
                carried[column] = span
                by.setdefault(kind, []).append(span)
        # 责任单位 alone leads; beside 牵头单位 it supports.
        first, either = by.get("lead", []), by.get("either", [])
        row = _Row(
            _pick(by),
            first or either,
            (either if first else []) + by.get("support", []),
            next(iter(by.get("due", [])), None),
        )
        out += _task(view, row, block.section, calendar, sure=0.95)
    return out, used


def _flat(view: Matching, items: list[Block], calendar: Calendar) -> tuple[list[Task], set[int]]:
    """Cells one a line: rows begin at a number that counts on, each line read by what it looks like."""
    words = [view.text[b.start : b.end].strip() for b in items]
    starts: list[int] = []
    expected: int | None = None
    for i, line in enumerate(words):
        if re.fullmatch(r"\d{1,3}", line):
            value = int(line)
            if expected is None or value == expected or (starts and value == 1):
                starts.append(i)
                expected = value + 1
    heads = {
        i for i, line in enumerate(words) if _head(line) and len(line) <= 10 and not items[i].form
    }
    header = {i for i in heads if i + 1 in heads or i - 1 in heads}
    unit_lines = sum(1 for line in words if len(line) >= 2 and _unit_line(line))
    if len(starts) < 2 or unit_lines < max(2, len(starts) // 2):
        return [], set()
    column_kinds = [_head(words[i]) for i in sorted(header)]
    out: list[Task] = []
    used: set[int] = set(header)
    one_column = (
        bool(column_kinds)
        and sum(1 for k in column_kinds if k in ("lead", "either", "support")) == 1
    )
    bounds = [*starts, len(items)]
    # Lines before the first number may be the tail of a row whose number is on the page before.
    for begin, stop in itertools.pairwise(bounds):
        row = _Row()
        rows = [row]
        for i in range(begin + 1, stop):
            line, block = words[i], items[i]
            if i in header:
                continue
            if block.is_heading and block.form in ("han", "part"):
                break
            span = (block.start, block.end)
            used.add(i)
            if re.fullmatch(_DUE, line) and row.texts and len(line) <= 26:
                row.due = row.due or span
            elif _unit_line(line) and row.texts:
                if row.leads and not row.supports and _open_list(words[i - 1]):
                    row.leads[-1] = (row.leads[-1][0], block.end)
                elif row.leads:
                    row.supports.append(span)
                else:
                    row.leads.append(span)
            elif row.leads or row.due:
                # Text after units: another measure of the same number, with units of its own.
                row = _Row([span])
                rows.append(row)
            elif row.texts and not re.search(r"[。;]$", words[i - 1]) and len(words[i - 1]) >= 8:
                row.texts[-1] = (row.texts[-1][0], block.end)
            else:
                row.texts.append(span)
        used.add(begin)
        for one in rows:
            if one_column:
                one.leads += one.supports
                one.supports = []
            one.texts = _longest(one.texts)
            if one.texts and (one.leads or one.due):
                out += _task(view, one, items[begin].section, calendar, sure=0.8)
    return out, used


def _longest(texts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [max(texts, key=lambda c: c[1] - c[0])] if texts else []


def _open_list(line: str) -> bool:
    return line.endswith(("、", ",", "和"))


def _unit_line(line: str) -> bool:
    if re.search(r"[。:;]", line) or len(line) > 120:
        return False
    parts = [p for p in re.split(r"[、,和及\s]", re.sub(r"\([^)]*\)", "", line)) if p]
    named = sum(
        1
        for p in parts
        if is_unit(p, anywhere=True) or re.fullmatch(r"等?(?:有关|相关)?(?:部门|单位)", p)
    )
    return (
        bool(parts)
        and named * 2 > len(parts)
        and is_unit(parts[-1], anywhere=True)
        and max(map(len, parts)) <= 20
    )


def table_tasks(
    view: Matching, items: list[Block], calendar: Calendar
) -> tuple[list[Task], set[int]]:
    """Tasks in tables, and the blocks that they were read from."""
    found, used = _real(view, items, calendar)
    if used:
        return found, used
    return _flat(view, items, calendar)
