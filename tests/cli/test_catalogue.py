"""The catalogue of translations: what is collected, merged, found at fault and compiled."""

from __future__ import annotations

import gettext
import os

import polib
import pytest

from qingfeng.cli import catalogue
from qingfeng.cli.catalogue import Message, in_python, in_template


def messages(source):
    return list(in_template(source, "page.html"))


def test_python_messages_are_collected_with_context_and_plural():
    source = (
        "_('one')\n"
        "translation.gettext_lazy('two ' 'halves')\n"
        "ngettext('%(n)d day', '%(n)d days', 3)\n"
        "pgettext('verb', 'return')\n"
        "print('not a message')\n"
    )
    assert list(in_python(source)) == [
        Message(None, "one"),
        Message(None, "two halves"),
        Message(None, "%(n)d day", "%(n)d days"),
        Message("verb", "return"),
    ]


def test_a_message_that_nobody_could_translate_is_refused_with_its_line():
    with pytest.raises(ValueError, match="line 2: a message must be a literal"):
        list(in_python("\n_(f'{name} left')"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% translate "Sign in" %}', Message(None, "Sign in")),
        ("{% trans 'It is (nearly) done' %}", Message(None, "It is (nearly) done")),
        ('<c-button label="{% translate "Report" %}" />', Message(None, "Report")),
        ('{{ _("Late") }}', Message(None, "Late")),
        ('{% include "x.html" with title=_("Home") %}', Message(None, "Home")),
        ('{% translate "May" context "month" %}', Message("month", "May")),
        ("{% blocktranslate %}a {{ b }} c{% endblocktranslate %}", Message(None, "a %(b)s c")),
        (
            "{% blocktranslate count n=n %}{{ n }} day{% plural %}many{% endblocktranslate %}",
            Message(None, "%(n)s day", "many"),
        ),
    ],
)
def test_template_messages_are_collected(source, found):
    assert messages(f"<p>it's (</p>\n{source}\n<b>)") == [found]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A catalogue of its own, and code that says two things."""
    po = tmp_path / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po.parent.mkdir(parents=True)
    parts = tmp_path / "locale" / "parts"
    parts.mkdir()
    (tmp_path / "code.py").write_text("_('Report %(n)s')\n_('Return')\n", encoding="utf-8")
    monkeypatch.setattr(catalogue, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalogue, "CATALOGUE", po)
    monkeypatch.setattr(catalogue, "COMPILED", po.with_suffix(".mo"))
    monkeypatch.setattr(catalogue, "PARTS", parts)
    return tmp_path


def part(shelf, text):
    (shelf / "locale" / "parts" / "x.po").write_text(text, encoding="utf-8")


GOOD = 'msgid "Report %(n)s"\nmsgstr "报送%(n)s"\n\nmsgid "Return"\nmsgstr "退回"\n'


def test_a_missing_a_fuzzy_and_a_differently_filled_translation_are_faults(shelf):
    assert len(catalogue.faults()) == 2
    part(shelf, 'msgid "Report %(n)s"\nmsgstr "报送"\n\n#, fuzzy\nmsgid "Return"\nmsgstr "退"\n')
    other, fuzzy = catalogue.faults()
    assert "placeholders" in other
    assert "fuzzy" in fuzzy


def test_parts_are_merged_once_and_nothing_is_at_fault_then(shelf):
    part(shelf, GOOD)
    assert catalogue.faults() == []
    assert catalogue.merge() == []
    assert catalogue.parts() == []
    before = catalogue.CATALOGUE.read_text(encoding="utf-8")
    assert catalogue.merge() == []
    assert catalogue.CATALOGUE.read_text(encoding="utf-8") == before
    assert catalogue.faults() == []


def test_what_the_code_no_longer_says_is_a_fault_until_it_is_merged_away(shelf):
    part(shelf, GOOD)
    catalogue.merge()
    (shelf / "code.py").write_text("_('Return')\n", encoding="utf-8")
    assert ["nothing says" in fault for fault in catalogue.faults()] == [True]
    catalogue.merge()
    assert [entry.msgid for entry in polib.pofile(str(catalogue.CATALOGUE))] == ["Return"]


def test_compiling_follows_the_youngest_source_and_gives_what_gettext_reads(shelf):
    part(shelf, GOOD)
    assert catalogue.compile_if_older()
    assert not catalogue.compile_if_older()
    with catalogue.COMPILED.open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Return") == "退回"
    later = catalogue.COMPILED.stat().st_mtime + 5
    os.utime(shelf / "locale" / "parts" / "x.po", (later, later))
    assert catalogue.compile_if_older()
