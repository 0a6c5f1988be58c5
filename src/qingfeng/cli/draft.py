"""`qingfeng plan draft FILE`: a notice becomes the draft of a plan, as review sheet, YAML or JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from django.conf import settings
from django.utils.translation import gettext
from rich.console import Console
from rich.text import Text

from qingfeng.engines.notice.draft import as_score_json, read
from qingfeng.engines.notice.plan import as_plan_yaml
from qingfeng.engines.notice.reading import Unreadable
from qingfeng.engines.notice.review import as_review

EXITS = {"unreadable": 3, "empty": 4, "scanned": 5, "foreign": 6, "too_big": 7}


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--yaml", "form", flag_value="yaml", help="Print a plan file with named blanks.")
@click.option(
    "--json", "form", flag_value="json", help="Print what was found as JSON, texts verbatim."
)
def draft(file: Path, form: str | None) -> None:
    r"""Draft a plan from the notice in FILE (.txt .docx .xlsx .pdf .html; - reads pasted text).

    \b
    Exit codes:
      0  drafted
      2  wrong use, or FILE cannot be opened
      3  unreadable: damaged, locked, or no document
      4  empty
      5  scanned: pictures of pages without text
      6  not Chinese
      7  too big, or made to unpack beyond reason
    """
    try:
        found = read(sys.stdin.buffer.read()) if str(file) == "-" else read(file)
    except Unreadable as refused:
        click.echo(f"{file}: {_said(str(refused))}", err=True)
        raise SystemExit(EXITS[refused.code]) from None
    except OSError as error:
        click.echo(f"{file}: cannot be opened ({error.strerror or error}).", err=True)
        raise SystemExit(2) from None
    if form == "yaml":
        click.echo(as_plan_yaml(found), nl=False)
    elif form == "json":
        click.echo(json.dumps(as_score_json(found), ensure_ascii=False, indent=1))
    else:
        _print(as_review(found))


def _said(message: str) -> str:
    """The message in the terminal's language, where the command was started with Django."""
    return gettext(message) if settings.configured else message


def _print(sheet: str) -> None:
    """The sheet, doubtful lines set off where the terminal has colours."""
    console = Console(soft_wrap=True, highlight=False)
    for line in sheet.splitlines():
        doubtful = line.startswith("? ")
        console.print(Text(line, style="yellow" if doubtful else ""))
