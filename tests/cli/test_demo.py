"""The demo's folder: kept when complete, started over when interrupted, never another's."""

from __future__ import annotations

import json
import socket
import sqlite3
from contextlib import closing

import click
import pytest
from click.testing import CliRunner

from qingfeng.cli import demo as module
from qingfeng.cli.demo import Folder, demo


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path / "data")
    folder.make()
    return folder


def loaded(folder, scale="small"):
    folder.loading.write_bytes(b"")
    folder.database.write_bytes(b"rows")
    folder.finish({"scale": scale, "sign_ins": []})


def test_a_complete_demo_is_kept(folder):
    loaded(folder)
    assert folder.held() == {"scale": "small", "sign_ins": []}


def test_an_interrupted_load_is_not_taken_for_a_demo_and_is_cleared(folder):
    loaded(folder)
    folder.loading.write_bytes(b"")
    assert folder.held() is None
    folder.clear()
    assert not folder.database.exists()


def test_another_database_is_never_touched(folder):
    folder.database.write_bytes(b"an installation")
    with pytest.raises(click.ClickException, match="left alone"):
        folder.clear()
    assert folder.database.read_bytes() == b"an installation"


def test_a_folder_that_is_a_file_is_refused_with_a_remedy(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(click.ClickException, match="--data"):
        Folder(tmp_path / "file" / "data").make()


def test_a_database_without_a_table_is_nobodys(folder):
    sqlite3.connect(folder.database).close()
    folder.clear()
    with closing(sqlite3.connect(folder.database)) as base:
        base.execute("CREATE TABLE t (a)")
    with pytest.raises(click.ClickException, match="left alone"):
        folder.clear()


@pytest.fixture
def untouched(monkeypatch):
    """The command must not leave its settings in this process."""
    monkeypatch.setattr(module.os, "environ", dict(module.os.environ))


def run(*words):
    return CliRunner().invoke(demo, words)


def test_a_taken_port_is_said_before_anything_is_loaded(tmp_path, untouched):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--data", str(tmp_path), "--port", str(port))
    assert done.exit_code == 1
    assert f"127.0.0.1:{port} cannot be used" in done.output
    assert "--port" in done.output
    assert not (tmp_path / "qingfeng.sqlite3").exists()


def test_another_scale_than_the_one_kept_is_asked_about(tmp_path, untouched):
    loaded(Folder(tmp_path))
    done = run("--data", str(tmp_path), "--scale", "default", "--no-serve")
    assert done.exit_code == 1
    assert "holds a demo of scale small" in done.output
    assert "--fresh" in done.output
    assert json.loads((tmp_path / "demo.json").read_text()) == {"scale": "small", "sign_ins": []}


def test_too_little_room_is_said_before_anything_is_written(tmp_path, untouched, monkeypatch):
    monkeypatch.setattr(module, "free_bytes", lambda _folder: 5_000_000)
    monkeypatch.setattr(module, "ready", lambda: None)
    done = run("--data", str(tmp_path), "--scale", "national", "--no-serve")
    assert done.exit_code == 1
    assert "5 MB free" in done.output
    assert list(tmp_path.iterdir()) == []
