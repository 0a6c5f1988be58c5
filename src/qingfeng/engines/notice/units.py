"""Units: telling a unit's name from other words, and splitting lists of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingfeng.engines.notice.findings import Finding
from qingfeng.engines.notice.normal import Matching

# What the name of an organ, or of the persons who answer for one, ends in.
_ORGAN = (
    r"(?:政府|人大|政协|人大常委会|常委会|部门|单位|机关|机构|部委|(?<![一-龥]内)(?<!全)部(?!分|署|级)|委员会|[党市县区省州旗盟工]委|党组|支部|委(?!托|派|员|任)"
    r"|[^会开社]?局(?!面|部|势|长)|办公厅|办公室|办(?!法|理|事|公|好|结|案)|厅(?!长)|署(?!名)|院(?!长|校)|总局|公司|集团|企业|银行|学校|高校|大学|学院"
    r"|院所|智库|法院|检察院|街道|办事处|乡镇|镇(?!长)|乡(?!村)|开发区|新区|园区|管委会|管委|领导小组|工作组|督导组|检查组|巡视组|专项组|小组"
    r"|专班|室(?!内|外)|处(?!理|罚|分|置|于)|科(?!技|研|学|目)|所(?!有|属|在|以|需|得)|(?<!分)组(?!织|成|建|合|长)|(?:(?<![一-龥])|(?<=各))(?:市县|县区|县市区?|区县|州市|市州|乡镇街道|镇街)|中心(?!任务|工作|城|组)|总队|支队|大队|中队|系统(?!性|内)|团委|妇联|工会|残联|工商联|红十字会|编办|协会|学会|联合会|基金会|社会团体|社区|村委会|居委会|编委"
    r"|监委|纪委|班子|兵团|各地|地方|地区|各地市|[各区县市乡]+级|各县|各区|各市|各省|部队|队伍|支行|税务|海关|监狱|戒毒所|看守所|派出所|服务局)"
)
_PERSONS = (
    r"(?:(?:主要|分管|主管|有关|相关|班子)?负责(?:同志|人)|领导干部|全体干警|干警|全体党员|党员干部|工作人员|一把手|“一把手”"
    r"|第一责任人|成员(?!单位)|书记|组长|院长|局长|部长|厅长|主任|检察长|领导|同志|承办人员|驻村工作队)"
)
_ALL = r"(?:各地各(?:有关)?部门|各地各单位|各地|各级|各方面|各方|各有关方面)"
_TAIL = re.compile(rf"(?:{_ORGAN}|{_PERSONS}|{_ALL})(?:\([^)]{{1,12}}\))?$")
_ANYWHERE_TAIL = re.compile(
    rf"(?:{_ORGAN}|{_PERSONS}|{_ALL}|局|会|处|科|室|队|组|所|站|社|校|行|馆|场|股|镇|乡|县|市|区|旗|州|盟|省|村|网|台|司|专员|责任人)(?:\([^)]{{1,20}}\))?$"
)
_NO_UNIT = re.compile(
    r"^(?:负责|的|并|和|及|与|或|等|对|把|将|在|按照?|根据|依据|以|从|为|请|由|通过|结合|围绕|聚焦|针对|加强|推进|推动|建立|健全|完善|强化|深入|认真|积极|督促|指导|引导|"
    r"要|应|须|必须|不|没有|有的|一些|如|若|凡|因|是|使|让|向|经(?!济|开|信|发)|报(?!社)|送|这|该项|其(?!他)|既|也|都|于|至|到|自|据|会同|配合|组织(?!部|人事)|开展|充分|进一步|实行|做|各项(?!目)|发挥|切实|注重|明确|严格|全面|及时(?!雨)|定期|加大|形成|确保|实现|做到|提高|促进|保障(?!局|中心|部)|涉及|主动|坚决|着力|持续|不断|聚焦|落实|制定|成立|设立|组建|召开|举办|抽调)"
)
_NOT_INSIDE = re.compile(
    r"(?<![主需])要|应当|必须|[在把由]|[^面针]对(?!外|台|口|象)|将|按照?|根据|通过|没有|已经|的.*的|并(?!购)"
)
SHARED = re.compile(r"^(?:其他)?(?:各)?(?:有关|相关)(?:部门|单位|方面|地方|地区|企业|机构)$")


@dataclass(frozen=True, slots=True)
class Names:
    """Units named in a stretch: those in front and those who help."""

    leads: tuple[Finding, ...] = ()
    supports: tuple[Finding, ...] = ()


def is_unit(text: str, *, anywhere: bool = False) -> bool:
    """Whether words name a unit. In a place kept for units (`anywhere`) shorter endings count too."""
    text = text.strip(" ,、“”")
    if not 2 <= len(text) <= 45 or (_NO_UNIT.match(text) and not anywhere):
        return False
    if re.search(r"[。;:!?《》\n\t]", text) or (not anywhere and _NOT_INSIDE.search(text)):
        return False
    return bool((_ANYWHERE_TAIL if anywhere else _TAIL).search(text))


def pieces(text: str, *, with_commas: bool) -> list[tuple[int, int, str]]:
    """Pieces of a list with the separator before each; brackets and quotes are never cut."""
    marks = "、" + (",;\t\n /" if with_commas else "")
    out: list[tuple[int, int, str]] = []
    depth, begin, sep, i = 0, 0, "", 0
    while i < len(text):
        c = text[i]
        if c in "(《“〔":
            depth += 1
        elif c in ")》”〕":
            depth = max(0, depth - 1)
        cut = 0
        if depth == 0:
            if c in marks:
                cut = 1
            elif text.startswith("以及", i):
                cut = 2
            elif (
                c in "和及与"
                and i > begin
                and not text.startswith("及其", i)
                and not re.match(
                    r"和(?:信息化|改革|社会|旅游|体育|城乡|草原|计划|保险|出版|住房|平|谐)|与信息化|及信息化",
                    text[i:],
                )
            ):
                cut = 1
        if cut:
            out.append((begin, i, sep))
            begin, sep = i + cut, text[i : i + cut]
            i += cut
        else:
            i += 1
    out.append((begin, len(text), sep))
    return [(a, b, s) for a, b, s in out if text[a:b].strip()]


def split_list(
    view: Matching, start: int, end: int, *, anywhere: bool, confidence: float, reason: str
) -> list[Finding]:
    """The units of a list such as A、B和C等有关部门, verbatim, "等" dropped.

    A part that is no name alone (各省、自治区、直辖市人民政府) stays with what follows; a list that
    an owner closes (各地、各部门的负责同志) stays whole.
    """
    text = view.text[start:end]
    lead_space = len(text) - len(text.lstrip(" ,、:"))
    start, text = start + lead_space, text[lead_space:].rstrip(" ,、;。")
    rest = re.search(
        r"等(?=(?:其他|各)?(?:有关|相关|职能|责任|成员)?(?:职能)?(?:部门|单位|方面|地区|地方|各方|机构)|$)",
        text,
    )
    tail: tuple[int, int] | None = None
    body = text
    if rest:
        body = text[: rest.start()]
        if rest.end() < len(text):
            tail = (rest.end(), len(text))
    parts = _owned(body, pieces(body, with_commas=anywhere))
    joined: list[tuple[int, int]] = []
    pending: int | None = None
    # Before 等有关部门 short names of functions stand for organs: 民政、公安、人民银行.
    functional = bool(tail) and all(b - a <= 8 for a, b, _ in parts) and not body.startswith("各")
    for a, b, _sep in parts:
        begin = a if pending is None else pending
        piece = body[a:b].strip()
        alone = (
            functional or is_unit(piece, anywhere=anywhere) or (anywhere and 2 <= len(piece) <= 12)
        )
        if (
            re.fullmatch(
                r"各?(?:省|市|县|区|州|盟|旗|自治区|直辖市|行署|乡|镇|地市|县市区?|市州|全国|中央|省级|市级)(?:\([^)]*\))?",
                piece,
            )
            and not functional
        ):
            alone = anywhere and b == parts[-1][1]
        if alone or b == parts[-1][1]:
            joined.append((begin, b))
            pending = None
        else:
            pending = begin
    if tail and not re.fullmatch(r"部门|单位|方面", text[tail[0] : tail[1]]):
        joined.append(tail)
    out = []
    for a, b in joined:
        piece = body[a:b] if b <= len(body) else text[a:b]
        first = a + len(piece) - len(piece.lstrip(" "))
        last = b - (len(piece) - len(piece.rstrip(" ")))
        if last > first:
            s, e = view.span(start + first, start + last)
            out.append(Finding(s, e, view.source[s:e], confidence, reason))
    return out


def _owned(body: str, parts: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Joins A、B的C: the owners and what is theirs are one name."""
    out: list[tuple[int, int, str]] = []
    for a, b, sep in parts:
        piece = body[a:b]
        owner = re.search(r"的[^的]*(?:负责同志|负责人|领导|机构|部门|单位|地方|机关)$", piece)
        if owner and out and sep == "、" and not piece.startswith(("其他", "承担")):
            while len(out) > 1 and out[-1][2] == "、":
                out.pop()
            first = out.pop()
            out.append((first[0], b, first[2]))
        else:
            out.append((a, b, sep))
    return out


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)
