"""Names of the political-legal organs of a place, full and short, in Chinese and English.

Courts and procuratorates are named after their organic laws (人民法院组织法 and 人民检察院组织法 of
2018): a prefecture has an intermediate court; in a league or 地区 the procuratorate is a branch of
the province's. The corps' are named by the decision that the standing committee of the National
People's Congress took on 29 December 1998. A district's police is a branch of its city's bureau,
and its other organs carry the city's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from qingfeng.engines.divisions import Tier


class OrganKind(StrEnum):
    """What an organ is; the kinds are the lines (条线) along which a campaign also runs."""

    COMMITTEE = "committee"  # 党委政法委
    COURT = "court"
    PROCURATORATE = "procuratorate"
    POLICE = "police"
    STATE_SECURITY = "state_security"
    JUSTICE = "justice"
    PRISON = "prison"  # the administration of prisons, not the single prison
    REHAB = "rehab"  # compulsory drug rehabilitation
    OFFICE = "office"  # set up by a campaign, not a standing organ


class OrganName(NamedTuple):
    """An organ's full official name, and the short one that offices use."""

    name: str
    short_name: str


_FIVE: Final = (
    OrganKind.COMMITTEE,
    OrganKind.COURT,
    OrganKind.PROCURATORATE,
    OrganKind.POLICE,
    OrganKind.JUSTICE,
)
_ORGANS: Final[dict[str, tuple[OrganKind, ...]]] = {
    Tier.CENTRAL: (*_FIVE, OrganKind.STATE_SECURITY),
    Tier.PROVINCE: (
        *_FIVE,
        OrganKind.STATE_SECURITY,
        OrganKind.PRISON,
        OrganKind.REHAB,
    ),
    Tier.PREFECTURE: _FIVE,
    Tier.COUNTY: _FIVE,
}


def organs_of(tier: str) -> tuple[OrganKind, ...]:
    """The standing organs at a tier. State security appears only where it is public."""
    return _ORGANS[tier]


_CENTRAL: Final[dict[str, OrganName]] = {
    OrganKind.COMMITTEE: OrganName("中央政法委员会", "中央政法委"),
    OrganKind.COURT: OrganName("最高人民法院", "最高法"),
    OrganKind.PROCURATORATE: OrganName("最高人民检察院", "最高检"),
    OrganKind.POLICE: OrganName("公安部", "公安部"),
    OrganKind.STATE_SECURITY: OrganName("国家安全部", "国安部"),
    OrganKind.JUSTICE: OrganName("司法部", "司法部"),
    OrganKind.OFFICE: OrganName("全国教育整顿领导小组办公室", "全国教育整顿办"),
}
CORPS: Final = "新疆生产建设兵团"

# Nationalities in names of autonomous places; those without 族 are written so there.
_NATIONALITIES: Final = re.compile(
    r"(?:蒙古族?|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|"
    r"傣族|黎族|傈僳族|佤族|畲族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|"
    r"布朗族|撒拉族|毛南族|仡佬族|锡伯|塔吉克|怒族|鄂温克族|保安族|裕固族|独龙族|普米族|各族)+$"
)
_AUTONOMOUS: Final = re.compile(r"自治([区州县旗])$")


def short_place(name: str) -> str:
    """A place as offices abbreviate it: 内蒙古, 兵团, 凉山州, 彭水县; other names stay whole."""
    if name == CORPS:
        return "兵团"
    match = _AUTONOMOUS.search(name)
    if match is None:
        return name
    stem = name[: match.start()]
    if match[1] == "区":
        return stem if stem == "内蒙古" else _without_nationality(stem)
    return _without_nationality(stem) + match[1]


def _without_nationality(stem: str) -> str:
    # 鄂温克族自治旗 and 东乡族自治县 are named after nothing but their nationality.
    return _NATIONALITIES.sub("", stem) or stem.removesuffix("族")


