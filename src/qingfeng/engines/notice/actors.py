"""Units in running text: who acts in a clause, who helps, who heads a body that is set up."""

from __future__ import annotations

import re

from qingfeng.engines.notice.findings import Finding
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.units import SHARED, Names, is_unit, pieces, plain, split_list

_MODAL = r"(?:都?要|也要|既要|均应当?|均要|均须|应当?|须|必须|不得|可以?(?!能|靠|持续)|务必|将(?!.{0,12}(?:报|纳入|作为))|需要?|力争|不再)"
_PREPOSITION = r"(?:对(?!象)|按照|根据|依据|依照|结合(?!部)|会同|牵头|在|以(?!及|上|下)|通过|围绕|聚焦|针对|作为|于|与|从|自(?!治|然)|按|每|为(?!了)|把|将|是|就|依托|坚持|按规定)"
_VERB = (
    r"(?:负责|承担|组织|开展|制定|建立|健全|完善|加强|推进|推动|落实|做好|抓好|指导|督促|统筹|协调|牵头|配合|协助|实施|研究|提出|编制|汇总|审核|监督|检查|履行|"
    r"报送|上报|成立|设立|明确|积极|认真|切实|全面|进一步|深入|严格|及时|定期|分别|具体|共同|直接|联合|各司其职|依法|依规|参照|立足|贯彻|支持|强化|主动|迅速|带头|抽调|充分|"
    r"每[年月季半周]|原则上|统一|派出|选派|安排|任|按期|如实|逐级|逐一|同步|适时|继续|率先|召开|举办|调整|优化|查办|查处|整合|公布|公开|发布|不断|努力|高度|紧密|密切|自行|全程|限期|集中|大力|确定|确保|受理|接受|签订|填报|处理|进行|审定|制发|换发|核发|登记(?!管理机关|机关)|梳理|排查|自查|审查|聚焦|完成|实现|秉承|参加)"
)
_ACTS = re.compile(rf"{_MODAL}|{_PREPOSITION}|{_VERB}")
_STRONG = re.compile(
    r"(?:做好|加强|组织|开展|制定|建立|落实|抓好|都?要|也要|既要|均应|均要|应当?|须|必须|不得|务必|将|负责|承担|牵头|统一|不再|会同|具体)"
)


_BARE_PERSON = re.compile(
    r"(?:党政|单位|部门)?(?:主要|分管|主管|班子)?(?:领导|负责)(?:同志|人|干部|成员)?|一把手|“一把手”|书记|班子成员"
)


def only_persons(names: Names) -> bool:
    """Whether the names are persons of a unit named before (主要领导, 分管负责同志), no unit."""
    return bool(names.leads) and all(_BARE_PERSON.fullmatch(plain(one.text)) for one in names.leads)


_EVERY = re.compile(r"各(?:地区|部门|单位)(?=[\u4e00-\u9fff]{3,12}?(?:要|应当|必须))")


def subject(
    view: Matching, start: int, end: int, *, bound: bool = False
) -> tuple[Names, int] | None:
    """The units that open a clause and act in it, and where their name ends; None when none does.

    With `bound` only a subject under a modal (要, 应当, 负责) counts: enough to start a new clause.
    """
    text = view.text[start:end]
    skip = re.match(
        r"(?:\s|“|同时,?|其中,?|并|此外,?|请|由|会议(?:要求|强调|指出)[,:]?|[一二三四五六七八九十]是)*",
        text,
    )
    at = skip.end() if skip else 0
    asked = bool(skip and re.search(r"[请由]", skip[0]))
    stop = min(len(text), at + 70)
    pattern = _STRONG if bound and not asked else _ACTS
    depth_open = 0
    for mark in pattern.finditer(text, at, stop):
        name = text[at : mark.start()]
        depth_open = name.count("(") - name.count(")") + name.count("“") - name.count("”")
        if depth_open:
            continue
        if re.search(r"[,。;:\n]", name):
            return None
        bare = re.sub(r"(?:都|均|也|还|再|分别|共同|积极|主动|及时)+$", "", name)
        if bare.endswith(("、", "和", "及", "与")):
            continue
        generic = re.sub(r"等?(?:各)?(?:有关|相关)(?:部门|单位|方面)$", "部门", bare)
        if not (is_unit(bare) or (asked and is_unit(bare, anywhere=True)) or is_unit(generic)):
            continue
        if "的" in bare and not re.search(
            r"的(?:[^的]{0,40}(?:机构|部门|单位|地方|同志|负责人|领导|机关))$", bare
        ):
            continue
        handed = re.match(r"(?:统一|具体|均|原则上|主要)*由", text[at + len(bare) :])
        if handed:
            passed = subject(view, start + at + len(bare) + handed.end() - 1, end)
            if passed:
                return passed[0], at + len(bare) + handed.end() - 1 + passed[1]
        names = split_list(
            view,
            start + at,
            start + at + len(bare),
            anywhere=False,
            confidence=0.85,
            reason="acts in the sentence",
        )
        names = [
            n
            for n in names
            if plain(n.text) not in ("部门", "单位", "部門", "單位") or len(names) == 1
        ]
        shared = tuple(n for n in names[1:] if SHARED.match(plain(n.text)) and "等" in bare)
        return Names(tuple(n for n in names if n not in shared), shared), at + len(bare)
    every = _EVERY.match(text, at)
    if every and not bound:
        # 各地区政务服务平台要…: what each of them owns must act, so each answers for it.
        s, e = view.span(start + every.start(), start + every.end())
        return Names((Finding(s, e, view.source[s:e], 0.6, "owns what is to act"),)), every.end()
    return None


