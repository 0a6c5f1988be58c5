"""Reads a plan file and either returns the plan or says everything that is wrong with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, FormatChecker, ValidationError, validators

from . import build, quota, rules, source
from .errors import PlanError, PlanErrors
from .model import AddWorkingDays, Plan, weekdays

MOST_ERRORS = 200


def read(
    path_or_text: Path | str, *, name: str = "", add_working_days: AddWorkingDays = weekdays
) -> Plan:
    """Read a plan from a file (a `Path`) or from text (a `str`).

    Args:
        path_or_text: the file, or its content.
        name: what to call it in messages; the file's name unless given.
        add_working_days: the calendar by which relative due dates are checked against the batch.

    Raises:
        PlanErrors: with every mistake found, its line and its remedy. Mistakes of form hide those
            of sense: references and dates are checked once every field is well formed.
    """
    loaded = source.load(path_or_text, name=name)
    errors = [*loaded.errors[:MOST_ERRORS], *islice(_of_form(loaded), MOST_ERRORS)]
    if errors:
        raise PlanErrors(errors, name=loaded.name)
    plan = build.plan(loaded.value)
    errors = [
        *islice(rules.errors(plan, loaded, add_working_days), MOST_ERRORS),
        *islice(quota.errors(loaded), MOST_ERRORS),
    ]
    if errors:
        raise PlanErrors(errors, name=loaded.name)
    return plan


@cache
def schema() -> dict[str, Any]:
    """The published JSON Schema of a plan file."""
    text = Path(__file__).with_name("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _unique(_validator: Any, is_unique: bool, value: Any, _of: Any) -> Iterator[ValidationError]:
    """As the standard says; jsonschema's own is quadratic on a long list of mixed values."""
    if is_unique and isinstance(value, list) and len({repr(item) for item in value}) < len(value):
        yield ValidationError("twice")


_Validator: Any = validators.extend(  # type: ignore[no-untyped-call]  # its stub lacks types
    Draft202012Validator, {"uniqueItems": _unique}
)


@cache
def _validator() -> Draft202012Validator:
    formats = FormatChecker(formats=())
    formats.checks("date")(_is_date)
    made: Draft202012Validator = _Validator(schema(), format_checker=formats)
    return made


def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True  # the type is another rule's business
    if not re.fullmatch(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _of_form(loaded: source.Source) -> Iterator[PlanError]:
    for error in _validator().iter_errors(loaded.value):
        yield from _explain(error, loaded, tuple(error.absolute_path))


def _explain(
    error: ValidationError, loaded: source.Source, path: source.Steps
) -> Iterator[PlanError]:
    value: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            yield from _unknown_fields(error, loaded, path)
        case "required":
            for field in rule:
                if field not in value:
                    message = _("The field %(field)s is missing.") % {"field": field}
                    yield loaded.error(path, message, _missing_remedy(path, field))
        case "enum":
            message = _("%(value)s is not one of the words allowed here.") % {
                "value": _shown(value)
            }
            yield loaded.error(path, message, _one_of(value, rule))
        case "type":
            message = _("%(value)s has the wrong form.") % {"value": _shown(value)}
            yield loaded.error(path, message, _type_remedy(rule))
        case "format":
            message = _("%(value)s is not a date.") % {"value": _shown(value)}
            yield loaded.error(path, message, _("Write it as 2021-08-16."))
        case "pattern":
            yield _of_pattern(error, loaded, path)
        case "minItems":
            message = _("The list is empty.")
            yield loaded.error(path, message, _("Add an entry, or leave the field out."))
        case "uniqueItems":
            message = _("An entry stands in this list twice.")
            yield loaded.error(path, message, _("Keep one of the two."))
        case "maxItems":
            message = _("The list is too long.")
            remedy = _("Keep at most %(most)d entries.") % {"most": rule}
            yield loaded.error(path, message, remedy)
        case "maxLength":
            message = _("The text is too long.")
            remedy = _("Keep it to %(most)d characters.") % {"most": rule}
            yield loaded.error(path, message, remedy)
        case "minimum" | "maximum":
            message = _("%(value)s is out of range.") % {"value": _shown(value)}
            remedy = (
                _("At least %(bound)d.")
                if error.validator == "minimum"
                else _("At most %(bound)d.")
            )
            yield loaded.error(path, message, remedy % {"bound": rule})
        case "minProperties" | "maxProperties":
            message = _("A due date is either a date or a number of days after an event.")
            yield loaded.error(path, message, _("Give exactly one of on and after."))
        case "oneOf":
            message = _("A requirement is due once or recurs; this one has both or neither.")
            yield loaded.error(path, message, _("Give exactly one of due and recurrence."))
        case _:
            # The one rule left: `rate` stands only beside rate_at_least.
            message = _("A rate goes only with the check rate_at_least.")
            remedy = _("Take the rate out, or set check to rate_at_least.")
            yield loaded.error((*path, "rate"), message, remedy)


def _unknown_fields(
    error: ValidationError, loaded: source.Source, path: source.Steps
) -> Iterator[PlanError]:
    of: Any = error.schema
    value: Any = error.instance
    allowed = list(of["properties"])
    missing = [field for field in allowed if field not in value]
    for field in value:
        if field in allowed:
            continue
        close = get_close_matches(field, missing, 1) or get_close_matches(field, allowed, 1)
        remedy = (
            _("Did you mean %(field)s?") % {"field": close[0]}
            if close
            else _("Fields here are: %(fields)s.") % {"fields": ", ".join(allowed)}
        )
        message = _("There is no field %(field)s here.") % {"field": _shown(field)}
        yield loaded.error((*path, field), message, remedy, at_field=True)


def _missing_remedy(path: source.Steps, field: str) -> str:
    if path[-1:] == ("recurrence",) and field == "until":
        return _("A recurrence must end: add until with its last day.")
    return _("Add %(field)s here.") % {"field": field}


def _one_of(value: object, allowed: list[str]) -> str:
    close = get_close_matches(str(value), allowed, 1)
    if close:
        return _("Did you mean %(field)s?") % {"field": close[0]}
    return _("Use one of: %(words)s.") % {"words": ", ".join(allowed)}


def _type_remedy(expected: str) -> str:
    match expected:
        case "object":
            return _("Write fields here, each as name: value on its own line.")
        case "array":
            return _("Write a list here: [a, b], or lines that begin with a hyphen.")
        case "integer":
            return _("Write a whole number.")
        case "boolean":
            return _("Write true or false.")
        case _:
            return _("Write text; put a number or a code in quotation marks.")


def _of_pattern(error: ValidationError, loaded: source.Source, path: source.Steps) -> PlanError:
    value: Any = error.instance
    if path[-1:] == ("base",):
        message = _("%(value)s is no base of a category.") % {"value": _shown(value)}
        return loaded.error(path, message, _("Write six, or '+1', '+2' and so on."))
    if not value.strip():
        return loaded.error(path, _("The text is empty."), _("Write it, or leave the field out."))
    if "\n" in value:
        return loaded.error(path, _("A title is one line."), _("Put it on one line."))
    message = _("%(value)s cannot be a key.") % {"value": _shown(value)}
    remedy = _("Use small letters, digits and hyphens, beginning with a letter: case-review.")
    return loaded.error(path, message, remedy)


def _shown(value: object) -> str:
    text = str(value) if value is not None else _("an empty value")
    if isinstance(value, dict):
        text = _("a group of fields")
    elif isinstance(value, list):
        text = _("a list")
    elif len(text) > 40:
        text = text[:39] + "…"
    return f"“{text}”" if isinstance(value, (str, int)) else text
