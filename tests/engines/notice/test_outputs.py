"""The forms a draft takes: plan file, review sheet, JSON; the model's hook; the command."""

import json
import re

import pytest
import yaml
from click.testing import CliRunner

from qingfeng.cli.draft import draft as command
from qingfeng.engines.notice.draft import as_score_json, read
from qingfeng.engines.notice.findings import Origin
from qingfeng.engines.notice.plan import as_plan_yaml
from qingfeng.engines.notice.proposals import Proposal
from qingfeng.engines.notice.review import as_review

NOTICE = """望川市司法局关于开展执法规范化检查的通知
望司发〔2022〕15号
各县（市、区）司法局：
一、工作步骤
（一）动员部署阶段（3月10日至3月31日）。各单位要制定方案，召开动员会。
（二）自查整改阶段（4月1日至8月31日）。各单位要逐项自查，6月底前报送报告。可结合实际成立专班。各单位要每月25日前报送进展。
二、检查重点
重点整治以下突出问题：
1.违规插手经济纠纷；
2.有案不立、压案不查。
望川市司法局
2022年3月1日
"""
UNDATED = "关于开展自查工作的通知\n一、工作安排\n各单位要在收到通知后5个工作日内完成自查工作。"
FILLED = {"STARTS": "2022-03-01", "ENDS": "2022-12-31", "DUE": "2022-06-30"}


def filled(text: str) -> str:
    """The blanks that the head of the file names, filled in as it says."""
    for name in re.findall(r"^#   __(\w+)__:", text, re.MULTILINE):
        text = text.replace(f"__{name}__", FILLED.get(name.rsplit("_", 1)[-1], "望川市司法局"))
    return text


@pytest.mark.parametrize("notice", [NOTICE, UNDATED])
def test_the_plan_file_checks_once_its_named_blanks_are_filled(notice):
    from qingfeng.campaigns.plans.reader import read as read_plan

    plan = read_plan(filled(as_plan_yaml(read(notice))))
    assert len(plan.requirements) == len(read(notice).tasks)


def test_a_notice_that_dates_everything_leaves_no_blank():
    text = as_plan_yaml(read(NOTICE))
    assert "__" not in text
    plan = yaml.safe_load(text)
    assert [stage["title"] for stage in plan["batches"][0]["stages"]] == [
        "动员部署阶段",
        "自查整改阶段",
    ]
    assert [r["recurrence"]["day"] for r in plan["requirements"] if "recurrence" in r] == [25]
    assert [r.get("action") for r in plan["requirements"]].count("optional") == 1
    assert [i["title"] for i in plan["malpractice"][0]["items"]] == [
        "违规插手经济纠纷",
        "有案不立、压案不查",
    ]


def test_json_texts_are_verbatim():
    found = as_score_json(read(NOTICE))
    assert set(found) == {"title", "sections", "tasks", "phases"}
    assert all(task["text"] in NOTICE for task in found["tasks"])
    assert found["phases"][0] == {"name": "动员部署阶段", "start": "3月10日", "end": "3月31日"}


def test_the_review_sheet_shows_what_was_kept_and_why():
    sheet = as_review(read(NOTICE))
    assert "2022-06-30" in sheet
    assert "Kept, not tasks" in sheet
    assert "[optional]" in sheet


class Fake:
    def __init__(self, *proposals: Proposal) -> None:
        self.proposals = proposals
        self.asked = 0

    def propose(self, text: str) -> tuple[Proposal, ...]:
        self.asked += 1
        return self.proposals


def test_a_proposal_must_quote_the_text_and_is_marked():
    fake = Fake(
        Proposal("执法规范化检查", leads=("望川市司法局", "市外星局")),
        Proposal("这句话通知里没有"),
        Proposal(""),
    )
    draft = read(NOTICE, proposer=fake)
    proposed = [task for task in draft.tasks if task.origin is Origin.PROPOSED]
    assert [task.text for task in proposed] == ["执法规范化检查"]
    assert [unit.text for unit in proposed[0].leads] == ["望川市司法局"]
    assert "[proposed by a model]" in as_review(draft)


def test_a_proposal_never_replaces_what_the_rules_found():
    plain = read(NOTICE)
    again = read(NOTICE, proposer=Fake(Proposal(plain.tasks[0].text)))
    assert again.tasks == plain.tasks


def test_no_model_is_asked_unless_one_is_given():
    assert all(task.origin is Origin.RULES for task in read(NOTICE).tasks)


def test_the_same_notice_gives_the_same_draft():
    assert read(NOTICE) == read(NOTICE)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (NOTICE.encode(), "n.txt", 0),
        (b"PK\x03\x04 broken", "n.docx", 3),
        (b"", "n.txt", 4),
        (b"\x89PNG\r\n\x1a\n", "n.png", 5),
        (b"Nothing Chinese in here at all, only English.", "n.txt", 6),
    ],
)
def test_exit_codes_of_the_command(tmp_path, content, name, code):
    file = tmp_path / name
    file.write_bytes(content)
    result = CliRunner().invoke(command, [str(file)])
    assert result.exit_code == code
    if code:
        assert name in result.output


def test_a_missing_file_is_wrong_use(tmp_path):
    assert CliRunner().invoke(command, [str(tmp_path / "none.txt")]).exit_code == 2


def test_the_command_prints_each_form(tmp_path):
    file = tmp_path / "n.txt"
    file.write_text(NOTICE, encoding="utf-8")
    assert json.loads(CliRunner().invoke(command, [str(file), "--json"]).output)["tasks"]
    assert yaml.safe_load(CliRunner().invoke(command, [str(file), "--yaml"]).output)["requirements"]
    assert "动员部署阶段" in CliRunner().invoke(command, [str(file)]).output


def test_pasted_text_comes_by_standard_input():
    result = CliRunner().invoke(command, ["-", "--json"], input=NOTICE.encode())
    assert result.exception is None
    assert json.loads(result.output)["tasks"]