def _is_district(place: str, within: str) -> bool:
    """Whether the place is a district of a city; 六枝特区 and 神农架林区 stand for themselves."""
    return within.endswith("市") and place.endswith("区") and not place.endswith("特区")


def _branch_place(district: str) -> str:
    """A district in the name of a police branch: 长安, but 矿区, 城区 and 井陉矿区 whole."""
    stem = _without_nationality(district[:-1])
    return district if len(stem) == 1 or stem.endswith("矿") else stem


@dataclass(frozen=True)
class _Place:
    """A place as its organs carry it: as named, with its city before it, and abbreviated."""

    name: str
    tier: str
    within: str

    @property
    def is_district(self) -> bool:
        return _is_district(self.name, self.within)

    @property
    def full(self) -> str:
        return self.within + self.name if self.is_district else self.name

    @property
    def short(self) -> str:
        return short_place(self.name)

    @property
    def bare(self) -> str:
        """石家庄 of 石家庄市, 河北 of 河北省, 喀什 of 喀什地区; 凉山州 stays."""
        return re.sub(r"(省|市|地区)$", "", self.short)

    @property
    def bureau(self) -> str:
        """A province's department is a 厅; a municipality's, the corps' and lower ones a 局."""
        is_department = self.tier == Tier.PROVINCE and self.name.endswith(("省", "自治区"))
        return "厅" if is_department else "局"

    def called(self, suffix: str, short_suffix: str = "") -> OrganName:
        return OrganName(self.full + suffix, self.short + (short_suffix or suffix))


def _committee(place: _Place) -> OrganName:
    if place.name == CORPS or place.name.endswith("自治区"):
        return OrganName(f"中共{place.name}委员会政法委员会", f"{place.short}党委政法委")
    if place.name.endswith("地区"):
        seat = place.name.removesuffix("区")  # 喀什地委
        return OrganName(f"中共{seat}委政法委员会", f"{seat}委政法委")
    return OrganName(f"中共{place.full}委政法委员会", f"{place.short}委政法委")


def _court(place: _Place) -> OrganName:
    if place.name == CORPS:
        return OrganName("新疆维吾尔自治区高级人民法院生产建设兵团分院", "新疆高院兵团分院")
    if place.tier == Tier.PROVINCE:
        return OrganName(f"{place.name}高级人民法院", f"{place.bare}高院")
    if place.tier == Tier.PREFECTURE:
        return OrganName(f"{place.name}中级人民法院", f"{place.bare}中院")
    return place.called("人民法院", "法院")


def _procuratorate(place: _Place) -> OrganName:
    if place.within and place.name.endswith(("地区", "盟")):
        return OrganName(f"{place.within}人民检察院{place.bare}分院", f"{place.bare}检察分院")
    return place.called("人民检察院", "检察院")


def _police(place: _Place) -> OrganName:
    if place.is_district:
        branch = _branch_place(place.name)
        return OrganName(f"{place.within}公安局{branch}分局", f"{branch}公安分局")
    return place.called(f"公安{place.bureau}")


_NAMED: Final[dict[str, Callable[[_Place], OrganName]]] = {
    OrganKind.COMMITTEE: _committee,
    OrganKind.COURT: _court,
    OrganKind.PROCURATORATE: _procuratorate,
    OrganKind.POLICE: _police,
    OrganKind.STATE_SECURITY: lambda place: place.called(f"国家安全{place.bureau}"),
    OrganKind.JUSTICE: lambda place: place.called(f"司法{place.bureau}"),
    OrganKind.PRISON: lambda place: place.called("监狱管理局"),
    OrganKind.REHAB: lambda place: place.called("戒毒管理局"),
    OrganKind.OFFICE: lambda place: place.called("教育整顿领导小组办公室", "教育整顿办"),
}


