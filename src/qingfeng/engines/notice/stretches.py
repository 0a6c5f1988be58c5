"""Stretches: what is read as one, with the units and the time that are said for all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qingfeng.engines.notice.dates import Calendar, expressions
from qingfeng.engines.notice.findings import Deadline, Timing
from qingfeng.engines.notice.labels import FIRST_LEADS, LABEL, in_bracket, labelled
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.outline import Block
from qingfeng.engines.notice.units import Names


@dataclass(slots=True)
class Stretch:
    """A stretch to be read as one: a block's body, with the units and time said for all of it."""

    start: int
    end: int
    section: int | None
    names: Names | None = None
    due: Deadline | None = None
    whole: bool = False  # one duty, however many sentences
    reason: str = ""
    numbered: bool = False


def _bracket_at_end(view: Matching, start: int, end: int) -> tuple[int, int] | None:
    """The outermost bracket that closes a stretch, before or after its last mark."""
    text = view.text
    stop = end
    while stop > start and text[stop - 1] in "。;, ":
        stop -= 1
    if stop <= start or text[stop - 1] != ")":
        return None
    depth = 0
    for i in range(stop - 1, start - 1, -1):
        if text[i] == ")":
            depth += 1
        elif text[i] == "(":
            depth -= 1
            if depth == 0:
                return i, stop
    return None


class _Cutter:
    def __init__(self, view: Matching, items: list[Block], calendar: Calendar) -> None:
        self.view = view
        self.text = view.text
        self.items = items
        self.calendar = calendar
        self.first_leads = bool(FIRST_LEADS.search(view.text))

    def cut(self, body_from: int) -> list[Stretch]:
        out: list[Stretch] = []
        i = 0
        items = self.items
        while i < len(items):
            block = items[i]
            begin = block.body if block.is_heading else block.after
            if block.end <= body_from or (block.start < body_from and not block.is_heading):
                i += 1
                continue
            # Label lines that follow belong to the block, or, after a bare heading, to the heading.
            j = i + 1
            while (
                j < len(items)
                and LABEL.match(self.text[items[j].start : items[j].end])
                and not items[j].is_heading
            ):
                j += 1
            if j > i + 1:
                names, due = labelled(self.view, items[i + 1].start, items[j - 1].end)
                span = (begin, block.end) if begin < block.end else (block.after, block.head)
                out.append(
                    Stretch(
                        *span,
                        block.section,
                        names,
                        self._due(due),
                        whole=True,
                        reason="a clause with its units on labelled lines",
                        numbered=True,
                    )
                )
                i = j
                continue
            if begin < block.end and LABEL.match(self.text[begin : block.end]):
                names, due = labelled(self.view, begin, block.end)
                if out and out[-1].section == block.section and out[-1].names is None:
                    out[-1].names, out[-1].due = names, self._due(due)
                i += 1
                continue
            if begin < block.end:
                out += self._bracketed(begin, block)
            elif block.is_heading:
                out += self._bare(i, block)
            i += 1
        return out

    def _bare(self, i: int, block: Block) -> list[Stretch]:
        """A heading with nothing under it that asks for something is itself the task."""
        following = self.items[i + 1] if i + 1 < len(self.items) else None
        bare = following is None or (following.is_heading and following.level <= block.level)
        bracket = _bracket_at_end(self.view, block.after, block.head)
        named = (
            in_bracket(self.view, bracket[0] + 1, bracket[1] - 1, first_leads=self.first_leads)
            if bracket
            else None
        )
        if named and bracket:
            return [
                Stretch(
                    block.after,
                    bracket[0],
                    block.section,
                    named[0],
                    self._due(named[1]),
                    whole=True,
                    reason="a heading with its units in brackets",
                    numbered=True,
                )
            ]
        return [Stretch(block.after, block.head, block.section, numbered=True)] if bare else []

    def _bracketed(self, begin: int, block: Block) -> list[Stretch]:
        """A body cut at brackets that name units, each piece a duty of theirs."""
        out: list[Stretch] = []
        at = begin
        for found in re.finditer(r"\((?:[^()]|\([^()]*\))*\)", self.text[begin : block.end]):
            a, b = begin + found.start(), begin + found.end()
            if not re.search(r"负责|牵头|配合|单位|部门:|主办|协办|落实\)", found[0]) or a - at < 4:
                continue
            named = in_bracket(self.view, a + 1, b - 1, first_leads=self.first_leads)
            if named is None:
                continue
            out.append(
                Stretch(
                    at,
                    a,
                    block.section,
                    named[0],
                    self._due(named[1]),
                    whole=True,
                    reason="a clause with its units in brackets",
                    numbered=bool(block.form),
                )
            )
            at = b
            while at < block.end and self.text[at] in "。;, ":
                at += 1
        told = re.search(
            r"(?<=[。;,) ])(?=(?:牵头|责任|主办|承办|配合|协办)(?:单位|部门|处室):)",
            self.text[at : block.end],
        )
        if told and told.start() >= 6:
            # Units said after the text on the same line: …。责任单位:甲。完成时限:6月底。
            names, due = labelled(self.view, at + told.start(), block.end)
            out.append(
                Stretch(
                    at,
                    at + told.start(),
                    block.section,
                    names,
                    self._due(due),
                    whole=True,
                    reason="a clause with its units after it",
                    numbered=bool(block.form),
                )
            )
            return out
        if at < block.end:
            out.append(Stretch(at, block.end, block.section, numbered=bool(block.form)))
        return out

    def _due(self, span: tuple[int, int] | None) -> Deadline | None:
        if span is None or span[1] <= span[0]:
            return None
        a, b = span
        while a < b and self.text[a] in " :,":
            a += 1
        while b > a and self.text[b - 1] in " 。;,)\n":
            b -= 1
        if b <= a:
            return None
        found = expressions(self.view, a, b, self.calendar)
        s, e = self.view.span(a, b)
        if found:
            best = max(found, key=lambda one: one.end - one.start)
            if e - s <= 24:
                return replace(
                    best,
                    start=s,
                    end=e,
                    text=self.view.source[s:e],
                    reason="given beside the units",
                )
            return best
        words = self.text[a:b]
        if re.search(r"长期|持续|常态|全年|年|按", words) and len(words) <= 16:
            return Deadline(
                s,
                e,
                self.view.source[s:e],
                0.6,
                "given beside the units",
                timing=Timing.DURATION,
                begins=None,
                on=None,
                why_not="it names no day",
            )
        return None


def stretches(
    view: Matching, items: list[Block], calendar: Calendar, body_from: int
) -> list[Stretch]:
    """The bodies of a notice in text order, units in brackets and on labelled lines taken out.

    Args:
        view: the matching copy.
        items: the outline's blocks.
        calendar: the document's own year.
        body_from: where the text proper begins in the matching copy.
    """
    return _Cutter(view, items, calendar).cut(body_from)
