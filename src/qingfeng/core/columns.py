"""One declaration of a ledger's columns: the list, the spreadsheet and its template read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from qingfeng.core.actor import Actor
from qingfeng.core.errors import Refused

#: Characters of one imported cell, by kind.
LONGEST = {"text": 500, "long": 10_000}
#: What a spreadsheet shows where a calculation failed.
FAILED = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!)")
DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d\d)(\d\d))")
#: From here on a number of a spreadsheet no longer keeps every digit.
EXACT = 10**15

Parser = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column of a ledger.

    Args:
        name: key; for an imported column also the key in the imported row.
        label: heading.
        kind: text, long, number, date, choice, yesno, state or clock; how it is shown and checked.
        value: from the record to what stands in the cell, or the path of an attribute such as
            ``requirement__task``; the attribute ``name`` if not given.
        note: from the record to a second, quieter line in the list.
        in_list: whether the list shows it.
        in_export: whether the exported sheet has it.
        in_template: whether the import template has it.
        required: whether an imported row must fill it.
        choices: (value, label) pairs of a choice; a callable is asked when needed.
        lookup: for units, persons and numbers in an imported sheet: from the importing actor and
            all texts of the column to what each stands for; asked once a sheet.
        hint: what the template says about it.
        example: an example in the template's guide.
        order: key of the ledger's order that a click on the heading gives.
        width: width in the sheet, in characters; 0: after the kind.
    """

    name: str
    label: str | Promise
    kind: str = "text"
    value: Callable[[Any], Any] | str | None = None
    note: Callable[[Any], Any] | None = None
    in_list: bool = True
    in_export: bool = True
    in_template: bool = False
    required: bool = False
    choices: Callable[[], Sequence[tuple[str, str | Promise]]] | None = None
    lookup: Callable[[Actor, Sequence[str]], Mapping[str, Any]] | None = None
    hint: str | Promise = ""
    example: str = ""
    order: str = ""
    width: int = 0

    def of(self, record: Any) -> Any:
        """What a record has in this column; an empty relation on the way gives None."""
        if callable(self.value):
            return self.value(record)
        found = record
        for part in (self.value or self.name).split("__"):
            found = None if found is None else getattr(found, part)
        return found

    @property
    def is_right(self) -> bool:
        """Whether it stands at the right edge of its cell: numbers do."""
        return self.kind == "number"

    def labels(self) -> set[str]:
        """The heading in every language, as an uploaded sheet may have it."""
        return _in_every_language(lambda: [str(self.label)])

    def parser(self) -> Parser:
        """What reads one imported cell: from the raw value to the service's, or None if empty.

        The parser raises Refused with a sentence about the cell.
        """
        read = _choice(self) if self.kind == "choice" else _PARSERS.get(self.kind, _text(self))

        def parse(raw: Any) -> Any:
            if raw is None or (isinstance(raw, str) and not raw.strip()):
                if self.required:
                    raise Refused(_("must be filled in."), field=self.name)
                return None
            if isinstance(raw, str) and FAILED.fullmatch(raw.strip()):
                raise Refused(
                    _("“%s” is a failed calculation; type the value itself.") % raw.strip(),
                    field=self.name,
                )
            return read(raw)

        return parse


def _in_every_language(words: Callable[[], Iterable[str]]) -> set[str]:
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found.update(words())
    return found


def _text(column: Column) -> Parser:
    longest = LONGEST.get(column.kind, LONGEST["text"])

    def read(raw: Any) -> str:
        if isinstance(raw, float) and abs(raw) >= EXACT:
            raise Refused(
                _("the spreadsheet kept it as a number and lost digits; format the cell as text.")
            )
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        if isinstance(raw, datetime):
            raw = raw.date() if raw == datetime.combine(raw.date(), datetime.min.time()) else raw
        text = str(raw).strip()
        if len(text) > longest:
            raise Refused(_("longer than %s characters; shorten it.") % longest)
        if any(ord(letter) < 32 and letter not in "\n\r\t" for letter in text):
            raise Refused(_("holds characters that cannot be printed; type it anew."))
        return text

    return read


def _number(raw: Any) -> int | Decimal:
    text = "" if isinstance(raw, bool | date) else str(raw).strip()
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= EXACT:
        raise Refused(_("“%s” is no number; type digits only.") % raw)
    return int(number) if number == number.to_integral_value() else number


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    found = DAY.fullmatch(raw.strip()) if isinstance(raw, str) else None
    try:
        year, month, day = (int(part) for part in found.groups() if part) if found else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise Refused(_("“%s” is no date; write it as 2021-10-14.") % raw) from None


def _yesno(raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {one.lower() for one in _in_every_language(lambda: [_("Yes")])}:
        return True
    if word in {one.lower() for one in _in_every_language(lambda: [_("No")])}:
        return False
    raise Refused(
        _("“%(value)s” is neither %(yes)s nor %(no)s.")
        % {"value": raw, "yes": _("Yes"), "no": _("No")}
    )


def _choice(column: Column) -> Parser:
    assert column.choices is not None, "a choice has choices"
    values: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for value, label in column.choices():
                values[str(value)] = values[str(label)] = value
    labels = [str(label) for _value, label in column.choices()]

    def read(raw: Any) -> str:
        text = _text(column)(raw)
        if text not in values:
            shown = _(", ").join(labels[:12]) + ("…" if len(labels) > 12 else "")
            raise Refused(
                _("“%(value)s” is no choice here; choose one of: %(choices)s.")
                % {"value": text, "choices": shown}
            )
        return values[text]

    return read


_PARSERS: dict[str, Parser] = {"number": _number, "date": _date, "yesno": _yesno}


@dataclass(frozen=True)
class Cell:
    """A column of one record, ready to show."""

    column: Column
    value: Any
    note: Any = None

    @property
    def kind(self) -> str:
        return self.column.kind


def cells(columns: Sequence[Column], record: Any) -> list[Cell]:
    """The cells of one row of a list; a choice shows its label."""
    return [
        Cell(column, shown(column, record), column.note(record) if column.note else None)
        for column in columns
    ]


def shown(column: Column, record: Any) -> Any:
    """What a list and a sheet show of a record in a column: labels and words, not codes."""
    value = column.of(record)
    if column.kind == "choice" and column.choices is not None:
        return next((label for key, label in column.choices() if key == value), value)
    if column.kind == "yesno" and value is not None:
        return _("Yes") if value else _("No")
    return value
