"""Spreadsheets out: a ledger's rows, its import template, and what is wrong with an import."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from qingfeng.core import listing, stamp
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column, shown
from qingfeng.core.errors import Refused
from qingfeng.core.exchange.reading import Sheet, sheet_name
from qingfeng.core.ledger import Ledger
from qingfeng.core.listing import ListQuery

#: Rows of one exported sheet.
MOST_ROWS = 50_000
#: What a spreadsheet would take for a formula when the cell is edited.
LIKE_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The sheet that the drop-downs of a template read.
LISTS = "choices"
WIDTHS = {"long": 40, "text": 20, "date": 14, "number": 12, "yesno": 8}


class Book:
    """A workbook under way: formats, the demonstration mark, cells written as what they are."""

    def __init__(self, *, is_streamed: bool = True) -> None:
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.buffer,
            {
                "constant_memory": is_streamed,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        ruled = {"border": 1, "valign": "top"}
        self.heading = self.book.add_format(
            {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
        )
        self.text = self.book.add_format({**ruled, "text_wrap": True})
        # Marked as text, so that it stays text when somebody edits the cell.
        self.quoted = self.book.add_format({**ruled, "text_wrap": True, "quote_prefix": True})
        self.day = self.book.add_format({**ruled, "num_format": "yyyy-mm-dd"})
        self.wrong = self.book.add_format({**ruled, "text_wrap": True, "font_color": "#a61b1b"})
        self.mark = self.book.add_format({"bold": True})

    def sheet(self, title: str | Promise, columns: Sequence[tuple[Any, int]]) -> tuple[Any, int]:
        """A new sheet with its headings and widths, and the number of its heading row."""
        sheet = self.book.add_worksheet(sheet_name(title))
        top = 0
        if stamp.is_demo():
            words = _("Demonstration data")
            sheet.write_string(0, 0, words, self.mark)
            sheet.set_header("&C" + words)
            top = 1
        for place, (label, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(top, place, str(label), self.heading)
        sheet.freeze_panes(top + 1, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        return sheet, top

    def write(self, sheet: Any, row: int, place: int, value: Any) -> None:
        """One cell, as what it is; text is never taken for a formula."""
        if value is None or value == "":
            sheet.write_blank(row, place, None, self.text)
        elif isinstance(value, bool):
            sheet.write_string(row, place, _("Yes") if value else _("No"), self.text)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, place, value, self.text)
        elif isinstance(value, datetime):
            at = timezone.localtime(value) if timezone.is_aware(value) else value
            sheet.write_string(row, place, f"{at:%Y-%m-%d %H:%M}", self.text)
        elif isinstance(value, date) and value.year >= 1900:
            sheet.write_datetime(row, place, value, self.day)
        else:
            text = str(value)
            is_risky = text.startswith(LIKE_FORMULA)
            sheet.write_string(row, place, text[:32_767], self.quoted if is_risky else self.text)

    def close(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


def _width(column: Column, place: int) -> int:
    return column.width or (28 if place == 0 else WIDTHS.get(column.kind, 16))


# -- a list -----------------------------------------------------------------------------------


def export(ledger: Ledger, actor: Actor, query: ListQuery) -> bytes:
    """Every row that the query shows its reader, in the list's order, as an xlsx.

    Raises:
        Refused: there are more rows than one sheet takes.
    """
    return rows_as_xlsx(ledger, listing.walk(ledger, actor, query))


def rows_as_xlsx(ledger: Ledger, rows: Iterable[Any]) -> bytes:
    """Records of a ledger as an xlsx, in constant memory; who may see them is asked before.

    Raises:
        Refused: there are more rows than one sheet takes.
    """
    columns = [column for column in ledger.columns if column.in_export]
    book = Book()
    headings = [(column.label, _width(column, place)) for place, column in enumerate(columns)]
    sheet, row = book.sheet(ledger.title, headings)
    taken = iter(rows)
    for record in islice(taken, MOST_ROWS):
        row += 1
        for place, column in enumerate(columns):
            book.write(sheet, row, place, _value(ledger, column, record))
    content = book.close()
    if next(taken, None) is not None:
        raise Refused(
            _("More than %s rows; add a condition and export in parts.") % f"{MOST_ROWS:,}"
        )
    return content


def _value(ledger: Ledger, column: Column, record: Any) -> Any:
    if column.kind == "state" and ledger.workflow:
        return ledger.workflow.label(record.state)
    if column.kind == "clock":
        return record.legal_on or record.target_on
    return shown(column, record)


# -- the template -----------------------------------------------------------------------------


def template(ledger: Ledger) -> bytes:
    """An empty sheet to fill in: locked headings, drop-downs, checks while typing, and a guide."""
    columns = ledger.template_columns()
    book = Book(is_streamed=False)
    headings = [(column.label, _width(column, place)) for place, column in enumerate(columns)]
    sheet, top = book.sheet(ledger.title, headings)
    open_cell = {
        kind: book.book.add_format({"locked": False, "num_format": form})
        for kind, form in (("date", "yyyy-mm-dd"), ("number", "0.######"), ("", "@"))
    }
    lists = book.book.add_worksheet(LISTS)
    first, last = top + 1, top + settings.IMPORT_MAX_ROWS
    for place, column in enumerate(columns):
        sheet.set_column(
            place, place, _width(column, place), open_cell.get(column.kind, open_cell[""])
        )
        rule = _rule(column, lists, place)
        hint = str(column.hint)
        if hint:
            rule |= {"input_title": str(column.label)[:32], "input_message": hint[:255]}
        if rule != {"validate": "any"}:
            sheet.data_validation(first, place, last, place, rule)
    sheet.protect(
        "",
        {
            "format_columns": True, "format_rows": True, "insert_rows": True,
            "delete_rows": True, "sort": True, "autofilter": True,
        },
    )  # fmt: skip
    lists.hide()
    _guide(book, columns)
    return book.close()


def _rule(column: Column, lists: Any, place: int) -> dict[str, Any]:
    """What a cell of the template accepts."""
    labels: list[str] = []
    if column.kind == "choice" and column.choices is not None:
        labels = [str(label) for _value, label in column.choices()]
    elif column.kind == "yesno":
        labels = [_("Yes"), _("No")]
    if labels:
        for row, label in enumerate(labels):
            lists.write_string(row, place, label)
        letter = xlsxwriter.utility.xl_col_to_name(place, True)
        return {
            "validate": "list",
            "source": f"={LISTS}!{letter}$1:{letter}${len(labels)}",
            "error_title": str(column.label)[:32],
            "error_message": _("Choose from the list."),
        }
    if column.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": date(1900, 1, 1),
            "maximum": date(2199, 12, 31),
            "error_title": str(column.label)[:32],
            "error_message": _("Write a date as 2021-10-14."),
        }
    if column.kind == "number":
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -999_999_999_999,
            "maximum": 999_999_999_999,
            "error_title": str(column.label)[:32],
            "error_message": _("Type digits only."),
        }
    return {"validate": "any"}


def _guide(book: Book, columns: Sequence[Column]) -> None:
    kinds = {
        "date": _("a date"), "number": _("a number"), "choice": _("one of the list"),
        "yesno": _("yes or no"),
    }  # fmt: skip
    headings = [
        (_("Column"), 20), (_("Must be filled in"), 12), (_("What it takes"), 16),
        (_("Hint"), 50), (_("Example"), 20),
    ]  # fmt: skip
    sheet, row = book.sheet(_("How to fill in"), headings)
    for column in columns:
        row += 1
        cells = [
            str(column.label), column.required, kinds.get(column.kind, _("text")),
            str(column.hint), column.example,
        ]  # fmt: skip
        for place, value in enumerate(cells):
            book.write(sheet, row, place, value)


# -- what is wrong ----------------------------------------------------------------------------


def error_report(ledger: Ledger, sheet: Sheet) -> bytes:
    """The rows that were refused as they were sent, each with what is wrong with it.

    The sheet can be mended and sent in again: the added columns are skipped when it is read.
    """
    columns = sheet.columns
    book = Book()
    headings = [(column.label, _width(column, place)) for place, column in enumerate(columns)]
    headings += [(_("Row in your file"), 12), (_("What is wrong"), 60)]
    out, at = book.sheet(ledger.title, headings)
    for row in sheet.bad:
        at += 1
        for place, value in enumerate(row.raw):
            book.write(out, at, place, value)
        book.write(out, at, len(columns), row.number)
        out.write_string(at, len(columns) + 1, " ".join(row.errors), book.wrong)
    return book.close()
