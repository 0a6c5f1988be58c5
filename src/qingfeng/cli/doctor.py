"""`./qingfeng doctor`: what is wrong with an installation, and the remedy for each fault."""

from __future__ import annotations

import importlib.util
import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import click

from qingfeng.cli import catalogue, plain, ready
from qingfeng.cli.machine import free_bytes
from qingfeng.cli.serve import is_loopback


class Grade(StrEnum):
    """How a finding is to be taken; only FAULT makes the command fail."""

    OK = "ok"
    NOTE = "note"
    FAULT = "FAULT"


@dataclass(frozen=True)
class Finding:
    """What a check found: its grade, the fact, and the remedy where one is due."""

    grade: Grade
    fact: str
    remedy: str = ""


@dataclass(frozen=True)
class Plans:
    """How the desk is meant to be served, as given on the command line."""

    workers: int
    host: str


OLDEST = (3, 11)  # as in pyproject.toml

# -- the machine ------------------------------------------------------------------------------


def python(_plans: Plans) -> Iterator[Finding]:
    """The version of Python."""
    version = sys.version_info
    fact = f"Python {version.major}.{version.minor}.{version.micro}"
    if version[:2] < OLDEST:
        yield Finding(Grade.FAULT, f"{fact} is too old", "Install Python 3.11 or later.")
    else:
        yield Finding(Grade.OK, fact)


#: First releases of SQLite with the mend of the WAL-reset fault (two connections that write and
#: checkpoint at one instant could lose a transaction): sqlite.org/wal.html, "The WAL-Reset Bug".
MENDED = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


def is_mended(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite has the mend: in its own line of releases, or in a later one."""
    return version >= MENDED[-1] or any(
        version[:2] == mended[:2] and version >= mended for mended in MENDED
    )


def sqlite(plans: Plans) -> Iterator[Finding]:
    """The version of SQLite, where it is used: older ones are not for several processes."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    if connection.vendor != "sqlite":
        return
    if is_mended(sqlite3.sqlite_version_info):
        yield Finding(Grade.OK, f"SQLite {sqlite3.sqlite_version}")
    elif plans.workers > 1:
        yield Finding(
            Grade.FAULT,
            f"SQLite {sqlite3.sqlite_version} may lose writes of {plans.workers} processes",
            "Serve with --workers 1, bring SQLite to 3.51.3, or use PostgreSQL (DATABASE_URL).",
        )
    else:
        yield Finding(
            Grade.NOTE,
            f"SQLite {sqlite3.sqlite_version}: good for one process that serves",
            "Before several processes: SQLite 3.51.3 or PostgreSQL.",
        )


def disk(_plans: Plans) -> Iterator[Finding]:
    """Free space of the data folder, and whether it can be written."""
    from django.conf import settings  # noqa: PLC0415

    free = free_bytes(settings.DATA) / 1e9
    if not os.access(settings.DATA, os.W_OK):
        yield Finding(
            Grade.FAULT, f"{settings.DATA} cannot be written",
            "Give it to the user that serves the desk: chown.",
        )  # fmt: skip
    if free < 1:
        yield Finding(
            Grade.FAULT, f"{free:.1f} GB free in {settings.DATA}", "Make room, at least 1 GB."
        )
    else:
        yield Finding(Grade.OK, f"{free:.0f} GB free in {settings.DATA}")


# -- the database -----------------------------------------------------------------------------


def database(_plans: Plans) -> Iterator[Finding]:
    """Whether the database answers, and has all its tables and triggers."""
    from django.db import connection  # noqa: PLC0415

    from qingfeng.cli.migrate import pending  # noqa: PLC0415

    try:
        missing = pending()
    except Exception as error:  # noqa: BLE001 - whatever keeps it from answering is the finding
        yield Finding(Grade.FAULT, plain(error) or str(error), "Check DATABASE_URL and the server.")
        return
    yield Finding(Grade.OK, f"the database answers ({connection.display_name})")
    if missing:
        yield Finding(
            Grade.FAULT, f"it lacks {len(missing)} migrations, the first being {missing[0]}",
            "Make a backup, then: ./qingfeng migrate",
        )  # fmt: skip
        return
    yield Finding(Grade.OK, "all migrations are applied")
    if triggers():
        yield Finding(Grade.OK, "the trail refuses to be rewritten")
    else:
        yield Finding(
            Grade.FAULT, "the trail's triggers are gone: its rows can be changed",
            "Somebody removed them. Verify the trail (./qingfeng trail verify), find out who, "
            "and restore a backup.",
        )  # fmt: skip


def triggers() -> bool:
    """Whether the database refuses to change and to delete rows of the trail."""
    from django.db import connection  # noqa: PLC0415

    from qingfeng.trail.models import Event  # noqa: PLC0415

    table = Event._meta.db_table  # noqa: SLF001 - Django's documented name
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
            )
        else:
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D'",
                [table],
            )
        words = " ".join(row[0].upper() for row in cursor.fetchall())
    return "UPDATE" in words and "DELETE" in words


def stamp(plans: Plans) -> Iterator[Finding]:
    """Whether this is a demo, and whether anybody else could reach it."""
    from qingfeng.core.stamp import is_demo  # noqa: PLC0415

    if not is_demo():
        return
    if is_loopback(plans.host):
        yield Finding(
            Grade.NOTE, "this is demo data with known passwords; fit for this machine only"
        )
    else:
        yield Finding(
            Grade.FAULT, f"demo data may not be served at {plans.host}",
            "Serve it on 127.0.0.1, or give an installation a folder of its own: QINGFENG_DATA",
        )  # fmt: skip


