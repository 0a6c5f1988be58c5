"""Each construct of the genre, in a small notice written for it."""

from datetime import date

import pytest

from qingfeng.engines.notice.draft import Draft, read
from qingfeng.engines.notice.findings import Bearing, RemarkKind, Timing

HEAD = """望川市司法局关于开展执法规范化检查的通知
望司发〔2022〕15号
各县（市、区）司法局，局属各单位：
为规范执法行为，现就有关事项通知如下：
"""
TAIL = """
望川市司法局
2022年3月1日
"""


def notice(body: str) -> Draft:
    return read(HEAD + body + TAIL)


def leads(draft: Draft) -> list[list[str]]:
    return [[unit.text for unit in task.leads] for task in draft.tasks]


def supports(draft: Draft) -> list[list[str]]:
    return [[unit.text for unit in task.supports] for task in draft.tasks]


def levels(draft: Draft) -> list[tuple[int, str, str]]:
    return [(s.level, s.number, s.heading) for s in draft.sections]


def test_the_frame_is_read():
    meta = notice("一、检查安排\n各单位要认真自查。").meta
    assert meta.title
    assert meta.title.text == "望川市司法局关于开展执法规范化检查的通知"
    assert meta.number
    assert meta.number.text == "望司发〔2022〕15号"
    assert meta.issuer
    assert meta.issuer.text == "望川市司法局"
    assert [unit.text for unit in meta.recipients] == ["各县（市、区）司法局", "局属各单位"]
    assert meta.issued
    assert meta.issued.on == date(2022, 3, 1)


def test_headings_nest_by_their_numbers():
    body = "一、主要任务\n（一）规范办案。\n1.规范立案。各单位要逐案登记。\n2.规范结案。各单位要逐案归档。\n二、工作要求\n1.加强领导。各单位要成立专班。\n2.加强督导。各单位要定期检查。"
    assert levels(notice(body)) == [
        (1, "一、", "主要任务"),
        (2, "（一）", "规范办案"),
        (3, "1.", "规范立案"),
        (3, "2.", "规范结案"),
        (1, "二、", "工作要求"),
        (2, "1.", "加强领导"),
        (2, "2.", "加强督导"),
    ]


def test_a_numbered_sentence_is_a_task_and_no_heading():
    draft = notice(
        "一、检查内容\n1.各单位要在5月底前完成自查自纠工作并形成书面报告。\n2.各单位要对照标准逐项检查案卷并登记造册。"
    )
    assert levels(draft) == [(1, "一、", "检查内容")]
    assert [task.section for task in draft.tasks] == [0, 0]


def test_numbers_that_start_late_keep_their_depth():
    text = "(二)自查阶段。各单位要逐项自查，建立问题台账。\n(三)整改阶段。各单位要逐项整改，按时销号。\n五、工作要求\n(一)加强领导。各单位要成立专班，明确责任。"
    assert [(s.level, s.number) for s in read(text).sections] == [
        (2, "(二)"),
        (2, "(三)"),
        (1, "五、"),
        (2, "(一)"),
    ]


def test_headings_inside_one_line_are_found():
    text = "望川市公安局关于开展枪爆清查的通知 各派出所： 现通知如下。 一、总体要求 坚持问题导向，扎实推进清查。 二、工作任务 （一）全面排查。各所要逐户登记。（二）集中收缴。各所要在6月底前完成收缴。 望川市公安局 2022年4月8日"
    draft = read(text)
    assert [s.heading for s in draft.sections] == ["总体要求", "工作任务", "全面排查", "集中收缴"]
    assert draft.meta.title
    assert draft.meta.title.text.endswith("通知")
    assert draft.meta.issued
    assert draft.meta.issued.on == date(2022, 4, 8)


def test_unnumbered_opening_sentences_of_neighbours_are_headings():
    body = "一、主要任务\n强化线索核查。各单位要对举报线索逐条登记，限期办结。\n强化案件督办。各单位要对重点案件挂牌督办，逐案销号。"
    assert [s.heading for s in notice(body).sections] == [
        "主要任务",
        "强化线索核查",
        "强化案件督办",
    ]


