"""Refuses a plan that sets a target, a rate or a ranking on people or on cases.

Counting how many cases were filed is a statistic; asking for a number of them is a quota, and
makes units find cases. So a figure is refused where it meets a number to reach, a rate or a
ranking. What a unit delivers (sessions, talks, people trained, forms collected) may have any
quantity, and how promptly it handles what it has (办结率, 按期反馈率) may have a rate.

The words are matched by shape, so a new wording is one line here and one line in the tests. It
is a guard against drift and haste, not against a determined author: people still read the plan.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from .errors import PlanError
from .source import Source, Steps


def _any(*words: str) -> str:
    """One alternation out of word lists, each a string of words with spaces between."""
    return "|".join(word for line in words for word in line.split())


_CHINESE = {
    # What happens to people, and what units would be made to find.
    "act": _any(
        "立案 成案 办案 案件 涉案 违纪违法 线索 检举 举报 揭发 投案 自首 主动交代 说明问题",
        "主动说明",
        "查处 查办 惩处 惩治 处置 处分 处理处分 组织处理 问责 诫勉 谈话提醒",
        "批评教育 通报批评 留置 拘留 逮捕 移送 起诉 判刑 判处 定罪 开除 双开 撤职 免职 停职 降级",
        "辞退 清除 清退 清理出 落马 被查 害群之马 第[一二三四]种形态 四种形态 填报问题",
    ),
    "figure": _any("数量 人数 件数 总数 总量 案数 条数 数"),
    "rate": _any("率 占比 比例 比重 百分比"),
    "aim": _any(
        "不少于 不低于 不得少于 不得低于 不应少于 至少 最少 达到 达 完成 超过 突破 须有 要有 确保",
        "力争 实现 增长 提高 >= ≥ 大于 高于",
    ),
    "number": "[0-9]+(?:\\.[0-9]+)?|[一二两三四五六七八九十百千]+|百分之|若干",
    # 人次 counts attendance, 次 and 场 count sessions: those are deliveries.
    "people": "(?:余|多)?(?:人(?!次|员|民)|[名件起条宗例案%]|个(?!工作日|月|小时|环节))",
    "rank": _any(
        "排名 排序 排行 排位 位次 名次 末位 垫底 倒数 评比 竞赛 比武 比拼 晾晒 红黑榜 龙虎榜 加分",
        "扣分 计分 得分 打分 积分",
    ),
    "target": _any("指标 任务数 任务量 目标 基数 定额 硬任务 考核"),
    "none": "零|0",
}
_CHINESE_SHAPES = (
    "<act>~5<rate>",  # 立案率, 处分干警占比
    "<act>~6<figure>~6<aim>",  # 留置人数达到, 线索数量同比增长
    "<act>~8<aim>~3<number><people>",  # 立案不少于5件
    "<act>~4<number><people>(?:及?以上|左右)",  # 立案5件以上
    "<aim><act>~6<number><people>",  # 至少查处3名
    "<aim>[有处查]?<number><people>~6<act>",  # 不少于3件线索
    r"(?:每|人均|户均|平均)~8<act>~6<number><people>(?=\W|以上|左右|$)",  # 每月上报线索5条
    "(?:每.|人均|平均)~8<number><people>~4<act>",  # 每月新增5条线索
    "<act>~12<rank>",  # 按立案数排名
    "<rank>~12<act>",  # 排名依据为留置人数
    "<act>~4<target>",  # 下达立案指标
    "<target>[为是:]?~3<act><figure>",  # 考核立案数
    # 消灭零立案
    "(?:消灭|破|打破|消除|杜绝|不得|不能)<none>(?:立案|留置|处分|查处|线索|投案|移送|办案)",
)
# How much of what is there has been handled, well and in time, may be a rate.
_HANDLING = re.compile(
    _any(
        "办结 结案 核查 排查 比对 反馈 答复 回复 回访 受理 登记 移交 按期 按时 及时 整改 纠正",
        "评查 归档 建档 录入 报送 执行 落实 送达 满意 知晓 公开 转办 督办 回头看 回告 办理 复查",
    )
)
_SHARE = re.compile("率|占比|比例|比重|%|百分|percent", re.IGNORECASE)
# Files read again and hearings attended are work done on cases that are there already.
_REVIEWING = re.compile("评查|复查|回访|旁听|观摩")
# A plan may forbid quotas, in the same words.
_FORBIDDING = re.compile(
    _any(
        "不得(?!少|低|零) 不以 不设 不搞 不下 不将 不把 不按 不作 不提 不与 严禁 禁止 杜绝(?!零)",
        "防止 避免 取消",
    )
)
# Something that a unit delivers about cases, rather than cases.
_DELIVERIES = re.compile(
    _any(
        "教育 会 座谈 培训 讲座 宣讲 宣传 课 表 报告 材料 评查 复查 回访 回头看 旁听",
        "观看 剖析 研讨 学习 汇编 通报期 谈心 个别谈话 家访 走访 制度 方案 台账 清单",
        "公告 信箱 热线 渠道 平台 演练 检查 督导 调度 问卷 征求 回复 答复 反馈 登记",
        "海报 展板 片 测试 函",
    )
)
_TRADITIONAL = str.maketrans(
    "數處線舉報評違紀級標導辦檢斷務條佔職", "数处线举报评违纪级标导办检断务条占职"
)

_ENGLISH = {
    "act": _any(
        "cases? leads? tips? filings? detentions? dismissals? punishments? sanctions? arrests?",
        "surrenders? expulsions? convictions? prosecutions? denunciations? accusations?",
        "confessions? self-disclosures?",
    )
    + r"|(?:people|officers?|persons?|staff|cadres?|suspects?)(?:\s\w+)?\s(?:<done>)",
    "done": _any(
        "reported filed detained punished dismissed disciplined sanctioned arrested expelled",
        "investigated removed prosecuted convicted",
    ),
    "do": _any("file detain punish dismiss arrest expel discipline sanction investigate surrender"),
    "kind": _any(
        r"case lead tip filing detention punishment dismissal sanction disciplin\w+ conviction",
        "arrest surrender prosecution expulsion",
    ),
    "aim": r"at least|(?:no|not) (?:fewer|less) than|(?:a )?minimum of|more than|reach"
    r"|target of|quota of|every month|monthly",
    "number": r"\d+%?|" + _any("one two three four five six seven eight nine ten"),
    "score": _any("rates? ratios? quotas? targets? rankings? scores? leagues?"),
    "delivery": _any(
        "sessions? meetings? talks? lectures? films? study studies reviews? reports? forms?",
        "class classes exhibitions? training files? visits? hotlines? boxes materials?",
        "conferences? briefings? days?",
    ),
}
_ENGLISH_SHAPES = (
    # at least 5 cases filed
    r"<aim>\s+<number>\s+(?:of\s+)?(?:[\w-]+\s+){0,3}?<act>\b(?!\s+<delivery>\b)",
    # detain no fewer than 3 officers
    r"<do>\w*\s+<aim>\s+<number>\b(?!\s+<delivery>\b)",
    r"<kind>s?[\s-]+(?:filing\s+)?<score>\b",  # detention rate
    r"<score>\s+(?:for|of|on)\s+~20\b(?:<act>|<done>)\b",  # quota for leads
    r"rank\w*\b~40\b(?:<act>|<done>)\b",  # rank provinces by number of cases
    r"(?:<act>|<done>)\b~25\b(?:ranked|ranking|league table)\b",
    r"(?:number|count|total) of <act>\b~20\b(?:at least|reach|increase|exceed)\w*",
)
_HANDLING_EN = re.compile(
    r"\b(?:handled|answered|closed in time|timel\w+|acknowledg\w+|feedback|on time|reviewed)\b",
    re.IGNORECASE,
)
_FORBIDDING_EN = re.compile(
    r"\b(?:no|not|never|without|forbid\w*|ban(?:ned)?)\b(?!\s+(?:fewer|less))", re.IGNORECASE
)


def _compile(
    shapes: Iterable[str], words: Mapping[str, str], gap: str, edge: str
) -> tuple[re.Pattern[str], ...]:
    """Patterns of shapes: <name> stands for a word list, ~5 for at most five other characters."""

    def spell(shape: str) -> str:
        while re.search(r"<\w+>", shape):  # a list may name another
            shape = re.sub(r"<(\w+)>", lambda name: f"(?:{words[name[1]]})", shape)
        return re.sub(r"~(\d+)", lambda most: f"{gap}{{0,{most[1]}}}?", shape)

    return tuple(re.compile(edge + spell(shape), re.IGNORECASE) for shape in shapes)


_PATTERNS = _compile(_CHINESE_SHAPES, _CHINESE, "[^。；;!\n]", "")
_PATTERNS_EN = _compile(_ENGLISH_SHAPES, _ENGLISH, r"[^.;\n]", r"\b")
_COUNTED_EN = _compile(("<act>\\b",), _ENGLISH, "", r"\b")[0]
_DELIVERIES_EN = _compile(("<delivery>\\b",), _ENGLISH, "", r"\b")[0]
_KEY_ACTS = re.compile(
    "|".join(("lian|liuzhi|chufen", _ENGLISH["done"], f"(?:{_ENGLISH['kind']})s?"))
)
_KEY_DELIVERIES = re.compile(
    "|".join((_ENGLISH["delivery"], _any("trained reviewed returns? attendances? answered")))
)


def is_quota(text: str) -> bool:
    """Whether a title or a standard asks for a number, a rate or a ranking of people or cases."""
    plain = _plain(text)
    # Spaces and invisible characters between Chinese words change nothing of what is asked.
    chinese = "".join(
        letter
        for letter in plain
        if letter == "\n" or not (letter.isspace() or unicodedata.category(letter) == "Cf")
    )
    return any(_asks(pattern, chinese, _HANDLING, _FORBIDDING) for pattern in _PATTERNS) or any(
        _asks(pattern, plain, _HANDLING_EN, _FORBIDDING_EN) for pattern in _PATTERNS_EN
    )


def counts_people_or_cases(title: str, key: str = "") -> bool:
    """Whether an indicator counts people acted upon, leads or cases, rather than deliveries."""
    words = key.split("-")
    if any(_KEY_ACTS.fullmatch(word) for word in words) and not any(
        _KEY_DELIVERIES.fullmatch(word) for word in words
    ):
        return True
    plain = _plain(title)
    if re.search(_CHINESE["act"], plain) and not _DELIVERIES.search(plain):
        return True
    return bool(_COUNTED_EN.search(plain)) and not _DELIVERIES_EN.search(plain)


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


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_TRADITIONAL)


def _asks(
    pattern: re.Pattern[str], text: str, handling: re.Pattern[str], forbidding: re.Pattern[str]
) -> bool:
    for match in pattern.finditer(text):
        # What is forbidden is forbidden before it is named, in the same clause.
        before = re.split(r"[。；;.，,!\n]", text[: match.start()])[-1][-16:]
        asked = match.group()
        handled = handling.search(asked) and _SHARE.search(asked)
        if not (handled or _REVIEWING.search(asked) or forbidding.search(before + asked)):
            return True
    return False


def _texts(thing: Mapping[str, Any], source: Source, path: Steps) -> Iterator[PlanError]:
    for field in ("title", "title_en", "standard", "note"):
        if is_quota(thing.get(field, "")):
            yield _error(source, (*path, field))
    for field in ("title", "title_en"):
        if is_quota(thing.get("indicator", {}).get(field, "")):
            yield _error(source, (*path, "indicator", field))
    for number, item in enumerate(thing.get("evidence", ())):
        if is_quota(item["name"]):
            yield _error(source, (*path, "evidence", number, "name"))


def _sums_people(requirement: Mapping[str, Any]) -> bool:
    """A quantity is of the indicator; without one, of what the title names."""
    of = requirement.get("indicator") or requirement
    key = of["key"] if "indicator" in requirement else ""
    return any(counts_people_or_cases(of.get(field, ""), key) for field in ("title", "title_en"))


def _error(source: Source, path: Steps) -> PlanError:
    return source.error(
        path,
        _("This sets a number, a rate or a ranking on people or on cases."),
        _(
            "Ask for what the unit does (sessions, talks, forms, handling in time); "
            "how many are reported, filed, detained or punished is counted, never asked for."
        ),
    )
