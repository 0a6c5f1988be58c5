"""`./qingfeng bench`: measure, each figure beside its baseline from the same run.

A benchmark is a module in bench/ with ``NAME`` and ``run(size, database)``, which returns the
figures: dictionaries with name, value, unit, and where it applies baseline, target and met.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from qingfeng.cli import ROOT, ready
from qingfeng.cli.machine import clear_failure, commit, described, postgresql

FOLDER = ROOT / "bench"
KEYS = ("name", "value", "unit", "baseline", "target", "met")


def found() -> dict[str, tuple[str, str]]:
    """Name of each benchmark -> its module and its first line; read without importing it."""
    benches = {}
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if (
                isinstance(node, ast.Assign)
                and getattr(node.targets[0], "id", "") == "NAME"
                and isinstance(node.value, ast.Constant)
            ):
                line = (ast.get_docstring(tree) or "").splitlines()[:1]
                benches[str(node.value.value)] = (f"bench.{path.stem}", *line)
    return benches  # type: ignore[return-value]


@contextlib.contextmanager
def fresh(kind: str) -> Iterator[None]:
    """A data folder and an empty database of their own, named in the environment, then gone."""
    with tempfile.TemporaryDirectory(prefix="qingfeng-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["QINGFENG_DATA"] = str(folder / "data")
        with contextlib.ExitStack() as stack:
            if kind == "postgresql":
                url = stack.enter_context(postgresql(folder / "postgresql"))
            else:
                url = f"sqlite:///{folder / 'data' / 'bench.sqlite3'}"
            os.environ["DATABASE_URL"] = url
            yield


def measured(name: str, kind: str, size: float) -> dict[str, Any]:
    """Run one benchmark on a fresh database; the object that --json prints."""
    from django.core.management import call_command  # noqa: PLC0415 - set up by then
    from django.db import connections  # noqa: PLC0415

    call_command("migrate", verbosity=0, interactive=False)
    sys.path.insert(0, str(ROOT))
    try:
        figures = importlib.import_module(found()[name][0]).run(size, kind)
    finally:
        connections.close_all()
    return {
        "bench": name,
        "database": kind,
        "size": size,
        "commit": commit(),
        "machine": described(),
        "figures": [{key: figure.get(key) for key in KEYS} for figure in figures],
    }


def table(outcome: dict[str, Any]) -> None:
    """Print the figures for people."""
    click.echo(f"{outcome['bench']} on {outcome['database']}, size {outcome['size']}")
    for figure in outcome["figures"]:
        met = {True: "met", False: "NOT MET", None: ""}[figure["met"]]
        beside = "" if figure["baseline"] is None else f"baseline {_number(figure['baseline'])}"
        aim = "" if figure["target"] is None else f"target {_number(figure['target'])}"
        value = f"{_number(figure['value'])} {figure['unit']}"
        click.echo(f"  {figure['name']:<44} {value:>16}  {beside:<22} {aim:<18} {met}")


def _number(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


@click.command()
@click.argument("name", required=False)
@click.option("--list", "listing", is_flag=True, help="Name the benchmarks.")
@click.option("--database", "kind", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
@click.option("--size", default=0.05, show_default=True, type=click.FloatRange(0.01, 1),
              help="Share of the full size that the figures are set for.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def bench(name: str | None, listing: bool, kind: str, size: float, as_json: bool) -> None:
    """Run the benchmark NAME on a fresh database and print its figures."""
    benches = found()
    if listing or name is None:
        for each, (_module, line) in benches.items():
            click.echo(f"{each:<12} {line}")
        return
    if name not in benches:
        raise clear_failure(f"there is no benchmark {name!r}.", f"There are: {', '.join(benches)}")
    with fresh(kind):
        ready()
        # What a benchmark prints on its way must not stand in the JSON.
        with contextlib.redirect_stdout(sys.stderr):
            outcome = measured(name, kind, size)
    if as_json:
        click.echo(json.dumps(outcome, ensure_ascii=False))
    else:
        table(outcome)