# -- keys and settings ------------------------------------------------------------------------


def _private(path: Path, what: str, without: Finding | None) -> Iterator[Finding]:
    if not path.exists():
        if without is not None:
            yield without
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            Grade.FAULT, f"{what} can be read by others ({path}, mode {mode:o})",
            f"chmod 600 {path}",
        )  # fmt: skip
    else:
        yield Finding(Grade.OK, f"{what} is its owner's alone")


def keys(_plans: Plans) -> Iterator[Finding]:
    """The key of the trail and the secret of sessions."""
    from django.conf import settings  # noqa: PLC0415

    yield from _private(
        settings.TRAIL_KEY, "the trail's key",
        Finding(Grade.NOTE, "the trail's key is not made yet", "It is made with the first seal."),
    )  # fmt: skip
    yield from _private(settings.DATA / "secret-key", "the secret of sessions", None)
    if len(settings.SECRET_KEY) < 50:
        yield Finding(
            Grade.FAULT, "QINGFENG_SECRET_KEY is short",
            "Leave it empty: one is made; or give at least 50 random characters.",
        )  # fmt: skip


def site(plans: Plans) -> Iterator[Finding]:
    """HTTPS, host names, debug pages and the second factor, for a desk that others reach."""
    from django.conf import settings  # noqa: PLC0415

    grade = Grade.NOTE if is_loopback(plans.host) else Grade.FAULT
    if settings.DEBUG:
        yield Finding(grade, "debug pages are on", "Unset QINGFENG_DEBUG.")
    if not settings.SECURE:
        yield Finding(
            grade, "HTTPS is off: sessions and WebAuthn need it beyond this machine",
            "Put a proxy with a certificate before the desk and set QINGFENG_HTTPS=on.",
        )  # fmt: skip
    if all(is_loopback(name) for name in settings.ALLOWED_HOSTS):
        yield Finding(
            grade, "the desk answers to this machine's names only",
            "Name it: QINGFENG_HOSTS=qingfeng.example.gov.cn",
        )  # fmt: skip
    elif "*" in settings.ALLOWED_HOSTS:
        yield Finding(grade, "the desk answers to any name", "Name its own in QINGFENG_HOSTS.")
    if not settings.SECOND_FACTOR:
        yield Finding(grade, "the second factor is off", "Set QINGFENG_SECOND_FACTOR=on.")
    else:
        yield Finding(Grade.OK, "staff need a second factor")


# -- what comes with the code -----------------------------------------------------------------


def translations(_plans: Plans) -> Iterator[Finding]:
    """Whether the catalogue of translations is compiled."""
    try:
        catalogue.compile_if_older()
    except OSError as error:
        yield Finding(
            Grade.NOTE, f"the Chinese catalogue could not be compiled: {error.strerror}",
            f"Let the serving user write {catalogue.COMPILED.parent}.",
        )  # fmt: skip
    if catalogue.COMPILED.exists():
        yield Finding(Grade.OK, "the Chinese catalogue is compiled")
    else:
        yield Finding(Grade.FAULT, "the Chinese catalogue is missing", "Take a complete clone.")


def testing(_plans: Plans) -> Iterator[Finding]:
    """Chromium and a Chinese font, where the tests are installed."""
    if importlib.util.find_spec("pytest") is None:
        return
    from qingfeng.cli.test import chromium, has_chinese_font  # noqa: PLC0415 - as above

    lacking = [] if chromium() else ["Chromium"]
    lacking += [] if has_chinese_font() else ["a Chinese font"]
    if lacking:
        yield Finding(
            Grade.NOTE, f"the browser journeys lack {' and '.join(lacking)}",
            "./qingfeng test installs them as root; else: apt-get install chromium fonts-noto-cjk",
        )  # fmt: skip
    else:
        yield Finding(Grade.OK, "the browser journeys have Chromium and a Chinese font")


CHECKS: Sequence[Callable[[Plans], Iterator[Finding]]] = (
    python, sqlite, disk, database, stamp, keys, site, translations, testing,
)  # fmt: skip


def examine(plans: Plans) -> list[Finding]:
    """Everything found, check by check; a check that breaks is a fault itself."""
    found: list[Finding] = []
    for check in CHECKS:
        try:
            found += check(plans)
        except Exception as error:  # noqa: BLE001 - one broken check must not hide the others
            said = plain(error) or f"{type(error).__name__}: {error}"
            found.append(Finding(Grade.FAULT, f"{check.__name__}: {said}"))
    return found


@click.command()
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64),
              help="Processes that the desk is to be served with.")  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True,
              help="Address that the desk is to be served at.")  # fmt: skip
def doctor(workers: int, host: str) -> None:
    """Say what is wrong with this installation, and the remedy.

    Exits with 1 if there is a fault. Give the options that `serve` is given: some things are
    in order on one machine alone and not beyond it.
    """
    ready()
    colours = {Grade.OK: "green", Grade.NOTE: "yellow", Grade.FAULT: "red"}
    faults = 0
    for finding in examine(Plans(workers, host)):
        click.echo(
            f"{click.style(f'{finding.grade:<5}', fg=colours[finding.grade])}  {finding.fact}"
        )
        if finding.remedy and finding.grade is not Grade.OK:
            click.echo(f"       {finding.remedy}")
        faults += finding.grade is Grade.FAULT
    sys.exit(1 if faults else 0)