def organ_name(place_name: str, tier: str, kind: str, within: str = "") -> OrganName:
    """The name of a place's organ, and its short form.

    Args:
        place_name: the place's full name; not looked at for the central tier.
        tier: the place's :class:`Tier`.
        kind: which :class:`OrganKind`; not only those of :func:`organs_of`.
        within: the full name of the place above. Districts, leagues and 地区 need it, whose
            organs carry its name; without it they are named as if they stood alone.

    Raises:
        KeyError: there is no such organ at the central tier.
    """
    if tier == Tier.CENTRAL:
        return _CENTRAL[kind]
    return _NAMED[kind](_Place(place_name, tier, within))


_ENGLISH: Final = {
    "北京市": "Beijing",
    "天津市": "Tianjin",
    "河北省": "Hebei",
    "山西省": "Shanxi",
    "内蒙古自治区": "Inner Mongolia",
    "辽宁省": "Liaoning",
    "吉林省": "Jilin",
    "黑龙江省": "Heilongjiang",
    "上海市": "Shanghai",
    "江苏省": "Jiangsu",
    "浙江省": "Zhejiang",
    "安徽省": "Anhui",
    "福建省": "Fujian",
    "江西省": "Jiangxi",
    "山东省": "Shandong",
    "河南省": "Henan",
    "湖北省": "Hubei",
    "湖南省": "Hunan",
    "广东省": "Guangdong",
    "广西壮族自治区": "Guangxi",
    "海南省": "Hainan",
    "重庆市": "Chongqing",
    "四川省": "Sichuan",
    "贵州省": "Guizhou",
    "云南省": "Yunnan",
    "西藏自治区": "Tibet",
    "陕西省": "Shaanxi",
    "甘肃省": "Gansu",
    "青海省": "Qinghai",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
    CORPS: "the Xinjiang Production and Construction Corps",
    "江岚省": "Jianglan",
    "望川市": "Wangchuan",
    "澜陵市": "Lanling",
    "栖云市": "Qiyun",
}
_CENTRAL_EN: Final[dict[str, str]] = {
    OrganKind.COMMITTEE: "Central Political and Legal Affairs Commission",
    OrganKind.COURT: "Supreme People's Court",
    OrganKind.PROCURATORATE: "Supreme People's Procuratorate",
    OrganKind.POLICE: "Ministry of Public Security",
    OrganKind.STATE_SECURITY: "Ministry of State Security",
    OrganKind.JUSTICE: "Ministry of Justice",
    OrganKind.OFFICE: "National Campaign Office",
}
_ORGANS_EN: Final[dict[str, str]] = {
    OrganKind.COMMITTEE: "Political and Legal Affairs Commission",
    OrganKind.PROCURATORATE: "People's Procuratorate",
    OrganKind.POLICE: "Public Security {office}",
    OrganKind.STATE_SECURITY: "State Security {office}",
    OrganKind.JUSTICE: "Justice {office}",
    OrganKind.PRISON: "Prison Administration",
    OrganKind.REHAB: "Drug Rehabilitation Administration",
    OrganKind.OFFICE: "Campaign Office",
}
_COURTS_EN: Final[dict[str, str]] = {
    Tier.PROVINCE: "Higher People's Court",
    Tier.PREFECTURE: "Intermediate People's Court",
    Tier.COUNTY: "People's Court",
}


def place_name_en(place_name: str) -> str:
    """A province in English; lower places keep their Chinese name, which is what people search."""
    return _ENGLISH.get(place_name, place_name)


def organ_name_en(place_name: str, tier: str, kind: str, within: str = "") -> str:
    """The organ's name in English, as :func:`organ_name` has it in Chinese.

    Raises:
        KeyError: there is no such organ at the central tier.
    """
    if tier == Tier.CENTRAL:
        return _CENTRAL_EN[kind]
    where = place_name_en(place_name)
    if _is_district(place_name, within):
        where = f"{where}, {place_name_en(within)}"
    office = "Department" if _Place(place_name, tier, within).bureau == "厅" else "Bureau"
    organ = _COURTS_EN[tier] if kind is OrganKind.COURT else _ORGANS_EN[kind]
    return f"{organ.format(office=office)} of {where}"
