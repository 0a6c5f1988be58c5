"""Whatever a random outline says, rendered as a notice in any style and noise, is read back the same."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.engines.notice.draft import read

HAN = "一二三四五六七八九十"
VERBS = ["规范", "加强", "完善", "推进", "严格", "深化"]
THINGS = ["案件管理", "线索核查", "档案归集", "队伍培训", "督导检查", "信息报送", "窗口服务"]
UNITS = ["市司法局", "市公安局", "市人民检察院", "市中级人民法院", "市委政法委", "市财政局"]
ACTS = ["建立工作台账", "开展全面自查", "制定实施办法", "公布办事清单", "组织交叉检查"]


@dataclass(frozen=True)
class Duty:
    heading: str
    act: str
    lead: str
    support: str
    month: int


duties = st.builds(
    Duty,
    heading=st.tuples(st.sampled_from(VERBS), st.sampled_from(THINGS)).map("".join),
    act=st.sampled_from(ACTS),
    lead=st.sampled_from(UNITS[:3]),
    support=st.sampled_from(UNITS[3:]),
    month=st.integers(1, 12),
)
outlines = st.lists(
    st.tuples(st.sampled_from(["主要任务", "工作安排", "重点工作", "工作要求"]), st.lists(duties, min_size=1, max_size=4)),
    min_size=1,
    max_size=4,
)  # fmt: skip
second = st.sampled_from([
    lambda n: f"（{HAN[n - 1]}）", lambda n: f"({HAN[n - 1]})", lambda n: f"{n}.", lambda n: f"{n}\uff0e", lambda n: f"{n}、",
])  # fmt: skip
naming = st.sampled_from([
    lambda d: f"（{d.lead}牵头，{d.support}配合；{d.month}月底前完成）",
    lambda d: f"（牵头单位：{d.lead}；责任单位：{d.support}；完成时限：{d.month}月底前）",
    lambda d: f"\n牵头单位：{d.lead}\n责任单位：{d.support}\n完成时限：{d.month}月底前",
])  # fmt: skip

NOISES = {
    "none": lambda text: text,
    "half-width": lambda text: text.translate(str.maketrans("，：；（）", ",:;()")),
    "windows": lambda text: text.replace("\n", "\r\n"),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "indented": lambda text: text.replace("\n", "\n\u3000\u3000"),
    "page numbers": lambda text: text.replace("\n二、", "\n- 2 -\n二、"),
    "no-width marks": lambda text: text.replace("建立", "建\u200b立"),
}


def render(outline, number, units, title="望川市司法局关于开展专项检查的通知"):
    lines = [title]
    for i, (heading, group) in enumerate(outline):
        lines.append(f"{HAN[i]}、{heading}")
        lines += [
            f"{number(j)}{duty.heading}。{duty.act}，逐项登记销号。{units(duty)}"
            for j, duty in enumerate(group, 1)
        ]
    return "\n".join([*lines, "望川市司法局", "2022年3月1日"])


@settings(max_examples=150, deadline=None)
@given(outlines, second, naming, st.sampled_from(sorted(NOISES)))
def test_an_outline_is_read_back_the_same(outline, number, units, noise):
    text = NOISES[noise](render(outline, number, units))
    draft = read(text)

    expected = []
    for heading, group in outline:
        expected.append((1, heading))
        expected += [(2, duty.heading) for duty in group]
    assert [(s.level, s.heading) for s in draft.sections] == expected

    said = [duty for _, group in outline for duty in group]
    found = draft.tasks
    assert len(found) == len(said)
    for duty, task in zip(said, found, strict=True):
        assert duty.act in task.text.replace("\u200b", "")
        assert [unit.text for unit in task.leads] == [duty.lead]
        assert [unit.text for unit in task.supports] == [duty.support]
        assert task.deadline is not None
        assert task.deadline.on is not None
        assert (task.deadline.on.year, task.deadline.on.month) == (2022, duty.month)


@settings(max_examples=60, deadline=None)
@given(outlines, second, naming)
def test_every_span_quotes_the_source(outline, number, units):
    text = render(outline, number, units)
    draft = read(text)
    found = [*draft.sections, *draft.tasks, *draft.remarks, *draft.phases, *draft.categories]
    found += [u for t in draft.tasks for u in (*t.leads, *t.supports, *t.quantities)]
    found += [t.deadline for t in draft.tasks if t.deadline]
    for one in found:
        assert text[one.start : one.end] == one.text
        assert 0 <= one.confidence <= 1
        assert one.reason
