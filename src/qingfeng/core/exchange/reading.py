"""Spreadsheets in: a file that strangers may have made, checked before anything parses it."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any
from xml.parsers import expat

import python_calamine
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from qingfeng.core.actor import Actor
from qingfeng.core.columns import Column
from qingfeng.core.errors import Refused

#: Bytes of the file; of all it unpacks to; of one part for each byte it is packed in.
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO = 200
MOST_PARTS = 1000
#: A part smaller than this may be packed as tightly as it likes.
SMALL = 1024 * 1024
#: Cells of the rectangle that a sheet spans, empty ones included: they are all laid out.
MOST_CELLS = 4_000_000
#: Rows above the headings, where a title or the demonstration mark may stand.
ABOVE = 5

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Row:
    """One row as it was sent and as it was understood.

    Args:
        number: the row in the file, from 1.
        raw: the cells under the sheet's columns, as sent.
        values: column name -> value, for the importer.
        errors: sentences; empty if the row is good.
    """

    number: int
    raw: list[Any]
    values: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass
class Sheet:
    """The rows of one file under the columns it is about."""

    columns: Sequence[Column]
    rows: list[Row]

    @property
    def good(self) -> list[Row]:
        return [row for row in self.rows if not row.errors]

    @property
    def bad(self) -> list[Row]:
        return [row for row in self.rows if row.errors]


def read(file: Any, columns: Sequence[Column], *, actor: Actor, title: str | Promise = "") -> Sheet:
    """Read an uploaded xlsx under a declaration of columns.

    Args:
        file: an open file with ``name``, ``size`` and ``read``, such as an upload.
        columns: what the sheet may have, as in the template.
        actor: who imports; lookups see with this person's eyes.
        title: name of the sheet; the first sheet is read if none has it.

    Raises:
        Refused: the file as a whole cannot be read; the sentence says why and what to do. What is
            wrong with single rows stands in the rows.
    """
    content = _checked(file)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
            name, part = _choose_sheet(archive, title)
            scan = _scan(archive, part, name)
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Refused:
        raise
    except python_calamine.PasswordError:
        raise _refused(_("The file is protected by a password; save it without one.")) from None
    except Exception as error:
        raise _refused(
            _("The file is damaged and cannot be read; open it, save it anew and send that.")
        ) from error
    top, places = _headings(grid, columns, name)
    if any(first <= top < last for first, last, _where in scan.merged):
        raise _refused(
            _("The headings hold merged cells; use the template, one cell for each heading.")
        )
    rows = list(_rows(grid, top, places, columns, scan))
    if not rows:
        raise _refused(_("There is no row below the headings; fill in the template first."))
    _look_up(rows, columns, actor)
    return Sheet(columns, rows)


def _refused(sentence: str) -> Refused:
    return Refused(sentence, field="file")


# -- the file ---------------------------------------------------------------------------------


def _checked(file: Any) -> bytes:
    """The content of a file that is what its name says and not too large."""
    suffix = PurePath(file.name or "").suffix.lower()
    if suffix in {".xls", ".et", ".ods", ".csv", ".xlsm", ".xlsb"}:
        raise _refused(_("A %s file cannot be read; save it as .xlsx and send that.") % suffix)
    if suffix != ".xlsx":
        raise _refused(_("This is no spreadsheet; send the template filled in, an .xlsx file."))
    if not file.size:
        raise _refused(_("The file is empty; choose it again."))
    if file.size > MOST_BYTES:
        raise _refused(
            _("The file is larger than %s MB; send it in parts.") % (MOST_BYTES // 1024**2)
        )
    file.seek(0)
    content: bytes = file.read()
    if content.startswith(OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _refused(_("The file is protected by a password; save it without one."))
        raise _refused(_("A %s file cannot be read; save it as .xlsx and send that.") % ".xls")
    if not content.startswith(b"PK"):
        raise _refused(_("The file is not the spreadsheet its name says; send the real one."))
    return content


def _check_parts(archive: zipfile.ZipFile) -> None:
    """Refuse what would unpack to more than a spreadsheet is, before it is unpacked."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > MOST_PARTS
        or unpacked > MOST_UNPACKED
        or any(part.file_size > max(SMALL, MOST_RATIO * part.compress_size) for part in parts)
    ):
        raise _refused(
            _("The file unpacks to far more than it seems to hold, so it was not opened.")
        )
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise _refused(_("The file is not the spreadsheet its name says; send the real one."))
    if any(name.endswith("vbaProject.bin") for name in names):
        raise _refused(_("The file holds macros; save it as .xlsx without them."))
    # Reads every part to its declared size and compares checksums: sizes that lie are found here.
    if archive.testzip() is not None:
        raise zipfile.BadZipFile


