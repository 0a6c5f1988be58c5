"""The doctor: a fault found is a fault told, with its remedy."""

from __future__ import annotations

import pytest
from django.db import connection

from qingfeng.cli import doctor
from qingfeng.cli.doctor import Grade, Plans, is_mended

HERE = Plans(workers=1, host="127.0.0.1")
BEYOND = Plans(workers=1, host="10.0.0.5")


@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((4, 0, 0), True),
    ],
)
def test_the_mended_releases_of_sqlite_are_known(version, mended):
    assert is_mended(version) is mended


def grades(check, plans=HERE):
    return [finding.grade for finding in check(plans)]


@pytest.mark.django_db
@pytest.mark.parametrize(("workers", "grade"), [(1, Grade.NOTE), (2, Grade.FAULT)])
def test_an_old_sqlite_is_a_fault_for_several_processes_only(monkeypatch, workers, grade):
    if connection.vendor != "sqlite":
        pytest.skip("about SQLite")
    monkeypatch.setattr(doctor.sqlite3, "sqlite_version_info", (3, 40, 1))
    assert grades(doctor.sqlite, Plans(workers, "127.0.0.1")) == [grade]


@pytest.mark.django_db
def test_a_whole_database_is_in_order():
    assert grades(doctor.database) == [Grade.OK] * 3


@pytest.mark.django_db(transaction=True)
def test_removed_triggers_are_a_fault():
    assert doctor.triggers()
    if connection.vendor == "sqlite":
        query = (
            "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='trail_event'"
        )
        drop = "DROP TRIGGER {}"
    else:
        query = (
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = 'trail_event'::regclass AND NOT tgisinternal"
        )
        drop = "DROP TRIGGER {} ON trail_event"
    with connection.cursor() as cursor:
        cursor.execute(query)
        kept = cursor.fetchall()
        try:
            for name, _sql in kept:
                cursor.execute(drop.format(name))
            assert not doctor.triggers()
            assert Grade.FAULT in grades(doctor.database)
        finally:
            for _name, sql in kept:
                cursor.execute(sql)
    assert doctor.triggers()


def test_keys_that_others_can_read_are_a_fault(tmp_path, settings):
    settings.TRAIL_KEY = tmp_path / "key.pem"
    settings.DATA = tmp_path
    settings.TRAIL_KEY.write_bytes(b"")
    settings.TRAIL_KEY.chmod(0o644)
    [fault] = doctor.keys(HERE)
    assert fault.grade is Grade.FAULT
    assert fault.remedy == f"chmod 600 {settings.TRAIL_KEY}"
    settings.TRAIL_KEY.chmod(0o600)
    assert grades(doctor.keys) == [Grade.OK]


def test_a_desk_that_others_reach_needs_https_names_and_the_second_factor(settings):
    settings.SECURE = settings.SECOND_FACTOR = False
    settings.ALLOWED_HOSTS = ["localhost"]
    assert grades(doctor.site, HERE) == [Grade.NOTE] * 3
    assert grades(doctor.site, BEYOND) == [Grade.FAULT] * 3
    settings.SECURE = settings.SECOND_FACTOR = True
    settings.ALLOWED_HOSTS = ["qingfeng.example.gov.cn"]
    assert grades(doctor.site, BEYOND) == [Grade.OK]


def test_a_check_that_breaks_is_a_fault_and_hides_no_other(monkeypatch):
    def broken(_plans):
        raise RuntimeError("of itself")
        yield

    monkeypatch.setattr(doctor, "CHECKS", (broken, doctor.python))
    first, second = doctor.examine(HERE)
    assert (first.grade, "of itself" in first.fact) == (Grade.FAULT, True)
    assert second.grade is Grade.OK
