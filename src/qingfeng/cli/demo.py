"""`./qingfeng demo`: the reference campaign in a folder of its own, and the desk opened on it."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from qingfeng.cli import ROOT, ready
from qingfeng.cli.machine import clear_failure, free_bytes

HOST = "127.0.0.1"
SCALES = ("small", "default", "national")
NEEDED_MB = {"small": 100, "default": 400, "national": 6000}
DATABASE = "qingfeng.sqlite3"


class Folder:
    """The demo's data folder: what it holds, and whether it may be made anew.

    `demo.json` is written when a load is complete; `demo-loading` while one is under way, so
    that a load that was interrupted is known and started over. Nothing else is ever removed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = path / DATABASE
        self.complete = path / "demo.json"
        self.loading = path / "demo-loading"

    def make(self) -> None:
        """Make the folder, or end with a clear message if it cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe = self.path / ".probe"
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise clear_failure(
                f"{self.path} cannot be written: {error.strerror}.",
                "Choose another folder: ./qingfeng demo --data ~/qingfeng-demo",
            ) from error

    def held(self) -> dict[str, Any] | None:
        """What a complete demo noted: its scale and its sign-ins; None if there is none."""
        if not (self.complete.exists() and self.database.exists()) or self.loading.exists():
            return None
        noted: dict[str, Any] = json.loads(self.complete.read_text(encoding="utf-8"))
        return noted

    def clear(self) -> None:
        """Remove an earlier or interrupted demo; refuse to touch anything else."""
        ours = self.complete.exists() or self.loading.exists()
        if not ours and not self._is_without_tables():
            raise clear_failure(
                f"{self.database} is not a demo's database; it was left alone.",
                "Choose another folder: ./qingfeng demo --data ~/qingfeng-demo",
            )
        self.complete.unlink(missing_ok=True)
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.database}{suffix}").unlink(missing_ok=True)

    def _is_without_tables(self) -> bool:
        """Whether no database is there, or one that a command opened and nobody filled."""
        if not self.database.exists():
            return True
        try:
            with closing(sqlite3.connect(self.database)) as base:
                return base.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None
        except sqlite3.DatabaseError:
            return False

    def finish(self, noted: dict[str, Any]) -> None:
        self.complete.write_text(json.dumps(noted, ensure_ascii=False), encoding="utf-8")
        self.loading.unlink()


@contextmanager
def bar(title: str) -> Iterator[Callable[[str, float], None]]:
    """A progress bar, or one line a step where no terminal is; gives ``tell(what, fraction)``."""
    if not sys.stdout.isatty():
        said: set[str] = set()

        def line(what: str, fraction: float) -> None:
            if what not in said:
                said.add(what)
                click.echo(f"{fraction:4.0%} {what}")

        yield line
        return
    from rich.progress import (  # noqa: PLC0415 - a fast --help
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, transient=False) as progress:
        task = progress.add_task(title, total=1.0)
        yield lambda what, fraction: progress.update(task, completed=fraction, description=what)


def load(folder: Folder, scale: str) -> dict[str, Any]:
    """Make the demo's database and load the campaign; returns what is to be noted."""
    from django.core.management import call_command  # noqa: PLC0415 - set up by then
    from django.db import connection  # noqa: PLC0415

    from qingfeng.campaigns import demo as campaign  # noqa: PLC0415

    with bar("preparing") as tell:
        tell("making the database", 0.0)
        call_command("migrate", verbosity=0, interactive=False)
        with connection.cursor() as cursor:
            # A load that is cut short starts over, so it need not wait for the disk.
            cursor.execute("PRAGMA synchronous=OFF")
        sign_ins = campaign.load(scale, tell=tell)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        tell("ready", 1.0)
    rows = [[str(row.role), row.username, row.password] for row in sign_ins]
    noted = {"scale": scale, "sign_ins": rows}
    folder.finish(noted)
    return noted


def show(noted: dict[str, Any]) -> None:
    """Print one sign-in for each role."""
    from rich.console import Console  # noqa: PLC0415 - a fast --help
    from rich.table import Table  # noqa: PLC0415

    table = Table("Role", "User name", "Password", box=None, pad_edge=False)
    for row in noted["sign_ins"]:
        table.add_row(*row)
    Console().print(table)


@click.command()
@click.option("--scale", type=click.Choice(SCALES), help="How much to load; default: default.")
@click.option("--no-serve", is_flag=True, help="Load only.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path),
              help="Folder of the demo; default: var in the clone.")  # fmt: skip
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535),
              help="Port to listen at.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Load anew, even if a demo is there.")
def demo(scale: str | None, no_serve: bool, data: Path | None, port: int, fresh: bool) -> None:
    """Load the reference campaign (demo data) and open the desk on this machine.

    small is for a quick look; default is the second batch over about 200 units, and the first
    finished in one fictional prefecture; national is the first batch over all units. What was
    loaded is kept: a second start opens at once.
    """
    path = data or Path(os.environ.get("QINGFENG_DATA") or ROOT / "var")
    folder = Folder(path.expanduser().resolve())
    folder.make()
    os.environ.pop("DATABASE_URL", None)
    os.environ.update(
        QINGFENG_DATA=str(folder.path),
        QINGFENG_SECOND_FACTOR="off",
        QINGFENG_PASSWORD_DAYS="0",  # noqa: S106 - a number of days
        QINGFENG_HTTPS="off",
        QINGFENG_ADDRESS=f"http://{HOST}:{port}",
    )
    if not no_serve:
        from qingfeng.cli.serve import refuse_taken_port  # noqa: PLC0415 - a fast --help

        refuse_taken_port(HOST, port)
    noted = None if fresh else folder.held()
    if noted and scale and noted["scale"] != scale:
        raise clear_failure(
            f"{folder.path} holds a demo of scale {noted['scale']}.",
            f"Load it anew: ./qingfeng demo --scale {scale} --fresh",
            "or keep both, one in another folder: --data ~/qingfeng-demo",
        )
    ready()
    if noted is None:
        noted = _anew(folder, scale or "default")
    else:
        _up_to_date()
    show(noted)
    if not no_serve:
        from qingfeng.cli.serve import open_desk  # noqa: PLC0415

        open_desk(HOST, port, tell=lambda: click.echo(
            f"\nThe desk is open at http://{HOST}:{port} (Ctrl+C closes it)"
        ))  # fmt: skip


def _anew(folder: Folder, scale: str) -> dict[str, Any]:
    wanted = NEEDED_MB[scale]
    if free_bytes(folder.path) < wanted * 1_000_000:
        raise clear_failure(
            f"{folder.path} has {free_bytes(folder.path) // 1_000_000} MB free; "
            f"scale {scale} needs about {wanted} MB.",
            "Make room, choose another folder with --data, or load less: --scale small",
        )
    folder.clear()
    folder.loading.write_bytes(b"")
    return load(folder, scale)


def _up_to_date() -> None:
    """A demo kept from an older version gets the newer tables."""
    from django.core.management import call_command  # noqa: PLC0415 - set up by then

    from qingfeng.cli.migrate import pending  # noqa: PLC0415

    if pending():
        call_command("migrate", verbosity=0, interactive=False)
