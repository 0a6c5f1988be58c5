"""Stages of the work: headings that name one, running text that dates one, lists of them."""

from __future__ import annotations

import re

from qingfeng.engines.notice.dates import Calendar, deadline_of, expressions
from qingfeng.engines.notice.findings import Deadline, Phase, Timing
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.outline import Block

_NAMED = re.compile(r"阶段|环节|第[一二三四五六]步")
_NOT_A_STAGE = re.compile(
    r"(?:实施|方法|工作|主要|时间|任务|推进|方式)?(?:步骤|阶段|环节)(?:和|及|与|安排|划分|任务|、)|^(?:方法|实施|工作|主要)?步骤|三个环节|各(?:个)?(?:阶段|环节)|关键环节|重点环节|薄弱环节|执法环节|全环节"
)
_LISTED = re.compile(
    r"(?:分为?|按照?|包括|抓好|推进|开展|设置|经过|以)?((?:[^,。;:、\s“”]{2,8}、){1,4}[^,。;:、\s“”]{2,8}?)(?:[等])?([二两三四五2-5])个(阶段|环节|步骤)"
)
_BATCH = re.compile(r"第[一二三四五]批")


_COUNTS = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "2": 2, "3": 3, "4": 4, "5": 5}
# A heading whose children are stages, whatever they are called.
_STEPS = re.compile(r"步骤|进度|阶段(?:安排|划分)|时间安排|实施阶段")


def _split(when: Deadline, view: Matching) -> tuple[Deadline | None, Deadline | None]:
    """The two ends of a range as written, each with its own span."""
    if when.timing is not Timing.RANGE:
        return None, None
    mark = re.search(r"(?:至|到|[-\u2013\u2014\u2015~～－]+)", when.text)
    if mark is None:
        return None, None
    first = re.sub(r"^[从自從]", "", when.text[: mark.start()])
    begin = when.start + when.text.index(first, 0) if first else when.start
    last = re.sub(r"(?:之?以?前)$", "", when.text[mark.end() :])
    end = when.start + mark.end()
    one = Deadline(
        begin,
        begin + len(first),
        first,
        when.confidence,
        when.reason,
        timing=Timing.DAY,
        begins=when.begins,
        on=when.begins,
        why_not="" if when.begins else when.why_not,
    )
    two = Deadline(
        end,
        end + len(last),
        last,
        when.confidence,
        when.reason,
        timing=Timing.DAY,
        begins=when.on,
        on=when.on,
        why_not=when.why_not,
    )
    assert view.source[one.start : one.end] == one.text
    return one, two


def _ends(
    view: Matching, start: int, end: int, calendar: Calendar
) -> tuple[Deadline | None, Deadline | None]:
    for when in expressions(view, start, end, calendar):
        if when.timing is Timing.RANGE:
            return _split(when, view)
        if when.timing is Timing.DAY:
            after = view.source[when.end : when.end + 3]
            if re.match(r"起|开始|開始|启动|后", after) or re.match(
                r"自|从", view.source[max(0, when.start - 1) : when.start]
            ):
                return when, None
            if re.search(r"月份?$", when.text):
                return when, when  # a whole month
            bare = re.sub(r"(?:之?以?前|前完成|完成)$", "", when.text)
            cut = Deadline(
                when.start,
                when.start + len(bare),
                bare,
                when.confidence,
                when.reason,
                timing=when.timing,
                begins=when.begins,
                on=when.on,
                why_not=when.why_not,
            )
            return None, cut
    return None, None


