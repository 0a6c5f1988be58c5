"""What every test stands on: a closed network, and databases that the URL chooses."""

from __future__ import annotations

import ipaddress
import os
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Tests never touch an installation's data; `./qingfeng test` sets a folder of its own.
os.environ.setdefault("QINGFENG_DATA", tempfile.mkdtemp(prefix="qingfeng-tests-"))

(Path(os.environ["QINGFENG_DATA"]) / "static").mkdir(parents=True, exist_ok=True)

from qingfeng.cli.catalogue import compile_if_older  # noqa: E402 - the folder comes first

compile_if_older()


def _is_here(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # a Unix socket
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


# Machines are noisy: speed is measured in bench/, never in a test.
settings.register_profile("noisy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("noisy")


@pytest.fixture(autouse=True)
def _default_language():
    """A test begins in the site's language, whatever the one before it chose."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _loopback_only():
    """A test that reaches beyond this machine fails at once, and says so."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(real):
        def call(self, address):
            if not _is_here(address):
                raise AssertionError(f"a test may not reach {address}")
            return real(self, address)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded(connect))
        patch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, request):
    """On SQLite the tests use a file, as an installation does: WAL and its locks are tested too."""
    from django.conf import settings

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
        name = Path(settings.DATA) / f"test-{os.getpid()}-{worker}.sqlite3"
        database.setdefault("TEST", {})["NAME"] = str(name)


@pytest.fixture(autouse=True, scope="session")
def _emptied_between_tests():
    """The trail refuses to be emptied; between transactional tests its triggers stand aside."""
    from django.db import connection

    ops = type(connection.ops)
    flush = ops.execute_sql_flush

    def on_postgresql(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            try:
                flush(self, sql_list)
            finally:
                cursor.execute("SET session_replication_role = origin")

    def on_sqlite(self, sql_list):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            flush(
                self,
                [
                    *(f"DROP TRIGGER {name}" for name, _sql in triggers),
                    *sql_list,
                    *(sql for _name, sql in triggers),
                ],
            )

    with pytest.MonkeyPatch.context() as patch:
        stand_in = on_sqlite if connection.vendor == "sqlite" else on_postgresql
        patch.setattr(ops, "execute_sql_flush", stand_in)
        yield


def pytest_collection_modifyitems(items):
    """Leave out, on SQLite, what only PostgreSQL can show."""
    if os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    for item in items:
        if "postgresql" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL"))
