"""`./qingfeng serve`: the desk behind granian, with the background jobs beside it."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from qingfeng.cli.machine import clear_failure
from qingfeng.cli.migrate import pending
from qingfeng.cli.steps import python

TARGET = "qingfeng.config.desk:application"


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_taken_port(host: str, port: int) -> None:
    """End with a clear message if another program already listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except PermissionError as error:
            raise clear_failure(
                f"port {port} needs root.", "Choose one above 1023, for example: --port 8000"
            ) from error
        except OSError as error:
            raise clear_failure(
                f"{host}:{port} cannot be used: {error.strerror}.",
                f"Another program may hold it. Choose another port, for example: --port {port + 1}",
            ) from error


def refuse_demo_beyond_loopback(host: str) -> None:
    """A demo has known passwords and no second factor: nobody else may reach it."""
    from qingfeng.core.stamp import is_demo  # noqa: PLC0415 - Django is set up by then

    if not is_loopback(host) and is_demo():
        raise clear_failure(
            f"this database holds demo data; the desk may not serve it at {host}.",
            "Serve it on 127.0.0.1, or give an installation a folder of its own: QINGFENG_DATA",
        )


def refuse_old_database() -> None:
    missing = pending()
    if missing:
        raise clear_failure(
            f"the database lacks {len(missing)} migrations, the first being {missing[0]}.",
            "Make a backup, then: ./qingfeng migrate",
        )


@contextmanager
def beside(wanted: bool) -> Iterator[None]:
    """Run the background jobs in a process of their own while the desk is served."""
    if not wanted:
        yield
        return
    child = subprocess.Popen(python("qingfeng.cli", "jobs", "--beside"))  # noqa: S603 - our own words
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


def open_desk(
    host: str, port: int, *, workers: int = 1, jobs: bool = True, tell: Callable[[], None]
) -> None:
    """Serve the desk until it is interrupted.

    Args:
        host: address to listen at.
        port: port to listen at.
        workers: processes; threads within one serve most offices.
        jobs: whether the background jobs run beside it.
        tell: called once the desk listens.
    """
    from django.conf import settings  # noqa: PLC0415 - Django is set up by then
    from granian import Granian  # noqa: PLC0415 - its import costs a fast --help
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    server = Granian(
        TARGET,
        address=host.strip("[]"),
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=min(8, 2 * (os.cpu_count() or 1)),
        log_level=LogLevels.error,
        websockets=False,
        respawn_failed_workers=True,
        process_name=None,
    )
    server.on_startup(tell)
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns if it is missing
    os.environ.setdefault("QINGFENG_ADDRESS", f"http://{host}:{port}")
    with beside(jobs):
        server.serve()


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535),
              help="Port to listen at.")  # fmt: skip
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64),
              help="Processes. More than one wants PostgreSQL.")  # fmt: skip
@click.option("--jobs/--no-jobs", default=True, show_default=True, help="Run the jobs beside it.")
def serve(host: str, port: int, workers: int, jobs: bool) -> None:
    """Serve the desk.

    Behind a proxy that speaks HTTPS, set QINGFENG_HTTPS and QINGFENG_HOSTS; see
    docs/reference/settings.md. `./qingfeng doctor` says whether all is in order.
    """
    refuse_taken_port(host, port)
    refuse_old_database()
    refuse_demo_beyond_loopback(host)
    open_desk(
        host, port, workers=workers, jobs=jobs,
        tell=lambda: click.echo(f"The desk is open at http://{host}:{port} (Ctrl+C closes it)"),
    )  # fmt: skip
    sys.exit(0)
