"""The `qingfeng` command: each sub-command is a module, imported when it is called."""

from __future__ import annotations

import errno
import importlib
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Entry:
    """One sub-command: where its code stands, its line in the list, whether it needs Django."""

    path: str
    line: str
    django: bool = False


def ready() -> None:
    """Set Django up, speak the terminal's language, and compile the catalogue if it is older.

    Raises:
        click.ClickException: the data folder cannot be used or a setting is wrong.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng.config.settings")
    from qingfeng.cli.catalogue import compile_if_older  # noqa: PLC0415 - a fast --help

    compile_if_older()
    import django  # noqa: PLC0415
    from django.conf import settings  # noqa: PLC0415
    from django.utils import translation  # noqa: PLC0415

    try:
        settings.configured or settings.DEBUG  # noqa: B018 - reads the settings, once
    except ValueError as error:
        raise click.ClickException(
            f"a setting is wrong: {error}. docs/reference/settings.md lists them all."
        ) from error
    django.setup()
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG")
    translation.activate("zh-hans" if (spoken or "").startswith("zh") else "en")


class Commands(click.Group):
    """A group whose commands are named in a table and imported when called."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = self.entries.get(cmd_name)
        if entry is None:
            return None
        if entry.django:
            ready()
        module, name = entry.path.split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.line) for name, entry in self.entries.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what a person can mend ends in one line, not in a traceback."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if (line := plain(error)) is None:
                raise
            raise click.ClickException(line) from error


def plain(error: BaseException) -> str | None:
    """The error in one line if its cause lies outside the program, else None."""
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - a fast --help
    from django.db import Error  # noqa: PLC0415

    from qingfeng.core.errors import QingfengError  # noqa: PLC0415

    if isinstance(error, QingfengError):
        return str(error)
    if isinstance(error, ImproperlyConfigured):
        return f"a setting is wrong: {error}. docs/reference/settings.md lists them all."
    cause = error.__cause__ if isinstance(error, Error) and error.__cause__ else error
    if isinstance(cause, OSError):
        return _of_system(cause)
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(str(cause))
    if type(cause).__name__ in {"OperationalError", "ConnectionTimeout"}:
        return f"the database does not answer: {str(cause).splitlines()[0]} Check DATABASE_URL."
    return None


def _of_system(error: OSError) -> str | None:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "the disk is full. Make room, or choose another folder with --data or QINGFENG_DATA."
    if error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
        return (
            f"{error.filename or 'the data folder'} cannot be written. "
            "Choose another folder with --data or QINGFENG_DATA."
        )
    return None


def _of_sqlite(words: str) -> str | None:
    known = {
        "disk is full": "the disk is full. Make room, or choose another folder with --data or "
        "QINGFENG_DATA.",
        "disk i/o error": "the disk cannot be written; it may be full. Check `df`, or choose "
        "another folder with --data or QINGFENG_DATA.",
        "readonly database": "the database cannot be written. Check who owns the data folder.",
        "unable to open": "the database cannot be opened. Check the data folder and DATABASE_URL.",
        "no such table": "the database lacks tables. Bring it up to date: ./qingfeng migrate",
        "database is locked": "another program holds the database. Stop it and try again.",
        "malformed": "the database is damaged. Restore a backup: docs/how-to/backup.md.",
        "not a database": "the file is no database. Check DATABASE_URL.",
    }
    return next((line for part, line in known.items() if part in words.lower()), None)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    entries={
        "demo": Entry("qingfeng.cli.demo:demo", "Load the reference campaign and open the desk."),
        "serve": Entry("qingfeng.cli.serve:serve", "Serve the desk.", django=True),
        "jobs": Entry("qingfeng.cli.jobs:jobs", "Run the background jobs.", django=True),
        "migrate": Entry(
            "qingfeng.cli.migrate:migrate", "Bring the database up to date.", django=True
        ),
        "doctor": Entry("qingfeng.cli.doctor:doctor", "Say what is wrong with an installation."),
        "backup": Entry(
            "qingfeng.cli.backup:backup", "Copy database, files and keys.", django=True
        ),
        "accounts": Entry(
            "qingfeng.cli.accounts:accounts", "First office-holders of a server.", django=True
        ),
        "plan": Entry("qingfeng.cli:plan", "Check, issue and draft plans."),
        "trail": Entry("qingfeng.cli.trail:trail", "Verify the trail, prove events."),
        "test": Entry("qingfeng.cli.test:test", "Run every check and every test."),
        "check": Entry("qingfeng.cli.check:check", "Check the code; never edits."),
        "fix": Entry("qingfeng.cli.fix:fix", "Mend what a machine can mend in the code."),
        "docs": Entry("qingfeng.cli.docs:docs", "Generate the reference pages.", django=True),
        "bench": Entry("qingfeng.cli.bench:bench", "Measure, each figure beside its baseline."),
        "lock": Entry("qingfeng.cli.lock:lock", "Renew the hashed locks of dependencies."),
    },
)
def main() -> None:
    """Qingfeng runs an integrity campaign from the notice to a result the public can check."""


@click.group(
    cls=Commands,
    entries={
        "check": Entry("qingfeng.cli.plan_check:check", "Check a plan file.", django=True),
        "issue": Entry(
            "qingfeng.cli.plan_issue:issue", "Issue a plan: open its campaign.", django=True
        ),
        "draft": Entry("qingfeng.cli.draft:draft", "Draft a plan from a notice.", django=True),
    },
)
def plan() -> None:
    """Check, issue and draft plans."""
