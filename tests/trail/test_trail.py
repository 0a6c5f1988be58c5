"""The trail takes no change: the database refuses it, and verification names what was changed."""

import pytest
from django.db import DatabaseError, connection, transaction

from qingfeng.campaigns.services.issuing import ASSIGNED, REDATED
from qingfeng.trail import Subject
from qingfeng.trail.models import Content, Event
from qingfeng.trail.services import erase, seal
from qingfeng.trail.verification import verify

pytestmark = pytest.mark.django_db


def tell(number=5):
    return [
        ASSIGNED.record(
            actor=1, subject=Subject("assignment", one), unit=None, data={"n": one},
            personal={"note": f"第{one}条"},
        )
        for one in range(number)
    ]  # fmt: skip


def behind_the_guards(sql, values):
    """Run a statement as somebody who owns the database and took its triggers away."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(sql, values)


@pytest.mark.parametrize("act", ["update", "delete"])
def test_the_database_refuses_to_change_an_event(act):
    number = tell(1)[0]
    row = Event.objects.filter(pk=number)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.update(actor=2) if act == "update" else row._raw_delete("default")
    assert row.get().actor == 1


def test_what_nobody_touched_verifies_sealed_and_waiting():
    tell()
    assert seal() == 5
    tell(2)
    verdict = verify()
    assert verdict.is_sound
    assert seal() == 2
    assert verify().is_sound


@pytest.mark.parametrize("column", ["actor", "record"])
def test_a_changed_column_is_named(column):
    numbers = tell()
    seal()
    behind_the_guards(f"UPDATE trail_event SET {column} = 99 WHERE id = %s", [numbers[2]])
    assert verify().event == numbers[2]


def test_changed_bytes_are_named():
    numbers = tell()
    seal()
    body = bytes(Event.objects.get(pk=numbers[3]).body).replace(b'"n":3', b'"n":7')
    behind_the_guards("UPDATE trail_event SET body = %s WHERE id = %s", [body, numbers[3]])
    assert verify().event == numbers[3]


def test_a_removed_event_is_missed():
    numbers = tell()
    seal()
    behind_the_guards("DELETE FROM trail_event WHERE id = %s", [numbers[1]])
    assert not verify().is_sound


def test_erased_content_still_verifies_but_stolen_content_does_not():
    numbers = tell()
    seal()
    assert erase([numbers[0]], actor=1, ground="保存期满") == 1
    assert erase([numbers[0]], actor=1, ground="保存期满") == 0
    assert not Content.objects.filter(event=numbers[0]).exists()
    assert verify().is_sound
    seal()
    assert verify().is_sound
    behind_the_guards("DELETE FROM trail_content WHERE event = %s", [numbers[1]])
    assert verify().event == numbers[1]


def test_events_told_together_are_one_each():
    rows = [(one, None, {}) for one in range(30)]
    numbers = REDATED.record_many(actor=1, ledger="assignment", rows=rows)
    assert list(Event.objects.order_by("pk").values_list("pk", flat=True)) == list(numbers)
    assert seal() == 30
    assert verify().is_sound


def test_an_event_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(transaction.TransactionManagementError):
        tell(1)
