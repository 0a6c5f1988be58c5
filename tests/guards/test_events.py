"""Every event has two sentences."""

from __future__ import annotations

import re

from django.utils import translation


def test_every_kind_of_event_has_a_sentence_in_each_language(ledgers):
    from qingfeng.trail import kinds

    assert kinds()
    for name, kind in kinds().items():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name), name
        with translation.override("en"):
            english = str(kind.sentence)
        with translation.override("zh-hans"):
            chinese = str(kind.sentence)
        assert english.isascii(), f"{name}: {english}"
        assert english
        assert re.search(r"[一-鿿]", chinese), f"{name}: no Chinese for “{english}”"
