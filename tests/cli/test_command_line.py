"""The command line: quick to start, and plain about what a person can mend."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from qingfeng.cli import Commands, Entry, main, plain, plan
from qingfeng.core.errors import Refused


def test_help_lists_every_command_and_imports_none():
    code = (
        "import sys\nfrom qingfeng.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "assert 'django' not in sys.modules and 'rich' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for name in main.entries:
        assert f"  {name} " in done.stdout


@pytest.mark.parametrize("group", [main, plan], ids=["main", "plan"])
def test_every_entry_leads_to_a_command_of_its_name(group):
    for name in group.entries:
        command = group.get_command(click.Context(group), name)
        assert isinstance(command, click.Command)
        assert command.name == name


def test_an_unknown_command_is_a_usage_error():
    done = CliRunner().invoke(main, ["fly"])
    assert done.exit_code == 2
    assert "No such command" in done.output


def chained(error, cause):
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Refused("A rule forbids it."), "A rule forbids it."),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "denied", "/srv/x"), "/srv/x cannot be written"),
        (ImproperlyConfigured("no such engine"), "a setting is wrong: no such engine"),
        (
            chained(OperationalError("x"), sqlite3.OperationalError("database or disk is full")),
            "the disk is full",
        ),
        (
            chained(
                OperationalError("x"),
                sqlite3.OperationalError("attempt to write a readonly database"),
            ),
            "the database cannot be written",
        ),
    ],
)
def test_what_a_person_can_mend_is_one_plain_line(error, said):
    assert said in plain(error)


def test_a_fault_of_the_program_keeps_its_traceback():
    assert plain(KeyError("x")) is None


def test_a_refusal_ends_the_command_with_its_sentence_and_code_1():
    @click.command()
    def refuse():
        raise Refused("Not before the gate is passed.")

    group = Commands(entries={"refuse": Entry("nowhere:refuse", "")})
    group.get_command = lambda _context, _name: refuse
    done = CliRunner().invoke(group, ["refuse"])
    assert done.exit_code == 1
    assert done.output == "Error: Not before the gate is passed.\n"
