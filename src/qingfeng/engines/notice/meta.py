"""The frame of a document: title, issuer, number, recipients, date, and the year it belongs to."""

from __future__ import annotations

import re
from collections import Counter

from qingfeng.engines.notice.dates import Calendar, expressions
from qingfeng.engines.notice.findings import Deadline, Finding, Meta, Timing
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.outline import Block
from qingfeng.engines.notice.units import is_unit, split_list

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}(?:\([^)]{1,6}\))?[〔\[(]\d{4}[〕\])](?:第)?\d{1,4}号")
_GENRE = r"(?:通知|意见|方案|计划|办法|决定|通报|报告|规定|细则|安排|要点|规划|公告|通告|函|分工|清单|分解|任务书|工作表|措施|纲要|表)"
_TITLE_END = re.compile(rf"{_GENRE}(?:\([^)]{{1,20}}\))?$")
_NEWS = re.compile(
    r"(?:召开|启动|部署|举行|开展|推进)[^。,]{0,20}$|[^。]{6,40}(?:会议?|工作)(?:召开|启动)?$"
)


def _finding(view: Matching, start: int, end: int, confidence: float, reason: str) -> Finding:
    a, b = view.span(start, end)
    return Finding(a, b, view.source[a:b], confidence, reason)


def meta(view: Matching, items: list[Block]) -> Meta:
    """Reads the frame from the head of the text (before its first heading) and its last lines."""
    text = view.text
    front: list[Block] = []
    for block in items:
        if block.is_heading or len(front) >= 24:
            break
        front.append(block)
    number = next((m for m in [_NUMBER.search(text[: front[-1].end if front else 600])] if m), None)
    recipients: tuple[Finding, ...] = ()
    addressed: Block | None = None
    for block in front:
        words = text[block.start : block.end]
        if words.endswith(":") and "。" not in words and not block.form:
            names = split_list(
                view,
                block.start,
                block.end - 1,
                anywhere=True,
                confidence=0.9,
                reason="the line of addressees before the text",
            )
            if names and any(
                is_unit(text[block.start : block.end - 1][-6:], anywhere=True) for _ in names
            ):
                recipients, addressed = tuple(names), block
                break
    title = _title(view, front, addressed)
    if title is None and front and not front[0].form:
        # A text on one line: the title runs to the first break after a kind of document.
        first = re.match(
            rf"\s*([^。;:\t]{{4,80}}?{_GENRE})(?= (?!\())", text[front[0].start : front[0].end]
        )
        if first:
            title = _finding(
                view,
                front[0].start + first.start(1),
                front[0].start + first.end(1),
                0.7,
                "the first words, up to a kind of document",
            )
            to = re.match(
                r"\s+([^。;:]{4,80}?):", text[front[0].start + first.end() : front[0].end]
            )
            if to and not recipients:
                at = front[0].start + first.end()
                recipients = tuple(
                    split_list(
                        view,
                        at + to.start(1),
                        at + to.end(1),
                        anywhere=True,
                        confidence=0.8,
                        reason="the words of address after the title",
                    )
                )
    issued, issuer = _signature(view, items)
    year, why = None, "the document's date"
    if issued is not None and issued.on is not None:
        year = issued.on.year
    elif number and (found := re.search(r"\d{4}", number[0])):
        year, why = int(found[0]), "the document number"
    elif title and (found := re.search(r"(20\d{2}|19\d{2})年", title.text)):
        year, why = int(found[1]), "the title"
    elif named_years := Counter(
        re.findall(r"(?<!\d)(20\d{2}|19[89]\d)年(?!以来|以前)", view.source)
    ):
        most = max(named_years.values())
        year = max(int(text) for text, count in named_years.items() if count == most)
        why = "the year that the text names most"
    if issuer is None and title is not None:
        named = re.match(r"(.{3,30}?)关于", re.sub(r"\s", "", title.text))
        if named and is_unit(named[1], anywhere=True):
            at = view.source.index(named[1], title.start) if named[1] in title.text else title.start
            if named[1] in title.text:
                issuer = Finding(at, at + len(named[1]), named[1], 0.8, "the title opens with it")
    return Meta(
        title=title,
        issuer=issuer,
        number=_finding(view, number.start(), number.end(), 0.95, "the form of a document number")
        if number
        else None,
        recipients=recipients,
        issued=issued,
        year=year,
        year_reason=why if year else "the text gives no year",
    )


def _title(view: Matching, front: list[Block], addressed: Block | None) -> Finding | None:
    text = view.text
    best: tuple[float, int, int] | None = None
    for i, block in enumerate(front):
        if addressed is not None and block.start >= addressed.start:
            break
        if block.form:
            continue
        for j in range(i, min(i + 4, len(front))):
            last = front[j]
            if last.form or (addressed is not None and last.start >= addressed.start):
                break
            if "\t" in text[last.start : last.end]:
                break
            lines = [text[b.start : b.end].strip() for b in front[i : j + 1]]
            whole = "".join(lines)
            if (
                any(re.search(r"[。;:]$", line) or _NUMBER.search(line) for line in lines)
                or len(whole) > 110
            ):
                break
            if len(whole) < 6 or max(map(len, lines)) > 70:
                continue
            points = 0.0
            if _TITLE_END.search(whole):
                points += 3
            if re.search(r"关于.{4,}的", whole):
                points += 2
            if not _TITLE_END.search(whole) and i == 0 and j == 0:
                points += 1.5
            points -= 0.3 * (j - i) + 0.05 * i
            if len(lines) > 1 and any(_TITLE_END.search(line) for line in lines[:-1]):
                points -= 1
            if re.search(r"文件$|^\d|^本报讯|记者", whole):
                points -= 2
            if best is None or points > best[0]:
                best = (points, block.start, last.end)
    if best is None or best[0] <= 0:
        return None
    return _finding(
        view,
        best[1],
        best[2],
        min(0.95, 0.5 + best[0] / 10),
        "a line before the text in the form of a title",
    )


def _signature(view: Matching, items: list[Block]) -> tuple[Deadline | None, Finding | None]:
    """The signing organ and the date under it: a line that is only a date, after a line that is a unit."""
    text = view.text
    dated: Deadline | None = None
    organ: Finding | None = None
    for i, block in enumerate(items):
        words = text[block.start : block.end].strip()
        if len(words) > 24:
            continue
        found = re.fullmatch(
            r"(?:\(|\[)?((?:\d{4}|[〇零○一二三四五六七八九]{4})年(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})日)(?:印发)?\)?",
            words,
        )
        if not found:
            continue
        times = expressions(view, block.start, block.end, Calendar(None, ""))
        day = next((t for t in times if t.timing is Timing.DAY), None)
        if day is None:
            continue
        before = items[i - 1] if i else None
        if (
            before is not None
            and is_unit(text[before.start : before.end].strip(), anywhere=True)
            and len(text[before.start : before.end]) <= 40
        ):
            return day, _finding(view, before.start, before.end, 0.9, "signs above the date")
        dated = dated or day
    closing = re.search(
        r"([^\s。,;:]{4,30}) (\d{4}年\d{1,2}月\d{1,2}日)(?:\s?\(.{2,12}\))?\s*$", text
    )
    if dated is None and closing and is_unit(closing[1], anywhere=True):
        times = expressions(view, closing.start(2), closing.end(2), Calendar(None, ""))
        if times:
            return times[0], _finding(
                view, closing.start(1), closing.end(1), 0.85, "signs above the date"
            )
    return dated, organ
