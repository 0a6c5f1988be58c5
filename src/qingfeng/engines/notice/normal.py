"""A matching copy of a text: simplified, half-width, free of noise, each character knowing its place."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import opencc

_TERMINAL = "。!?;:"
# Pinyin that copying from some e-papers leaves after a character, as in 政(zhèng)府.
_PINYIN = re.compile(
    r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńň]{1,6}\)", re.IGNORECASE
)
_PAGE = re.compile(
    r"^[ \t]*(?:[-\u2014\u2013\u00b7]+[ ]*\d{1,4}[ ]*[-\u2014\u2013\u00b7]+|第[ ]*\d{1,4}[ ]*页"
    r"(?:[ ,/]*共[ ]*\d{1,4}[ ]*页)?|\d{1,4}[ ]*/[ ]*\d{1,4}|p\.[ ]*\d+|page[ ]*\d+(?:[ ]*of[ ]*\d+)?)[ \t]*$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"^[ \t]*\d{1,3}[ \t]*$")
# Lines that a web page or an e-paper puts round an article.
_RESIDUE = re.compile(
    r"^[ \t]*(?:[大中小]字号|字号[::]|来源:|\d{4}年\d{1,2}月\d{1,2}日\d{1,2}:\d{2}|原标题:|责任?编辑?:|\(责任?编辑?:|分享到|打印本页|关闭窗口|"
    r"当前位置|首页[ >]|浏览次数|扫一扫|【字体|字体:|上一篇|下一篇|相关(?:链接|阅读|稿件)|版权所有|"
    r"网站地图|索[ ]*引[ ]*号|主题分类|发文机关:|发布日期:|标[ ]*题:|发文字号:|主[ ]*题[ ]*词|"
    r"成文日期:|有效性:|信息来源)"
)
_DROP = frozenset("\r\u200b\u200c\u200d\u2060\ufeff\u00ad")
_NUMBERED = re.compile(
    r"[ \t]*(?:第?[一二三四五六七八九十百]{1,4}[、.章条节,是要]|\([一二三四五六七八九十\d]{1,4}\)"
    r"|\d{1,3}[.、)]|[\u2460-\u2473]|\u2014\u2014|[\u3220-\u3229])"
)
_LABEL = re.compile(r"[ \t]*[\u4e00-\u9fff]{2,8}:")


@cache
def _table() -> dict[int, str]:
    """One character to one: OpenCC's traditional-to-simplified characters, then half-width forms."""
    han = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    plain = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    table = {ord(a): b for a, b in zip(han, plain, strict=True) if len(b) == 1 and a != b}
    table.update({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
    table.update(
        {
            0x3000: " ",
            0x00A0: " ",
            0x2003: " ",
            0x2002: " ",
            0x000B: " ",
            0x000C: "\n",
            0x2028: "\n",
            0x2029: "\n",
            0x0085: "\n",
            0x2015: "\u2014",  # horizontal bar, a range mark in older notices
            0x2500: "\u2014",
            0xFE63: "-",
            0xFF61: "。",
            0x3014: "〔",
            0xFF3B: "〔",
            0xFF3D: "〕",
            0x3010: "(",
            0x3011: ")",
            0x300C: "“",
            0x300D: "”",
            0x300E: "‘",
            0x300F: "’",
        }
    )
    return table


def simplified(text: str) -> str:
    """The same text, character for character, in simplified half-width forms. Length is kept."""
    return text.translate(_table())


@dataclass(frozen=True, slots=True)
class Matching:
    """`text` to match on; `at[i]` is where its i-th character stands in `source`."""

    source: str
    text: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the source of a non-empty span of the matching copy."""
        return self.at[start], self.at[end - 1] + 1

    def original(self, start: int, end: int) -> str:
        """The words of the source there, verbatim."""
        a, b = self.span(start, end)
        return self.source[a:b]


def _noise_lines(lines: list[str]) -> set[int]:
    """Page numbers, web residue, and short lines that come back over and over (watermarks)."""
    noise = {i for i, line in enumerate(lines) if _PAGE.match(line) or _RESIDUE.match(line)}
    filled = [i for i, line in enumerate(lines) if line.strip()]
    for before, i in pairwise(filled):
        # A bare number is a page number only inside a broken sentence; in a table it is a row's.
        text = lines[before].strip()
        if (
            _BARE_NUMBER.match(lines[i])
            and len(text) >= 15
            and text[-1] not in _TERMINAL
            and not _BARE_NUMBER.match(text)
            and "。" in "".join(lines[max(0, i - 8) : i + 8])
        ):
            noise.add(i)
    where: dict[str, list[int]] = defaultdict(list)
    for i in filled:
        where[lines[i].strip()].append(i)
    for text, places in where.items():
        if len(places) < 3 or len(text) < 4 or len(text) > 40 or _LABEL.match(text):
            continue
        apart = [b - a for a, b in pairwise(places)]
        if min(apart) >= 10 and not re.search(r"[、,。]|\d", text):
            noise.update(places)
    return noise


def _columns(line: str) -> int:
    """The columns that a line takes when a Chinese character takes two."""
    return sum(1 if c < "\u0100" and c not in ",;:!?()" else 2 for c in line.strip())


def _wrap_width(lines: list[str]) -> int:
    """The columns that a hard-wrapped text was broken at, or 0 for one whose lines are paragraphs."""
    lengths = [n for n in (_columns(line) for line in lines) if n >= 24]
    if len(lengths) < 6:
        return 0
    width = max(lengths)
    full = [line.strip() for line in lines if _columns(line) >= width - 6]
    broken = sum(1 for line in full if line[-1] not in _TERMINAL)
    return width if width <= 110 and broken >= 4 and len(full) >= 0.3 * len(lengths) else 0


def _joins(line: str, following: str, width: int) -> bool:
    """Whether the sentence of `line` goes on in `following`."""
    text, after = line.strip(), following.strip()
    if not text or not after or text[-1] in _TERMINAL + "”)》】" or "\t" in line:
        return False
    if _NUMBERED.match(after) or _LABEL.match(after):
        return False
    if text[-1] in ",、(《“":
        return True
    if width and _columns(line) >= width - 6:
        return not following.startswith(("  ", "\t"))
    # Paragraphs broken by a page or a column: the line is body text and simply stops.
    body = len(text) > 40 and ("。" in text or not _NUMBERED.match(text))
    return not width and body


def matching(source: str) -> Matching:
    """The matching copy of `source`: noise left out, wrapped lines joined, one paragraph a line."""
    same = simplified(source)
    lines: list[tuple[int, str]] = []
    start = 0
    for line in same.split("\n"):
        lines.append((start, line))
        start += len(line) + 1
    noise = _noise_lines([line for _, line in lines])
    kept = [(at, line) for i, (at, line) in enumerate(lines) if line.strip() and i not in noise]
    width = _wrap_width([line for _, line in kept])
    chars: list[str] = []
    at: list[int] = []
    for number, (offset, line) in enumerate(kept):
        skip: set[int] = set()
        for found in _PINYIN.finditer(line):
            skip.update(range(found.start(), found.end()))
        begin = len(line) - len(line.lstrip(" \t")) if "\t" not in line else 0
        stop = len(line.rstrip(" \t")) if "\t" not in line else len(line)
        for i in range(begin, stop):
            mark = line[i]
            if i in skip or mark in _DROP:
                continue
            if mark == " " and chars and (chars[-1] == " " or _glued(chars[-1], line, i)):
                continue
            chars.append(mark)
            at.append(offset + i)
        following = kept[number + 1][1] if number + 1 < len(kept) else ""
        if following and not _joins(line, following, width):
            chars.append("\n")
            at.append(min(offset + len(line), len(source) - 1))
    return Matching(source, "".join(chars), tuple(at))


def _glued(before: str, line: str, i: int) -> bool:
    """A space between a figure and the Chinese round it is typesetting, not a break."""
    after = line[i + 1 : i + 2]
    return (before.isdigit() and after in "年月日个项次类名件%至到-\u2014") or (
        before in "年月日于至到前第每约" and after.isdigit()
    )
