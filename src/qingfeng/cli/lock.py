"""`./qingfeng lock`: renew the hashed locks from pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import click

from qingfeng.cli import ROOT


@click.command()
@click.option(
    "--upgrade", is_flag=True, help="Take the newest releases that pyproject.toml allows."
)
def lock(upgrade: bool) -> None:
    """Renew requirements/run.lock and requirements/test.lock.

    Both hold for every platform and for Python 3.11 and later, and carry no index address: pip
    takes whatever index it is set up for, and the hashes say whether the files are the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", "uv"], check=True)  # noqa: S603
        _compile(python, "run", [], upgrade=upgrade)
        _compile(
            python, "test", ["--extra", "test", "-c", "requirements/run.lock"], upgrade=upgrade
        )


def _compile(python: Path, name: str, options: list[str], *, upgrade: bool) -> None:
    target = f"requirements/{name}.lock"
    done = subprocess.run(  # noqa: S603 - our own words only
        [
            python, "-m", "uv", "pip", "compile", "-q", "pyproject.toml", "-o", target,
            "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header",
            "--no-annotate", "--no-emit-index-url", "--no-emit-find-links",
            *(["--upgrade"] if upgrade else []), *options,
        ],
        cwd=ROOT,
        check=False,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.returncode)
    click.echo(f"wrote {target}")
