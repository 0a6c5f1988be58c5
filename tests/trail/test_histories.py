"""Histories: what readers of the trail see."""

from __future__ import annotations

import pytest

from qingfeng.trail import Subject, queries
from qingfeng.trail.services import ERASED, erase

pytestmark = pytest.mark.django_db


def test_the_last_event_of_a_record_is_its_newest(tell):
    tell(2, record=7)
    newest = tell(record=7)[0]
    tell(record=8)
    last = queries.last_event(Subject("note", 7))
    assert (last.pk, last.actor) == (newest, 3)
    assert queries.last_event(Subject("other", 7)) is None


def test_a_history_goes_backwards_page_by_page(tell):
    numbers = tell(5)
    tell(3, record=8)
    subject = Subject("note", 7)
    first = queries.history(subject, limit=3)
    second = queries.history(subject, limit=3, before=first[-1].id)
    assert [one.id for one in [*first, *second]] == numbers[::-1]
    assert [one.data["place"] for one in second] == [1, 0]


def test_content_is_shown_until_it_is_erased(tell):
    (number,) = tell(personal={"note": "甲"})
    (kept,) = tell(personal={"note": "乙"})
    assert erase([number], actor=5, ground="term expired") == 1
    by_number = {one.id: one for one in queries.history(Subject("note", 7))}
    assert (by_number[number].personal, by_number[number].is_erased) == (None, True)
    assert (by_number[kept].personal, by_number[kept].is_erased) == ({"note": "乙"}, False)


def test_an_erasure_is_told_once(tell):
    (number,) = tell(personal={"note": "甲"})
    (without,) = tell()
    assert erase([number, without], actor=5, ground="term expired") == 1
    assert erase([number], actor=5, ground="term expired") == 0
    (told,) = queries.history(Subject("event", number))
    assert (told.kind, told.actor, told.data) == (ERASED.name, 5, {"ground": "term expired"})


def test_a_sentence_is_in_the_reader_s_language(tell):
    from django.utils import translation

    (number,) = tell(personal={"note": "甲"})
    erase([number], actor=5, ground="x")
    (told,) = queries.history(Subject("event", number))
    with translation.override("en"):
        assert told.sentence == "erased the personal content of an event"
    with translation.override("zh-hans"):
        assert "personal" not in told.sentence


def test_a_kind_that_is_no_longer_declared_still_reads(tell):
    tell()
    assert queries.history(Subject("note", 7))[0].sentence == "test.noted"


def test_a_unit_and_an_account_have_their_histories(tell, noted):
    numbers = tell(2)
    elsewhere = noted.record(actor=4, subject=Subject("note", 7), unit=12, data={})
    assert [one.id for one in queries.by_unit(11)] == numbers[::-1]
    assert [one.id for one in queries.by_actor(4)] == [elsewhere]
    assert [one.id for one in queries.newest(limit=2)] == [elsewhere, numbers[-1]]


def test_readings_are_events_whose_kind_reads(tell, monkeypatch):
    from qingfeng.trail import EventKind, kinds

    kind = EventKind("test.opened", "opened", reads=True)
    try:
        tell()
        read = kind.record(actor=6, subject=Subject("note", 7), unit=None, data={})
        assert [one.id for one in queries.readings(Subject("note", 7))] == [read]
        assert kinds()["test.opened"].reads
    finally:
        from qingfeng.trail.kinds import _KINDS

        del _KINDS["test.opened"]