@pytest.mark.parametrize(
    ("bracket", "lead", "support"),
    [
        ("（市司法局负责）", ["市司法局"], []),
        ("（市司法局、市公安局负责）", ["市司法局", "市公安局"], []),
        ("（市司法局牵头，市公安局、市财政局配合）", ["市司法局"], ["市公安局", "市财政局"]),
        ("（市司法局会同市公安局负责）", ["市司法局"], ["市公安局"]),
        ("（牵头单位：市司法局；责任单位：市公安局及市直相关单位）", ["市司法局"], ["市公安局", "市直相关单位"]),
        ("（责任单位：市司法局、市公安局）", ["市司法局", "市公安局"], []),
        ("【主办单位：市司法局；协办单位：市公安局】", ["市司法局"], ["市公安局"]),
        ("（市司法局、市商务局等有关部门负责）", ["市司法局", "市商务局"], ["有关部门"]),
    ],
)  # fmt: skip
def test_units_in_brackets(bracket, lead, support):
    draft = notice(f"一、主要任务\n（一）规范办案。建立案件台账，逐案登记造册。{bracket}")
    assert leads(draft) == [lead]
    assert supports(draft) == [support]
    assert draft.tasks[0].text == "建立案件台账，逐案登记造册"


def test_the_first_named_leads_where_the_notice_says_so_below_too():
    body = "一、任务\n1.规范立案。建立立案台账。（市司法局、市公安局负责，排在第一位的部门为牵头部门，下同）\n2.规范结案。建立结案台账。（市公安局、市财政局负责）"
    draft = notice(body)
    assert leads(draft) == [["市司法局"], ["市公安局"]]
    assert supports(draft) == [["市公安局"], ["市财政局"]]


def test_units_on_labelled_lines_belong_to_the_item_above():
    draft = notice(
        "一、任务\n1.建立案件台账。\n牵头单位：市司法局\n责任单位：各街道，市公安局\n完成时限：6月底前\n2.完成档案清理。\n责任单位：市档案局"
    )
    assert leads(draft) == [["市司法局"], ["市档案局"]]
    assert supports(draft) == [["各街道", "市公安局"], []]
    assert draft.tasks[0].deadline
    assert draft.tasks[0].deadline.on == date(2022, 6, 30)


@pytest.mark.parametrize(
    ("sentence", "lead", "support"),
    [
        ("各县区、各部门要建立台账", ["各县区", "各部门"], []),
        ("请市财政局会同有关部门制定经费办法", ["市财政局"], ["有关部门"]),
        ("对重点案件，市检察院要逐案审查", ["市检察院"], []),
        ("案件线索统一由督察支队登记管理", ["督察支队"], []),
        ("各乡镇、街道办事处和村委会应当逐户登记", ["各乡镇", "街道办事处", "村委会"], []),
        ("各地、各部门的负责同志要亲自抓落实", ["各地、各部门的负责同志"], []),
        ("各区、县（市）人民政府要落实经费", ["各区、县（市）人民政府"], []),
        ("各单位要将方案报市司法局备案", ["各单位"], ["市司法局"]),
    ],
)  # fmt: skip
def test_units_that_act_in_running_text(sentence, lead, support):
    draft = notice(f"一、主要任务\n{sentence}。")
    assert leads(draft) == [lead]
    assert supports(draft) == [support]


def test_a_new_acting_unit_opens_a_task_of_its_own():
    draft = notice("一、责任\n市司法局负责统筹协调工作，各县区政府承担属地管理责任。")
    assert leads(draft) == [["市司法局"], ["各县区政府"]]


def test_the_unit_carries_on_to_sentences_without_one():
    draft = notice("一、任务\n各执法机关要公开执法依据。建立案卷评查制度。")
    assert leads(draft) == [["各执法机关"], ["各执法机关"]]
    assert draft.tasks[1].leads[0].confidence < draft.tasks[0].leads[0].confidence


@pytest.mark.parametrize(
    ("words", "timing", "on"),
    [
        ("于6月底前", Timing.DAY, date(2022, 6, 30)),
        ("于2022年9月15日前", Timing.DAY, date(2022, 9, 15)),
        ("于年底前", Timing.DAY, date(2022, 12, 31)),
        ("于明年3月底前", Timing.DAY, date(2023, 3, 31)),
        ("于二○二二年十月底前", Timing.DAY, date(2022, 10, 31)),
        ("于第三季度末前", Timing.DAY, date(2022, 9, 30)),
        ("每月25日前", Timing.RECURRING, None),
        ("在决定作出之日起7个工作日内", Timing.RELATIVE, None),
    ],
)  # fmt: skip
def test_deadlines(words, timing, on):
    deadline = notice(f"一、任务\n各单位要{words}报送工作总结。").tasks[0].deadline
    assert deadline is not None
    assert (deadline.timing, deadline.on) == (timing, on)
    assert bool(deadline.why_not) == (on is None)


