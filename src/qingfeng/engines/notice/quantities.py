"""Target figures of a clause: 98%以上, 5个工作组, 不少于2次, 六类; and what each measures."""

from __future__ import annotations

import re

from qingfeng.engines.notice.findings import Quantity
from qingfeng.engines.notice.normal import Matching

_N = r"(?:\d+(?:\.\d+)?(?:[万亿千百]+)?|[一二三四五六七八九十百千两]+)"
_ABOUT = r"(?:以上|以下|以内|左右|余)?"
_PATTERN = re.compile(
    rf"(?P<percent>\d+(?:\.\d+)?(?:%|‰|个百分点){_ABOUT}|百分之(?:百|{_N}){_ABOUT})"
    rf"|(?P<general>(?<![第每\d.月年])\d+个(?!工作日|自然日|月|百分点)(?:[^,。;:、和及\s“”()《》\d]{{1,6}}?(?:\([^)]{{1,6}}\))?(?=[,。;:、和及等的以\s“”()》]|$|着手|开展|进行|入手|推进|建立|要)))"
    rf"|(?P<classed>(?<![第\d.年月])\d+(?:\.\d+)?[万亿]?(?:余|多)?(?:个(?!工作日|月|自然日|百分点)|件|次|项|类|名|人次|人|家|户|条|场次|场|份|篇|起|批|处|所|套|台|期|亩|公里|平方米|万元|亿元|元|吨|学时|课时|小时|种|大|轮|遍|宗|座|栋|间|辆|万亩|公顷|立方米|千米|米|兆瓦|万千瓦){_ABOUT})"
    rf"|(?P<han>(?<![第一二三四五六七八九十同另进某有任这每又每])(?:不少于|至少)?[一二三四五六七八九十两]{{1,3}}(?:次|类|大(?=[^力量家会型概全多局]))(?:以上)?)"
)
_SENTENCE_WIDE = re.compile(
    r"(?:率|比例|比重|覆盖面|占比|增速|值|量|额|收入|投资|面积|总额|满意度)"
)
_NOT_TARGET = re.compile(r"第$|〔\d*$|国令第$|No\.?$")


def quantities(view: Matching, start: int, end: int) -> tuple[Quantity, ...]:
    """Figures in a clause, in order. Dates, document numbers and ordinals are no quantities."""
    text = view.text[start:end]
    out: list[Quantity] = []
    for found in _PATTERN.finditer(text):
        before = text[: found.start()]
        if _NOT_TARGET.search(before) or text[found.end() : found.end() + 1] in ("〕", "号"):
            continue
        if before.count("《") > before.count("》"):
            continue
        if found.lastgroup == "percent":
            subject = re.search(
                r"([^,。;:、\s]{2,20}?)(?:达到?|提高到?|增长|不低于|不少于|控制在|保持在|为|下降|降低)*$",
                before,
            )
            measures = (
                subject[1]
                if subject and _SENTENCE_WIDE.search(subject[1])
                else (subject[1] if subject else "")
            )
            confidence = 0.95
        elif found.lastgroup == "general":
            measures = re.sub(r"^\S*?个", "", found[0])
            confidence = 0.85
        else:
            after = re.match(r"[^,。;:、\s()“”]{1,12}", text[found.end() :])
            measures = after[0] if after else ""
            confidence = 0.85 if found.lastgroup == "classed" else 0.7
        a, b = view.span(start + found.start(), start + found.end())
        out.append(
            Quantity(
                a, b, view.source[a:b], confidence, "a figure with its measure", measures=measures
            )
        )
    return tuple(out)


def indicator_cuts(view: Matching, start: int, end: int) -> list[int]:
    """Where a sentence of several targets in per cent is cut, so that each becomes its own line."""
    text = view.text[start:end]
    clauses = [m.span() for m in re.finditer(r"[^,;]+", text)]
    bearing = [a for a, b in clauses if re.search(r"\d%|‰|百分之|\d个百分点", text[a:b])]
    return [start + a for a in bearing[1:]] if len(bearing) > 1 else []
