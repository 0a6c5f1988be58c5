"""Times in a notice: what kind each is, the date that follows from it, or why none does."""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from qingfeng.engines.notice.findings import Deadline, Timing
from qingfeng.engines.notice.normal import Matching

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "O": 0, "两": 2}
_CN = "〇零○一二三四五六七八九十"
_YEAR = rf"(?:\d{{4}}年|[{_CN}]{{4}}年|今年|本年度?|当年|明年|次年|去年|上年)"
_MONTH = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})月(?!度)份?"
_DAY = rf"(?:\d{{1,2}}|[{_CN}]{{1,3}})[日号]"
_PART = r"(?:上旬|中旬|下旬|上半月|下半月|月?底|月?初|末|中)"
_HALF = r"(?:第?[一二三四1-4]季度|上半年|下半年|年底|年末|年中|年初)"
_POINT = (
    rf"(?:{_YEAR}?{_MONTH}(?:{_DAY}|{_PART})?(?:[上下]午)?|{_YEAR}{_HALF}|{_YEAR}?(?:第?[一二三四1-4]季度|上半年|下半年)"
    rf"(?:底|末)?|(?:今|明|去|本)?年(?:底|末|中)|{_YEAR}(?:底|末|初)?|(?<![\d月]){_DAY}|月底|(?:本|当|次|下)月(?:{_DAY}|{_PART})?"
    r"|春节|国庆|元旦|“?(?:七一|五一|十一)”?|即日起)"
)
_TO = r"(?:至|到|-{1,2}|\u2014{1,2}|\u2013|~)"
_BY = r"(?:之?以?前|之前|前完成|完成|为止|截止|止)"
_COUNT = rf"(?:\d+|[{_CN}两]{{1,3}})个?(?:半)?(?:工作日|自然日|日|天|周|星期|月|小时|年|季度)"

_RECURRING = re.compile(
    rf"每(?:个?月|季度?|年|半年|周|日|旬|学期|两[个]?[月周年])(?:度)?(?:的?(?:{_MONTH}{_DAY}?|{_DAY}|{_PART}|第[一二三四五六七八九十\d]+个?(?:工作日|周)|"
    r"前\d+个?工作日|[一二三四五六日]|首月|末月)){0,2}(?:之?以?前|底前)?"
    rf"|(?:逐|按)[月季年周]|(?:次|下)月{_DAY}(?:之?以?前)?"
)
_RELATIVE = re.compile(
    rf"(?:(?:自|从)?[^,。;:\s()]{{0,18}}?(?:之?日起|印发后|下发后|启动后|发现后|收到[^,。;]{{0,10}}后|结束后|决定后|以后|之后|后的?))"
    rf"{_COUNT}(?:之?内|以内)"
)
_WITHIN = re.compile(
    rf"(?<![\d每])(?:{_COUNT}(?:之?内|以内)|(?:\d+|[{_CN}])(?:到|至|-)(?:\d+|[{_CN}])年(?:的?时间)?(?:之?内|以内))"
)
_RANGE = re.compile(
    rf"(?:从|自)?({_POINT}){_TO}({_POINT})(?:之?以?前)?"
    rf"|((?:{_YEAR})?(?:\d{{1,2}}){_TO}\d{{1,2}}月(?:份)?)"
    rf"|({_MONTH}\d{{1,2}}{_TO}\d{{1,2}}[日号])"
    r"|(?<![\d.])(\d{4}[./]\d{1,2}(?:[./]\d{1,2})?)" + _TO + r"(\d{4}[./]\d{1,2}(?:[./]\d{1,2})?)"
    r"|((?:\d{4})(?:\u2014{1,2}|-|至|~)(?:\d{4})年)"
)
_SINGLE = re.compile(
    rf"(?:于|在|到|至|截至|截止到?)?({_POINT})(?:{_BY})?|(?<![\d.])\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}(?!\d)(?:前)?"
)
_LENGTH = re.compile(
    rf"(?:为期|时间为?|历时|期限为?|用)({_COUNT})(?:左右|以上)?|(?<!\d)(\d+个月左右)"
)


