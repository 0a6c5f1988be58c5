"""Units: telling a unit's name from other words, splitting lists of them, finding who acts."""

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
    r"|专班|(?<!分)组(?!织|成|建|合|长)|(?:(?<![一-龥])|(?<=各))(?:市县|县市区?|区县|州市)|中心(?!任务|工作|城|组)|总队|支队|大队|中队|系统(?!性|内)|团委|妇联|工会|残联|工商联|红十字会|编办|协会|学会|联合会|基金会|社会团体|社区|村委会|居委会|编委"
    r"|监委|纪委|班子|兵团|各地|地方|地区|各地市|[各区县市乡]+级|各县|各区|各市|各省|部队|队伍|支行|税务|海关|监狱|戒毒所|看守所|派出所|服务局)"
)
_PERSONS = (
    r"(?:(?:主要|分管|主管|有关|相关|班子)?负责(?:同志|人)|领导干部|全体干警|干警|全体党员|党员干部|工作人员|一把手|“一把手”"
    r"|第一责任人|书记|组长|院长|局长|部长|厅长|主任|检察长|领导|同志|承办人员|驻村工作队)"
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
_NOT_INSIDE = re.compile(r"(?<![主需])要|应当|必须|[在把]|[^面针]对(?!外|台|口|象)|将|按照?|根据|通过|没有|已经|的.*的|并(?!购)")
_SHARED = re.compile(r"^(?:其他)?(?:各)?(?:有关|相关)(?:部门|单位|方面|地方|地区|企业|机构)$")

_MODAL = (
    r"(?:都?要|也要|既要|均应当?|均要|均须|应当?|须|必须|不得|可以?(?!能|靠|持续)|务必|将(?!.{0,12}(?:报|纳入|作为))|需要?|力争|不再)"
)
_PREPOSITION = (
    r"(?:对(?!象)|按照|根据|依据|依照|结合(?!部)|会同|牵头|在|以(?!及|上|下)|通过|围绕|聚焦|针对|作为|于|与|从|自(?!治|然)|按|每|为(?!了)|把|将|是|就|依托|坚持|按规定)"
)
_VERB = (
    r"(?:负责|承担|组织|开展|制定|建立|健全|完善|加强|推进|推动|落实|做好|抓好|指导|督促|统筹|协调|牵头|配合|协助|实施|研究|提出|编制|汇总|审核|监督|检查|履行|"
    r"报送|上报|成立|设立|明确|积极|认真|切实|全面|进一步|深入|严格|及时|定期|分别|具体|共同|直接|联合|各司其职|依法|依规|参照|立足|贯彻|支持|强化|主动|迅速|带头|抽调|充分|"
    r"每[年月季半周]|原则上|统一|派出|选派|安排|任|按期|如实|逐级|逐一|同步|适时|继续|率先|召开|举办|调整|优化|查办|查处|整合|公布|公开|发布|不断|努力|高度|紧密|密切|自行|全程|限期|集中|大力|确定|确保|受理|接受|签订|填报|处理|进行|审定|制发|换发|核发|登记(?!管理)|梳理|排查|自查|审查|聚焦)"
)
_ACTS = re.compile(rf"{_MODAL}|{_PREPOSITION}|{_VERB}")
_BOUND = re.compile(rf"{_MODAL}|负责|承担|牵头|组织|开展|制定|{_VERB}")
_STRONG = re.compile(r"(?:做好|加强|组织|开展|制定|建立|落实|抓好|都?要|也要|既要|均应|均要|应当?|须|必须|不得|务必|将|负责|承担|牵头|统一|不再|会同|具体)")


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


def _pieces(text: str, *, with_commas: bool) -> list[tuple[int, int, str]]:
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
            elif (c in "和及与" and i > begin and not text.startswith("及其", i)
                  and not re.match(r"和(?:信息化|改革|社会|旅游|体育|城乡|草原|计划|保险|出版|住房|平|谐)|与信息化|及信息化", text[i:])):
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
    rest = re.search(r"等(?=(?:其他|各)?(?:有关|相关|职能|责任|成员)?(?:职能)?(?:部门|单位|方面|地区|地方|各方|机构)|$)", text)
    tail: tuple[int, int] | None = None
    body = text
    if rest:
        body = text[: rest.start()]
        if rest.end() < len(text):
            tail = (rest.end(), len(text))
    parts = _owned(body, _pieces(body, with_commas=anywhere))
    joined: list[tuple[int, int]] = []
    pending: int | None = None
    # Before 等有关部门 short names of functions stand for organs: 民政、公安、人民银行.
    functional = bool(tail) and all(b - a <= 8 for a, b, _ in parts) and not body.startswith("各")
    for a, b, _sep in parts:
        begin = a if pending is None else pending
        piece = body[a:b].strip()
        alone = functional or is_unit(piece, anywhere=anywhere) or (anywhere and 2 <= len(piece) <= 12)
        if re.fullmatch(r"各?(?:省|市|县|区|州|盟|旗|自治区|直辖市|行署|乡|镇|地市|县市区?|市州|全国|中央|省级|市级)(?:\([^)]*\))?", piece) and not functional:
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
        a += len(piece) - len(piece.lstrip(" "))
        b -= len(piece) - len(piece.rstrip(" "))
        if b > a:
            s, e = view.span(start + a, start + b)
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
_LABELLED = re.compile(rf"^[\s(【\[]*(?:\d+[.、])?(?:{'|'.join(_KEYS.values())})\s?[】\]]?\s?:")
LABEL = _LABELLED
_BY_ALL = re.compile(r"(?:按(?:照)?职责(?:分工)?|分工|分别|共同|具体|依法|按职能)*负责(?:落实|实施|推进|组织实施|配合)?$")


def _first_leads(rule: bool, names: list[Finding]) -> Names:
    if not names:
        return Names()
    return Names((names[0],), tuple(names[1:])) if rule else Names(tuple(names))


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
        late = re.search(r"[,;]\s?[^,;]*(?:\d+月|年|季度|底|前|长期|持续|完成|推进|实施)[^,;]*$", value)
        if late and not is_unit(late[0][1:], anywhere=True):
            due = due or (start + a + late.start() + 1, start + b)
            b = a + late.start()
        found[kind] += split_list(
            view, start + a, start + b, anywhere=True, confidence=0.95, reason="named after a label"
        )
    if found["lead"]:
        return Names(tuple(found["lead"]), tuple(found["either"] + found["support"])), due
    return Names(tuple(found["either"]), tuple(found["support"])), due


def in_bracket(view: Matching, start: int, end: int, *, first_leads: bool) -> tuple[Names, tuple[int, int] | None] | None:
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
        if words.startswith("下同") or words.startswith("以下"):
            continue
        helping = re.match(r"(.*?)(?:等)?(?:按职责分工|按照职责分工|按各自职责|分别|积极)?(?:配合|参与|参加|协助|协同|协办)(?:落实|实施)?$", words)
        leading = re.match(r"(.*?)(?:共同|分别)?(?:牵头|主办)(?:负责|落实|组织实施|抓总)?(?:,|$)", words)
        both = re.match(r"由?(.+?)(?:牵头|负责)?[,]?(?:会同|商(?![务业标会]))(.+?)(?:等)?(?:(?:按职责分工)?(?:负责|落实|配合|参与|实施))?$", words)
        doing = _BY_ALL.search(words)
        pad = len(clause) - len(clause.lstrip())
        skip = 1 if words.startswith("由") else 0
        reason = "named in the bracket after the clause"
        if both:
            leads += split_list(view, a + pad + both.start(1), a + pad + both.end(1), anywhere=True, confidence=0.9, reason=reason)
            supports += split_list(view, a + pad + both.start(2), a + pad + both.end(2), anywhere=True, confidence=0.9, reason=reason)
            hit = True
        elif (beside := re.match(r"(?:会同|商(?![务业标会]))(.+?)(?:等(?:部门|单位))?(?:(?:于|在|负责|落实|组织|实施|共同|按).*)?$", words)):
            supports += split_list(view, a + pad + beside.start(1), a + pad + beside.end(1), anywhere=True, confidence=0.9, reason=reason)
        elif helping and helping[1]:
            supports += split_list(view, a + pad, a + pad + helping.end(1), anywhere=True, confidence=0.95, reason=reason)
            hit = True
        elif leading and leading[1]:
            leads += split_list(view, a + pad + skip, a + pad + leading.end(1), anywhere=True, confidence=0.95, reason=reason)
            hit = led = True
        elif doing and doing.start() > 1:
            names = split_list(view, a + pad + skip, a + pad + doing.start(), anywhere=True, confidence=0.95, reason=reason)
            # (甲牵头,乙、丙等按职责分工负责): the others share the work.
            if led:
                supports += names
            else:
                leads += names
            hit = True
        elif re.search(r"\d+月|年底|季度|底前|长期|持续", words):
            due = (a, b)
        elif is_unit(words, anywhere=True) and not hit:
            leads += split_list(view, a + pad, b, anywhere=True, confidence=0.7, reason="a bracket of unit names")
    if not hit:
        return None
    if (first_leads or stop_rule) and not supports and len(leads) > 1 and "牵头" not in re.sub(r"[^,]*位[^,]*", "", text):
        return Names((leads[0],), tuple(leads[1:])), due
    generic = tuple(name for name in leads[1:] if _SHARED.match(_plain(name.text)))
    kept = tuple(name for name in leads if name not in generic)
    return Names(kept, tuple(supports) + generic), due


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


FIRST_LEADS = re.compile(r"(?:第一位|首位|第一个|排在首|列首|排名第一|列在最前|列第一|列第1)[^。)]{0,12}(?:牵头|主办|负责)")


def subject(view: Matching, start: int, end: int, *, bound: bool = False) -> tuple[Names, int] | None:
    """The units that open a clause and act in it, and where their name ends; None when none does.

    With `bound` only a subject under a modal (要, 应当, 负责) counts: enough to start a new clause.
    """
    text = view.text[start:end]
    skip = re.match(r"(?:\s|“|同时,?|其中,?|并|此外,?|请|由|会议(?:要求|强调|指出)[,:]?|[一二三四五六七八九十]是)*", text)
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
        if "的" in bare and not re.search(r"的(?:[^的]{0,40}(?:机构|部门|单位|地方|同志|负责人|领导|机关))$", bare):
            continue
        handed = re.match(r"(?:统一|具体|均|原则上|主要)*由", text[at + len(bare) :])
        if handed:
            passed = subject(view, start + at + len(bare) + handed.end() - 1, end)
            if passed:
                return passed[0], at + len(bare) + handed.end() - 1 + passed[1]
        names = split_list(
            view, start + at, start + at + len(bare), anywhere=False, confidence=0.85, reason="acts in the sentence"
        )
        names = [n for n in names if _plain(n.text) not in ("部门", "单位", "部門", "單位") or len(names) == 1]
        shared = tuple(n for n in names[1:] if _SHARED.match(_plain(n.text)) and "等" in bare)
        return Names(tuple(n for n in names if n not in shared), shared), at + len(bare)
    return None


_HELP = re.compile(r"(?:会同|联合|配合|协同|商(?=[^业品务会标讨])|组织(?=有关|相关|各)|(?<=[,，])由)")
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
                    view, start + mark.end(), start + mark.end() + len(bare), anywhere=False,
                    confidence=0.8, reason="brought in beside the acting unit",
                )
                break
    joining = re.search(r",([^,。;]{2,24}?)(?:积极|按职责|全力|做好)*(?:配合|协助|参与)$", text)
    if joining and is_unit(joining[1]):
        out += split_list(view, start + joining.start(1), start + joining.end(1), anywhere=False,
                          confidence=0.8, reason="named as helping")
    for comma in re.finditer(r",", text):
        at = start + comma.end()
        other = subject(view, at, end)
        if other and re.match(r"可", view.text[at + other[1] : end]):
            out += other[0].leads  # a second unit that may join in
    for mark in _FILED.finditer(text):
        if is_unit(mark[1], anywhere=True):
            out += split_list(
                view, start + mark.start(1), start + mark.end(1), anywhere=True,
                confidence=0.7, reason="receives the filing",
            )
    return tuple(out)


