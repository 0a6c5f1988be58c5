import re
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingfeng.campaigns.plans.errors import PlanErrors
from qingfeng.campaigns.plans.model import KINDS, TIERS, Check, DueEvent, Every, PlanKind
from qingfeng.campaigns.plans.reader import read, schema

SMALL = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")

# Each row: a piece of the good plan, what stands there instead, and what the error says.
# `#!` marks the line that the error must name; without it, the first line that changed.
BAD = [
    # form
    ("plan:\n", "plan: [\n", "not YAML", "  title: 小方案"),
    ("title: 小方案", "title: 小\t方案: a: b", "not YAML"),
    ("title: 小方案", "title: 小\x07方案", "cannot be printed"),
    ("title: 小方案", "title: &a 小方案", "Anchors"),
    ("title: 小方案", "title: *a", "Anchors"),
    ("title: 小方案", "title: !!str 小方案", "Tags"),
    ("title: 小方案", "title: !!python/object/apply:os.system [id]", "Tags"),
    ("title: 小方案", "title: 小方案\n  ? [a] #!\n  : b", "plain word"),
    ("title: 小方案", "title: " + "[" * 14 + "]" * 14, "too deep"),
    ("tasks:\n", "---\ntasks:\n", "second document"),
    ("  title: 小方案", "  title: 小方案\n  title: 大方案 #!", "stands here twice, first on line 3"),
    ("  - key: cure", "  - key: cure\n    key: cured #!", "stands here twice"),
    # fields
    ("  issuer: 办公室", "  issure: 办公室", "no field “issure”"),
    ("    standard: 人人参加\n", "", "The field standard is missing", "  - key: training"),
    ("kind: campaign", "kind: crusade", "not one of the words"),
    ("version: 1", "version: '1'", "wrong form"),
    ("version: 1", "version: 0", "out of range"),
    ("version: 1", "version: 1.5", "wrong form"),
    ("title: 小方案", "title: 2021", "wrong form"),
    ("title: 小方案", "title: ''", "The text is empty"),
    ("title: 小方案", 'title: "小\\n方案"', "one line"),
    ("title: 小方案", "title: " + "长" * 201, "too long"),
    ("  key: small", "  key: Small Plan", "cannot be a key"),
    ("base: six", "base: seven", "no base"),
    ("kinds: [court, police]", "kinds: [court, polise]", "“polise” is not one"),
    ("tiers: [county]", "tiers: [village]", "“village” is not one"),
    ("tiers: [county]", "tiers: []", "list is empty"),
    ("tiers: [county]", "tiers: [county, county]", "twice"),
    ("criteria: [三项教育都做了]", "criteria: 三项教育都做了", "wrong form"),
    ("from: 2021-03-01", "from: 2021-02-30", "not a date"),
    ("from: 2021-03-01", "from: 20210301", "wrong form"),
    ("from: 2021-03-01", "from: 3021-03-01", "not a date"),
    ("due: {after: {event: stage_start, days: 10, unit: natural}}", "due: {}", "either a date"),
    (
        "due: {after: {event: stage_start, days: 10, unit: natural}}",
        "due: {on: 2021-03-20}\n    recurrence: {every: week, day: 1, until: 2021-03-31}",
        "due once or recurs",
        "  - key: training",
    ),
    ("every: month, day: 5, until: 2021-06-30", "every: month, day: 5", "until is missing"),
    ("check: all_prescribed_accepted", "check: rate_at_least", "rate is missing"),
    ("check: rate_at_least", "check: statement", "only with the check", "    rate: {of: timeliness"),
    # keys and references
    ("  - key: cure", "  - key: loyalty", "used already, on line 27"),
    ("  - key: returns", "  - key: training", "used already"),
    ("      - key: rectify", "      - key: study", "used already"),
    ("{key: asking", "{key: interference", "used already"),
    ("    task: loyalty", "    task: loyalti", "Nothing has the key loyalti"),
    ("    stage: study\n    title: 轮训", "    stage: studie #!\n    title: 轮训", "key studie"),
    ("    stage: rectify\nreq", "    stage: rectification #!\nreq", "key rectification"),
    ("    title: 轮训", "    title: 轮训\n    under: nobody #!", "Nothing has the key nobody"),
    ("requirements: [returns]", "requirements: [return]", "Nothing has the key return"),
    ("    task: cure\n    stage: rectify", "    task: cure\n    stage: study #!", "belongs to the stage"),
    ("    title: 轮训", "    title: 轮训\n    under: training #!", "in a circle: training → training"),
    (
        "  - key: loyalty\n    title: 忠诚\n  - key: cure\n",
        "  - key: loyalty\n    title: 忠诚\n    under: cure #!\n  - key: cure\n    under: loyalty\n",
        "in a circle: loyalty → cure → loyalty",
    ),
    # dates
    ("    to: 2021-06-30", "    to: 2021-02-28", "ends before it begins"),
    ("    to: 2021-06-30", "    to: 2051-06-30", "more than ten years"),
    ("ends_on: 2021-03-31", "ends_on: 2021-02-27", "ends before it begins"),
    ("ends_on: 2021-06-30", "ends_on: 2021-07-01", "outside 2021-03-01 to 2021-06-30"),
    ("starts_on: 2021-04-01", "starts_on: 2021-03-31", "begins before the one before"),
    ("required_by: 2021-04-02", "required_by: 2021-07-02", "outside"),
    ("event: stage_start, days: 10", "event: batch_start, days: 200", "2021-09-17 lies outside"),
    ("event: stage_start, days: 10", "event: due, days: 10", "cannot wait for itself"),
    ("due: {after: {event: stage_start, days: 10, unit: natural}}", "due: {on: 2021-02-28}", "outside"),
    ("legal_due: {after: {event: due, days: 3, unit: working}}", "legal_due: {on: 2021-04-30}",
     "2021-04-30 comes before the target 2021-05-05"),
    ("until: 2021-06-30", "until: 2021-09-30", "outside"),
    ("until: 2021-06-30", "from: 2021-01-30, until: 2021-06-30", "outside"),
    ("until: 2021-06-30", "from: 2021-06-20, until: 2021-06-30", "never due in the batch one"),
    ("every: month, day: 5", "every: week, day: 9", "No such period has a day 9"),
    # who
    ("units: {kinds: [court]}", "units: {kinds: [prison]}", "binds no unit"),
    ("units: {kinds: [court]}", "units: {kinds: [court]}\n    lead: police #!", "police leads"),
    ("units: {kinds: [court]}", "units: {kinds: [court]}\n    support: [court] #!", "both bears"),
    ("title: 打听案情, organs: [court]", "title: 打听案情, organs: [police]", "not among the organs"),
    # quotas
    ("standard: 人人参加", "standard: 立案数不少于5件", "on people or on cases"),
    ("title: 参训人次", "title: 留置人数", "on people or on cases", "    quantity: 20"),
    ("key: trained", "key: officers-detained", "on people or on cases", "    quantity: 20"),
    ("title: 参训人次", "title: 处分率", "on people or on cases"),
    ("criteria: [三项教育都做了]", "criteria: [按主动投案人数排名靠前]", "on people or on cases"),
    ("title: 全部办结", "title: 移送司法不少于2人", "on people or on cases"),
    ("    title: 忠诚", "    title: 忠诚\n    note: 下达线索指标 #!", "on people or on cases"),
]  # fmt: skip