_HELP = re.compile(
    r"(?:会同|联合|配合|协同|商(?=[^业品务会标讨])|组织(?=有关|相关|各)|(?<=[,，])由)"
)
_SHARING = re.compile(r"(?:其他)?(?:各)?(?:有关|相关|成员|责任)(?:职能)?(?:部门|单位|方面|地方)")
_FILED = re.compile(r"报([^,。;报]{2,20}?)备案")


def helpers(view: Matching, start: int, end: int) -> tuple[Finding, ...]:
    """Units that a clause brings in beside the subject: 会同…, 配合…, 报…备案, a later 由…."""
    text = view.text[start:end]
    out: list[Finding] = []
    for mark in _HELP.finditer(text):
        shared = _SHARING.match(text, mark.end())
        if shared:
            s, e = view.span(start + mark.end(), start + shared.end())
            out.append(Finding(s, e, view.source[s:e], 0.8, "brought in beside the acting unit"))
            continue
        for stop in _ACTS.finditer(text, mark.end() + 2, min(len(text), mark.end() + 60)):
            name = text[mark.end() : stop.start()]
            if re.search(r"[,。;:\n]", name):
                break
            bare = re.sub(r"(?:分别|共同|综合|等)+$", "", name)
            if is_unit(bare) and not bare.endswith(("、", "和")):
                out += split_list(
                    view,
                    start + mark.end(),
                    start + mark.end() + len(bare),
                    anywhere=False,
                    confidence=0.8,
                    reason="brought in beside the acting unit",
                )
                break
    joining = re.search(r",([^,。;]{2,24}?)(?:积极|按职责|全力|做好)*(?:配合|协助|参与)$", text)
    if joining and is_unit(joining[1]):
        out += split_list(
            view,
            start + joining.start(1),
            start + joining.end(1),
            anywhere=False,
            confidence=0.8,
            reason="named as helping",
        )
    for comma in re.finditer(r",", text):
        at = start + comma.end()
        other = subject(view, at, end)
        if other and re.match(r"可", view.text[at + other[1] : end]):
            out += other[0].leads  # a second unit that may join in
    for mark in _FILED.finditer(text):
        if is_unit(mark[1], anywhere=True):
            out += split_list(
                view,
                start + mark.start(1),
                start + mark.end(1),
                anywhere=True,
                confidence=0.7,
                reason="receives the filing",
            )
    return tuple(out)


_ROLE = re.compile(
    r"(?:^|,)([^,。;()]{2,20}(?:办公室|专班|工作组|小组|秘书处))(?:\([^)]*\))?,(?:具体|主要)?负责|"
    r"由([^,。;]{2,40}?)(?:任|担任)(?:组长|主任|总召集人|召集人|负责人)"
    r"|(?:办公室|专班|秘书处)(?:\)|”)?(?:设|挂靠)在([^,。;)]{2,25})"
    r"|发挥([^,。;“]{2,20}?)(?:查办|监督|职能|牵头|统筹|主力军|组织)[^,。;]{0,30}?作用"
)
_APPROVED = re.compile(r"(?<!报)(经|报经)([^,。;经]{2,16}?)(?:初审|审核|审批)")
_MEMBERS = re.compile(
    r"([^,。;:()]{2,60}?)(?:等)?(?:有关|相关)?(?:部门|单位)?(?:主要|分管)?(?:负责同志|负责人)?(?:为|任)成员"
)


def roles(view: Matching, start: int, end: int) -> Names:
    """Who heads and who sits in a body that a clause sets up (由…任组长, 办公室设在…, …为成员)."""
    text = view.text[start:end]
    leads: list[Finding] = []
    supports: list[Finding] = []
    for mark in _ROLE.finditer(text):
        group = next(i for i in (1, 2, 3, 4) if mark[i])
        if not is_unit(mark[group], anywhere=group != 4):
            continue
        leads += split_list(
            view,
            start + mark.start(group),
            start + mark.end(group),
            anywhere=group != 4,
            confidence=0.75,
            reason="heads the body that is set up" if group != 4 else "is to play its part",
        )
        if group != 4:
            break
    if not leads:
        for mark in _APPROVED.finditer(text):
            if not is_unit(mark[2]):
                continue
            names = split_list(
                view,
                start + mark.start(2),
                start + mark.end(2),
                anywhere=False,
                confidence=0.6,
                reason="a step of the approval",
            )
            if mark[1] == "经" and not leads:
                leads += names
            else:
                supports += names
    for mark in _MEMBERS.finditer(text):
        if "、" in mark[1]:
            shared = re.search(r"等?(?:有关|相关)(?:部门|单位)?$", mark[1])
            a, b = mark.start(1), mark.end(1) - (len(shared[0]) if shared else 0)
            for x, y, _ in pieces(text[a:b], with_commas=False):
                s, e = view.span(start + a + x, start + a + y)
                supports.append(
                    Finding(s, e, view.source[s:e], 0.7, "a member of the body that is set up")
                )
    return Names(tuple(leads), tuple(supports))