def sheet_name(title: str | Promise) -> str:
    """A title as the name of a sheet: no forbidden characters, at most 31."""
    return re.sub(r"[\[\]:*?/\\']", " ", str(title)).strip()[:31] or "1"


def _choose_sheet(archive: zipfile.ZipFile, title: str | Promise) -> tuple[str, str]:
    """The name and the part of the sheet to read."""
    sheets: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), link))

    def on_target(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            path = posixpath.join("/xl", attributes.get("Target", ""))
            targets[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    _parse(archive, "xl/workbook.xml", on_sheet)
    _parse(archive, "xl/_rels/workbook.xml.rels", on_target)
    if not sheets:
        raise _refused(_("The file holds no sheet; use the template."))
    wanted = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            wanted.add(sheet_name(title))
    name, link = next((one for one in sheets if one[0] in wanted), sheets[0])
    return name, targets[link]


def _parse(archive: zipfile.ZipFile, part: str, on_start: Any) -> None:
    """Walk the elements of a part, without their namespaces' prefixes."""
    parser = expat.ParserCreate()

    def refuse(*_declared: Any) -> None:
        raise ValueError("a spreadsheet declares no document type")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, attributes: on_start(
        tag.rpartition(":")[2], attributes
    )
    with archive.open(part) as stream:
        while block := stream.read(1 << 16):
            parser.Parse(block, False)
        parser.Parse(b"", True)


# -- what values alone do not show ------------------------------------------------------------


@dataclass
class Scan:
    """What stands in a sheet besides values: formulas and merged cells, by row from 0."""

    formulas: dict[int, list[str]] = field(default_factory=dict)
    merged: list[tuple[int, int, str]] = field(default_factory=list)


def _scan(archive: zipfile.ZipFile, part: str, name: str) -> Scan:
    """Find formulas, merged cells and sheets too large, one element after the other.

    Raises:
        Refused: more rows, or a larger rectangle of cells, than is taken.
    """
    scan = Scan()
    most = settings.IMPORT_MAX_ROWS
    row, column, filled, last_filled, right = -1, -1, 0, -1, 0

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, filled, last_filled, right
        if tag == "row":
            row = int(attributes["r"]) - 1 if "r" in attributes else row + 1
            column = -1
        elif tag == "c":
            if "r" in attributes:
                row, column = _place(attributes["r"])
            else:
                column += 1
            right = max(right, column)
        elif tag in {"v", "is"} and row != last_filled:
            filled, last_filled = filled + 1, row
            if filled > most + ABOVE:
                raise _refused(
                    _("The sheet has more than %s rows; send it in parts.") % f"{most:,}"
                )
        elif tag == "f":
            scan.formulas.setdefault(row, []).append(f"{_letters(column)}{row + 1}")
        elif tag == "mergeCell":
            first, _colon, last = attributes.get("ref", "").partition(":")
            scan.merged.append((_place(first)[0], _place(last or first)[0] + 1, attributes["ref"]))
        if (row + 1) * (right + 1) > MOST_CELLS:
            raise _refused(
                _("“%(sheet)s” reaches to cell %(cell)s; delete the empty rows and columns.")
                % {"sheet": name, "cell": f"{_letters(right)}{row + 1}"}
            )

    _parse(archive, part, on_start)
    return scan


def _place(cell: str) -> tuple[int, int]:
    """Row and column of a cell such as C12, from 0."""
    found = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", cell)
    if found is None:
        raise ValueError("no cell")
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


# -- headings and rows ------------------------------------------------------------------------


def _skipped() -> set[str]:
    """Headings that an error report adds and a mended report may still have."""
    found = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_("Row in your file"), _("What is wrong")}
    return found


def _headings(
    grid: list[list[Any]], columns: Sequence[Column], name: str
) -> tuple[int, dict[str, int]]:
    """The row of the headings, and the place of each column under them.

    Raises:
        Refused: no row of headings, a heading twice, missing or unknown; it says which.
    """
    known = {label: column for column in columns for label in column.labels()}
    found = [
        (top, [str(cell).strip() for cell in row])
        for top, row in enumerate(grid[: ABOVE + 1])
        if any(str(cell).strip() in known for cell in row)
    ]
    if not found:
        raise _refused(_("“%s” is not the template's sheet: none of its headings is there.") % name)
    top, labels = max(found, key=lambda one: sum(label in known for label in one[1]))
    strange = [label for label in labels if label and label not in known]
    strange = [label for label in strange if label not in _skipped()]
    places: dict[str, int] = {}
    for place, label in enumerate(labels):
        if label in known:
            if known[label].name in places:
                raise _refused(_("The heading “%s” stands twice; delete one column.") % label)
            places[known[label].name] = place
    missing = [str(one.label) for one in columns if one.required and one.name not in places]
    if missing:
        raise _refused(
            _("“%(sheet)s” lacks the column %(columns)s; use the template.")
            % {"sheet": name, "columns": _(", ").join(f"“{one}”" for one in missing)}
        )
    if strange:
        raise _refused(
            _("“%(sheet)s” has a column the template does not know: %(columns)s.")
            % {"sheet": name, "columns": _(", ").join(f"“{one[:40]}”" for one in strange[:5])}
        )
    return top, places


def _rows(
    grid: list[list[Any]],
    top: int,
    places: dict[str, int],
    columns: Sequence[Column],
    scan: Scan,
) -> Iterator[Row]:
    parsers = [
        (column, str(column.label), places.get(column.name), column.parser()) for column in columns
    ]
    merged = {
        at: where
        for first, last, where in scan.merged
        for at in range(max(first, top + 1), min(last, len(grid)))
    }
    for at in range(top + 1, len(grid)):
        cells = grid[at]
        raw = [
            cells[place] if place is not None and place < len(cells) else ""
            for _column, _label, place, _parse in parsers
        ]
        is_empty = not any(cell is not None and str(cell).strip() for cell in raw)
        formulas = scan.formulas.get(at, [])
        if is_empty and not formulas and at not in merged:
            continue
        row = Row(at + 1, raw)
        if formulas:
            row.errors.append(
                _("%s holds a formula; paste the value instead.") % _(", ").join(formulas)
            )
        if at in merged:
            row.errors.append(_("%s is merged; split the cells and fill in each row.") % merged[at])
        for (column, label, _place_of, parse), cell in zip(parsers, raw, strict=True):
            try:
                row.values[column.name] = parse(cell)
            except Refused as error:
                row.errors.append(f"{label}{pgettext('list', ': ')}{error.message}")
        yield row


def _look_up(rows: Sequence[Row], columns: Sequence[Column], actor: Actor) -> None:
    """Put units, persons and numbers in place of their texts, each column in one question."""
    for column in columns:
        if column.lookup is None:
            continue
        texts = {str(value) for row in rows if (value := row.values.get(column.name)) is not None}
        found = column.lookup(actor, sorted(texts)) if texts else {}
        for row in rows:
            value = row.values.get(column.name)
            if value is None:
                continue
            if str(value) in found:
                row.values[column.name] = found[str(value)]
            else:
                row.errors.append(
                    f"{column.label}{pgettext('list', ': ')}"
                    + _("“%s” is not known; write it as it stands in the register.") % value
                )
