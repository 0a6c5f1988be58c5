"""Units in the places kept for them: after labels (牵头单位:) and in brackets (…负责)."""

from __future__ import annotations

import re

from qingfeng.engines.notice.findings import Finding
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.units import SHARED, Names, is_unit, plain, split_list

_KEYS = {
    "lead": r"(?:牵头|主办|主责|主管|首要责任|第一责任)(?:单位|部门|处室|科室|机关|领导)?(?:及(?:责任)?(?:单位|领导|人))?",
    "support": r"(?:配合|协办|参与|参加|协同|协助|会办|协作)(?:单位|部门|处室|科室|机关)?",
    "either": r"(?:责任|承办|落实|实施|执行|完成)(?:单位|部门|处室|科室|机关|主体)",
    "person": r"(?:责任(?:领导|人)|分管领导|联系人|联系电话|责任县领导|包案领导|挂牌领导)",
    "due": r"(?:完成|办结|整改)?(?:时限|期限|时间(?:节点|要求|安排)?|时间表)(?:要求)?|进度(?:安排|要求)|完成时间",
}
_KEY = re.compile(
    "|".join(f"(?P<{name}>(?<![一-龥]){pattern}\\s?:)" for name, pattern in _KEYS.items())
)
LABEL = re.compile(rf"^[\s(【\[]*(?:\d+[.、])?(?:{'|'.join(_KEYS.values())})\s?[】\]]?\s?:")
_BY_ALL = re.compile(
    r"(?:按(?:照)?职责(?:分工)?|分工|分别|共同|具体|依法|按职能)*负责(?:落实|实施|推进|组织实施|配合)?$"
)


def labelled(view: Matching, start: int, end: int) -> tuple[Names, tuple[int, int] | None]:
    """Units after labels such as 牵头单位:A;责任单位:B, and the stretch of a time label, if any.

    责任单位 alone leads; beside 牵头单位 it supports.
    """
    text = view.text[start:end]
    marks = list(_KEY.finditer(text))
    found: dict[str, list[Finding]] = {"lead": [], "support": [], "either": []}
    due: tuple[int, int] | None = None
    for i, mark in enumerate(marks):
        stop = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        kind = str(mark.lastgroup)
        a, b = mark.end(), stop
        value = text[a:b]
        cut = re.search(r"[;。)】]\s*$", value)
        if cut:
            b = a + cut.start()
        if kind == "due":
            due = (start + a, start + b)
        if kind not in found:
            continue
        # A time may close the list: (责任单位:甲局、乙局,6月底完成).
        value = text[a:b]
        late = re.search(
            r"[,;]\s?[^,;]*(?:\d+月|年|季度|底|前|长期|持续|完成|推进|实施)[^,;]*$", value
        )
        if late and not is_unit(late[0][1:], anywhere=True):
            due = due or (start + a + late.start() + 1, start + b)
            b = a + late.start()
        found[kind] += split_list(
            view, start + a, start + b, anywhere=True, confidence=0.95, reason="named after a label"
        )
    if found["lead"]:
        return Names(tuple(found["lead"]), tuple(found["either"] + found["support"])), due
    return Names(tuple(found["either"]), tuple(found["support"])), due


def in_bracket(
    view: Matching, start: int, end: int, *, first_leads: bool
) -> tuple[Names, tuple[int, int] | None] | None:
    """Units of a bracket such as (甲、乙负责), (甲牵头,乙配合), (责任单位:甲); None for any other bracket.

    Returns the names, and the stretch of a time given beside them.
    """
    text = view.text[start:end]
    if _KEY.search(text):
        return labelled(view, start, end)
    leads: list[Finding] = []
    supports: list[Finding] = []
    due: tuple[int, int] | None = None
    at, hit, stop_rule, led = 0, False, False, False
    for clause in re.split(r"([,;。])", text):
        a, b = start + at, start + at + len(clause)
        at += len(clause)
        words = clause.strip()
        if not words or words in ",;。":
            continue
        if re.search(r"(?:第一位|首位|第一个|排在首|列首|排名第一|列在最前|列第一)", words):
            stop_rule = True
            continue
        if words.startswith(("下同", "以下")):
            continue
        helping = re.match(
            r"(.*?)(?:等)?(?:按职责分工|按照职责分工|按各自职责|分别|积极)?(?:配合|参与|参加|协助|协同|协办)(?:落实|实施)?$",
            words,
        )
        leading = re.match(
            r"(.*?)(?:共同|分别)?(?:牵头|主办)(?:负责|落实|组织实施|抓总)?(?:,|$)", words
        )
        both = re.match(
            r"由?(.+?)(?:牵头|负责)?[,]?(?:会同|商(?![务业标会]))(.+?)(?:等)?(?:(?:按职责分工)?(?:负责|落实|配合|参与|实施))?$",
            words,
        )
        doing = _BY_ALL.search(words)
        pad = len(clause) - len(clause.lstrip())
        skip = 1 if words.startswith("由") else 0
        reason = "named in the bracket after the clause"
        if both:
            leads += split_list(
                view,
                a + pad + both.start(1),
                a + pad + both.end(1),
                anywhere=True,
                confidence=0.9,
                reason=reason,
            )
            supports += split_list(
                view,
                a + pad + both.start(2),
                a + pad + both.end(2),
                anywhere=True,
                confidence=0.9,
                reason=reason,
            )
            hit = True
        elif beside := re.match(
            r"(?:会同|商(?![务业标会]))(.+?)(?:等(?:部门|单位))?(?:(?:于|在|负责|落实|组织|实施|共同|按).*)?$",
            words,
        ):
            supports += split_list(
                view,
                a + pad + beside.start(1),
                a + pad + beside.end(1),
                anywhere=True,
                confidence=0.9,
                reason=reason,
            )
        elif helping and helping[1]:
            supports += split_list(
                view,
                a + pad,
                a + pad + helping.end(1),
                anywhere=True,
                confidence=0.95,
                reason=reason,
            )
            hit = True
        elif leading and leading[1]:
            leads += split_list(
                view,
                a + pad + skip,
                a + pad + leading.end(1),
                anywhere=True,
                confidence=0.95,
                reason=reason,
            )
            hit = led = True
        elif doing and doing.start() > 1:
            names = split_list(
                view,
                a + pad + skip,
                a + pad + doing.start(),
                anywhere=True,
                confidence=0.95,
                reason=reason,
            )
            # (甲牵头,乙、丙等按职责分工负责): the others share the work.
            if led:
                supports += names
            else:
                leads += names
            hit = True
        elif re.search(r"\d+月|年底|季度|底前|长期|持续", words):
            due = (a, b)
        elif is_unit(words, anywhere=True) and not hit:
            leads += split_list(
                view, a + pad, b, anywhere=True, confidence=0.7, reason="a bracket of unit names"
            )
    if not hit:
        return None
    if (
        (first_leads or stop_rule)
        and not supports
        and len(leads) > 1
        and "牵头" not in re.sub(r"[^,]*位[^,]*", "", text)
    ):
        return Names((leads[0],), tuple(leads[1:])), due
    generic = tuple(name for name in leads[1:] if SHARED.match(plain(name.text)))
    kept = tuple(name for name in leads if name not in generic)
    return Names(kept, tuple(supports) + generic), due


FIRST_LEADS = re.compile(
    r"(?:第一位|首位|第一个|排在首|列首|排名第一|列在最前|列第一|列第1)[^。)]{0,12}(?:牵头|主办|负责)"
)
