"""Kinds of malpractice that a notice names: lists after 重点整治, items under 问题 headings, quoted lists."""

from __future__ import annotations

import re

from qingfeng.engines.notice.findings import Category
from qingfeng.engines.notice.normal import Matching
from qingfeng.engines.notice.outline import Block

_LISTS = (
    re.compile(
        r"(?:重点对|重点(?:整治|清查|查处|排查|治理|解决|纠治)|严查|着力整治|严肃查处|坚决纠正|集中整治)([^。;\n]{6,200}?)等?(?:突出)?(?:问题|顽疾|行为|顽瘴痼疾|现象|乱象)"
    ),
    re.compile(
        r"(?:包括|主要有|分别是|即)[:,]?([^。;\n]{8,200}?)(?:等)?[一二三四五六七八九十\d]*(?:类|大|项)?(?:突出)?(?:问题|顽疾|顽瘴痼疾|行为)"
    ),
)
_WRONG = re.compile(
    r"违|私|枉|贿|腐|贪|徇|干预|插手|勾结|隐瞒|不作为|乱作为|慢作为|不力|不实|不当|不严|不公|形式主义|官僚主义|享乐|奢靡|泄|滥用|侵占|挪用|截留|虚报|冒领|"
    r"保护伞|掮客|渎职|失职|弄虚作假|吃拿卡要|推诿|压案|有案不|经商办企业|经营活动|两面派|两面人|不正之风|粗暴|刁难|超标|损害"
)
_GROUP = re.compile(r"“?([一二三四五六七八九十\d]+大(?:顽瘴痼疾|顽疾|突出问题|问题))”?")


def problem_items(view: Matching, items: list[Block]) -> set[int]:
    """Blocks that are the numbered items right after a line that ends in 问题: or the like."""
    out: set[int] = set()
    listing = False
    form = ""
    for i, block in enumerate(items):
        words = view.text[block.start : block.end]
        if listing and block.form and not block.is_heading and form in ("", block.form):
            form = block.form
            out.add(i)
            continue
        listing, form = (
            bool(re.search(r"(?:问题|行为|情形|乱象|顽疾)(?:如下)?[:。]?$", words))
            and bool(re.search(r"(?:以下|下列|如下|重点)[^。]*$", words)),
            "",
        )
    return out


def categories(view: Matching, items: list[Block]) -> list[Category]:
    """Each kind once, in text order, with the list that it stands under."""
    text = view.text
    out: list[Category] = []
    seen: set[str] = set()
    for i in sorted(problem_items(view, items)):
        a, b = items[i].after, items[i].end
        while b > a and text[b - 1] in "。; ":
            b -= 1
        if 4 <= b - a <= 80 and text[a:b] not in seen:
            seen.add(text[a:b])
            s, e = view.span(a, b)
            out.append(
                Category(
                    s, e, view.source[s:e], 0.85, "a numbered item of a list of problems", group=""
                )
            )
    for pattern in _LISTS:
        for found in pattern.finditer(text):
            sentence = text.rfind("。", 0, found.start()) + 1
            group = _GROUP.search(text, sentence, found.end())
            for part in re.finditer(r"[^、,]+", found[1]):
                words = part[0].strip(" “”")
                if not 4 <= len(words) <= 40 or words in seen or not _WRONG.search(words):
                    continue
                seen.add(words)
                a = found.start(1) + part.start() + part[0].index(words)
                s, e = view.span(a, a + len(words))
                out.append(
                    Category(
                        s,
                        e,
                        view.source[s:e],
                        0.7,
                        "an item in a list of problems to be dealt with",
                        group=group[1] if group else "",
                    )
                )
    return sorted(out, key=lambda item: item.start)
