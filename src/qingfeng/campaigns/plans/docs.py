"""The reference page of the plan file, written from its schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .reader import schema

_INTRODUCTION = """\
# The plan file

<!-- Generated from campaigns/plans/schema.json: edit that, then run `./qingfeng docs`. -->

{description}

A plan is YAML in UTF-8, at most 1 MB, without anchors, aliases or tags. `./qingfeng plan check`
reads it and names every mistake with its line and its remedy. Beyond the fields below it checks
that keys are unique and references lead somewhere; that dates are in order, due dates fall within
their batch, and no latest legal date comes before its target; that a recurrence ends; that nothing
stands under itself; that every requirement binds somebody; and that no target, rate or ranking is
set on people reported, filed, detained or punished, or on leads and cases.

The machine-readable schema (JSON Schema 2020-12) is `src/qingfeng/campaigns/plans/schema.json`.
How to write a plan: [Write a plan](../how-to/write-a-plan.md).
"""
_FORMS = {
    "date": "date, 2021-08-16",
    "key": "key: small letters, digits, hyphens",
    "title": "text, one line",
    "text": "text",
}


def docs_page() -> str:
    """The whole page, as Markdown."""
    of = schema()
    parts = [_INTRODUCTION.format(description=of["description"])]
    parts += ["## The whole file\n", "\n".join(_table(of)), ""]
    for name, section in of["properties"].items():
        if section.get("type") == "object":
            parts.append("\n".join(_section(name, section)))
    for name, definition in of["$defs"].items():
        if "properties" in definition:
            parts.append("\n".join(_section(name, definition)))
    return "\n".join(parts).rstrip() + "\n"


def _section(name: str, definition: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {definition['title']} (`{name}`)\n"
    yield f"{definition['description']}\n"
    yield from _table(definition)
    yield ""


def _table(definition: Mapping[str, Any]) -> Iterator[str]:
    required = definition.get("required", ())
    yield "| Field | Needed | Form | Meaning |"
    yield "|---|---|---|---|"
    for name, field in definition["properties"].items():
        needed = "yes" if name in required else "no"
        meaning = field["description"]
        if "default" in field:
            meaning += f" Default: {_default(field['default'])}."
        yield f"| `{name}` | {needed} | {_form(field)} | {meaning} |"


def _default(value: object) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(str(item) for item in value) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _form(field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        return _named_form(field["$ref"].rpartition("/")[2])
    match field.get("type"):
        case None:
            return " \\| ".join(f"`{word}`" for word in field["enum"])
        case "array":
            return f"list of {_form(field['items'])}"
        case "integer":
            return f"whole number, {field['minimum']} to {field['maximum']}"
        case "boolean":
            return "`true` \\| `false`"
        case kind:
            return "fields below" if kind == "object" else "text"


def _named_form(name: str) -> str:
    if name in _FORMS:
        return _FORMS[name]
    definition = schema()["$defs"][name]
    if "properties" in definition:
        return f"[{definition['title']}](#{_anchor(definition['title'], name)})"
    return _form(definition)


def _anchor(title: str, name: str) -> str:
    return f"{title} {name}".lower().replace(" ", "-")
