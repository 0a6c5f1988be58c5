"""Cutting bodies into clauses, and telling what asks for action from what does not."""

from __future__ import annotations

import itertools
import re

from qingfeng.engines.notice.actors import only_persons, subject
from qingfeng.engines.notice.findings import RemarkKind
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.quantities import indicator_cuts

SENTENCE = 1200  # beyond it a sentence is cut at any mark, so that no text is slow to read
LONGEST = 150  # characters of a task: beyond it a person sees a paragraph, not a duty

_MODAL = re.compile(
    r"都?(?<![重必主需纪首次摘提概只紧卡])要(?!求|点|素|案|闻|情|件|害|务|领|义)|应当|(?<![适相对供响反感])应(?!用|对|急|有|邀|届|变|该说)|(?:^|[,;])须|必须|不得|严禁|禁止|确保|务必|力争|(?:^|[,;:])请|不再|原则上|予以|牵头|"
    r"承担[^,。]*责任|负责|第一责任人|一律|统一由|暂停|重点(?:攻坚|整治|清查|解决|查处|打击|排查|治理|检查|开展|围绕)|经[^,。]{2,20}(?:初审|审核|审批),报"
)
_OPTIONAL = re.compile(
    r"(?:^|[,;])?(?:可以?(?=成立|结合|根据|参照|设立|采取|通过|适当|自行|先行|探索|按|不|组织|开展|建立|聘请|委托|申请|视)|鼓励|自选动作|提倡|有条件的)"
)
_VERB = re.compile(
    r"(?:(?:进一步|全面|深入|积极|切实|认真|严格|大力|着力|及时|定期|加快|坚决|充分|有效|不断|持续|统筹|稳妥|稳步|扎实|重点|逐步|优先|主动|分级|分类|健全和|集中|率先|从严|依法|精准|合理|科学|同步|全力|尽快|抓紧|努力|继续|积极稳妥地|逐[条项一件人级]|全程|限期|全员|分批|对照[^,]{0,10}|边查边|分别|带头)*)"
    r"(?:制定|建立|健全|完善|加强|推进|推动|落实|做好|抓好|组织|开展|强化|优化|实施|实行|推行|推广|简化|规范|明确|开设|设立|成立|组建|下放|承接|清理|整治|整改|排查|梳理|查处|打击|查摆|严查|严肃|纠正|督促|指导|引导|"
    r"编制|公布|公开|发布|报送|上报|汇总|总结|提高|提升|扩大|拓展|支持|允许|促进|培育|打造|构建|形成|搭建|整合|利用|运用|发挥|保障|落细|细化|压实|贯彻|执行|履行|参加|聚焦|突出|紧盯|围绕|坚持|把|将|对|"
    r"增强|深化|巩固|解决|化解|处理|处置|办理|受理|核查|审核|审查|审批|检查|督查|督办|督导|考核|评估|评价|验收|通报|宣传|培训|学习|召开|举办|配备|配强|选派|安排|调整|加大|严厉|降低|减少|压缩|取消|试行|试点|探索|研究|创新|"
    r"确定|划定|摸清|摸排|建设|修订|修改|制订|起草|印发|启动|完成|实现|达到|新增|新建|改造|培养|招引|引进|争取|发展|注重|严把|严格|继续|牢固|弘扬|树立|维护|保持|防止|防范|杜绝|避免|改进|改善|补齐|畅通|丰富|倡导|开发|推出|设置|征集|走访|约谈|问责|追究|采取|结合|通过|依托|按照|根据|以|从|立足|统一|集中|精简|提供|赋予|放宽|经|聘请|邀请|增加|确认|收集|整改|销号|移交|对账|登记|建档|归档|分析|研判|查找|谈心|撰写|填报|签订|承诺|公示|立案|移送|曝光|复查|抽查|暗访|巡查|巡视|回访|落地|绘制|下达|先行|做优|树牢|不折不扣)"
)
_PAST = re.compile(
    r"(?:传达|学习|通报|听取|部署|分析|回顾)[^,。]{0,4}了|取得(?:了|[^,。]{0,8}(?:成效|进展|成果|效果))|(?<!为)(?:推动|解决|清理|形成|查处|开展|建立|召开|完成|健全|深化|积累|发挥|突破|实现|打造|制定)(?:和[^,。]{1,4})?了(?!解)|以来,|已经|(?<![而])已(?=[^知经有]{0,2}(?:召开|开展|完成|印发|启动|成为|建成|形成|拉开|建立))|近年来|不断增强|(?:成效|效果)(?:显著|明显)|进一步(?:增强|好转)$|高位推动"
)
_MEETING = re.compile(
    r"(?:\d日|近日|日前|今天|[上下]午|在[^。,]{1,8})[^。]*(?:召开|举行)[^。]*?会|出席(?:会议|并)|主持会议|记者|作[^,。]{0,6}(?:讲话|部署讲话)|参加会议|(?:传达|总结)[^。]*(?:情况|精神),对[^。]*进行[^。]*部署"
)
_IS = re.compile(
    r"(?:^|,)[^,。要应]{2,30}(?<!都)(?<!要)是(?!否)(?:[^,。]{2,60}(?:方式|措施|环节|保证|要求|平台|关键|基础|途径|举措|标志|机关|体系|指)|指)|具有[^。]*(?:意义|作用)|至关重要|发挥(?:了|着)[^。]*作用|还存在|仍然|(?:仍|还)不同程度"
)
_EXHORT = re.compile(
    r"提高政治站位|深化思想认识|统一思想|(?:充分|深刻|切实)认识|增强[^,。]{0,20}(?:意识|责任感|使命感|紧迫感|自觉|信心|信念)|坚定[^,。]{0,10}自信|做到“?两个维护|以[^,。]{4,60}为指导|牢记|站在[^,。]*高度|高举|全面贯彻党的|"
    r"履行好[^,。]*使命|更好肩负|感悟|精神力量|争取更大|砥砺|凝聚[^,。]*力量|不忘初心|奋勇|再创"
)
_CONCRETE = re.compile(
    r"抓紧抓好|抓好|制定|报送|上报|备案|排查|梳理|建立|成立|组建|开展|组织|召开|公布|公开|自查|核查|检查|督查|督导|完成|修订|编制|清单|台账|方案|整治|整改|总结|考核|培训|销号|清查|清除|绘制|压实责任|负责|\d+(?:\.\d+)?%|\d+[项个次件]"
)
_SETUP = re.compile(
    r"(?:成立|组建|设立|下设|设在|抽调)[^。]*(?:领导小组|工作组|专班|办公室|小组|组长)|任(?:副?组长|主任)|领导小组[^。]*(?:由|办公室)"
)
_FRAME = re.compile(
    r"(?:现|特)(?:就|将|提出|制定|印发|转发|通知)|如下(?:意见|通知|方案)?[:。]?$|经[^,。]{2,30}同意|制定(?:本|如下)(?:方案|计划|意见|办法)|印发给你们|结合实际,?认真(?:贯彻|组织)|^特此|位(?:者|的)?(?:部门|单位)?为牵头|此件公开|^联系|^附件|^抄送|^\(此件|^主题词|审议通过|^注:"
)
BACKGROUND_HEAD = re.compile(
    r"指导思想|基本原则|工作原则|主要原则|(?<!的)原则$|^原则|重要性|必要性|重大意义|重要意义|责任感|紧迫感|必然要求|充分认识|背景|依据|形势|总体要求|总体思路|工作目标|总体目标|主要目标|发展目标|目标要求|基本情况|现状"
)
ACHIEVED_HEAD = re.compile(
    r"充分肯定|(?:取得|主要|工作)的?(?:成绩|成效|成果)|(?:工作)?回顾|进展情况|(?:显著|有力|有效|深入|广泛|扎实推进|动真碰硬|增强|夯实)$"
)
SOFT_HEAD = re.compile(r"总体要求|目标|原则$")


