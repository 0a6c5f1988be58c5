"""The outline: numbered headings in all their forms, told from numbered sentences, with their depth."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from qingfeng.engines.notice.dates import chinese_int
from qingfeng.engines.notice.findings import Section
from qingfeng.engines.notice.labels import LABEL
from qingfeng.engines.notice.normal import Matching

_CN = "一二三四五六七八九十百"
# Numbering forms from coarse to fine; the place in this tuple is the rank.
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("part", re.compile(rf"第([{_CN}]{{1,4}}|\d{{1,2}})(?:章|部分|编|篇)[ 、:]?")),
    ("article", re.compile(rf"第([{_CN}]{{1,4}}|\d{{1,2}})(?:节|条)[ 、:]?")),
    ("han", re.compile(rf"([{_CN}]{{1,4}})[、.] ?(?=\S)")),
    ("bracket", re.compile(rf"(?:\(([{_CN}]{{1,4}})\)|([\u3220-\u3229]))[、.]? ?")),
    ("arabic", re.compile(r"(\d{1,3})(?:[.、](?!\d) ?|\s(?=[\u4e00-\u9fff]{4}))")),
    ("paren", re.compile(r"(?:\((\d{1,3})\)|(\d{1,3})\))[、.]? ?")),
    ("circle", re.compile(r"([\u2460-\u2473\u2776-\u277f]) ?")),
    ("dash", re.compile(r"\u2014\u2014 ?()")),
    (
        "point",
        re.compile(rf"(?:([{_CN}])(?:是|要)(?=\S)|第([{_CN}]{{1,2}})[,、]|(首先|其次|再次|最后),)"),
    ),
)
_RANK = {name: rank for rank, (name, _) in enumerate(_FORMS)}
_PLAIN = len(_FORMS)
_STAGE_LINE = re.compile(
    rf"第[{_CN}\d]+(?:阶段|环节|步)[:( 、,]?|[^,。;:\s]{{2,14}}(?:阶段|环节)(?:\([^)]*\d[^)]*\))?(?:。|:|$)"
)
_MODAL = re.compile(
    r"(?:都要|(?<![重必主需纪])要(?!求|点|素|案|闻|情|件|害|务)|应当|必须|不得|务必|可以)"
)
_DATE = re.compile(r"\d{1,2}月(?:\d{1,2}日|底|上旬|中旬|下旬)?前|\d+个工作日内|底前")
_INLINE_BEFORE = "。!?;:；》”) \t"


@dataclass(slots=True)
class Block:
    """A stretch that one number (or none) opens: the unit that the outline and the tasks work on.

    Positions are in the matching copy. `head` ends the heading, `body` begins what follows it.
    """

    start: int
    end: int
    form: str = ""
    number: str = ""
    ordinal: int = 0
    after: int = 0  # where the words after the number begin
    opens_line: bool = True
    head: int = 0
    body: int = 0
    is_heading: bool = False
    level: int = 0
    section: int | None = None  # the section that the block's body belongs to
    score: float = 0.0
    run: list[Block] = field(default_factory=list, repr=False)


def _marker(text: str, at: int, end: int) -> tuple[str, str, int, int] | None:
    """(form, number as written, ordinal, where the words begin) of a number standing at `at`."""
    for name, pattern in _FORMS:
        found = pattern.match(text, at, end)
        if not found or found.end() >= end + (1 if name == "point" else 0):
            continue
        written = next((g for g in found.groups() if g), "")
        if name == "circle":
            ordinal = ord(written) - (0x245F if ord(written) < 0x2500 else 0x2775)
        elif name == "bracket" and len(written) == 1 and 0x3220 <= ord(written) <= 0x3229:
            ordinal = ord(written) - 0x321F
        elif name == "dash":
            ordinal = 0
        else:
            ordinal = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}.get(
                written, chinese_int(written) or 0
            )
        return name, text[at : found.end()].rstrip(), ordinal, found.end()
    return None


def _bracket_depths(text: str) -> list[int]:
    depth, out = 0, []
    for c in text:
        if c in "《“":
            depth += 1
        out.append(depth)
        if c in "》”":
            depth = max(0, depth - 1)
        if c == "\n":
            depth = 0
    return out


def blocks(view: Matching) -> list[Block]:
    """Cuts the matching copy at line ends and at numbers inside lines that carry a count on."""
    text = view.text
    out: list[Block] = []
    last: dict[str, int] = {}
    inside = _bracket_depths(text)
    inline = re.compile(
        rf"(?<=[。!?;:) 》”])(?=[{_CN}]{{1,3}}、|\([{_CN}]{{1,3}}\)|[\u3220-\u3229]|\d{{1,2}}[.、](?!\d)|[\u2460-\u2473]|\(\d{{1,2}}\)|第[{_CN}]{{1,3}}[章条部])"
    )
    for line in re.finditer(r"[^\n]+", text):
        start, end = line.span()
        cuts = [start]
        marks: dict[int, tuple[str, str, int, int]] = {}
        opening = _marker(text, start, end)
        if opening and "\t" not in line[0]:
            marks[start] = opening
            last[opening[0]] = opening[2]
        for spot in inline.finditer(text, start + 1, end):
            mark = _marker(text, spot.start(), end)
            if not mark or inside[spot.start()] or "\t" in line[0]:
                continue
            if mark[0] == "part" and "条" in mark[1]:
                continue
            # Inside a line a number counts only when it starts a count or carries one on.
            if mark[2] == 1 or mark[2] == last.get(mark[0], -1) + 1:
                cuts.append(spot.start())
                marks[spot.start()] = mark
                last[mark[0]] = mark[2]
        for i, a in enumerate(cuts):
            b = cuts[i + 1] if i + 1 < len(cuts) else end
            while b > a and text[b - 1] == " ":
                b -= 1
            form, number, ordinal, after = marks.get(a, ("", "", 0, a))
            if b > a:
                out.append(
                    Block(a, b, form, number, ordinal, after, opens_line=i == 0, head=a, body=a)
                )
    return out


def _head_end(text: str, block: Block) -> tuple[int, int, str]:
    """Where the heading would end, where its body begins, and how it ends: '。', ' ', ';' or ''."""
    depth = 0
    for i in range(block.after, block.end):
        c = text[i]
        if c in "(《“":
            depth += 1
        elif c in ")》”":
            depth = max(0, depth - 1)
        elif depth == 0 and c in "。!?":
            return i, i + 1, "。"
        elif depth == 0 and c == " " and 3 <= i - block.after <= 40 and block.end - i > 12:
            # A space parts heading from body only where no sentence mark came before.
            return i, i + 1, " "
    tail = text[block.end - 1]
    return (block.end - 1, block.end, tail) if tail in ";:" else (block.end, block.end, "")


def _score(text: str, block: Block, following: Block | None) -> float:
    """How much a numbered block looks like a heading (above 0) rather than a sentence (below)."""
    stop, begin, ending = _head_end(text, block)
    head = text[block.after : stop]
    size = len(head)
    rest = text[begin : block.end].strip()
    labelled = bool(following and LABEL.match(text[following.start : following.end]))
    finer = bool(following and following.form and _RANK[following.form] > _RANK[block.form])
    bodied = bool(following and not labelled and (not following.form or finer))
    score = 0.0
    if size < 2 or size > 90:
        return -3.0
    if ending == ";":
        return -3.0
    if _DATE.search(re.sub(r"\([^)]*\)", "", head)):
        score -= 1.5
    if _MODAL.search(head) and size > 18:
        score -= 1.5
    if head.count(",") >= 3:
        score -= 1
    if re.search(r"\d+(?:\.\d+)?%", head):
        score -= 1.5
    if ";" in head:
        score -= 2
    if block.form == "point":
        score -= 1.2 if block.opens_line else 9
    if rest and not re.match(r"[(（]", rest):
        # A heading run into its body.
        score += 2 if size <= 25 else 1 if size <= 40 else 0.2 if size <= 60 else -2
    elif ending == "":
        score += 2.5 if size <= 30 else 1.5 if size <= 50 else -0.5
        if not bodied and block.form != "han":
            score -= 2.6
        if labelled:
            score -= 2
    elif ending == ":":
        score += 0.5 if bodied and size <= 20 else -1
    elif bodied and size <= 50:
        score += 1
    else:
        score -= 2
    return score


def _runs(items: list[Block]) -> list[list[Block]]:
    """Numbered blocks grouped with their siblings: same form, with nothing coarser between."""
    open_runs: dict[str, list[Block]] = {}
    out: list[list[Block]] = []
    for block in items:
        if not block.form:
            continue
        rank = _RANK[block.form]
        for name in [n for n in open_runs if _RANK[n] > rank]:
            del open_runs[name]
        run = open_runs.get(block.form)
        if run is None or (block.ordinal == 1 and block.form != "dash"):
            run = []
            open_runs[block.form] = run
            out.append(run)
        run.append(block)
    return out


_NO_PLAIN = re.compile(r"基本原则|工作原则|指导思想|主要原则")
_PLAIN_STOP = re.compile(
    r"^(?:各|会议|附件|联系|注|“|\d|本|为|根据|按照|经|现|以上|以下|请|此)|[:;]|(?:通知|如下|办理|执行|落实)$"
)


def _plain_headings(text: str, items: list[Block]) -> None:
    """Unnumbered paragraphs that open with a short heading sentence, when two or more follow on."""
    parent: Block | None = None
    run: list[Block] = []
    groups: list[list[Block]] = []
    for block in [*items, None]:
        if block is not None and not block.form and parent is not None:
            stop, begin, ending = _head_end(text, block)
            head = text[block.start : stop]
            if (
                ending == "。"
                and 4 <= len(head) <= 28
                and block.end - begin >= 15
                and not _MODAL.search(head)
                and not _PLAIN_STOP.search(head)
                and not _NO_PLAIN.search(text[parent.after : parent.head])
                and head.count(",") <= 1
                and not re.search(r"\d|了$|的$", head)
            ):
                run.append(block)
                continue
        # 坚持… paragraphs are principles, not headings.
        if len(run) >= 2 and not all(text.startswith("坚持", b.start) for b in run):
            groups.append(run)
        run = []
        if block is not None and block.is_heading:
            parent = block
    for group in groups:
        for block in group:
            stop, begin, _ = _head_end(text, block)
            block.is_heading, block.form, block.head, block.body = True, "plain", stop, begin
            block.after = block.start


def _attachment_lists(text: str, items: list[Block]) -> set[int]:
    """Blocks that list the attachments: 附件:1.… 2.… ."""
    out: set[int] = set()
    listing = False
    for i, block in enumerate(items):
        words = text[block.start : block.end]
        if re.match(r"附件? ?[:\d]|附 ?:", words):
            listing = True
            out.add(i)
        elif listing and block.form == "arabic" and len(words) <= 60 and "。" not in words:
            out.add(i)
        else:
            listing = False
    return out


def outline(view: Matching) -> tuple[list[Block], list[Section]]:
    """The blocks of a notice, headings marked and bodies placed, and its sections in text order."""
    text = view.text
    items = blocks(view)
    attached = _attachment_lists(text, items)
    for i in attached:
        items[i].form = ""
    for i, block in enumerate(items):
        if block.form:
            block.score = _score(text, block, items[i + 1] if i + 1 < len(items) else None)
    for run in _runs(items):
        for_heading = sum(1 for b in run if b.score > 0)
        # Siblings agree: a sentence in a run of headings is kept so that the count stays whole.
        if for_heading * 2 > len(run) or (
            for_heading * 2 == len(run) and sum(b.score for b in run) > 0
        ):
            for block in run:
                stop, begin, ending = _head_end(text, block)
                if stop - block.after > 90 or stop <= block.after or ending == ";":
                    continue
                block.is_heading, block.head, block.body = True, stop, begin
    for i, block in enumerate(items):
        if not block.form and i not in attached:
            line = text[block.start : block.end]
            stop, begin, ending = _head_end(text, block)
            if (
                _STAGE_LINE.match(line)
                and stop - block.start <= 45
                and not _MODAL.search(text[block.start : stop])
                and "," not in re.sub(r"\([^)]*\)", "", text[block.start : stop])
                and (begin < block.end or (i + 1 < len(items) and not ending))
            ):
                block.is_heading, block.form, block.head, block.body = True, "plain", stop, begin
    _plain_headings(text, items)
    return items, _sections(view, items)


def _sections(view: Matching, items: list[Block]) -> list[Section]:
    used = {b.form for b in items if b.is_heading}
    stack: list[tuple[str, int]] = []  # (form, rank)
    first = next((b for b in items if b.is_heading), None)
    # A text that starts late (自 (二)) is inside a section that was cut off: count its missing parents.
    if first is not None and first.form in _RANK and (first.ordinal != 1 or first.form == "dash"):
        rank = _RANK[first.form]
        stack = [(name, _RANK[name]) for name, _ in _FORMS[:rank] if name in used]
        if not stack and first.form == "bracket":
            stack = [("han", _RANK["han"])]  # (二) stands under a 一、 that was cut off
    out: list[Section] = []
    current: int | None = None
    for block in items:
        if block.is_heading:
            rank = _RANK.get(block.form, _PLAIN)
            while stack and stack[-1][1] >= rank:
                stack.pop()
            stack.append((block.form, rank))
            block.level = len(stack)
            a, b = view.span(block.start, max(block.head, block.start + 1))
            heading = view.original(block.after, block.head)
            number = (
                view.original(block.start, block.after).strip() if block.after > block.start else ""
            )
            sure = 0.95 if block.score >= 1 else 0.75 if block.form != "plain" else 0.65
            reason = (
                "numbered heading"
                if block.form != "plain"
                else "a short sentence that opens its paragraph, like its neighbours"
            )
            out.append(
                Section(
                    a,
                    b,
                    view.source[a:b],
                    sure,
                    reason,
                    level=block.level,
                    number=number,
                    heading=heading,
                )
            )
            current = len(out) - 1
        block.section = current
    return out
