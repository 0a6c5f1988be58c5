"""Invented people look like an organ's people and are nobody's."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.engines import personas
from qingfeng.engines.divisions import Tier, divisions
from qingfeng.engines.divisions.organs import OrganKind, organs_of
from qingfeng.engines.personas import FAMOUS, Rank, people

SEEDS = st.integers(0, 2**32)
EVERY = [
    (kind, tier) for tier in Tier for kind in (*organs_of(tier), OrganKind.OFFICE)
]  # fmt: skip


@given(SEEDS, st.integers(0, 60))
def test_the_same_seed_gives_the_same_people(seed, n):
    assert people(Random(seed), n) == people(Random(seed), n)


def test_another_seed_gives_others():
    assert people(Random(1), 20) != people(Random(2), 20)


def test_no_name_is_famous_and_none_comes_twice():
    crowd = people(Random(7), 10_000)
    names = {person.full_name for person in crowd}
    assert len(names) == 10_000
    assert not names & FAMOUS
    assert {len(name) for name in names} == {2, 3}


def test_every_name_on_the_refuse_list_is_one_that_could_come_up():
    from qingfeng.engines.personas import _EITHER, _FEMALE, _MALE, _SURNAMES

    for name in FAMOUS:
        assert name[0] in _SURNAMES
        assert any(set(name[1:]) <= set(own + _EITHER) for own in (_MALE, _FEMALE)), name


def test_a_famous_name_is_drawn_again(monkeypatch):
    drawn = iter(["刘翔", "万里", "田清和"])
    monkeypatch.setattr(personas, "FAMOUS", {"刘翔", "万里"})
    monkeypatch.setattr(personas, "_name", lambda rng, *, is_female: next(drawn))
    assert [person.full_name for person in people(Random(1), 1)] == ["田清和"]


def test_more_people_than_names_are_refused():
    with pytest.raises(ValueError, match="10000"):
        people(Random(1), 10_001)


def test_identity_numbers_are_masked_and_belong_to_no_division_of_china():
    areas = {division.code for division in divisions() if not division.is_fictional}
    for person in people(Random(11), 500):
        assert len(person.masked_id) == 18
        assert person.masked_id[6:14] == "********"
        assert person.masked_id[:6] not in areas
        assert person.masked_id[-1] in "0123456789X"
        assert (int(person.masked_id[16]) % 2 == 0) == person.is_female


@pytest.mark.parametrize(("kind", "tier"), EVERY)
def test_every_organ_has_one_head_then_leaders_then_the_rest(kind, tier):
    staff = people(Random(5), 40, kind=kind, tier=tier)
    order = list(Rank)
    assert [person.is_head for person in staff] == [True] + [False] * 39
    assert sum(person.is_leader for person in staff) == 5
    ranks = [order.index(person.rank) for person in staff]
    assert ranks == sorted(ranks)
    assert all(person.post and person.grade and "{" not in person.post for person in staff)


def test_judges_prosecutors_police_and_officials_carry_their_own_grades():
    def grades(kind):
        return {p.post: p.grade for p in people(Random(9), 40, kind=kind, tier=Tier.PREFECTURE)}

    court = grades(OrganKind.COURT)
    assert court["院长"].endswith("高级法官")
    assert court["法官"].endswith("级法官")
    assert court["书记员"].endswith("科员")
    assert grades(OrganKind.PROCURATORATE)["检察官"].endswith("级检察官")
    assert grades(OrganKind.POLICE)["刑事侦查支队支队长"].endswith("警督")
    assert grades(OrganKind.JUSTICE)["局长"].endswith("调研员")


@pytest.mark.parametrize(
    ("organ", "kind", "tier", "title"),
    [
        ("河北省公安厅", OrganKind.POLICE, Tier.PROVINCE, "厅长"),
        ("北京市公安局", OrganKind.POLICE, Tier.PROVINCE, "局长"),
        ("公安部", OrganKind.POLICE, Tier.CENTRAL, "部长"),
        ("松岚县人民法院", OrganKind.COURT, Tier.COUNTY, "院长"),
        ("松岚县人民检察院", OrganKind.PROCURATORATE, Tier.COUNTY, "检察长"),
        ("中共松岚县委政法委员会", OrganKind.COMMITTEE, Tier.COUNTY, "书记"),
    ],
)
def test_a_head_is_titled_after_the_organ(organ, kind, tier, title):
    head, deputy = people(Random(2), 2, kind=kind, tier=tier, organ=organ)
    assert head.post == title
    assert deputy.post == f"副{title}"


def test_heads_of_courts_stand_half_a_step_above_their_tier():
    (president,) = people(Random(2), 1, kind=OrganKind.COURT, tier=Tier.PREFECTURE)
    (director,) = people(Random(2), 1, kind=OrganKind.JUSTICE, tier=Tier.PREFECTURE)
    assert (president.rank, director.rank) == (Rank.BUREAU, Rank.COUNTY)