def phases(view: Matching, items: list[Block], calendar: Calendar) -> list[Phase]:
    """Stages in text order. Each is tied to its heading's section where it has one."""
    text = view.text
    out: list[Phase] = []
    headings = [b for b in items if b.is_heading]
    for place, block in enumerate(headings):
        head = text[block.after : block.head]
        bare = re.sub(r"\s?\([^)]*\)\s?$", "", head)
        bare = re.sub(r"^第[一二三四五六\d]+(?:阶段|环节|步)[:、,\s]+", "", bare) or bare
        parent = _parent(headings, place)
        staged = parent is not None and _STEPS.search(text[parent.after : parent.head])
        if not _NAMED.search(head) and not staged:
            continue
        if (_NOT_A_STAGE.search(head) and not re.search(r"^第[一二三四五六]", head)) or (
            len(bare) > 30
        ):
            continue
        start = block.after + head.index(bare)
        # The window stands in the heading, or opens the body.
        begins, ends = _ends(view, block.after, block.head, calendar)
        if begins is None and ends is None and (following := _body(items, block)) is not None:
            a, b = following
            lead = re.match(r"[^。;]{0,60}?[,。;:\)]", text[a:b])
            if lead:
                found = _ends(view, a, a + lead.end(), calendar)
                if found[0] is not None:
                    begins, ends = found
            if begins is None:
                # No window at its head: the first day by which something is due in it ends it.
                due = deadline_of(view, a, b, calendar)
                ends = _ends(view, a, b, calendar)[1] if due and due.timing is Timing.DAY else None
        cut = re.search(r"[:,]", bare)
        name_end = start + (cut.start() if cut and cut.start() >= 3 else len(bare))
        s, e = view.span(start, name_end)
        out.append(
            Phase(
                s,
                e,
                view.source[s:e],
                0.9 if begins or ends else 0.7,
                "a heading that names a stage",
                section=block.section,
                begins=begins,
                ends=ends,
            )
        )
    if not out:
        out = _in_text(view, calendar)
    return out


def _parent(headings: list[Block], place: int) -> Block | None:
    level = headings[place].level
    return next((b for b in reversed(headings[:place]) if b.level < level), None)


def _body(items: list[Block], block: Block) -> tuple[int, int] | None:
    if block.body < block.end:
        return block.body, block.end
    i = items.index(block)
    if i + 1 < len(items) and not items[i + 1].is_heading:
        return items[i + 1].start, items[i + 1].end
    return None


def _in_text(view: Matching, calendar: Calendar) -> list[Phase]:
    """Batches dated in running text, and lists such as 学习教育、查纠整改、总结提升三个环节."""
    text = view.text
    out: list[Phase] = []
    seen: set[str] = set()
    for sentence in re.finditer(r"[^。\n]+", text):
        a, b = sentence.span()
        for batch in _BATCH.finditer(text, a, b):
            name = batch[0]
            if name in seen:
                continue
            begins, ends = None, None
            for when in expressions(view, a, batch.start(), calendar):
                if when.timing is Timing.RANGE:
                    begins, ends = _split(when, view)
                elif when.timing is Timing.DAY and re.match(
                    r"起|开始|開始", view.source[when.end : when.end + 2]
                ):
                    begins, ends = when, None
            if begins is not None:
                seen.add(name)
                s, e = view.span(*batch.span())
                out.append(
                    Phase(
                        s,
                        e,
                        view.source[s:e],
                        0.7,
                        "a batch that the sentence dates",
                        section=None,
                        begins=begins,
                        ends=ends,
                    )
                )
    for listed in _LISTED.finditer(text):
        led = re.match(
            r".*(?:分为?|按照?|包括|抓好|推进|开展|设置|经过|即|好|着)(?=[^、]{2,})",
            listed[1].split("、")[0],
        )
        skip = led.end() if led else 0
        parts = list(re.finditer(r"[^、]+", listed[1][skip:]))
        count = _COUNTS[listed[2]]
        if len(parts) != count:
            continue
        for part in parts:
            name = part[0]
            a = listed.start(1) + skip + part.start()
            # The fuller form that the text uses elsewhere (学习教育环节) is the name.
            fuller = text.find(name + listed[3])
            if fuller >= 0:
                name, a = name + listed[3], fuller
            if name in seen:
                continue
            seen.add(name)
            s, e = view.span(a, a + len(name))
            out.append(
                Phase(
                    s,
                    e,
                    view.source[s:e],
                    0.7,
                    "listed as a stage",
                    section=None,
                    begins=None,
                    ends=None,
                )
            )
    return out