def test_a_date_that_bounds_the_matter_is_no_deadline():
    draft = notice("一、任务\n各单位要对2018年1月1日以前受理的案件逐案复核。")
    assert draft.tasks[0].deadline is None


def test_a_later_sentence_dates_the_tasks_above_it():
    draft = notice(
        "一、任务\n各单位要制定实施办法。各县区要修订制度。以上工作要在2022年5月底前完成。"
    )
    assert [t.deadline.on if t.deadline else None for t in draft.tasks] == [date(2022, 5, 31)] * 2


def test_without_any_year_a_deadline_says_why_it_has_no_date():
    draft = read("一、任务安排\n各单位要在6月底前完成自查自纠工作并报送报告。")
    deadline = draft.tasks[0].deadline
    assert deadline is not None
    assert deadline.on is None
    assert "year" in deadline.why_not


def test_targets_in_per_cent_become_lines_of_their_own():
    draft = notice(
        "一、目标\n2022年底前，确保案件化解率达到98%以上，其中诉求解决率100%，满意率达到95%以上。"
    )
    assert [[q.text for q in t.quantities] for t in draft.tasks] == [
        ["98%以上"],
        ["100%"],
        ["95%以上"],
    ]
    assert {t.deadline.on for t in draft.tasks if t.deadline} == {date(2022, 12, 31)}


@pytest.mark.parametrize(
    ("words", "figures"),
    [
        ("开展培训不少于3次", ["3次"]),
        ("组建5个工作组和3个工作专班", ["5个工作组", "3个工作专班"]),
        ("排查六类突出问题", ["六类"]),
        ("按照《条例》（国令第722号）办理2件实事", ["2件"]),
    ],
)  # fmt: skip
def test_quantities(words, figures):
    draft = notice(f"一、任务\n各单位要{words}。")
    assert [q.text for t in draft.tasks for q in t.quantities] == figures


def test_stages_with_their_dates_and_the_tasks_in_them():
    body = "一、步骤安排\n（一）动员部署阶段（3月10日至3月31日）。各单位制定方案，召开动员会。\n（二）自查整改阶段（4月1日至8月31日）。各单位要逐项自查，建立台账。各单位要逐项整改。"
    draft = notice(body)
    assert [(p.text, p.begins and p.begins.begins, p.ends and p.ends.on) for p in draft.phases] == [
        ("动员部署阶段", date(2022, 3, 10), date(2022, 3, 31)),
        ("自查整改阶段", date(2022, 4, 1), date(2022, 8, 31)),
    ]
    assert [t.stage for t in draft.tasks] == [0, 1, 1]
    assert draft.tasks[0].deadline
    assert draft.tasks[0].deadline.on == date(2022, 3, 31)


def test_stages_listed_in_a_sentence():
    draft = notice("一、安排\n教育整顿分为学习教育、查纠整改、总结提升三个环节，各单位要统筹推进。")
    assert [p.text for p in draft.phases] == ["学习教育", "查纠整改", "总结提升"]


@pytest.mark.parametrize(
    "words", ["可结合实际成立工作专班", "可以聘请社会监督员", "鼓励探索非现场执法"]
)
def test_what_a_unit_may_do_is_optional(words):
    assert notice(f"一、任务\n有条件的单位{words}。").tasks[0].bearing is Bearing.OPTIONAL


def test_what_is_no_task_is_kept_and_marked():
    body = (
        "一、充分肯定前期成绩\n各单位开展活动10万余场次，取得明显成效。\n"
        "二、主要任务\n各单位要建立台账。\n全体干警要增强政治意识，坚定理想信念。"
    )  # fmt: skip
    draft = notice(body)
    kinds = {r.kind for r in draft.remarks}
    assert {RemarkKind.ACHIEVEMENT, RemarkKind.EXHORTATION, RemarkKind.BACKGROUND} <= kinds
    assert [t.text for t in draft.tasks] == ["各单位要建立台账"]


def test_purpose_and_principles_are_no_tasks():
    draft = notice(
        "一、指导思想\n坚持以法治为引领，全面推进执法规范化建设。\n二、基本原则\n坚持问题导向。聚焦突出问题，注重工作实效。"
    )
    assert draft.tasks == ()


