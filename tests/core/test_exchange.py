"""Sheets go out and come back the same; a bad file is refused in words, a bad row is reported."""

import contextlib
import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from qingfeng.core import exchange, stamp
from qingfeng.core.columns import Column
from qingfeng.core.errors import Refused
from qingfeng.core.listing import ListQuery

HEADINGS = ["标题", "期限", "省份", "数量", "加急", "活动"]
GOOD = ["甲", date(2021, 10, 14), "省3", 5, "是", "第二批"]


def sheet_of(rows, *, name="文件台账", change=None, headings=HEADINGS):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(name)
    for number, row in enumerate([headings, *rows] if headings else rows):
        sheet.write_row(number, 0, row)
    if change:
        change(sheet)
    book.close()
    return buffer.getvalue()


def upload(content, name="台账.xlsx"):
    return SimpleUploadedFile(name, content)


def taken(sample, actor, content, name="台账.xlsx"):
    return exchange.read(
        upload(content, name), sample.ledger.template_columns(), actor=actor,
        title=sample.ledger.title,
    )  # fmt: skip


def grid(content, sheet=0):
    with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
        return book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)


def repacked(content, **parts):
    """The same file with some of its parts replaced or added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            if part.filename not in parts:
                new.writestr(part, old.read(part))
        for name, text in parts.items():
            new.writestr(name, text)
    return out.getvalue()


# -- out --------------------------------------------------------------------------------------


class TestExport:
    def test_it_has_what_the_list_shows_in_its_order_in_words(self, sample, worker, write):
        write(title="乙", quantity=1284, is_urgent=True, campaign=2)
        write(title="甲", due_on=date(2021, 10, 1), state="done")
        write(title="封", is_sealed=True)
        rows = grid(exchange.export(sample.ledger, worker, ListQuery()))
        assert rows == [
            ["标题", "期限", "状态", "省份", "数量", "加急", "活动"],
            ["甲", date(2021, 10, 1), "办完", 1.0, "", "否", "第一批"],
            ["乙", date(2021, 10, 14), "开着", 1.0, 1284.0, "是", "第二批"],
        ]

    @pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx", "https://x.cn"])
    def test_text_like_a_formula_stays_text(self, sample, worker, write, text):
        write(title=text)
        content = exchange.export(sample.ledger, worker, ListQuery())
        assert grid(content)[1][0] == text
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
            styles = archive.read("xl/styles.xml").decode()
        assert "<f>" not in sheet
        style = int(re.search(r'<c r="A2" s="(\d+)"', sheet)[1])
        cell_styles = re.findall(r"<xf [^>]*>", styles.split("<cellXfs")[1])
        assert ('quotePrefix="1"' in cell_styles[style]) is (text[0] != "h")

    def test_demonstration_data_says_so(self, sample, worker, write, monkeypatch):
        monkeypatch.setattr(stamp, "is_demo", lambda: True)
        write()
        for content in (
            exchange.export(sample.ledger, worker, ListQuery()),
            exchange.template(sample.ledger),
        ):
            assert grid(content)[0][0] == "演示数据"

    def test_more_rows_than_a_sheet_takes_are_refused(self, sample, worker, write, monkeypatch):
        monkeypatch.setattr("qingfeng.core.exchange.writing.MOST_ROWS", 2)
        write(), write()
        assert exchange.export(sample.ledger, worker, ListQuery())
        write()
        with pytest.raises(Refused, match="2"):
            exchange.export(sample.ledger, worker, ListQuery())


class TestTemplate:
    def test_it_has_headings_drop_downs_and_a_guide(self, sample, db):
        content = exchange.template(sample.ledger)
        assert grid(content)[0] == HEADINGS
        assert list(grid(content, 2)[1][:2]) == ["标题", "是"]
        assert grid(content, 1) == [
            ["", "", "", "", "是", "第一批"],
            ["", "", "", "", "否", "第二批"],
        ]
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read("xl/worksheets/sheet1.xml").decode()
            book = archive.read("xl/workbook.xml").decode()
        assert "<sheetProtection" in sheet
        assert "choices!$F$1:$F$2" in sheet
        assert 'name="choices" sheetId="2" state="hidden"' in book

    def test_an_empty_template_is_refused_because_it_has_no_rows(self, sample, worker):
        with pytest.raises(Refused, match=r"没有|no row"):
            taken(sample, worker, exchange.template(sample.ledger))


# -- in ---------------------------------------------------------------------------------------


class TestReading:
    def test_a_good_row_becomes_values(self, sample, worker):
        (row,) = taken(sample, worker, sheet_of([GOOD])).good
        assert (row.number, row.values) == (
            2,
            {"title": "甲", "due_on": date(2021, 10, 14), "province": 3, "quantity": 5,
             "is_urgent": True, "campaign": 2},
        )  # fmt: skip

    def test_an_export_can_be_read_where_its_columns_are_the_templates(
        self, sample, worker, write, monkeypatch
    ):
        monkeypatch.setattr(stamp, "is_demo", lambda: True)
        buffer = sheet_of([["演示数据"], HEADINGS, GOOD], headings=None)
        assert len(taken(sample, worker, buffer).good) == 1

    def test_columns_may_stand_in_any_order_and_optional_ones_may_lack(self, sample, worker):
        content = sheet_of([[date(2021, 1, 2), "乙"]], headings=["期限", "标题"])
        (row,) = taken(sample, worker, content).good
        assert (row.values["title"], row.values["quantity"]) == ("乙", None)

    def test_empty_rows_between_are_skipped_and_the_numbers_are_those_of_the_file(
        self, sample, worker
    ):
        sheet = taken(sample, worker, sheet_of([GOOD, [], ["", None], ["乙", "x"]]))
        assert [(row.number, bool(row.errors)) for row in sheet.rows] == [(2, False), (5, True)]

    @pytest.mark.parametrize(
        ("place", "cell", "said"),
        [
            (0, "", "标题"),
            (0, "长" * 501, "500"),
            (0, 1234567890123456789, "标题"),
            (0, "坏\x07", "标题"),
            (1, "2021-02-30", "2021-02-30"),
            (1, 44483, "44483"),
            (1, "明天", "明天"),
            (2, "县9", "县9"),
            (3, "五", "五"),
            (3, "1e400", "1e400"),
            (3, "NaN", "NaN"),
            (4, "也许", "也许"),
            (5, "第三批", "第一批"),
            (0, "#REF!", "#REF!"),
        ],
    )  # fmt: skip
    def test_a_bad_cell_is_reported_with_its_column(self, sample, worker, place, cell, said):
        row = [*GOOD]
        row[place] = cell
        sheet = taken(sample, worker, sheet_of([GOOD, row]))
        assert len(sheet.good) == 1
        ((only,),) = [bad.errors for bad in sheet.bad]
        assert said in only
        assert only.startswith(HEADINGS[place])

    def test_a_formula_and_a_merged_cell_are_reported_in_their_rows(self, sample, worker):
        def change(sheet):
            sheet.write_formula("D3", "=1+1", None, 2)
            sheet.merge_range("A4:A5", "丙")

        sheet = taken(sample, worker, sheet_of([GOOD] * 4, change=change))
        assert [row.number for row in sheet.bad] == [3, 4, 5]
        assert "D3" in sheet.bad[0].errors[0]
        assert all("A4:A5" in " ".join(row.errors) for row in sheet.bad[1:])

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [("2021-10-14", 14), ("2021/10/4", 4), ("2021年10月14日", 14), ("20211014", 14),
         ("2021.10.14", 14)],
    )  # fmt: skip
    def test_dates_are_read_as_offices_write_them(self, text, wanted):
        parsed = Column("x", "x", "date").parser()(text)
        assert parsed == date(2021, 10, wanted)

    @pytest.mark.parametrize(
        ("raw", "wanted"),
        [(3.0, 3), ("1,284", 1284), ("1，284", 1284), (2.5, Decimal("2.5")), (" 7 ", 7)],
    )
    def test_numbers_are_read_as_offices_write_them(self, raw, wanted):
        assert Column("x", "x", "number").parser()(raw) == wanted

    def test_a_sheet_filled_in_in_one_language_is_read_in_another(self, db, lin):
        from django.utils.translation import gettext_lazy, override

        column = Column("x", gettext_lazy("State"), "yesno", in_template=True)
        with override("zh-hans"):
            content = sheet_of([["是"]], headings=[str(column.label)])
            assert str(column.label) != "State"
        with override("en"):
            sheet = exchange.read(upload(content), [column], actor=lin)
        assert sheet.rows[0].values == {"x": True}


def bomb():
    return repacked(sheet_of([GOOD]), **{"xl/media/a.bin": b"0" * (64 * 1024 * 1024)})


def lying():
    """A zip whose directory says that a part is smaller than it is."""
    content = bytearray(repacked(sheet_of([GOOD]), **{"xl/media/a.bin": b"01" * 500_000}))
    for mark, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            name_at = start + (46 if mark[2] == 1 else 30)
            if content[name_at : name_at + 14] == b"xl/media/a.bin":
                content[start + at : start + at + 4] = (100).to_bytes(4, "little")
            start += 4
    return bytes(content)


def doctype():
    book = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
        "<workbook><sheets/></workbook>"
    )
    return repacked(sheet_of([GOOD]), **{"xl/workbook.xml": book})


def far_cell():
    return sheet_of([GOOD], change=lambda sheet: sheet.write("XFD1048576", "x"))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BAD_FILES = {
    "empty": (lambda: b"", "台账.xlsx", "空|empty"),
    "renamed program": (lambda: b"MZ\x90\x00" * 100, "台账.xlsx", "名称|its name"),
    "program": (lambda: b"MZ\x90\x00", "台账.exe", r"\.xlsx"),
    "old format": (lambda: OLE + b"\0" * 600, "台账.xls", r"\.xls"),
    "old format renamed": (lambda: OLE + b"\0" * 600, "台账.xlsx", r"\.xls"),
    "csv": (lambda: b"a,b", "台账.csv", r"\.csv"),
    "macros": (
        lambda: repacked(sheet_of([GOOD]), **{"xl/vbaProject.bin": b"x"}), "台账.xlsx", "宏|macro",
    ),
    "encrypted": (
        lambda: OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "台账.xlsx",
        "密码|password",
    ),
    "another zip": (
        lambda: repacked(zipped(), **{"word/document.xml": "<x/>"}), "台账.xlsx", "名称|its name",
    ),
    "cut off": (lambda: sheet_of([GOOD])[:-200], "台账.xlsx", "损坏|damaged"),
    "no zip": (lambda: b"PK" + b"\0" * 500, "台账.xlsx", "损坏|damaged"),
    "bomb": (bomb, "台账.xlsx", "解压|unpacks"),
    "lying sizes": (lying, "台账.xlsx", "损坏|damaged"),
    "document type": (doctype, "台账.xlsx", "损坏|damaged"),
    "far cell": (far_cell, "台账.xlsx", "1048576"),
    "too many rows": (lambda: sheet_of([GOOD] * 120), "台账.xlsx", "100"),
    "wrong sheet": (lambda: sheet_of([["x"]], headings=["姓名"]), "台账.xlsx", "文件台账"),
    "missing heading": (lambda: sheet_of([["x"]], headings=["标题"]), "台账.xlsx", "期限"),
    "unknown heading": (
        lambda: sheet_of([["x"]], headings=[*HEADINGS, "星座"]), "台账.xlsx", "星座",
    ),
    "heading twice": (lambda: sheet_of([GOOD], headings=[*HEADINGS, "标题"]), "台账.xlsx", "标题"),
    "only headings": (lambda: sheet_of([]), "台账.xlsx", "没有|no row"),
    "merged headings": (
        lambda: sheet_of([GOOD], change=lambda sheet: sheet.merge_range("G1:H1", "")),
        "台账.xlsx", "合并|merged",
    ),
}  # fmt: skip


def zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "x")
    return buffer.getvalue()


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_bad_file_is_refused_in_one_sentence(sample, worker, settings, case, language):
    from django.utils.translation import override

    settings.IMPORT_MAX_ROWS = 100
    make, name, said = BAD_FILES[case]
    with override(language), pytest.raises(Refused, match=said) as caught:
        taken(sample, worker, make(), name)
    sentence = str(caught.value)
    assert sentence[-1] in ".。"
    assert bool(re.search("[一-鿿]", re.sub("“.*?”|文件台账", "", sentence))) is (
        language == "zh-hans"
    )


def test_two_hundred_thousand_rows_are_refused(sample, worker):
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet()
    for number in range(200_001):
        sheet.write_row(number, 0, HEADINGS[:2] if number == 0 else ["甲", "2021-10-14"])
    book.close()
    with pytest.raises(Refused, match="20,000"):
        taken(sample, worker, buffer.getvalue())


@pytest.mark.django_db
@given_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
@example(at=0, byte=0)
def test_one_changed_byte_is_read_or_refused_and_never_a_fault(sample, lin, at, byte):
    content = bytearray(sheet_of([GOOD]))
    content[at % len(content)] = byte
    with contextlib.suppress(Refused):
        taken(sample, lin, bytes(content))


# -- rows -------------------------------------------------------------------------------------


class TestImporting:
    def titles(self, sample):
        return sorted(sample.Doc.objects.values_list("title", flat=True))

    def sheet(self, sample, worker, *titles):
        return taken(sample, worker, sheet_of([[title, *GOOD[1:]] for title in titles]))

    def test_all_rows_or_none(self, sample, worker):
        sheet = self.sheet(sample, worker, "甲", "拒收", "乙", "甲", "")
        result = exchange.import_rows(sample.ledger, sheet, actor=worker)
        assert (result.imported, self.titles(sample)) == (0, [])
        assert [row.number for row in result.refused] == [3, 5, 6]
        assert result.refused[0].errors == ["标题：这个标题不收"]
        result = exchange.import_rows(
            sample.ledger, self.sheet(sample, worker, "甲", "乙"), actor=worker
        )
        assert (result.imported, result.refused) == (2, [])
        assert self.titles(sample) == ["乙", "甲"]

    def test_nothing_is_told_of_rows_that_were_taken_back(self, sample, worker):
        from qingfeng.trail.queries import newest

        sheet = self.sheet(sample, worker, "甲", "拒收")
        exchange.import_rows(sample.ledger, sheet, actor=worker)
        assert newest(kind="doc.written") == []

    def test_the_good_rows_alone_if_asked_for(self, sample, worker):
        sheet = self.sheet(sample, worker, "甲", "拒收", "乙", "甲", "")
        result = exchange.import_rows(sample.ledger, sheet, actor=worker, only_good=True)
        assert (result.imported, self.titles(sample)) == (2, ["乙", "甲"])
        assert [row.number for row in result.refused] == [3, 5, 6]

    def test_the_report_names_each_fault_and_can_be_mended_and_sent_again(self, sample, worker):
        sheet = self.sheet(sample, worker, "甲", "拒收", "乙")
        exchange.import_rows(sample.ledger, sheet, actor=worker)
        report = exchange.error_report(sample.ledger, sheet)
        rows = grid(report)
        assert [row[0] for row in rows[1:]] == ["拒收"]
        assert rows[1][-2:] == [3.0, "标题：这个标题不收"]
        again = taken(sample, worker, report)
        assert [row.values for row in again.good] == [sheet.bad[0].values]


ROW = st.fixed_dictionaries(
    {
        "title": st.text(
            st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"],
                          exclude_characters="\ufffe\uffff"),
            min_size=1, max_size=12,
        ).filter(lambda text: text == text.strip() and not text.startswith(("拒", "#"))),
        "due_on": st.dates(date(1900, 3, 1), date(2199, 12, 31)),
        "quantity": st.none() | st.integers(-(10**9), 10**9),
        "is_urgent": st.booleans(),
        "campaign": st.sampled_from([1, 2]),
    }
)  # fmt: skip


@pytest.mark.django_db
@given_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_what_is_exported_comes_back_the_same(sample, lin, rows):
    docs = [sample.Doc(pk=at, state="open", **row) for at, row in enumerate(rows, 1)]
    columns = [column for column in sample.ledger.columns if column.lookup is None]
    from dataclasses import replace

    ledger = replace(sample.ledger, columns=[column for column in columns if column.in_template])
    content = exchange.writing.rows_as_xlsx(ledger, docs)
    sheet = exchange.read(upload(content), ledger.template_columns(), actor=lin)
    assert [row.errors for row in sheet.rows] == [[] for _row in rows]
    assert [row.values for row in sheet.rows] == rows
