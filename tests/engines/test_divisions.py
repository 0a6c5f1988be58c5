"""The divisions are China's at the end of 2020, and form one tree."""

from collections import Counter

import pytest

from qingfeng.engines.divisions import Division, Tier, divisions, find
from qingfeng.engines.divisions.make_divisions import rows

REAL = [division for division in divisions() if not division.is_fictional]
FICTIONAL = [division for division in divisions() if division.is_fictional]
BY_CODE = {division.code: division for division in divisions()}


def of(tier, among=REAL):
    return [division for division in among if division.tier is tier]


def named(name):
    (division,) = find(name)
    return division


def children(name):
    code = named(name).code
    return [division for division in divisions() if division.parent == code]


def test_counts_are_those_the_ministry_published_for_2020():
    assert Counter(division.tier for division in REAL) == {
        Tier.CENTRAL: 1,
        Tier.PROVINCE: 31 + 1,
        Tier.PREFECTURE: 333,
        # 2,844 less the two districts of 三沙市, which the table does not list.
        Tier.COUNTY: 2844 - 2,
    }
    prefectures = Counter(
        next(end for end in ("自治州", "地区", "盟", "市") if place.name.endswith(end))
        for place in of(Tier.PREFECTURE)
    )
    assert prefectures == {"市": 293, "自治州": 30, "地区": 7, "盟": 3}
    counties = Counter(
        next(
            end
            for end in ("自治县", "自治旗", "神农架林区", "特区", "区", "市", "县", "旗")
            if place.name.endswith(end)
        )
        for place in of(Tier.COUNTY)
    )
    assert counties == {
        "区": 973 - 2,
        "市": 388,
        "县": 1312,
        "自治县": 117,
        "旗": 49,
        "自治旗": 3,
        "特区": 1,
        "神农架林区": 1,
    }


def test_codes_are_unique_and_names_are_unique_under_one_parent():
    assert len(BY_CODE) == len(divisions())
    assert len({(place.parent, place.name) for place in divisions()}) == len(divisions())


def test_every_parent_comes_before_its_children_and_stands_higher():
    height = list(Tier)
    seen = {""}
    for place in divisions():
        assert place.parent in seen, place
        if place.parent:
            assert height.index(BY_CODE[place.parent].tier) < height.index(place.tier)
        seen.add(place.code)
    assert [place.name for place in divisions() if not place.parent] == ["全国"]


def test_a_code_begins_as_its_parents_does():
    for place in divisions():
        above = BY_CODE.get(place.parent)
        if above is not None and above.tier is not Tier.CENTRAL and above.code != "660000":
            assert place.code.startswith(above.code.rstrip("0")), place


def test_a_municipality_has_its_districts_right_beneath_it():
    assert {place.tier for place in children("北京市")} == {Tier.COUNTY}
    assert [len(children(name)) for name in ("北京市", "天津市", "上海市", "重庆市")] == [
        16,
        16,
        16,
        38,
    ]


def test_counties_without_a_prefecture_answer_to_their_province():
    beneath = {name: [p for p in children(name) if p.tier is Tier.COUNTY] for name in PROVINCES}
    assert {name: len(found) for name, found in beneath.items()} == {
        "河南省": 1,
        "湖北省": 4,
        "海南省": 15,
        "河北省": 0,
        "新疆维吾尔自治区": 0,
    }


PROVINCES = ("河南省", "湖北省", "海南省", "河北省", "新疆维吾尔自治区")


def test_the_corps_is_a_province_with_the_cities_it_governs():
    corps = named("新疆生产建设兵团")
    assert corps.tier is Tier.PROVINCE
    assert {"石河子市", "阿拉尔市"} <= {place.name for place in children(corps.name)}
    assert len(children(corps.name)) == 10


def test_five_prefectures_have_no_counties():
    with_counties = {place.parent for place in of(Tier.COUNTY)}
    without = {place.name for place in of(Tier.PREFECTURE) if place.code not in with_counties}
    assert without == {"东莞市", "中山市", "三沙市", "儋州市", "嘉峪关市"}


def test_names_are_whole_and_clean():
    for place in divisions():
        assert place.name == place.name.strip()
        assert place.name not in {"市辖区", "县"}
        assert len(place.name) >= 2
        assert place.code.isdecimal()
        assert len(place.code) == 6


def test_find_gives_every_place_of_a_name():
    assert named("望川市") == Division("990100", "望川市", "990000", Tier.PREFECTURE)
    assert {BY_CODE[place.parent].name for place in find("朝阳区")} == {"北京市", "长春市"}
    assert find("无此县") == ()


def test_the_fictional_province_is_none_of_chinas():
    assert [place.name for place in of(Tier.PROVINCE, FICTIONAL)] == ["江岚省"]
    assert [place.name for place in of(Tier.PREFECTURE, FICTIONAL)] == [
        "望川市",
        "澜陵市",
        "栖云市",
    ]
    assert len(children("望川市")) == 17
    stems = {place.name[:-1] for place in REAL}
    assert not stems & {place.name[:-1] for place in FICTIONAL}
    assert not any(place.code.startswith("99") for place in REAL)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("000000", ("000000", "全国", "", "central")),
        ("130100", ("130100", "石家庄市", "130000", "prefecture")),
        ("130102", ("130102", "长安区", "130100", "county")),
        ("419001", ("419001", "济源市", "410000", "county")),
        ("659001", ("659001", "石河子市", "660000", "county")),
        ("660000", ("660000", "新疆生产建设兵团", "000000", "province")),
        ("810000", None),
    ],
)
def test_the_maker_places_each_kind_of_code(code, expected):
    table = {
        "650000": "新疆维吾尔自治区",
        "810000": "香港特别行政区",
        "659001": "石河子市",
        "419001": "济源市",
        "410000": "河南省",
        "130102": "长安区",
        "130100": "石家庄市",
        "130000": "河北省",
    }
    made = {row[0]: row for row in rows(table)}
    assert made.get(code) == expected
