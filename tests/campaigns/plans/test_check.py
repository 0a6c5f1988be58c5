from pathlib import Path

from click.testing import CliRunner

from qingfeng.campaigns.plans.check import report
from qingfeng.campaigns.plans.errors import PlanError
from qingfeng.cli.plan_check import check

SMALL = Path(__file__).with_name("small.yaml")


def test_a_good_plan_passes():
    result = CliRunner().invoke(check, [str(SMALL)])
    assert (result.exit_code, result.output) == (0, f"{SMALL}: no mistakes.\n")


def test_mistakes_are_printed_with_file_line_and_remedy(tmp_path):
    file = tmp_path / "bad.yaml"
    file.write_text(SMALL.read_text("utf-8").replace("issuer:", "issure:"), "utf-8")
    result = CliRunner().invoke(check, [str(file)])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:2:3: plan: The field issuer is missing.",
        "    Add issuer here.",
        f"{file}:5:3: plan / issure: There is no field “issure” here.",
        "    Did you mean issuer?",
        "2 mistakes; nothing was stored.",
    ]


def test_a_missing_file_is_a_mistake_and_no_traceback(tmp_path):
    result = CliRunner().invoke(check, [str(tmp_path / "none.yaml")])
    assert result.exit_code == 1
    assert "cannot be read: No such file or directory" in result.output


def test_a_mistake_of_the_whole_file_names_no_field():
    lines = list(report([PlanError(1, 1, "", "The file is empty.", "Write it.")], "a.yaml"))
    assert lines == [
        "a.yaml:1:1: The file is empty.",
        "    Write it.",
        "1 mistake; nothing was stored.",
    ]