_ROLE = re.compile(
    r"(?:^|,)([^,。;()]{2,20}(?:办公室|专班|工作组|小组|秘书处))(?:\([^)]*\))?,(?:具体|主要)?负责|"
    r"由([^,。;]{2,40}?)(?:任|担任)(?:组长|主任|总召集人|召集人|负责人)"
    r"|(?:办公室|专班|秘书处)(?:\)|”)?(?:设|挂靠)在([^,。;)]{2,25})"
    r"|发挥([^,。;“]{2,20}?)(?:查办|监督|职能|牵头|统筹|主力军|组织)[^,。;]{0,30}?作用"
)
_APPROVED = re.compile(r"(?<!报)(经|报经)([^,。;经]{2,16}?)(?:初审|审核|审批)")
_MEMBERS = re.compile(r"([^,。;:()]{2,60}?)(?:等)?(?:有关|相关)?(?:部门|单位)?(?:主要|分管)?(?:负责同志|负责人)?(?:为|任)成员")


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
            view, start + mark.start(group), start + mark.end(group), anywhere=group != 4,
            confidence=0.75, reason="heads the body that is set up" if group != 4 else "is to play its part",
        )
        if group != 4:
            break
    if not leads:
        for mark in _APPROVED.finditer(text):
            if not is_unit(mark[2]):
                continue
            names = split_list(view, start + mark.start(2), start + mark.end(2), anywhere=False, confidence=0.6,
                               reason="a step of the approval")
            if mark[1] == "经" and not leads:
                leads += names
            else:
                supports += names
    for mark in _MEMBERS.finditer(text):
        names = mark[1]
        if "、" in names:
            shared = re.search(r"等?(?:有关|相关)(?:部门|单位)?$", names)
            a, b = mark.start(1), mark.end(1) - (len(shared[0]) if shared else 0)
            for x, y, _ in _pieces(text[a:b], with_commas=False):
                s, e = view.span(start + a + x, start + a + y)
                supports.append(Finding(s, e, view.source[s:e], 0.7, "a member of the body that is set up"))
    return Names(tuple(leads), tuple(supports))
