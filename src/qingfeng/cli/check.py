"""`./qingfeng check`: what a machine can check in the code without running the tests."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence

import click

from qingfeng.cli import ROOT, catalogue, ready
from qingfeng.cli.steps import Step, python, report, run

CODE = [name for name in ("src", "tests", "bench") if (ROOT / name).is_dir()]


def ours() -> list[str]:
    """The labels of our own apps."""
    from django.apps import apps  # noqa: PLC0415 - Django is set up by then

    return [app.label for app in apps.get_app_configs() if app.name.startswith("qingfeng.")]


def translations() -> list[str]:
    """Faults of the catalogue of translations."""
    ready()
    return catalogue.faults()


def steps() -> list[Step]:
    """The checks, the quick ones first."""
    return [
        Step("lint", python("ruff", "check", "--quiet", "--output-format=concise", *CODE)),
        Step("format", python("ruff", "format", "--check", "--output-format=concise", *CODE)),
        Step("floors", [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]),
        Step("migrations", python("django", "makemigrations", "--check", "--dry-run"),
             env={"DJANGO_SETTINGS_MODULE": "qingfeng.config.settings"}),
        Step("translations", translations),
        Step("reference pages", python("qingfeng.cli", "docs", "--check")),
        Step("types", python("mypy")),
    ]  # fmt: skip


def with_own_data() -> None:
    """Keep what checks and tests make out of the installation's data folder."""
    folder = tempfile.mkdtemp(prefix="qingfeng-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["QINGFENG_DATA"] = folder
    os.environ.pop("DATABASE_URL", None)


@click.command()
@click.argument("names", nargs=-1)
def check(names: Sequence[str]) -> None:
    """Run every check, or those NAMEd; edits nothing.

    Exits with 1 if one finds something; `./qingfeng fix` mends what a machine can mend.
    """
    with_own_data()
    chosen = [step for step in steps() if not names or step.name in names]
    if not chosen:
        known = ", ".join(step.name for step in steps())
        raise click.UsageError(f"no such check; there are: {known}")
    sys.exit(report(run(chosen)))
