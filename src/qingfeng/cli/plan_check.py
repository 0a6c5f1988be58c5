"""`qingfeng plan check FILE`: everything wrong with a plan file, with lines and remedies."""

from __future__ import annotations

from pathlib import Path

import click

from qingfeng.campaigns.plans.check import report
from qingfeng.campaigns.plans.errors import PlanErrors
from qingfeng.campaigns.plans.reader import read
from qingfeng.engines.workdays import Calendar


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check the plan in FILE. Nothing is stored; the exit code is 1 when it has mistakes."""
    calendar = Calendar()
    try:
        read(file, add_working_days=lambda day, days: calendar.add(day, days).on)
    except PlanErrors as refused:
        for line in report(refused.errors, str(file)):
            click.echo(line)
        raise SystemExit(1) from None
    for line in report([], str(file)):
        click.echo(line)
