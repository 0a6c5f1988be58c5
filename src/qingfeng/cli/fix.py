"""`./qingfeng fix`: mend what a machine can mend."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from qingfeng.cli import catalogue, ready
from qingfeng.cli.check import CODE, with_own_data
from qingfeng.cli.steps import Step, python, report, run


def translations() -> Sequence[str]:
    """Collect messages and merge parts; the messages that want a translation are the faults."""
    ready()
    return [f"no translation yet: “{msgid}”" for msgid in catalogue.merge()]


@click.command()
def fix() -> None:
    """Sort imports, format, collect messages, and generate the reference pages anew."""
    with_own_data()
    steps = [
        Step("lint", python("ruff", "check", "--quiet", "--fix", *CODE)),
        Step("format", python("ruff", "format", "--quiet", *CODE)),
        Step("translations", translations),
        Step("reference pages", python("qingfeng.cli", "docs")),
        Step("access matrix", python("pytest", "tests/guards", "-k", "matrix"),
             env={"QINGFENG_WRITE_MATRIX": "1"}, passes=frozenset({0, 5})),
    ]  # fmt: skip
    sys.exit(report(run(steps)))
