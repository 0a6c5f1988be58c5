"""`./qingfeng accounts`: the first holders of the three offices, and their way back in."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click


@click.group()
def accounts() -> None:
    """Put the first office-holders in place; let one back in who lost the way."""


def _asked(words: str, given: str | None, *, is_secret: bool = False) -> str:
    """What an option gave, else what the person at the terminal types.

    Raises:
        click.UsageError: neither, because nobody sits there.
    """
    if given:
        return given
    if not sys.stdin.isatty():
        raise click.UsageError(f"{words}: give it as an option, nobody is here to type it")
    answer: str = click.prompt(words, hide_input=is_secret, confirmation_prompt=is_secret)
    return answer


@accounts.command("first-offices")
@click.option("--system-admin", metavar="USER", help="User name of the system administrator.")
@click.option("--security-admin", metavar="USER", help="User name of the security administrator.")
@click.option("--auditor", metavar="USER", help="User name of the auditor.")
@click.option("--name", "names", multiple=True, metavar="USER=NAME",
              help="The name of the person behind a user name; asked for if not given.")  # fmt: skip
@click.option("--password-file", type=click.File(), metavar="FILE",
              help="File of lines USER=PASSWORD, - for standard input; asked for if not given.")  # fmt: skip
def first_offices(
    system_admin: str | None,
    security_admin: str | None,
    auditor: str | None,
    names: tuple[str, ...],
    password_file: Iterable[str] | None,
) -> None:
    """Put the first holders in the offices that nobody holds.

    Three persons, three accounts: system administrator, security administrator, auditor. From
    then on accounts and offices need two of them; where all three are held, this changes nothing.
    """
    from django.db import transaction  # noqa: PLC0415 - Django is set up by then

    from qingfeng.accounts.queries import vacant  # noqa: PLC0415
    from qingfeng.accounts.services import first_officer  # noqa: PLC0415

    offices = vacant()
    if not offices:
        click.echo("All three offices are held; their holders open accounts and hand offices over.")
        return
    given = {
        "system_admin": system_admin, "security_admin": security_admin, "auditor": auditor,
    }  # fmt: skip
    people = dict(_pair(line, "--name") for line in names)
    passwords = dict(
        _pair(line.rstrip("\r\n"), "--password-file")
        for line in password_file or ()
        if line.strip()
    )
    with transaction.atomic():
        for office in offices:
            username = _asked(f"User name of the {office.label}", given[office])
            full_name = _asked(f"Name of {username}", people.get(username))
            password = _asked(f"Password of {username}", passwords.get(username), is_secret=True)
            user = first_officer(
                office=office, username=username, full_name=full_name, password=password
            )
            click.echo(f"{user.full_name} ({user.username}): {office.label}")


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name and value):
        raise click.UsageError(f"{option}: write USER=… , not “{text.partition('=')[0]}”")
    return name, value


@accounts.command()
@click.argument("username")
def restore(username: str) -> None:
    """Let the office-holder USERNAME in again who lost password or second factor.

    Prints a one-time password and removes the second factor; the trail tells of it. Everyone
    else is helped by the two administrators.
    """
    from qingfeng.accounts.services import restore_officer  # noqa: PLC0415 - set up by then

    click.echo(restore_officer(username=username))