def test_kinds_of_malpractice_are_listed():
    body = "一、整治重点\n重点整治以下突出问题：\n1.违规插手经济纠纷；\n2.有案不立、压案不查；\n3.粗暴执法、吃拿卡要。"
    assert [c.text for c in notice(body).categories] == [
        "违规插手经济纠纷",
        "有案不立、压案不查",
        "粗暴执法、吃拿卡要",
    ]


def test_points_of_a_speech_in_one_paragraph():
    draft = read(
        "会议要求：全院干警要落实好各项任务。一要紧盯重点环节，抓好30项重点工作。二要突出问题导向，建立整改台账。三要强化总结提升，交出合格答卷。"
    )
    assert draft.sections == ()
    assert [t.text[:2] for t in draft.tasks[1:]] == ["一要", "二要", "三要"]
    assert leads(draft)[1:] == [["全院干警"]] * 3


def test_a_real_table_gives_a_task_a_row_and_merged_cells_carry_on():
    rows = "序号\t任务内容\t牵头单位\t配合单位\t完成时间\n1\t制定公共法律服务方案\t市司法局\t市财政局、市民政局\t2023年3月底前\n2\t新建示范点50个\t\t各县区\t10月"
    draft = read("2023年重点任务分解表\n" + rows)
    assert leads(draft) == [["市司法局"], ["市司法局"]]
    assert supports(draft) == [["市财政局", "市民政局"], ["各县区"]]
    assert [t.deadline.on for t in draft.tasks if t.deadline] == [
        date(2023, 3, 31),
        date(2023, 10, 31),
    ]


def test_a_flattened_table_is_put_together_again():
    cells = "序号\n工作任务\n牵头单位\n责任单位\n完成时限\n1\n完成执法人员资格清理。\n市司法局\n市委编办、市人社局\n6月底前\n2\n开展涉企执法专项检查，\n重点整治逐利执法。\n市发改委\n市公安局\n2022年9月30日前"
    draft = read("望川市2022年重点工作任务分解表\n" + cells)
    assert leads(draft) == [["市司法局"], ["市发改委"]]
    assert supports(draft) == [["市委编办", "市人社局"], ["市公安局"]]
    assert draft.tasks[1].text == "开展涉企执法专项检查，\n重点整治逐利执法"


def test_hard_wrapped_lines_are_joined_and_page_numbers_left_out():
    wrapped = (
        "一、评查安排\n（一）自查自评。各单位要对照评查标准，对本单位办理的\n案卷逐卷自查，形成问题清单和整改台账，明确责任人，逐\n"
        "- 1 -\n项销号，并组织业务骨干开展交叉检查，确保全部案卷都得\n到复核，不留死角，不走过场。（二）集中评查。市司法局从\n"
        "各单位抽取案卷不少于10件，组织专家集中评查，评查结果\n在全市通报，纳入年度考核。\n"
    )
    draft = notice(wrapped)
    assert [s.heading for s in draft.sections] == ["评查安排", "自查自评", "集中评查"]
    assert not any("- 1 -" in t.text and "\n- 1 -\n" not in t.text for t in draft.tasks)
    assert ["10件"] in [[q.text for q in t.quantities] for t in draft.tasks]


def test_traditional_characters_are_matched_and_kept():
    draft = read(
        "望川市關於開展專項檢查的通知\n一、主要任務\n1.規範辦案。建立案件臺賬，逐案登記。（牽頭單位：市司法局；責任單位：市公安局，6月底完成）"
    )
    assert draft.tasks[0].text == "建立案件臺賬，逐案登記"
    assert leads(draft) == [["市司法局"]]
    assert draft.tasks[0].deadline
    assert draft.tasks[0].deadline.text == "6月底完成"


def test_pinyin_after_a_character_does_not_disturb():
    draft = read("一、主要任务安排\n望川经(jīng)开区管委会要建(jiàn)立台账，逐项登记。")
    assert leads(draft) == [["望川经(jīng)开区管委会"]]


def test_attachments_are_no_tasks():
    draft = notice("一、任务\n各单位要建立台账。\n附件：1.案卷评查标准\n2.案卷目录表")
    assert [t.text for t in draft.tasks] == ["各单位要建立台账"]


def test_a_text_that_breaks_off_keeps_only_what_stands_complete():
    draft = read("一、主要任务。各单位要建立台账。各单位要逐项登记。市局成立专项")
    assert [t.text for t in draft.tasks] == ["各单位要建立台账", "各单位要逐项登记"]