def _expected_line(text, row):
    lines = text.splitlines()
    if len(row) > 3:
        return next(n for n, line in enumerate(lines, 1) if line.startswith(row[3]))
    marked = [n for n, line in enumerate(lines, 1) if line.endswith("#!")]
    if marked:
        return marked[0]
    return next(
        n for n, (a, b) in enumerate(zip(lines, SMALL.splitlines(), strict=False), 1) if a != b
    )


@pytest.mark.parametrize("row", BAD, ids=[f"{row[2]}:{row[1][:24]!r}" for row in BAD])
def test_a_mistake_is_named_with_its_line_and_a_remedy(row):
    old, new, message = row[:3]
    assert SMALL.count(old) >= 1
    text = SMALL.replace(old, new, 1)
    with pytest.raises(PlanErrors) as refused:
        read(text, name="small.yaml")
    found = [error for error in refused.value.errors if message in error.message]
    assert found, refused.value.errors
    assert found[0].line == _expected_line(text, row)
    assert found[0].remedy


def test_the_good_plan_is_read():
    plan = read(SMALL)
    assert plan.kind is PlanKind.CAMPAIGN
    assert plan.batch("one").starts_on == date(2021, 3, 1)
    assert plan.batch("one").stage("study").gate.required_by == date(2021, 4, 2)
    assert plan.requirement("training").due.event is DueEvent.STAGE_START
    assert plan.requirement("training").warn_days == (7, 3, 1)
    assert plan.requirement("returns").recurrence.every is Every.MONTH
    assert plan.closing_conditions[1].check is Check.RATE_AT_LEAST


def test_an_unknown_field_or_word_suggests_the_near_one():
    with pytest.raises(PlanErrors) as refused:
        read(SMALL.replace("issuer:", "issure:").replace("police]", "polise]"))
    remedies = [error.remedy for error in refused.value.errors]
    assert "Did you mean issuer?" in remedies
    assert "Did you mean police?" in remedies


def test_every_mistake_is_reported_in_the_order_of_the_file():
    with pytest.raises(PlanErrors) as refused:
        read(SMALL.replace("kinds: [court]}", "kinds: [curt]}").replace("version: 1", "version: 0"))
    errors = refused.value.errors
    assert [error.line for error in errors] == sorted(error.line for error in errors)
    assert len(errors) == 2
    assert errors[1].where == "requirements / returns / units / kinds / 1"


