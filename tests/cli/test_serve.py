"""Serving: a demo stays on this machine, a taken port is said, an old database is refused."""

from __future__ import annotations

import socket

import click
import pytest

from qingfeng.cli import serve


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("10.0.0.5", False),
        ("qingfeng.example.gov.cn", False),
    ],
)
def test_what_only_this_machine_reaches_is_known(host, here):
    assert serve.is_loopback(host) is here


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.5"])
def test_demo_data_is_not_served_beyond_this_machine(monkeypatch, host):
    monkeypatch.setattr("qingfeng.core.stamp.is_demo", lambda: True)
    with pytest.raises(click.ClickException, match="demo data"):
        serve.refuse_demo_beyond_loopback(host)
    serve.refuse_demo_beyond_loopback("127.0.0.1")
    monkeypatch.setattr("qingfeng.core.stamp.is_demo", lambda: False)
    serve.refuse_demo_beyond_loopback(host)


def test_a_taken_port_is_refused_and_a_free_one_is_not():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(click.ClickException, match=f"--port {port + 1}"):
            serve.refuse_taken_port("127.0.0.1", port)
    serve.refuse_taken_port("127.0.0.1", port)


def test_a_database_that_lacks_migrations_is_not_served(monkeypatch):
    monkeypatch.setattr(serve, "pending", lambda: ["orgs.0002_units"])
    with pytest.raises(click.ClickException, match=r"orgs\.0002_units"):
        serve.refuse_old_database()