def chinese_int(text: str) -> int | None:
    """The whole number that Arabic or Chinese numerals up to 9999 write, or None."""
    if not text:
        return None
    if text.isdecimal():
        return int(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        else:
            return None
    return total + digit


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a notice says about its own time: `year` is where dates without one belong."""

    year: int | None
    why: str


@dataclass(frozen=True, slots=True)
class _Point:
    first: date | None
    last: date | None
    why: str


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _year_of(text: str, calendar: Calendar, inherited: int | None) -> tuple[int | None, str]:
    found = re.search(rf"(\d{{4}}|[{_CN}]{{4}})年", text)
    if found:
        return chinese_int(found[1]), "the year is written"
    base = inherited or calendar.year
    if base is None:
        return None, "the text gives no year"
    if re.search(r"明年|次年", text):
        return base + 1, f"next year, counted from {calendar.why}"
    if re.search(r"去年|上年", text):
        return base - 1, f"last year, counted from {calendar.why}"
    return (
        base,
        f"the year of {calendar.why}" if inherited is None else "the year written before it",
    )


def _point(
    text: str, calendar: Calendar, inherited: int | None = None, month: int | None = None
) -> _Point:
    """First and last day that a point in time covers."""
    dotted = re.match(r"(\d{4})[./-](\d{1,2})(?:[./-](\d{1,2}))?", text)
    if dotted:
        year: int | None = int(dotted[1])
        why = "the year is written"
        parts: tuple[int | None, int | None] = (
            int(dotted[2]),
            int(dotted[3]) if dotted[3] else None,
        )
    else:
        year, why = _year_of(text, calendar, inherited)
        rest = re.sub(rf"(?:\d{{4}}|[{_CN}]{{4}})年", "", text)
        named_month = re.search(rf"(\d{{1,2}}|[{_CN}]{{1,3}})月", rest)
        named_day = re.search(rf"(\d{{1,2}}|[{_CN}]{{1,3}})[日号]", rest)
        parts = (
            chinese_int(named_month[1]) if named_month else month,
            chinese_int(named_day[1]) if named_day else None,
        )
    if year is None or not 1900 <= year <= 2200:
        return _Point(None, None, why if year is None else "the year is out of range")
    at, day = parts
    try:
        if at and day:
            one = date(year, at, day)
            return _Point(one, one, why)
        if at:
            begin, end = date(year, at, 1), _month_end(year, at)
            if "上旬" in text or "初" in text:
                end = date(year, at, 10)
            elif "中旬" in text:
                begin, end = date(year, at, 11), date(year, at, 20)
            elif "下旬" in text or "底" in text or "末" in text:
                begin = date(year, at, 21)
            return _Point(begin, end, why)
    except ValueError:
        return _Point(None, None, "there is no such day")
    quarter = re.search(r"([一二三四1-4])季度", text)
    if quarter:
        number = chinese_int(quarter[1]) or 1
        return _Point(date(year, number * 3 - 2, 1), _month_end(year, number * 3), why)
    if "上半年" in text or "年中" in text:
        return _Point(date(year, 1, 1), date(year, 6, 30), why)
    if "下半年" in text or "年" in text:
        return _Point(date(year, 1, 1), date(year, 12, 31), why)
    return _Point(None, None, "it names a day that the text does not date")


def _make(
    view: Matching,
    start: int,
    end: int,
    timing: Timing,
    begins: date | None,
    on: date | None,
    why: str,
    confidence: float,
    reason: str,
) -> Deadline:
    a, b = view.span(start, end)
    return Deadline(
        a,
        b,
        view.source[a:b],
        confidence,
        reason,
        timing=timing,
        begins=begins,
        on=on,
        why_not="" if on else why,
    )


def _range(view: Matching, found: re.Match[str], offset: int, calendar: Calendar) -> Deadline:
    text = found[0]
    ends = [part for part in re.split(_TO, text, maxsplit=1) if part]
    first, second = (ends[0], ends[1]) if len(ends) == 2 else (text, text)
    first = re.sub(r"^[从自]", "", first)
    unit = re.search(r"[年月]份?$|[日号]$", second)
    if re.fullmatch(r".*\d", first) and unit and "." not in first and "/" not in first:
        first += unit[0]
    opening = _point(first, calendar)
    inherited = opening.first.year if opening.first else None
    month = opening.first.month if opening.first and re.search(r"月", first) else None
    closing = _point(second, calendar, inherited, month if "月" not in second else None)
    begins, on = opening.first, closing.last
    why = closing.why
    if begins and on and on < begins and not re.search(r"\d{4}年", second):
        on = on.replace(year=on.year + 1, day=min(on.day, 28) if on.month == 2 else on.day)
        why = "the period crosses the turn of the year"
    return _make(
        view, offset + found.start(), offset + found.end(), Timing.RANGE, begins, on, why, 0.9, why
    )


def expressions(view: Matching, start: int, end: int, calendar: Calendar) -> list[Deadline]:
    """Every time expression in a stretch of the matching copy, longest reading first, in order.

    Args:
        view: the matching copy.
        start: where the stretch begins in it.
        end: where it ends.
        calendar: the document's own year.
    """
    text = view.text[start:end]
    taken = bytearray(len(text))
    found: list[Deadline] = []

    def free(one: re.Match[str]) -> bool:
        a, b = one.span()
        if any(taken[a:b]):
            return False
        taken[a:b] = b"\x01" * (b - a)
        return True

    for one in _RECURRING.finditer(text):
        if free(one):
            found.append(
                _make(
                    view,
                    start + one.start(),
                    start + one.end(),
                    Timing.RECURRING,
                    None,
                    None,
                    "it comes back: each turn has its own date",
                    0.9,
                    "a recurring time",
                )
            )
    for pattern in (_RELATIVE, _WITHIN):
        for one in pattern.finditer(text):
            if free(one):
                lead = max((one[0].rfind(word) + 1 for word in "在于自从要须应"), default=0)
                found.append(
                    _make(
                        view,
                        start + one.start() + lead,
                        start + one.end(),
                        Timing.RELATIVE,
                        None,
                        None,
                        "it counts from an event that the text does not date",
                        0.85,
                        "a period from an event",
                    )
                )
    for one in _RANGE.finditer(text):
        if free(one):
            found.append(_range(view, one, start, calendar))
    for one in _LENGTH.finditer(text):
        if free(one):
            group = 1 if one[1] else 2
            found.append(
                _make(
                    view,
                    start + one.start(group),
                    start + one.end(),
                    Timing.DURATION,
                    None,
                    None,
                    "a length of time without a first day",
                    0.8,
                    "a duration",
                )
            )
    for one in _SINGLE.finditer(text):
        if not free(one):
            continue
        shift = re.match(r"于|在|到|至|截至|截止到?", one[0])
        at = one.start() + (shift.end() if shift else 0)
        point = _point(one[0], calendar)
        on = point.last
        if on and re.search(r"初前|月前$", one[0]) and point.first:
            on = point.first  # 3月前: before March begins
        found.append(
            _make(
                view,
                start + at,
                start + one.end(),
                Timing.DAY,
                point.first,
                on,
                point.why,
                0.9,
                point.why,
            )
        )
    return sorted(found, key=lambda item: item.start)


_DUE = re.compile(r"(?:前|底|完成|为止|截止|止|内|末)$")
_NOT_DUE_AFTER = re.compile(
    r"\s?(?:期间|受理|发生|出台|发布|印发|通过|召开|成立|以来|至今|起(?!\d)|开始|施行|实施|的(?!工作)|以前的|修订|制定的|上午|下午)"
)
_NOT_DUE_BEFORE = re.compile(r"(?:《[^》]*|自|从|截至|已|近|对)$")


def deadline_of(view: Matching, start: int, end: int, calendar: Calendar) -> Deadline | None:
    """The expression in a clause that says by when it is due, or None.

    A date that dates something else (受理, 以来, 施行) or a document's title is no deadline.
    """
    text = view.text[start:end]
    best: Deadline | None = None
    for one in expressions(view, start, end, calendar):
        a = bisect_left(view.at, one.start, start, end) - start
        b = bisect_left(view.at, one.end, start, end) - start
        if b <= a:
            continue
        words = text[a:b]
        if _NOT_DUE_AFTER.match(text, b) or text[:a].count("《") > text[:a].count("》"):
            continue
        if one.timing == Timing.DAY and not (
            _DUE.search(words)
            or re.match(
                r"\s?(?:之?前|完成|底|内|,?基本|,?全面|,?力争|,?实现|,?确保|,?全)", text[b:]
            )
        ):
            continue
        if one.timing is Timing.DAY and _NOT_DUE_BEFORE.search(text[:a]):
            continue
        if (
            one.timing is Timing.DAY
            and re.search(r"\d{4}年$", words)
            and not re.match(r"\s?(?:底|完成|前|,)", text[b:])
        ):
            continue
        if one.timing is Timing.DURATION and "为期" not in text[max(0, a - 2) : b]:
            continue
        if (
            one.timing is Timing.RECURRING
            and re.fullmatch(r"每年|每日|按[月季年周]|逐[年月]", words)
            and best
        ):
            continue
        if best is None or (best.timing is Timing.RECURRING and one.timing is not Timing.RECURRING):
            best = one
    return best
