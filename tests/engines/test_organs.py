"""Organs are named as they name themselves."""

from collections import Counter

import pytest

from qingfeng.engines.divisions import Tier, divisions
from qingfeng.engines.divisions.organs import (
    OrganKind,
    organ_name,
    organ_name_en,
    organs_of,
    short_place,
)

K = OrganKind
BY_CODE = {division.code: division for division in divisions()}
CORPS = "新疆生产建设兵团"


def every_organ():
    for place in divisions():
        within = BY_CODE[place.parent].name if place.parent else ""
        for kind in organs_of(place.tier):
            yield place.name, place.tier, kind, within


# place, the place above, tier, kind, name, short name
KNOWN = """
- - central committee 中央政法委员会 中央政法委
- - central court 最高人民法院 最高法
- - central procuratorate 最高人民检察院 最高检
- - central police 公安部 公安部
- - central state_security 国家安全部 国安部
- - central justice 司法部 司法部
河北省 全国 province committee 中共河北省委政法委员会 河北省委政法委
河北省 全国 province court 河北省高级人民法院 河北高院
河北省 全国 province procuratorate 河北省人民检察院 河北省检察院
河北省 全国 province police 河北省公安厅 河北省公安厅
河北省 全国 province state_security 河北省国家安全厅 河北省国家安全厅
河北省 全国 province justice 河北省司法厅 河北省司法厅
河北省 全国 province prison 河北省监狱管理局 河北省监狱管理局
河北省 全国 province rehab 河北省戒毒管理局 河北省戒毒管理局
河北省 全国 province office 河北省教育整顿领导小组办公室 河北省教育整顿办
北京市 全国 province police 北京市公安局 北京市公安局
北京市 全国 province court 北京市高级人民法院 北京高院
内蒙古自治区 全国 province committee 中共内蒙古自治区委员会政法委员会 内蒙古党委政法委
西藏自治区 全国 province police 西藏自治区公安厅 西藏公安厅
新疆生产建设兵团 全国 province court 新疆维吾尔自治区高级人民法院生产建设兵团分院 新疆高院兵团分院
新疆生产建设兵团 全国 province procuratorate 新疆生产建设兵团人民检察院 兵团检察院
新疆生产建设兵团 全国 province police 新疆生产建设兵团公安局 兵团公安局
新疆生产建设兵团 全国 province committee 中共新疆生产建设兵团委员会政法委员会 兵团党委政法委
石家庄市 河北省 prefecture court 石家庄市中级人民法院 石家庄中院
凉山彝族自治州 四川省 prefecture court 凉山彝族自治州中级人民法院 凉山州中院
喀什地区 新疆维吾尔自治区 prefecture court 喀什地区中级人民法院 喀什中院
喀什地区 新疆维吾尔自治区 prefecture procuratorate 新疆维吾尔自治区人民检察院喀什分院 喀什检察分院
兴安盟 内蒙古自治区 prefecture procuratorate 内蒙古自治区人民检察院兴安盟分院 兴安盟检察分院
喀什地区 新疆维吾尔自治区 prefecture committee 中共喀什地委政法委员会 喀什地委政法委
正定县 石家庄市 county court 正定县人民法院 正定县法院
正定县 石家庄市 county police 正定县公安局 正定县公安局
长安区 石家庄市 county court 石家庄市长安区人民法院 长安区法院
长安区 石家庄市 county justice 石家庄市长安区司法局 长安区司法局
长安区 石家庄市 county police 石家庄市公安局长安分局 长安公安分局
朝阳区 北京市 county police 北京市公安局朝阳分局 朝阳公安分局
矿区 阳泉市 county police 阳泉市公安局矿区分局 矿区公安分局
瀍河回族区 洛阳市 county police 洛阳市公安局瀍河分局 瀍河公安分局
神农架林区 湖北省 county police 神农架林区公安局 神农架林区公安局
木里藏族自治县 凉山彝族自治州 county committee 中共木里藏族自治县委政法委员会 木里县委政法委
"""


@pytest.mark.parametrize("line", KNOWN.strip().splitlines())
def test_known_names(line):
    place, within, tier, kind, name, short = line.split()
    assert organ_name(place, Tier(tier), K(kind), within) == (name, short)


def test_no_two_organs_in_china_share_a_name():
    names = Counter(
        organ_name(place, tier, kind, within).name for place, tier, kind, within in every_organ()
    )
    assert [name for name, count in names.items() if count > 1] == []


def test_no_short_name_is_longer_than_the_full_one():
    for organ in every_organ():
        name, short = organ_name(*organ)
        assert 0 < len(short) <= len(name), name


def test_cities_and_counties_have_about_16_000_organs_and_the_rest_about_250():
    real = Counter(
        place.tier
        for place in divisions()
        for _kind in organs_of(place.tier)
        if not place.is_fictional
    )
    assert real[Tier.PREFECTURE] + real[Tier.COUNTY] == 5 * (333 + 2842) == 15_875
    assert real[Tier.PROVINCE] == 32 * 8
    assert real[Tier.CENTRAL] == 6


@pytest.mark.parametrize(
    ("place", "short"),
    [
        ("内蒙古自治区", "内蒙古"),
        ("新疆维吾尔自治区", "新疆"),
        ("克孜勒苏柯尔克孜自治州", "克孜勒苏州"),
        ("博尔塔拉蒙古自治州", "博尔塔拉州"),
        ("积石山保安族东乡族撒拉族自治县", "积石山县"),
        ("东乡族自治县", "东乡县"),
        ("鄂温克族自治旗", "鄂温克旗"),
        ("龙胜各族自治县", "龙胜县"),
        ("石家庄市", "石家庄市"),
        (CORPS, "兵团"),
    ],
)
def test_places_are_abbreviated_as_offices_do(place, short):
    assert short_place(place) == short


def test_no_abbreviation_collides_within_a_province():
    shorts = Counter()
    for place in divisions():
        if place.tier is Tier.COUNTY:
            shorts[place.parent, short_place(place.name)] += 1
    assert max(shorts.values()) == 1


@pytest.mark.parametrize(
    ("place", "within", "tier", "kind", "name"),
    [
        ("", "", "central", K.COURT, "Supreme People's Court"),
        ("河北省", "全国", "province", K.COURT, "Higher People's Court of Hebei"),
        ("河北省", "全国", "province", K.POLICE, "Public Security Department of Hebei"),
        ("北京市", "全国", "province", K.POLICE, "Public Security Bureau of Beijing"),
        ("正定县", "石家庄市", "county", K.JUSTICE, "Justice Bureau of 正定县"),
        ("岚东区", "望川市", "county", K.COURT, "People's Court of 岚东区, Wangchuan"),
    ],
)
def test_known_english_names(place, within, tier, kind, name):
    assert organ_name_en(place, Tier(tier), kind, within) == name


def test_every_organ_has_its_own_english_name():
    names = Counter(organ_name_en(*organ) for organ in every_organ())
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("kind", [K.PRISON, K.REHAB])
def test_the_centre_has_no_such_organ(kind):
    with pytest.raises(KeyError):
        organ_name("全国", Tier.CENTRAL, kind)
