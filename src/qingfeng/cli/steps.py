"""Steps of a check or a test run: each is run to its end, timed, and listed in a table."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import click

from qingfeng.cli import ROOT


@dataclass(frozen=True)
class Step:
    """One step: a program to run, or a function that returns what it found wrong.

    Args:
        name: how the table and the command line call it.
        run: the words of a program, or a function giving faults; no fault is a pass.
        env: variables to add for the program.
        passes: exit codes of the program that count as a pass.
    """

    name: str
    run: Sequence[str] | Callable[[], Sequence[str]]
    env: Mapping[str, str] = field(default_factory=dict)
    passes: frozenset[int] = frozenset({0})


@dataclass(frozen=True)
class Result:
    """What became of one step."""

    name: str
    passed: bool
    seconds: float


def python(*words: str) -> list[str]:
    """The words of a Python module as a program, in this environment."""
    return [sys.executable, "-m", *words]


def run(steps: Sequence[Step]) -> list[Result]:
    """Run all steps, whatever becomes of each."""
    results = []
    for step in steps:
        click.secho(f"── {step.name}", bold=True)
        sys.stdout.flush()
        began = time.perf_counter()
        passed = _program(step) if not callable(step.run) else _function(step.run)
        results.append(Result(step.name, passed, time.perf_counter() - began))
    return results


def _program(step: Step) -> bool:
    assert not callable(step.run)
    env = {**os.environ, **step.env}
    done = subprocess.run(step.run, cwd=ROOT, env=env, check=False)  # noqa: S603 - our own words
    return done.returncode in step.passes


def _function(function: Callable[[], Sequence[str]]) -> bool:
    try:
        faults = function()
    except Exception:  # noqa: BLE001 - one broken step must not hide the others
        traceback.print_exc()
        return False
    for fault in faults:
        click.echo(fault)
    return not faults


def report(results: Sequence[Result]) -> int:
    """Print the table; returns the exit code: 1 if any step failed."""
    width = max(len(result.name) for result in results)
    click.echo()
    for result in results:
        mark = (
            click.style("ok    ", fg="green") if result.passed else click.style("FAILED", fg="red")
        )
        click.echo(f"{result.name:<{width}}  {mark}  {result.seconds:7.1f} s")
    click.echo(f"{'together':<{width}}          {sum(r.seconds for r in results):7.1f} s")
    return 0 if all(result.passed for result in results) else 1