def sentences(view: Matching, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of a stretch, cut at 。 ; and line ends outside brackets and quotes."""
    text = view.text
    out: list[tuple[int, int]] = []
    depth, begin = 0, start
    for i in range(start, end):
        c = text[i]
        if c in "(《“":
            depth += 1
        elif c in ")》”":
            depth = max(0, depth - 1)
        size = i - begin
        if (
            c == "\n"
            or (c in "。!?;" and depth == 0)
            or (c == "。" and size > 400)
            or (size > SENTENCE and (c in ",、 " or size > 2 * SENTENCE))
        ):
            if c in "\n。" or size > SENTENCE:
                depth = 0
            out.append((begin, i))
            begin = i + 1
    out.append((begin, end))
    return [(a, b) for a, b in (_trim(view, a, b) for a, b in out) if b - a >= 4]


def _trim(view: Matching, start: int, end: int) -> tuple[int, int]:
    text = view.text
    while start < end and text[start] in " ,;。\t\n":
        start += 1
    while end > start and text[end - 1] in " ,;。\t\n:":
        end -= 1
    return start, end


_POINT = re.compile(
    r"(?<=[。;:,])[一二三四五六七八九十](?:是|要)(?=\S)|(?<=[。;:,])(?:首先|其次|再次),|(?<=[。;:])第[一二三四五六七八九十][,、]"
)


def points(view: Matching, start: int, end: int) -> list[int]:
    """Where 一是…二是…, 一要…二要… items begin inside a stretch."""
    return [start + m.start() for m in _POINT.finditer(view.text[start:end])]


def clauses(view: Matching, start: int, end: int) -> list[tuple[int, int]]:
    """A sentence as tight clauses: cut where a new unit must act, at targets, and when too long."""
    text = view.text
    commas = [m.start() for m in re.finditer(r",", text[start:end])]
    cuts: set[int] = set()
    depth_ok = [start + c for c in commas if _level(text, start, start + c) == 0]
    targets = indicator_cuts(view, start, end)
    acting = subject(view, start, end, bound=False)

    def dated(at: int, commas_: list[int], comma_: int) -> bool:
        stop = next((c for c in commas_ if c > comma_), end)
        words = text[at:stop]
        if not re.match(r"(?:并|且|同时)?于(?=\d|每)", words) and not (
            _OWN_TIME.search(words)
            and (
                _MODAL.search(words)
                or re.search(r"[报送交完]|组织|开展|制定|公布|实施|召开", words)
            )
            and _OWN_TIME.search(text[start:comma_])
        ):
            return False
        return comma_ - start >= 12

    for comma in depth_ok:
        at = comma + 1
        if at in targets:
            cuts.add(at)
            continue
        # A part with a time of its own is a duty of its own (…,并于11月10日前报…).
        if dated(at, depth_ok, comma):
            cuts.add(at)
            continue
        # A later unit under a modal opens a duty of its own, unless it only may (可以) or follows 由.
        if text[at : at + 1] in "由请并":
            continue
        new = subject(view, at, end, bound=True)
        if new is None or only_persons(new[0]):
            continue
        if re.match(r"可", text[at + new[1] :]):
            continue
        before = text[start:comma]
        if acting is None and not _MODAL.search(before) and not _leads_with_verb(before):
            continue  # what stands before only sets the scene
        if (
            acting is None
            and re.match(r"(?:对|在|按|根据|为|如|凡|因|经|自|从|结合|针对)", before)
            and not _MODAL.search(before)
        ):
            continue
        cuts.add(at)
    parts = [start, *sorted(cuts), end]
    out: list[tuple[int, int]] = []
    for a, b in itertools.pairwise(parts):
        out += _shortened(view, *_trim(view, a, b))
    return [(a, b) for a, b in out if b - a >= 4]


_OWN_TIME = re.compile(
    r"\d+个?(?:工作日|日|天|小时)(?:之?内|以内)|(?:\d月|\d日|底)之?前|每(?:半?年|季度|[月周日旬])"
)


def _level(text: str, start: int, at: int) -> int:
    piece = text[start:at]
    return sum(piece.count(c) for c in "(《“") - sum(piece.count(c) for c in ")》”")


def _leads_with_verb(words: str) -> bool:
    return bool(_VERB.match(words))


def _shortened(view: Matching, start: int, end: int) -> list[tuple[int, int]]:
    """Cuts a clause that is too long at the comma that parts it best."""
    if end - start <= LONGEST:
        return [(start, end)]
    text = view.text
    best: tuple[float, int] | None = None
    for m in re.finditer(r",", text[start:end]):
        at = start + m.start()
        if _level(text, start, at) or not 20 <= at - start <= LONGEST or end - at < 12:
            continue
        after = text[at + 1 : at + 8]
        points_ = (at - start) / LONGEST
        if re.match(
            r"(?:并|同时|要|对|确保|全面|进一步|建立|加强|推动|完善|制定|实现|做到|不断|着力|坚决)",
            after,
        ):
            points_ += 0.6
        if best is None or points_ > best[0]:
            best = (points_, at)
    if best is None:
        marks = [
            start + m.start()
            for m in re.finditer(r"[、,]", text[start:end])
            if 20 <= m.start() <= LONGEST
        ]
        cut = marks[-1] if marks else start + LONGEST
        best = (0.0, cut)
    cut = best[1]
    return [_trim(view, start, cut), *_shortened(view, *_trim(view, cut, end))]


def is_frame(words: str) -> bool:
    """Whether a sentence only frames the document (现印发给你们, 此件公开发布)."""
    return bool(_FRAME.search(words))


def remark_kind(
    words: str, *, achieved: bool, background: bool, has_subject: bool, dated: bool, counted: bool
) -> RemarkKind | None:
    """Why a sentence is no task, or None when it asks for action.

    Args:
        words: the sentence in the matching copy.
        achieved: it stands under a heading that reports results.
        background: it stands under a heading of purpose, principles or meaning.
        has_subject: a unit acts in it.
        dated: it bears a deadline.
        counted: it bears a target.
    """
    if _SETUP.search(words) and not achieved:
        return None
    if achieved:
        return RemarkKind.ACHIEVEMENT
    modal = bool(_MODAL.search(words))
    if _FRAME.search(words) or (_MEETING.search(words) and not modal):
        return RemarkKind.BACKGROUND
    if _PAST.search(words) and not (modal and has_subject) and not dated:
        return RemarkKind.ACHIEVEMENT
    if background:
        bound = modal and has_subject and bool(_CONCRETE.search(words))
        return None if dated or counted or bound else RemarkKind.BACKGROUND
    if _IS.search(words) and not modal:
        return RemarkKind.BACKGROUND
    if _EXHORT.search(words) and not _CONCRETE.search(words) and not dated and not counted:
        return RemarkKind.EXHORTATION
    if (
        modal
        or has_subject
        or dated
        or counted
        or _OPTIONAL.search(words)
        or _leads_with_verb(words)
    ):
        return None
    if any(_leads_with_verb(part) for part in words.split(",")):
        return None
    return RemarkKind.BACKGROUND


def is_optional(words: str) -> bool:
    """Whether a clause leaves the choice to the unit (可…, 鼓励…, 自选动作)."""
    return bool(_OPTIONAL.search(words)) and not re.search(r"不得|必须|应当", words)
