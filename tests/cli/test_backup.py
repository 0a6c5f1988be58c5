"""A backup: consistent while others write, whole, and its owner's alone."""

from __future__ import annotations

import json
import sqlite3
import stat
import threading
from contextlib import closing

import pytest
from django.db import connection

from qingfeng.cli import backup


def test_a_copy_taken_while_others_write_is_of_one_moment(tmp_path):
    """Each transaction moves one unit from a to b, so their sum never changes."""
    live, copy = tmp_path / "live.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(live)) as base:
        base.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (9, 0);"
        )
    stop = threading.Event()

    def write():
        with closing(sqlite3.connect(live)) as writer:
            while not stop.is_set():
                with writer:
                    writer.execute("UPDATE t SET a = a - 1")
                    writer.execute("UPDATE t SET b = b + 1")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        backup.copy_sqlite(live, copy)
    finally:
        stop.set()
        thread.join()
    with closing(sqlite3.connect(copy)) as restored:
        assert restored.execute("SELECT a + b FROM t").fetchall() == [(9,)]
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_database_files_keys_and_head_and_says_their_digests(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    settings.TRAIL_KEY = settings.DATA / "trail-key.pem"
    (settings.DATA / "files" / "ab").mkdir(parents=True)
    (settings.DATA / "files" / "ab" / "report.pdf").write_bytes(b"%PDF")
    (settings.DATA / "secret-key").write_text("s")
    settings.TRAIL_KEY.write_text("k")
    target = tmp_path / "copy"
    target.mkdir()
    manifest = backup.copy_all(target)
    database = "qingfeng.sqlite3" if connection.vendor == "sqlite" else "qingfeng.dump"
    assert set(manifest["files"]) == {
        database, "files/ab/report.pdf", "secret-key", "trail-key.pem", "trail-head.json",
    }  # fmt: skip
    assert json.loads((target / "manifest.json").read_text()) == manifest
    for name in (database, "secret-key", "trail-key.pem"):
        assert stat.S_IMODE((target / name).stat().st_mode) == 0o600
    assert backup.compare(target) == 5


@pytest.mark.django_db
def test_a_backup_without_room_is_refused_before_it_begins(tmp_path, settings, monkeypatch):
    settings.DATA = tmp_path
    (tmp_path / "large").write_bytes(b"x" * 1000)
    monkeypatch.setattr(backup, "free_bytes", lambda _folder: 10)
    with pytest.raises(backup.click.ClickException, match="Make room"):
        backup.copy_all(tmp_path)


def test_a_copy_that_was_changed_since_is_named_file_by_file(tmp_path):
    for name in ("a", "b", "c"):
        (tmp_path / name).write_text(name)
    manifest = {"files": backup.digests(tmp_path)}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert backup.compare(tmp_path) == 3
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_text("x")
    (tmp_path / "d").write_text("d")
    with pytest.raises(backup.click.ClickException) as told:
        backup.compare(tmp_path)
    for line in ("missing: a", "changed: b", "foreign: d"):
        assert line in told.value.message
    with pytest.raises(backup.click.ClickException, match="it is no backup"):
        backup.compare(tmp_path / "nowhere")