def test_the_message_of_the_whole_names_file_number_and_first_mistake():
    with pytest.raises(PlanErrors, match=r"a.yaml has 1 mistake. Line 4: .*out of range"):
        read(SMALL.replace("version: 1", "version: 0"), name="a.yaml")


def test_no_means_no_and_a_clock_is_text():
    plan = read(
        SMALL.replace("title: 小方案", "title: no").replace("issuer: 办公室", "issuer: 1:30")
    )
    assert (plan.title, plan.issuer) == ("no", "1:30")


def test_a_file_of_fifty_megabytes_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "big.yaml"
    with file.open("wb") as big:
        big.truncate(50_000_000)
    started = time.perf_counter()
    with pytest.raises(PlanErrors, match="larger than 1 MB"):
        read(file)
    assert time.perf_counter() - started < 0.5


def test_a_text_over_one_megabyte_is_refused():
    with pytest.raises(PlanErrors, match="larger than 1 MB"):
        read(SMALL + "#" * 1_000_000)
    with pytest.raises(PlanErrors, match="larger than 1 MB"):
        read(SMALL + "#" + "长" * 400_000)


def test_an_alias_bomb_is_refused_at_its_first_anchor():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    bomb += "".join(
        f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(PlanErrors) as refused:
        read(bomb)
    assert refused.value.errors[0].line == 1


@pytest.mark.parametrize(
    ("content", "line", "message"),
    [
        (b"", 1, "empty"),
        (b"# only a comment\n", 1, "empty"),
        (b"plan:\n  title: \xff\xfe\n", 2, "UTF-8"),
        (b"- a\n- b\n", 1, "wrong form"),
        (b"just words\n", 1, "wrong form"),
    ],
)
def test_a_file_that_is_no_plan_is_refused(tmp_path, content, line, message):
    file = tmp_path / "plan.yaml"
    file.write_bytes(content)
    with pytest.raises(PlanErrors) as refused:
        read(file)
    assert refused.value.errors[0].line == line
    assert message in refused.value.errors[0].message
    assert refused.value.name == "plan.yaml"


def test_a_missing_file_or_a_folder_is_refused(tmp_path):
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(PlanErrors, match="cannot be read"):
            read(path)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("\ufeff" + SMALL, encoding="utf-8")
    assert read(file) == read(SMALL)


def test_the_calendar_decides_whether_a_working_day_falls_within():
    text = SMALL.replace("days: 10, unit: natural", "days: 80, unit: working")
    assert read(text)  # 80 weekdays after 1 March is 21 June
    with pytest.raises(PlanErrors, match="outside"):
        read(text, add_working_days=lambda day, days: day + timedelta(days=days * 2))


def test_a_long_list_of_mistakes_is_cut():
    junk = "".join(f"  wrong{number}: 1\n" for number in range(5000))
    with pytest.raises(PlanErrors) as refused:
        read(SMALL.replace("plan:\n", "plan:\n" + junk))
    assert len(refused.value.errors) == 200


def test_a_very_long_list_of_mixed_values_takes_no_quadratic_time():
    codes = ", ".join(f"c{number}" for number in range(100_000))
    started = time.perf_counter()
    with pytest.raises(PlanErrors, match="wrong form"):
        read(SMALL.replace("tiers: [county]", f"tiers: [county], places: [{{a: b}}, {codes}]"))
    assert time.perf_counter() - started < 20  # minutes, if every pair were compared


def test_the_schema_and_the_model_name_the_same_units():
    of = schema()["$defs"]
    assert tuple(of["kind"]["enum"]) == KINDS
    assert tuple(of["tiers"]["items"]["enum"]) == TIERS


def test_every_field_of_the_schema_has_a_title_and_a_description():
    def fields(node):
        for name, field in node.get("properties", {}).items():
            if isinstance(field, dict):
                yield name, field
                yield from fields(field)

    of = schema()
    for name, field in [
        *fields(of),
        *(pair for d in of["$defs"].values() for pair in fields(d)),
        *((name, d) for name, d in of["$defs"].items() if "properties" in d),
    ]:
        if name != "check" or "enum" in field:
            assert field.get("title"), name
            assert field.get("description"), name


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_plan_is_read_or_refused_and_never_crashes(data):
    lines = SMALL.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "cut", "text", "move"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case "text":
                field = re.match(r"[^:]*:?", lines[at]).group()
                lines[at] = f"{field} {data.draw(st.text(max_size=12))}"
            case "move":
                lines[at] = "  " + lines[at]
    text = "\n".join(lines)
    named = []
    try:
        read(text)
    except PlanErrors as refused:
        named = [error.line for error in refused.errors]
    assert all(1 <= line <= len(text.splitlines()) + 1 for line in named)
