"""From bytes to text: plain text, Word, Excel, PDF and web pages, within limits, or a clear refusal."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from qingfeng.engines.notice.normal import simplified

MAX_BYTES = 32 << 20  # of the file
MAX_UNPACKED = 96 << 20  # of a docx or xlsx, unpacked
MAX_RATIO = 200  # of a part's size to its packed size: beyond it, a bomb
MAX_PARTS = 4000
MAX_PAGES = 400
MAX_TEXT = 2_000_000  # characters: some 2,000 pages
MAX_CELLS = 200_000


def gettext_noop(message: str) -> str:
    """Marks a message for the catalogue. Engines know no Django; who shows it translates it."""
    return message


class Unreadable(Exception):
    """The file cannot be drafted from. `code` is unreadable, empty, scanned, foreign or too_big."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


_DAMAGED = gettext_noop("The file is damaged: open it and save it again.")


@dataclass(frozen=True, slots=True)
class Source:
    """The text that all spans refer to. Table cells are parted by tabs, rows by line ends."""

    name: str
    kind: str  # txt, docx, xlsx, pdf or html
    encoding: str  # of txt and html; '' for the others
    text: str


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                break
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    # GB18030 decodes almost anything, so the better of the two readings wins: the one with more of
    # the commonest characters.
    best = ("", "", -1.0)
    for name in ("gb18030", "big5hkscs"):
        text = data.decode(name, errors="replace")
        plain = simplified(text)
        share = sum(plain.count(c) for c in "的一和在是关于国政工作会部大人通知实施年月日") / (
            len(text) or 1
        )
        share -= 5 * text.count("\ufffd") / (len(text) or 1)
        if share > best[2]:
            best = (text, name, share)
    if best[0].count("\ufffd") > 0.02 * len(best[0]):
        raise Unreadable(
            "unreadable",
            gettext_noop(
                "The text is in no encoding known here: save it as UTF-8, GB18030 or Big5."
            ),
        )
    return best[0], best[1]


