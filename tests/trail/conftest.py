"""A kind of event for tests, and events told with it."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def noted():
    """A kind of event that is in no registry, so that no guard asks for its translation."""
    from qingfeng.trail import EventKind
    from qingfeng.trail.kinds import _KINDS

    return _KINDS.pop(EventKind("test.noted", "noted something").name)


@pytest.fixture
def tell(noted, db):
    """Appends events about record 7 of a ledger; gives their numbers."""
    from django.db import transaction

    from qingfeng.trail import Subject

    def append(count=1, *, personal=None, record=7):
        with transaction.atomic():
            return [
                noted.record(
                    actor=3, subject=Subject("note", record), unit=11,
                    data={"place": place, "字": "清风"}, personal=personal,
                )
                for place in range(count)
            ]  # fmt: skip

    return append


@pytest.fixture
def tampering():
    """Lets a test do to the tables what only someone who took the triggers away could."""
    from contextlib import contextmanager

    from django.db import connection

    @contextmanager
    def without_triggers():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET session_replication_role = replica")
                yield cursor
                cursor.execute("SET session_replication_role = DEFAULT")
                return
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _sql in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            yield cursor
            for _name, sql in triggers:
                cursor.execute(sql)

    return without_triggers
