"""Invented people for demos and tests: names, masked identity numbers, posts and ranks.

Nobody real is meant. Names combine common surnames with characters common in given names, names
of public figures are refused, and identity numbers begin with a division code that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import cycle, islice
from random import Random
from typing import Final

from qingfeng.engines.divisions import Tier
from qingfeng.engines.divisions.organs import OrganKind


class Rank(StrEnum):
    """Ranks as campaign statistics group them: 厅局级, 县处级, 科级, 科级以下."""

    BUREAU = "bureau"
    COUNTY = "county"
    SECTION = "section"
    BELOW = "below"


@dataclass(frozen=True)
class Persona:
    """One invented person in one organ.

    ``grade`` is the title beside the post: a police rank, a judge's or prosecutor's grade, or a
    civil servant's. ``masked_id`` shows an identity number's first six and last four characters.
    """

    full_name: str
    is_female: bool
    masked_id: str
    post: str
    rank: Rank
    grade: str
    is_head: bool
    is_leader: bool


# -- names ------------------------------------------------------------------------------------

# The commonest surnames of the 2020 census, roughly in order.
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢"
    "姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤"
)
_MALE: Final = (
    "伟强军勇杰涛磊斌鹏辉刚健峰志建国海波庆宏浩宇亮飞毅凯俊荣林山川松柏东南北立成大为振兴"
)
_FEMALE: Final = "芳娜静敏丽娟艳霞秀英玲燕萍红梅莉兰洁雪慧琳婷颖倩蓉薇菊云青月珍淑琴佳怡悦岚黛"
_EITHER: Final = "文明安宁晓春永华正清思远知行书言景和嘉予瑞雨泽一新子心天若希望如意方以之广修源越"

# Leaders past and present, and others whom everybody knows, as far as the characters above make
# their names. Any name may still be somebody's; no list can rule this out.
FAMOUS: Final = frozenset(
    """
    毛泽东 毛远新 毛新宇 周强 刘志军 刘慧 刘涛 江青 胡春华 李鹏 李强 李希 李宁 李娜 王毅
    王立军 王林清 王明 陈毅 陈云 陈一新 陈文清 陈希 朱之文 杨振宁 孙立军 孟宏伟 马云 蔡英文 韩正
    姚明 任建新 曹建明 黄兴国 黄晓明 唐一军 苏荣 孔子 孟子 王正伟 王晓东 张志军 李建国 李永波 刘永清
    朱婷 林心如 黎明 杨子荣 张国立 赵薇 钟南山 王永志 王志刚 王东明 王东峰 林青霞 马文瑞 高强 林建华
    孙春兰 韩雪 于永波 程永华 董建华 曾志伟 江一燕 方静 吴敏霞 金一南 张文宏 李兰娟 陈薇 朱军 刘晓庆
    刘强东 王健林 任志强 张磊 王兴 雷军 丁磊 张军 王勇 李斌
    """.split()  # noqa: SIM905 - names in plain lines are easier to read and extend
)

_MOST: Final = 10_000
_AREA: Final = "990100"
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OLDEST: Final = date(1962, 1, 1)
_BIRTH_DAYS: Final = (date(1998, 12, 31) - _OLDEST).days


def _name(rng: Random, *, is_female: bool) -> str:
    """A surname and one or two characters, four times of five two."""
    own = _FEMALE if is_female else _MALE
    last = rng.choice(own if rng.random() < 0.7 else _EITHER)
    middle = rng.choice(own + _EITHER) if rng.random() < 0.8 else ""
    # Surnames follow a long tail: the product of two draws favours the front of the list.
    surname = _SURNAMES[int(rng.random() * rng.random() * len(_SURNAMES))]
    return surname + ("" if middle == last else middle) + last


def _masked_id(rng: Random, *, is_female: bool) -> str:
    """An identity number after GB 11643, its birthday masked; the 17th digit tells the sex."""
    born = _OLDEST + timedelta(days=rng.randint(0, _BIRTH_DAYS))
    serial = rng.randrange(0, 1000, 2) + (not is_female)
    digits = f"{_AREA}{born:%Y%m%d}{serial:03d}"
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return f"{_AREA}********{serial:03d}{'10X98765432'[weighed % 11]}"


# -- posts ------------------------------------------------------------------------------------

_B, _C, _S, _L = Rank.BUREAU, Rank.COUNTY, Rank.SECTION, Rank.BELOW

# Head, other leaders, heads of departments, members.
_RANKS: Final[dict[str, tuple[Rank, Rank, Rank, Rank]]] = {
    Tier.CENTRAL: (_B, _B, _C, _S),
    Tier.PROVINCE: (_B, _B, _C, _S),
    Tier.PREFECTURE: (_C, _C, _S, _L),
    Tier.COUNTY: (_S, _S, _S, _L),
}
# Heads who stand half a step above their organ's tier.
_RAISED: Final[dict[str, Rank]] = {Tier.PREFECTURE: _B, Tier.COUNTY: _C}
_RAISED_KINDS: Final = frozenset(
    (OrganKind.COMMITTEE, OrganKind.COURT, OrganKind.PROCURATORATE, OrganKind.POLICE)
)

_POLICE: Final = {
    _B: ("一级警监", "二级警监", "三级警监"),
    _C: ("三级警监", "一级警督"),
    _S: ("一级警督", "二级警督"),
    _L: ("三级警督", "一级警司", "二级警司", "三级警司"),
}
_JUDGE: Final = {
    _B: ("一级高级{}", "二级高级{}"),
    _C: ("三级高级{}", "四级高级{}"),
    _S: ("一级{}", "二级{}"),
    _L: ("三级{}", "四级{}", "五级{}"),
}
_CIVIL: Final = {
    _B: ("一级巡视员", "二级巡视员"),
    _C: ("一级调研员", "二级调研员", "三级调研员", "四级调研员"),
    _S: ("一级主任科员", "二级主任科员", "三级主任科员", "四级主任科员"),
    _L: ("一级科员", "二级科员"),
}
_WEARS_UNIFORM: Final = frozenset(
    (OrganKind.POLICE, OrganKind.STATE_SECURITY, OrganKind.PRISON, OrganKind.REHAB)
)
_JUDGES: Final[dict[str, str]] = {OrganKind.COURT: "法官", OrganKind.PROCURATORATE: "检察官"}

# Heads of departments that bear on a campaign, and members, who come round again and again.
_POSTS: Final[dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    OrganKind.OFFICE: (
        ("综合组组长", "线索核查组组长", "宣传组组长", "督导组组长"),
        ("联络员", "线索管理员", "材料员"),
    ),
    OrganKind.COMMITTEE: (
        ("办公室主任", "执法监督{desk}{desk}长", "队伍建设{desk}{desk}长"),
        ("执法监督{desk}干部", "队伍建设{desk}干部", "办公室干部"),
    ),
    OrganKind.COURT: (
        ("立案庭庭长", "刑事审判庭庭长", "民事审判庭庭长", "执行局局长", "督察室主任"),
        ("法官", "法官", "法官助理", "书记员"),
    ),
    OrganKind.PROCURATORATE: (
        ("第一检察部主任", "第二检察部主任", "案件管理办公室主任", "检务督察部主任"),
        ("检察官", "检察官", "检察官助理", "书记员"),
    ),
    OrganKind.POLICE: (
        (
            "刑事侦查{squad}{squad}长",
            "治安管理{squad}{squad}长",
            "督察{squad}{squad}长",
            "法制{squad}{squad}长",
        ),
        ("刑事侦查{squad}民警", "治安管理{squad}民警", "法制{squad}民警"),
    ),
    OrganKind.STATE_SECURITY: (("办公室主任", "机关党委专职副书记"), ("干警",)),
    OrganKind.JUSTICE: (
        ("办公室主任", "社区矫正{desk}{desk}长", "律师工作{desk}{desk}长"),
        ("社区矫正{desk}干部", "律师工作{desk}干部", "办公室干部"),
    ),
    OrganKind.PRISON: (
        ("狱政管理{desk}{desk}长", "刑罚执行{desk}{desk}长", "狱内侦查{desk}{desk}长"),
        ("刑罚执行{desk}民警", "狱政管理{desk}民警"),
    ),
    OrganKind.REHAB: (
        ("所政管理{desk}{desk}长", "教育矫治{desk}{desk}长"),
        ("教育矫治{desk}民警", "所政管理{desk}民警"),
    ),
}
_HEADS: Final[dict[str, str]] = {
    OrganKind.OFFICE: "主任",
    OrganKind.COMMITTEE: "书记",
    OrganKind.COURT: "院长",
    OrganKind.PROCURATORATE: "检察长",
}
_SQUADS: Final[dict[str, str]] = {
    Tier.CENTRAL: "局",
    Tier.PROVINCE: "总队",
    Tier.PREFECTURE: "支队",
    Tier.COUNTY: "大队",
}
_DESKS: Final[dict[str, str]] = {
    Tier.CENTRAL: "局",
    Tier.PROVINCE: "处",
    Tier.PREFECTURE: "科",
    Tier.COUNTY: "股",
}


@dataclass(frozen=True)
class _Seat:
    post: str
    rank: Rank
    is_head: bool = False
    is_leader: bool = False
    is_chief: bool = False


def _seats(kind: str, tier: str, organ: str) -> Iterator[_Seat]:
    """The seats of an organ, most senior first, without end."""
    head, leader, chief, member = _RANKS[tier]
    if kind in _RAISED_KINDS:
        head = _RAISED.get(tier, head)
    # A department (厅), a ministry (部) and a bureau (局) name their head after themselves.
    title = _HEADS.get(kind) or f"{organ[-1:] or '局'}长"
    yield _Seat(title, head, is_head=True, is_leader=True)
    for post in (f"副{title}", "政治部主任", f"副{title}", "派驻纪检监察组组长"):
        yield _Seat(post, leader, is_leader=True)
    chiefs, members = _POSTS[kind]
    words = {"squad": _SQUADS[tier], "desk": _DESKS[tier]}
    for post in chiefs:
        yield _Seat(post.format(**words), chief, is_chief=True)
    for post in cycle(members):
        yield _Seat(post.format(**words), member)


def _grade(rng: Random, kind: str, seat: _Seat) -> str:
    if seat.post.startswith("派驻"):  # sent by the discipline inspection, not of the organ
        return rng.choice(_CIVIL[seat.rank])
    if kind in _WEARS_UNIFORM:
        return rng.choice(_POLICE[seat.rank])
    judge = _JUDGES.get(kind)
    if judge and (seat.is_leader or seat.is_chief or seat.post == judge):
        return rng.choice(_JUDGE[seat.rank]).format(judge)
    return rng.choice(_CIVIL[seat.rank])


def people(
    rng: Random,
    n: int,
    *,
    kind: str = OrganKind.POLICE,
    tier: str = Tier.COUNTY,
    organ: str = "",
) -> list[Persona]:
    """Invent the ``n`` most senior people of one organ, its head first, no two of one name.

    The same state of ``rng`` gives the same people.

    Args:
        rng: the only source of chance.
        n: how many; at most 10,000.
        kind: the organ's :class:`OrganKind`.
        tier: the organ's :class:`Tier`.
        organ: the organ's name, whose last character (厅, 局, 部) gives the head's title.

    Raises:
        ValueError: more people are asked for than there are names to tell them apart.
    """
    if n > _MOST:
        raise ValueError(f"at most {_MOST} people at once")
    found: dict[str, Persona] = {}
    for seat in islice(_seats(kind, tier, organ), n):
        is_female = rng.random() < 0.3
        full_name = _name(rng, is_female=is_female)
        while full_name in FAMOUS or full_name in found:
            full_name = _name(rng, is_female=is_female)
        found[full_name] = Persona(
            full_name,
            is_female,
            _masked_id(rng, is_female=is_female),
            seat.post,
            seat.rank,
            _grade(rng, kind, seat),
            seat.is_head,
            seat.is_leader,
        )
    return list(found.values())
