"""Files become text, or a refusal that says what is wrong."""

import io
import zipfile

import pytest
import xlsxwriter
from docx import Document
from pypdf import PdfWriter

from qingfeng.engines.notice.draft import read
from qingfeng.engines.notice.reading import Unreadable, load

TEXT = "望川市司法局关于开展检查的通知\n一、主要任务\n各单位要在2022年6月底前完成自查工作，并报送书面报告。\n"


def docx(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, values in zip(grid.rows, table, strict=True):
            for cell, value in zip(row.cells, values, strict=True):
                cell.text = value
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return out.getvalue()


def pdf(text: str) -> bytes:
    """A page with text in a font that names its characters, as office programs write it."""
    codes = "".join(f"{ord(c):04x}" for c in text)
    pairs = sorted({ord(c) for c in text})
    maps = "".join(f"<{c:04x}> <{c:04x}>\n" for c in pairs[:100])
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(pairs[:100])} beginbfchar\n{maps}endbfchar endcmap end end"
    ).encode()
    content = f"BT /F1 12 Tf 20 700 Td <{codes}> Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 1000>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings_of_plain_text(encoding):
    assert load(TEXT.encode(encoding), "n.txt").text.lstrip("\ufeff") == TEXT


def test_big5_is_told_from_gb18030():
    text = "望川市關於開展專項檢查工作的通知\n一、主要任務\n各單位要在本年六月底前完成自查工作，並報送書面報告。"
    assert load(text.encode("big5"), "n.txt").text == text


def test_line_ends_of_windows_do_not_disturb():
    draft = read(TEXT.replace("\n", "\r\n").encode(), "n.txt")
    assert [s.heading for s in draft.sections] == ["主要任务"]


def test_word_files_with_tables():
    table = [["序号", "任务", "牵头单位", "完成时限"], ["1", "建立案件台账", "市司法局", "6月底前"]]
    draft = read(docx("2022年任务分解表", table=table), "n.docx")
    assert [(t.text, t.leads[0].text) for t in draft.tasks] == [("建立案件台账", "市司法局")]


def test_spreadsheets():
    rows: list[list[object]] = [
        ["2022年重点任务分解表"],
        ["序号", "任务", "牵头单位", "责任单位", "完成时限"],
        [1, "建立案件台账", "市司法局", "市公安局", "6月底前"],
    ]
    draft = read(xlsx(rows), "n.xlsx")
    assert [(t.text, t.leads[0].text, t.supports[0].text) for t in draft.tasks] == [
        ("建立案件台账", "市司法局", "市公安局")
    ]


def test_web_pages_leave_scripts_and_menus_out():
    page = f"<html><head><title>x</title><script>var a='各单位要';</script></head><body><nav>首页</nav><p>{TEXT.replace(chr(10), '</p><p>')}</p></body></html>"
    draft = read(
        page.encode("gb18030").replace(b"<head>", b'<head><meta charset="gb2312">'), "n.html"
    )
    assert [t.text for t in draft.tasks] == ["各单位要在2022年6月底前完成自查工作，并报送书面报告"]


def test_pdf_with_text():
    draft = read(pdf("各单位要在二〇二二年六月底前完成自查工作。"), "n.pdf")
    assert [t.leads[0].text for t in draft.tasks] == ["各单位"]


def scanned() -> bytes:
    from pypdf.generic import DictionaryObject, NameObject

    writer = PdfWriter()
    page = writer.add_blank_page(600, 800)
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): DictionaryObject()})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b" " * (120 << 20))
    return out.getvalue()


def entities() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx(TEXT))) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "word/document.xml":
                head, rest = data.split(b"?>", 1)
                data = head + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + rest
            new.writestr(part.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "n.txt", "empty"),
        ("\u3000\n ".encode(), "n.txt", "empty"),
        (b"An English text about nothing in particular, long enough.", "n.txt", "foreign"),
        ("これは日本語の文章です。通知ではありません。漢字も使います。".encode(), "n.txt", "foreign"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "n.png", "scanned"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "n.doc", "unreadable"),
        (b"PK\x03\x04 no archive at all", "n.docx", "unreadable"),
        (b"%PDF-1.4 and then nothing", "n.pdf", "unreadable"),
        (bytes(range(256)) * 40, "n.bin", "unreadable"),
        (b"x" * ((32 << 20) + 1), "n.txt", "too_big"),
    ],
)  # fmt: skip
def test_refusals(data, name, code):
    with pytest.raises(Unreadable) as refused:
        load(data, name)
    assert refused.value.code == code
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(
    ("make", "name", "code"),
    [
        (scanned, "n.pdf", "scanned"),
        (bomb, "n.docx", "too_big"),
        (entities, "n.docx", "unreadable"),
    ],
)
def test_pictures_bombs_and_entities_are_refused(make, name, code):
    with pytest.raises(Unreadable) as refused:
        load(make(), name)
    assert refused.value.code == code
