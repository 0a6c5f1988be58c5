"""One declaration of a ledger's columns: the list, the spreadsheet and its template read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True)
class Column:
    """One column of a ledger.

    Args:
        name: key; for an imported column also the key in the imported row.
        label: heading.
        kind: text, long, number, date, choice, state or clock; how it is shown and checked.
        value: from the record to what stands in the cell; the attribute ``name`` if not given.
        note: from the record to a second, quieter line in the list.
        in_list: whether the list shows it.
        in_export: whether the exported sheet has it.
        in_template: whether the import template has it.
        required: whether an imported row must fill it.
        choices: (value, label) pairs of a choice; a callable is asked when needed.
        hint: what the template says below the heading.
        example: an example in the template's hint.
    """

    name: str
    label: str | Promise
    kind: str = "text"
    value: Callable[[Any], Any] | None = None
    note: Callable[[Any], Any] | None = None
    in_list: bool = True
    in_export: bool = True
    in_template: bool = False
    required: bool = False
    choices: Callable[[], Sequence[tuple[str, str | Promise]]] | None = None
    hint: str | Promise = ""
    example: str = ""

    def of(self, record: Any) -> Any:
        """What a record has in this column."""
        return self.value(record) if self.value else getattr(record, self.name)


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
    """The cells of one row of a list."""
    return [
        Cell(column, column.of(record), column.note(record) if column.note else None)
        for column in columns
    ]
