"""What the guards walk over: the sources of the package, read once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "qingfeng"


@pytest.fixture(scope="session")
def sources():
    """Every module of the package, migrations aside: place -> syntax tree."""
    return {
        path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    }


@pytest.fixture(scope="session")
def ledgers():
    """Django set up, and every module imported that declares workflows and kinds of events."""
    from qingfeng.cli.docs import declare_kinds, workflows

    declare_kinds()
    return list(workflows())
