"""Only services write; every service that writes is a command or a job."""

from __future__ import annotations

import ast

import pytest

WRITES = {
    "save", "create", "delete", "get_or_create", "update_or_create",
    "bulk_create", "bulk_update", "insert", "fire", "fire_many",
}  # fmt: skip
#: Services that write and are neither command nor job, each for its reason; only services and
#: loaders call them.
EXCEPT = {
    "give_password": "a part of the commands that open an account or renew its password",
    "propose": "a part of the commands that propose something about an account",
}
READERS = {"views", "forms", "queries", "urls", "indicators", "columns", "policy"}


def is_write(node):
    """Whether the node is a call that writes rows."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    name, owner = node.func.attr, node.func.value
    if name == "insert":
        return getattr(owner, "id", "") == "bulk"  # a list has an insert too
    if name == "update":
        # A queryset's update comes after another call or `objects`; a dict's does not.
        return isinstance(owner, ast.Call) or getattr(owner, "attr", "") == "objects"
    return name in WRITES


def writes(tree):
    return [node.lineno for node in ast.walk(tree) if is_write(node)]


def decorators(function):
    return {
        getattr(node, "id", None) or getattr(node, "attr", None)
        for node in (getattr(each, "func", each) for each in function.decorator_list)
    }


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("row.save()", True),
        ("Row.objects.create(a=1)", True),
        ("rows.filter(a=1).update(a=2)", True),
        ("Row.objects.update(a=2)", True),
        ("context.update(a=2)", False),
        ("bulk.insert(Row, columns, rows)", True),
        ("names.insert(0, 'x')", False),
        ("form.is_valid()", False),
    ],
)
def test_a_write_is_known_when_seen(code, found):
    assert bool(writes(ast.parse(code))) is found


def test_nothing_that_reads_or_speaks_http_writes(sources):
    faults = [
        f"{place}:{line}"
        for place, tree in sources.items()
        if READERS & {part.removesuffix(".py") for part in place.parts[1:]}
        for line in writes(tree)
    ]
    assert faults == []


def services(sources):
    """Every function at the top of a ledger's services."""
    for place, tree in sources.items():
        parts = {part.removesuffix(".py") for part in place.parts[1:]}
        if "services" in parts and place.parts[0] not in {"trail", "tallies"}:
            for node in tree.body:
                if isinstance(node, ast.FunctionDef):
                    yield place, node


def test_every_public_service_that_writes_is_a_command_or_a_job(sources):
    faults = [
        f"{place}: {function.name}"
        for place, function in services(sources)
        if not function.name.startswith("_")
        and writes(function)
        and not decorators(function) & {"command", "job"}
        and function.name not in EXCEPT
    ]
    assert faults == []


def test_no_exception_has_become_needless(sources):
    assert EXCEPT.keys() <= {
        function.name
        for _place, function in services(sources)
        if writes(function) and not decorators(function) & {"command", "job"}
    }


def test_an_exception_is_called_by_services_and_loaders_alone(sources):
    faults = [
        f"{place}:{node.lineno} {name}"
        for place, tree in sources.items()
        if not {"services", "services.py", "demo.py", "engines"} & set(place.parts)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "id", getattr(node.func, "attr", ""))) in EXCEPT
    ]
    assert faults == []


def test_every_command_takes_its_actor_by_keyword(sources):
    faults = [
        f"{place}: {function.name}"
        for place, function in services(sources)
        if "command" in decorators(function)
        and "actor" not in {argument.arg for argument in function.args.kwonlyargs}
    ]
    assert faults == []


def test_there_are_services_to_guard(sources):
    assert any("command" in decorators(function) for _place, function in services(sources))