def _unpacked(data: bytes) -> None:
    """Refuses an archive that unpacks beyond reason, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _bounded(parts)
            heads = [
                archive.open(part).read(4096)
                for part in parts
                if part.filename.endswith((".xml", ".rels"))
            ]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("unreadable", _DAMAGED) from error
    if any(b"<!DOCTYPE" in head or b"<!ENTITY" in head for head in heads):
        raise Unreadable(
            "unreadable",
            gettext_noop("The file's XML declares entities; no office program writes that."),
        )


def _bounded(parts: list[zipfile.ZipInfo]) -> None:
    """Refuses parts that are too many or too large, before any is unpacked."""
    bomb = any(
        part.file_size > 1 << 20 and part.file_size > MAX_RATIO * max(1, part.compress_size)
        for part in parts
    )
    if bomb or len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise Unreadable(
            "too_big",
            gettext_noop("The file unpacks beyond reason: it is damaged or made to harm."),
        )


def _docx(data: bytes) -> str:
    from docx import Document  # noqa: PLC0415 - slow to load, and only Word files need it
    from docx.table import Table  # noqa: PLC0415
    from docx.text.paragraph import Paragraph  # noqa: PLC0415

    document = Document(io.BytesIO(data))
    lines: list[str] = []
    cells = 0
    for block in document.iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            for row in block.rows:
                seen: list[object] = []
                texts = []
                for cell in row.cells:  # a merged cell comes once for each column that it covers
                    if cell._tc in seen:  # noqa: SLF001 - the only mark of a merged cell
                        continue
                    seen.append(cell._tc)  # noqa: SLF001
                    texts.append(
                        re.sub(r"[ \t\r\n]*[\r\n]+[ \t\r\n]*", " ", cell.text)
                        .replace("\t", " ")
                        .strip()
                    )
                    cells += 1
                    if cells > MAX_CELLS:
                        raise Unreadable(
                            "too_big",
                            gettext_noop("The file's tables hold more than 200,000 cells."),
                        )
                lines.append("\t".join(texts))
    return "\n".join(lines)


def _xlsx(data: bytes) -> str:
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only spreadsheets need it

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    lines: list[str] = []
    cells = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.total_height * max(1, sheet.total_width) > MAX_CELLS * 10:
            raise Unreadable(
                "too_big", gettext_noop("A sheet is too large to be a notice's table.")
            )
        for row in sheet.iter_rows():
            texts = []
            for value in row:
                if isinstance(value, float) and value.is_integer():
                    value = int(value)  # noqa: PLW2901 - Excel stores 1 as 1.0
                texts.append(re.sub(r"\s+", " ", str(value)).strip())
                cells += 1
            if cells > MAX_CELLS:
                raise Unreadable(
                    "too_big", gettext_noop("The file's tables hold more than 200,000 cells.")
                )
            if any(texts):
                while texts and not texts[-1]:
                    texts.pop()
                lines.append("\t".join(texts))
    return "\n".join(lines)


def _pdf(data: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - only PDF files need it

    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable(
            "unreadable", gettext_noop("The PDF is locked with a password: save an open copy.")
        )
    if len(reader.pages) > MAX_PAGES:
        raise Unreadable("too_big", gettext_noop("The PDF has more than 400 pages."))
    texts: list[str] = []
    size = 0
    images = False
    for page in reader.pages:
        text = page.extract_text()
        resources = page.get("/Resources")
        images = images or (resources is not None and "/XObject" in resources)
        size += len(text)
        if size > MAX_TEXT:
            raise Unreadable(
                "too_big", gettext_noop("The document holds more than two million characters.")
            )
        texts.append(text)
    whole = "\n".join(texts)
    if len(re.sub(r"\s", "", whole)) < 20 * max(1, min(3, len(texts))) and images:
        raise Unreadable(
            "scanned",
            gettext_noop(
                "The PDF holds pictures of pages, no text: run text recognition (OCR) first."
            ),
        )
    return whole


class _Page(HTMLParser):
    """Text of a web page: blocks become lines, cells tabs; scripts, styles and menus are left out."""

    _SKIP = frozenset(
        {
            "script",
            "style",
            "noscript",
            "template",
            "head",
            "nav",
            "footer",
            "select",
            "button",
            "svg",
        }
    )
    _BLOCK = frozenset(
        {
            "p",
            "div",
            "br",
            "tr",
            "li",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "section",
            "article",
            "table",
            "ul",
            "ol",
            "dd",
            "dt",
            "header",
            "main",
            "blockquote",
            "pre",
            "hr",
            "title",
        }
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._hidden = 0
        self._row: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in self._SKIP:
            self._hidden += 1
        elif tag == "tr":
            self.out.append("\n")
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            if self._row:
                self.out.append("\t")
            self._row.append(tag)
        elif tag in self._BLOCK:
            # Inside a cell a block is a line of the cell, and a cell stays on its row.
            self.out.append(" " if self._row else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SKIP:
            self._hidden = max(0, self._hidden - 1)
        elif tag in ("tr", "table"):
            self._row = None
            self.out.append("\n")
        elif tag in self._BLOCK and not self._row:
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.out.append(re.sub(r"[ \r\n\t]+", " ", data))


def _html(data: bytes) -> tuple[str, str]:
    declared = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_-]+)", data[:4096])
    text = ""
    encoding = ""
    if declared:
        name = declared[1].decode("ascii").lower()
        encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(name, name)
        try:
            text = data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            text = ""
    if not text:
        text, encoding = _decoded(data)
    page = _Page()
    page.feed(text)
    page.close()
    lines = re.sub(r" *\n *", "\n", "".join(page.out))
    return re.sub(r"\n{3,}", "\n\n", lines).strip("\n"), encoding


def _kind(data: bytes, name: str) -> str:
    suffix = Path(name).suffix.lower()
    if data.startswith(b"%PDF") or b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if suffix == ".xlsx" or b"xl/workbook" in data:
            return "xlsx"
        if suffix in (".docx", ".docm") or b"word/" in data:
            return "docx"
        return "unknown"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "unreadable",
            gettext_noop("This is the old Word or Excel format: save it as .docx or .xlsx."),
        )
    if re.match(rb"\x89PNG|\xff\xd8\xff|GIF8|II\*\x00|MM\x00\*|BM", data):
        raise Unreadable(
            "scanned", gettext_noop("This is a picture: run text recognition (OCR) first.")
        )
    if suffix in (".html", ".htm", ".xhtml") or re.match(
        rb"\s*<(?:!doctype html|html)", data[:200], re.IGNORECASE
    ):
        return "html"
    if suffix in (".docx", ".xlsx", ".pdf"):
        return "unknown"
    return "txt"


def load(data: bytes, name: str = "") -> Source:
    """The text of a file's bytes.

    Args:
        data: the file, at most 32 MB.
        name: its name; the ending helps where the bytes do not tell.

    Raises:
        Unreadable: unreadable, empty, scanned (image-only), foreign (not Chinese) or too big.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("too_big", gettext_noop("The file is larger than 32 MB."))
    if not data.strip():
        raise Unreadable("empty", gettext_noop("The file is empty."))
    kind = _kind(data, name)
    if kind == "unknown":
        raise Unreadable(
            "unreadable",
            gettext_noop(
                "The file is not what its name says, or is damaged: open it and save it again."
            ),
        )
    encoding = ""
    if kind in ("docx", "xlsx"):
        _unpacked(data)
    if kind == "txt":
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        controls = sum(data.count(bytes([code])) for code in range(32) if code not in b"\t\n\v\f\r")
        if controls > len(data) // 50 and not wide:
            raise Unreadable(
                "unreadable",
                gettext_noop(
                    "The file holds no text: give a .txt, .docx, .xlsx, .pdf or .html file."
                ),
            )
        text, encoding = _decoded(data)
    elif kind == "html":
        text, encoding = _html(data)
    else:
        readers = {"docx": _docx, "xlsx": _xlsx, "pdf": _pdf}
        try:
            text = readers[kind](data)
        except Unreadable:
            raise
        except Exception as error:
            # Parsers of damaged files raise anything; the person needs one sentence.
            raise Unreadable("unreadable", _DAMAGED) from error
    return pasted(text, name=name, kind=kind, encoding=encoding)


def pasted(text: str, *, name: str = "", kind: str = "txt", encoding: str = "") -> Source:
    """A source of text already at hand.

    Raises:
        Unreadable: it is empty, not Chinese, or too long.
    """
    if len(text) > MAX_TEXT:
        raise Unreadable(
            "too_big", gettext_noop("The document holds more than two million characters.")
        )
    if not text.strip():
        raise Unreadable("empty", gettext_noop("The file holds no text."))
    han = len(re.findall(r"[\u3400-\u9fff]", text))
    letters = len(re.findall(r"[^\W\d_]", text))
    kana = len(re.findall(r"[\u3040-\u30ff\uac00-\ud7af]", text))
    if han < 10 or han < 0.3 * letters or kana > 0.1 * letters:
        raise Unreadable(
            "foreign",
            gettext_noop("The text is not Chinese; only Chinese notices can be drafted from."),
        )
    return Source(name=name, kind=kind, encoding=encoding, text=text)
