"""Spreadsheets out: a ledger's rows in its own columns, marked as demonstration data if they are."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from qingfeng.core import listing, stamp
from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column
from qingfeng.core.errors import Refused
from qingfeng.core.ledger import Ledger
from qingfeng.core.listing import ListQuery

#: Rows of one exported sheet.
MOST_ROWS = 50_000


def export(ledger: Ledger, actor: Actor, query: ListQuery) -> bytes:
    """Every row that the query shows its reader, as an xlsx.

    Raises:
        Refused: there are more rows than one sheet takes.
    """
    where, _view, _filters = listing.conditions(ledger, actor, query)
    order = next((one for one in ledger.orders if one.key == query.order), ledger.orders[0])
    found = ledger.policy.scope(actor).filter(where).order_by(*order.fields)
    ids = list(found.values_list("pk", flat=True)[: MOST_ROWS + 1])
    if len(ids) > MOST_ROWS:
        raise Refused(
            _("More than %s rows; add a condition and export in parts.") % f"{MOST_ROWS:,}"
        )
    columns = [column for column in ledger.columns if column.in_export]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(str(ledger.title)[:31])
    heading = book.add_format(
        {"bold": True, "border": 1, "text_wrap": True, "align": "center", "valign": "vcenter"}
    )
    text = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"border": 1, "num_format": "yyyy-mm-dd", "valign": "top"})
    mark = book.add_format({"bold": True})
    top = 0
    if stamp.is_demo():
        sheet.write_string(0, 0, _("Demonstration data"), mark)
        sheet.set_header("&C" + _("Demonstration data"))
        top = 1
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 28 if place == 0 or column.kind == "long" else 16)
        sheet.write_string(top, place, str(column.label), heading)
    sheet.freeze_panes(top + 1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    row = top
    for start in range(0, len(ids), 500):
        some = ids[start : start + 500]
        by_pk = ledger.rows().in_bulk(some)
        for pk in some:
            row += 1
            for place, column in enumerate(columns):
                _write(sheet, row, place, _value(ledger, column, by_pk[pk]), text, day)
    book.close()
    return buffer.getvalue()


def _value(ledger: Ledger, column: Column, record: Any) -> Any:
    if column.kind == "state" and ledger.workflow:
        return ledger.workflow.label(record.state)
    if column.kind == "clock":
        return record.legal_on or record.target_on
    return column.of(record)


def _write(sheet: Any, row: int, place: int, value: Any, text: Any, day: Any) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, text)
    elif isinstance(value, bool):
        sheet.write_string(row, place, _("Yes") if value else _("No"), text)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value, text)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, day)
    else:
        sheet.write_string(row, place, str(value), text)
