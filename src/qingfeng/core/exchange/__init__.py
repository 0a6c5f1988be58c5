"""Spreadsheets in and out: template, import with a report row by row, export."""

from qingfeng.core.exchange.importing import ImportResult, import_rows
from qingfeng.core.exchange.reading import Row, Sheet, read
from qingfeng.core.exchange.writing import error_report, export, template

__all__ = [
    "ImportResult",
    "Row",
    "Sheet",
    "error_report",
    "export",
    "import_rows",
    "read",
    "template",
]
