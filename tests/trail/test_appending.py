"""Events: what they hold, where they may be written, what the database refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import orjson
import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.trail import EventKind, Subject, body
from qingfeng.trail.models import Content, Event, Pending

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, 0, 1200, tzinfo=timezone(timedelta(hours=8)))


def test_an_event_outside_a_transaction_is_refused(noted, transactional_db):
    subject = Subject("note", 1)
    with pytest.raises(transaction.TransactionManagementError, match="transaction"):
        noted.record(actor=1, subject=subject, unit=None, data={})
    with pytest.raises(transaction.TransactionManagementError, match="transaction"):
        noted.record_many(actor=1, ledger="note", rows=[(1, None, {})])
    assert not Event.objects.exists()


def test_an_event_goes_with_the_transaction_that_failed(noted, transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        noted.record(actor=1, subject=Subject("note", 1), unit=None, data={})
        1 / 0  # noqa: B018
    assert not Event.objects.exists()
    assert not Pending.objects.exists()


def test_the_body_is_canonical_and_says_what_the_columns_say(noted):
    number = noted.record(
        actor=None, subject=Subject("note", 5), unit=None, data={"b": 1, "a": "佐证"}, at=NOON
    )
    event = Event.objects.get(pk=number)
    assert bytes(event.body).decode() == (
        '{"actor":null,"at":"2026-03-01T04:00:00.001200Z","data":{"a":"佐证","b":1},'
        f'"id":{number},"kind":"test.noted","ledger":"note","record":5,"unit":null}}'
    )
    assert (event.at, event.kind, event.ledger, event.record) == (NOON, "test.noted", "note", 5)


@given(
    actor=st.none() | st.integers(1, 2**53),
    ledger=st.text(min_size=1, max_size=20).filter(lambda text: text.isprintable()),
    record=st.integers(0, 2**53),
    unit=st.none() | st.integers(1, 2**53),
    data=st.dictionaries(st.text(max_size=5), st.none() | st.booleans() | st.text(max_size=5)),
)
def test_a_body_put_together_is_the_body_written_whole(actor, ledger, record, unit, data):
    at = body.moment(NOON)
    whole = body.canonical({
        "actor": actor, "at": at, "data": data, "id": 9, "kind": "test.noted",
        "ledger": ledger, "record": record, "unit": unit,
    })  # fmt: skip
    name = body.named("test.noted", ledger)
    opening, closing = body.opening(actor, at), body.closing(9, name, record, unit)
    assert opening + b'data":' + body.canonical(data) + closing == whole


def test_many_events_are_written_as_one_by_one(noted):
    rows = [(place, None if place % 2 else place, {"n": place}) for place in range(50)]
    numbers = noted.record_many(actor=4, ledger="note", rows=rows, at=NOON)
    for (record, unit, data), number in zip(rows, numbers, strict=True):
        single = noted.record(
            actor=4, subject=Subject("note", record), unit=unit, data=data, at=NOON
        )
        many, one = Event.objects.get(pk=number), Event.objects.get(pk=single)
        said = orjson.loads(bytes(many.body))
        assert said | {"id": single} == orjson.loads(bytes(one.body))
        assert body.canonical(said) == bytes(many.body)
        for column in ("at", "kind", "actor", "ledger", "record", "unit"):
            assert getattr(many, column) == getattr(one, column)


def test_no_rows_are_no_events(noted):
    assert not noted.record_many(actor=4, ledger="note", rows=[])
    assert not Pending.objects.exists()


def test_telling_costs_two_inserts(noted, django_assert_num_queries):
    with django_assert_num_queries(2) as queries:
        noted.record(actor=1, subject=Subject("note", 1), unit=None, data={})
    assert all(query["sql"].startswith("INSERT") for query in queries)


def test_numbers_grow_and_every_event_waits_for_the_sealer(noted, tell):
    first = tell(2)
    many = noted.record_many(actor=1, ledger="note", rows=[(1, None, {})] * 3)
    last = tell()
    numbers = [*first, *many, *last]
    assert numbers == sorted(set(numbers))
    waiting = [n for row in Pending.objects.all() for n in range(row.first, row.last + 1)]
    assert sorted(waiting) == numbers


def test_told_counts_every_event(noted, tell):
    from qingfeng.trail.services import told

    before = told()
    tell(2)
    noted.record_many(actor=1, ledger="note", rows=[(1, None, {})] * 3)
    assert told() - before == 5


def test_personal_content_is_committed_to_and_kept_apart(tell):
    (number,) = tell(personal={"note": "姓名在此"})
    event, content = Event.objects.get(pk=number), Content.objects.get(pk=number)
    assert "姓名" not in bytes(event.body).decode()
    assert orjson.loads(bytes(content.content)) == {"note": "姓名在此"}
    assert len(bytes(content.salt)) == 16
    said = orjson.loads(bytes(event.body))["commitment"]
    assert said == body.commitment(bytes(content.salt), bytes(content.content))


def test_the_same_content_is_committed_to_differently_each_time(tell):
    # Otherwise whoever holds the events could try out names.
    numbers = [*tell(personal={"note": "x"}), *tell(personal={"note": "x"})]
    said = [orjson.loads(bytes(e.body))["commitment"] for e in Event.objects.filter(pk__in=numbers)]
    assert said[0] != said[1]


@pytest.fixture
def rows(tell):
    """One row in each table that must not change."""
    from qingfeng.trail.services import seal

    (number,) = tell(personal={"note": "x"})
    seal()
    return {"trail_event": number, "trail_content": number}


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("trail_event", "UPDATE trail_event SET actor = 9"),
        ("trail_event", "DELETE FROM trail_event"),
        ("trail_leaves", "UPDATE trail_leaves SET last = last + 1"),
        ("trail_leaves", "DELETE FROM trail_leaves"),
        ("trail_head", "UPDATE trail_head SET size = 9"),
        ("trail_head", "DELETE FROM trail_head"),
        ("trail_content", "UPDATE trail_content SET content = salt"),
    ],
)
def test_the_database_refuses_to_change_or_remove(rows, table, statement):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {table}")
        assert cursor.fetchone()[0] > 0
        with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.postgresql
@pytest.mark.parametrize("table", ["trail_event", "trail_leaves", "trail_head"])
def test_postgresql_refuses_to_truncate(rows, table):
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(f"TRUNCATE {table}")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a statement of SQLite")
def test_sqlite_refuses_to_replace(rows):
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
    ):
        cursor.execute(
            "INSERT OR REPLACE INTO trail_event SELECT id, at, kind, 9, ledger, record, unit, body"
            " FROM trail_event"
        )


def test_the_migration_of_the_triggers_goes_back_and_forth(transactional_db):
    from django.core.management import call_command

    call_command("migrate", "trail", "0001", verbosity=0)
    Event.objects.create(at=NOON, kind="k", ledger="l", record=1, body=b"")
    assert Event.objects.update(actor=1) == 1
    Event.objects.all().delete()
    call_command("migrate", "trail", verbosity=0)
    Event.objects.create(at=NOON, kind="k", ledger="l", record=1, body=b"")
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.update(actor=1)


@pytest.mark.parametrize("name", ["noted", "Test.noted", "test.not ed", "test." + "x" * 50])
def test_a_kind_of_event_is_named_ledger_and_verb(name):
    with pytest.raises(ValueError, match="name of an event"):
        EventKind(name, "noted")


def test_two_kinds_of_one_name_are_refused():
    from qingfeng.trail.services import ERASED

    with pytest.raises(ValueError, match="two kinds"):
        EventKind(ERASED.name, "erased")


def test_a_moment_stands_in_utc_with_microseconds():
    assert body.moment(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01T00:00:00.000000Z"
