"""Refuses a plan that sets a target, a rate or a ranking on people or on cases.

Counting how many cases were filed is a statistic; asking for a number of them is a quota, and makes
units find cases. So a figure is refused only where it meets a number to reach, a rate or a ranking.
What a unit delivers (sessions, talks, people trained, forms collected) may have any quantity, and how
promptly it handles what it has (办结率, 按期反馈率) may have a rate.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import gettext as _

from .errors import PlanError
from .source import Source, Steps

# What happens to people, and what units would be made to find.
_ACTS = (
    "立案|留置|政务处分|党纪处分|处理处分|处分|移送司法|移送起诉|移送审查|移送检察|移送|投案|自首|主动交代"
    "|主动说明|说明问题|查处|查办|惩处|惩治|处置|清除|清退|清理出|开除|双开|撤职|免职|停职|降级|辞退|问责"
    "|诫勉|组织处理|批评教育|谈话提醒|通报批评|逮捕|拘留|判刑|判处|起诉|定罪|落马|害群之马|第[一二三四]种形态"
    "|四种形态|检举|举报|线索|违纪违法|涉案|案件|办案|成案|揭发|被查|填报问题"
)
_BETWEEN = "[^。；!\n]"
_FIGURE = "数量|人数|件数|总数|总量|案数|条数|数"
_RATE = "率|占比|比例|比重|百分比"
_AIM = (
    "不少于|不低于|不得少于|不得低于|不应少于|至少|最少|达到|达|完成|超过|突破|须有|要有|确保|力争|实现|增长|提高"
    "|>=|≥|大于|高于"
)
_NUMBER = "(?:[0-9]+(?:\\.[0-9]+)?|[一二两三四五六七八九十百千]+|百分之|若干)"
# 人次 counts attendance, 次 and 场 count sessions: those are deliveries.
_OF_PEOPLE = "(?:余|多)?(?:人(?!次|员|民)|名|件|起|条|宗|例|案|个(?!工作日|月|小时|环节)|%)"
_RANK = (
    "排名|排序|排行|排位|位次|名次|末位|垫底|倒数|评比|竞赛|比武|比拼|晾晒|红黑榜|龙虎榜|加分|计分|得分|打分"
    "|积分|扣分"
)
_TARGET = "指标|任务数|任务量|目标|基数|定额|硬任务|考核"

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # 立案率, 处分干警占比, 留置比例
        rf"(?:{_ACTS}){_BETWEEN}{{0,5}}?(?:{_RATE})",
        # 留置人数达到, 线索数量同比增长
        rf"(?:{_ACTS}){_BETWEEN}{{0,6}}?(?:{_FIGURE}){_BETWEEN}{{0,6}}?(?:{_AIM})",
        # 立案不少于5件
        rf"(?:{_ACTS}){_BETWEEN}{{0,8}}?(?:{_AIM}){_BETWEEN}{{0,3}}?{_NUMBER}{_OF_PEOPLE}",
        # 立案5件以上
        rf"(?:{_ACTS}){_BETWEEN}{{0,4}}?{_NUMBER}{_OF_PEOPLE}(?:以上|左右|及以上)",
        # 至少查处3名, 不少于3件线索
        rf"(?:{_AIM})(?:{_ACTS}){_BETWEEN}{{0,6}}?{_NUMBER}{_OF_PEOPLE}",
        rf"(?:{_AIM})[有处查]?{_NUMBER}{_OF_PEOPLE}{_BETWEEN}{{0,6}}?(?:{_ACTS})",
        # 每月上报线索5条, 人均提供线索1条
        rf"(?:每|人均|户均|均须|平均){_BETWEEN}{{0,8}}?(?:{_ACTS}){_BETWEEN}{{0,6}}?{_NUMBER}{_OF_PEOPLE}"
        r"(?=\W|以上|左右|$)",
        rf"(?:每{_BETWEEN}|人均|平均){_BETWEEN}{{0,8}}?{_NUMBER}{_OF_PEOPLE}{_BETWEEN}{{0,4}}?(?:{_ACTS})",
        # 按立案数排名, 排名依据为留置人数
        rf"(?:{_ACTS}){_BETWEEN}{{0,12}}?(?:{_RANK})",
        rf"(?:{_RANK}){_BETWEEN}{{0,12}}?(?:{_ACTS})",
        # 下达立案指标, 办案任务数
        rf"(?:{_ACTS}){_BETWEEN}{{0,4}}?(?:{_TARGET})",
        rf"(?:{_TARGET})(?:为|是|:)?{_BETWEEN}{{0,3}}?(?:{_ACTS})(?:{_FIGURE})",
        # 消灭零立案, 不得零留置
        r"(?:消灭|破|打破|消除|杜绝|不得|不能)(?:零|0)(?:立案|留置|处分|查处|线索|投案|移送|办案)",
    )
)
# Handling what is there, well and in time, is a duty and no quota.
_HANDLING = re.compile(
    "办结|结案|核查|排查|比对|查核|反馈|答复|回复|回访|受理|登记|移交|按期|按时|及时|整改|纠正|评查|归档|建档|录入|报送"
    "|执行|落实|送达|满意|知晓|公开|转办|督办|回头看|回告|办理|复查"
)
# A plan may forbid quotas, in the same words.
_FORBIDDING = re.compile(
    "不得(?!少|低|零)|不以|不设|不搞|不下|不将|不把|不按|不作|严禁|禁止|杜绝(?!零)|防止|避免|不提|取消|不与"
)
# Nouns that say a unit delivers something about cases, not cases.
_DELIVERIES = re.compile(
    "教育|会|座谈|培训|讲座|宣讲|宣传|课|表|报告|材料|评查|复查|回访|回头看|旁听|观看|剖析|研讨|学习|汇编|通报期"
    "|谈心|个别谈话|家访|走访|制度|方案|台账|清单|公告|信箱|热线|渠道|平台|演练|检查|督导|调度|问卷|征求|回复"
    "|答复|反馈|登记|海报|展板|片|测试|函"
)

_ACTS_EN = (
    "cases?|leads?|tips?|filings?|detentions?|dismissals?|punishments?|sanctions?|arrests?|surrenders?"
    "|expulsions?|convictions?|prosecutions?|denunciations?|accusations?|confessions?|self-disclosures?"
    "|(?:people|officers?|persons?|staff|cadres?|suspects?)(?:\\s\\w+)?\\s(?:reported|filed|detained|punished"
    "|dismissed|disciplined|sanctioned|arrested|expelled|investigated|removed|prosecuted|convicted)"
)
_DELIVERIES_EN = (
    "sessions?|meetings?|talks?|lectures?|films?|stud(?:y|ies)|reviews?|reports?|forms?|class(?:es)?"
    "|exhibitions?|training|files?|visits?|hotlines?|boxes|materials?|conferences?|briefings?"
)
_PATTERNS_EN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:at least|no fewer than|not fewer than|no less than|not less than|minimum of|more than|reach"
        r"|target of|quota of|every month|monthly)\s+(?:\d+%?|one|two|three|four|five|six|seven|eight|nine|ten)"
        rf"\s+(?:of\s+)?(?:[\w-]+\s+){{0,3}}?(?:{_ACTS_EN})\b(?!\s+(?:{_DELIVERIES_EN})\b)",
        r"\b(?:file|detain|punish|dismiss|arrest|expel|discipline|sanction|investigate|report|surrender)\w*\s+"
        r"(?:at least|no fewer than|not fewer than|no less than|not less than|a minimum of|more than)\s+"
        r"(?:\d+%?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?!sessions|talks|meetings|days)",
        r"\b(?:case|lead|tip|filing|detention|punishment|dismissal|sanction|disciplin\w+|conviction|arrest"
        r"|surrender|prosecution|expulsion)s?[\s-]+(?:filing\s+)?(?:rates?|ratios?|quotas?|targets?|rankings?"
        r"|scores?|leagues?)\b",
        rf"\b(?:quotas?|targets?|rates?|ratios?)\s+(?:for|of|on)\s+[^.;\n]{{0,20}}?\b(?:{_ACTS_EN}|filed|detained"
        r"|punished|dismissed)\b",
        rf"\brank\w*\b[^.;\n]{{0,40}}?\b(?:{_ACTS_EN}|detained|punished|dismissed|filed)\b",
        rf"\b(?:{_ACTS_EN}|detained|punished|dismissed|filed)\b[^.;\n]{{0,25}}?\b(?:ranked|ranking|league table)\b",
        rf"\b(?:number|count|total) of (?:{_ACTS_EN})\b[^.;\n]{{0,20}}?\b(?:at least|reach|increase|exceed)\w*",
    )
)
_HANDLING_EN = re.compile(
    r"\b(?:handled|answered|closed in time|timel\w+|acknowledg\w+|feedback|on time|reviewed)\b",
    re.IGNORECASE,
)
_FORBIDDING_EN = re.compile(
    r"\b(?:no|not|never|without|forbid\w*|ban(?:ned)?)\b(?!\s+(?:fewer|less))", re.IGNORECASE
)

_KEY_ACTS = frozenset(
    "case cases lead leads tip tips filed filing filings detained detention detentions liuzhi punished"
    " punishment punishments sanction sanctions sanctioned dismissed dismissal dismissals expelled expulsion"
    " arrested arrest arrests surrender surrendered surrenders prosecuted prosecution convicted conviction"
    " accused denounced disciplined removed investigated disclosures confessions lian chufen".split()
)
_KEY_DELIVERIES = frozenset(
    "session sessions talk talks training trained form forms lecture lectures review reviews reviewed meeting"
    " meetings class classes visit visits return returns study studies film films briefing briefings"
    " attendance attendances conference conferences answered feedback material materials survey surveys".split()
)
_TRADITIONAL = str.maketrans(
    "數處線舉報評違紀級標導辦檢斷務條佔職", "数处线举报评违纪级标导办检断务条占职"
)


def is_quota(text: str) -> bool:
    """Whether a title or a standard asks for a number, a rate or a ranking of people or cases."""
    plain = unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)
    # Spaces and invisible characters between Chinese words change nothing of what is asked.
    chinese = "".join(
        character
        for character in plain
        if character == "\n" or not (character.isspace() or unicodedata.category(character) == "Cf")
    )
    return any(_asks(pattern, chinese, _HANDLING, _FORBIDDING) for pattern in _PATTERNS) or any(
        _asks(pattern, plain, _HANDLING_EN, _FORBIDDING_EN) for pattern in _PATTERNS_EN
    )


def _asks(
    pattern: re.Pattern[str], text: str, handling: re.Pattern[str], forbidding: re.Pattern[str]
) -> bool:
    for match in pattern.finditer(text):
        # What is forbidden is forbidden before it is named, in the same clause.
        before = re.split(r"[。；;.，,!\n]", text[: match.start()])[-1][-16:]
        if not (handling.search(match.group()) or forbidding.search(before + match.group())):
            return True
    return False


def counts_people_or_cases(title: str, key: str = "") -> bool:
    """Whether an indicator counts people acted upon, leads or cases, rather than deliveries."""
    words = set(key.split("-"))
    if words & _KEY_ACTS and not words & _KEY_DELIVERIES:
        return True
    plain = unicodedata.normalize("NFKC", title).translate(_TRADITIONAL)
    if re.search(_ACTS, plain) and not _DELIVERIES.search(plain):
        return True
    return bool(re.search(rf"\b(?:{_ACTS_EN})\b", plain, re.IGNORECASE)) and not re.search(
        rf"\b(?:{_DELIVERIES_EN})\b", plain, re.IGNORECASE
    )


def errors(source: Source) -> Iterator[PlanError]:
    """Every quota in the plan, with its line."""
    for section in ("tasks", "requirements", "closing_conditions"):
        for number, thing in enumerate(source.value.get(section, ())):
            path: Steps = (section, number)
            yield from _texts(thing, source, path)
            if "quantity" in thing and _sums_people(thing):
                yield _error(source, (*path, "quantity"))
    for number, batch in enumerate(source.value["batches"]):
        for at, stage in enumerate(batch["stages"]):
            for of, criterion in enumerate(stage.get("gate", {}).get("criteria", ())):
                if is_quota(criterion):
                    yield _error(source, ("batches", number, "stages", at, "gate", "criteria", of))


def _texts(thing: dict[str, object], source: Source, path: Steps) -> Iterator[PlanError]:
    for field in ("title", "title_en", "standard", "note"):
        if is_quota(str(thing.get(field, ""))):
            yield _error(source, (*path, field))
    indicator = thing.get("indicator")
    if isinstance(indicator, dict):
        for field in ("title", "title_en"):
            if is_quota(str(indicator.get(field, ""))):
                yield _error(source, (*path, "indicator", field))
    evidence = thing.get("evidence")
    for number, item in enumerate(evidence if isinstance(evidence, list) else ()):
        if is_quota(item["name"]):
            yield _error(source, (*path, "evidence", number, "name"))


def _sums_people(requirement: dict[str, object]) -> bool:
    """A quantity is of the indicator; without one, of what the title names."""
    indicator = requirement.get("indicator")
    if isinstance(indicator, dict):
        return any(
            counts_people_or_cases(indicator.get(field, ""), indicator["key"])
            for field in ("title", "title_en")
        )
    return any(
        counts_people_or_cases(str(requirement.get(field, ""))) for field in ("title", "title_en")
    )


def _error(source: Source, path: Steps) -> PlanError:
    return source.error(
        path,
        _("This sets a number, a rate or a ranking on people or on cases."),
        _(
            "Ask for what the unit does (sessions, talks, forms, handling in time); "
            "how many are reported, filed, detained or punished is counted, never asked for."
        ),
    )
