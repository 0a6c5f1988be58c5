"""Whatever comes in: an answer or a refusal, soon, in bounded memory, never a crash."""

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qingfeng.engines.notice.draft import as_score_json, read
from qingfeng.engines.notice.plan import as_plan_yaml
from qingfeng.engines.notice.reading import Unreadable
from qingfeng.engines.notice.review import as_review
from tests.engines.notice.test_reading import TEXT, docx, pdf

PIECES = st.sampled_from([
    "一、", "（一）", "(2)", "1.", "①", "——", "一是", "第一阶段：", "各单位要", "市司法局", "牵头单位：", "责任单位", "（", "）",
    "《", "》", "“", "”", "，", "。", "；", "\n", "\t", " ", "2022年", "13月", "2月30日", "底前", "至", "每月", "98%", "5个", "由",
    "负责", "会同", "下同", "附件：", "序号", "\u200b", "\ufeff", "\x0c", "鍛", "的", "了", "召开", "等有关部门", "不少于", "〔2022〕", "号",
])  # fmt: skip
texts = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=120).map("".join)
fast = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)  # fmt: skip


def answer(data, name=""):
    """Reads and shows in all forms; a refusal is an answer too."""
    try:
        draft = read(data, name)
    except Unreadable:
        return
    as_score_json(draft)
    as_plan_yaml(draft)
    as_review(draft)
    for task in draft.tasks:
        assert draft.source.text[task.start : task.end] == task.text


@fast
@given(texts)
@example("一、\n一、" * 50)
@example("（" * 500 + "各单位要建立台账" * 3)
def test_any_text_is_answered(text):
    answer(text)


@fast
@given(
    st.binary(max_size=400), st.sampled_from(["", "n.txt", "n.docx", "n.pdf", "n.xlsx", "n.html"])
)
def test_any_bytes_are_answered(data, name):
    answer(data, name)


DOCX, PDF = (
    docx(*TEXT.splitlines(), table=[["序号", "任务"], ["1", "建立台账"]]),
    pdf("各单位要完成自查工作。"),
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from([(DOCX, "n.docx"), (PDF, "n.pdf")]), st.data())
def test_damaged_files_are_answered(file, data):
    content, name = bytearray(file[0]), file[1]
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["set", "cut", "twice"]))
        if kind == "set":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[at : at + data.draw(st.integers(1, 40))]
        else:
            content[at:at] = content[at : at + 40]
    answer(bytes(content), name)


HARD = {
    "one line of units": "、".join(["市司法局"] * 625) + "负责。",
    "brackets that open": "（" * 2500 + "各单位要自查。" * 10,
    "quotes that open": "“《" * 2500 + "各单位要自查。" * 10,
    "commas": "各单位要自查，" * 1000,
    "numbers": "一、二、三、（一）1." * 500 + "各单位要自查。",
    "one long word": "各" * 7500,
    "many short lines": "各单位要自查\n" * 1000,
    "dates": "2022年3月至2022年4月底前" * 375,
    "cells": "1\n建立台账制度\n市司法局\n" * 375,
    "tabs": "序号\t任务\t牵头单位\n" + "1\t建立台账\t市司法局\n" * 500,
    "spaces": "各单位要" + " " * 7500 + "自查工作完成情况。",
    "digits": "各单位要完成自查工作任务" + "9" * 7500,
}


@pytest.mark.parametrize("name", HARD)
def test_made_to_be_slow_is_still_soon_and_small(name):
    tracemalloc.start()
    begun = time.process_time()
    answer(HARD[name])
    took = time.process_time() - begun
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert took < 10
    assert peak < 150 << 20
