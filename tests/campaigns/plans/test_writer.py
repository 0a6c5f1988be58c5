from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingfeng.campaigns import plans
from qingfeng.campaigns.plans import model
from qingfeng.campaigns.plans.quota import counts_people_or_cases, is_quota
from qingfeng.campaigns.plans.reader import read
from qingfeng.campaigns.plans.writer import to_yaml

LIBRARY = Path(plans.__file__).parent / "library"
START = date(2021, 3, 1)

keys = st.from_regex(r"[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,4})?", fullmatch=True)
# Everything YAML might take for something else, and everything it must quote.
words = "no yes null ~ true 1:30 2021-03-01 12 0x1F 1e3 &a *a !t ' { [a] %d @x ` | > = << ？"
odd = st.sampled_from([*words.split(), '"', "- a", "# a", "a: b", "a #b"])
letters = st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"])
lines = st.one_of(odd, st.text(letters, min_size=1, max_size=20)).map(str.strip).filter(
    lambda text: text and not is_quota(text)
)  # fmt: skip
texts = st.lists(lines, min_size=1, max_size=3).map("\n".join).filter(lambda t: not is_quota(t))
maybe = st.one_of(st.just(""), lines)
kinds = st.lists(st.sampled_from(model.KINDS), max_size=3, unique=True).map(tuple)
days = st.lists(st.integers(0, 365), max_size=3, unique=True).map(tuple)


@st.composite
def duties(draw, key, task, stage):
    recurs = draw(st.booleans())
    due = st.one_of(
        st.builds(model.Due, on=st.dates(stage.starts_on, stage.ends_on)),
        st.builds(
            model.Due,
            event=st.just(model.DueEvent.STAGE_START),
            days=st.integers(0, 10),
            unit=st.sampled_from(model.DayUnit),
        ),
    )
    indicator = st.builds(
        model.Indicator,
        key=st.just("trained"),
        title=lines.filter(lambda text: not counts_people_or_cases(text)),
        unit_of_count=lines,
        kind=st.sampled_from(model.Counting),
        title_en=maybe.filter(lambda text: not counts_people_or_cases(text)),
    )
    return model.Requirement(
        key=key,
        task=task,
        stage=stage.key,
        title=draw(lines),
        standard=draw(texts),
        title_en=draw(maybe),
        action=draw(st.sampled_from(model.Action)),
        units=model.Selector(
            tiers=draw(st.sampled_from([(), ("county",), ("county", "province")])),
            places=draw(st.sampled_from([(), ("360100",), ("0123",)])),
        ),
        lead=draw(st.sampled_from([model.EACH_UNIT, "court"])),
        support=draw(st.sampled_from([(), ("police", "rehab")])),
        due=None if recurs else draw(due),
        legal_due=draw(st.sampled_from([None, model.Due(event=model.DueEvent.DUE, days=3)])),
        warn_days=draw(days),
        escalate_days=draw(days),
        evidence=tuple(draw(st.lists(st.builds(model.Evidence, lines, st.booleans()), max_size=2))),
        indicator=(said := draw(st.none() | indicator)),
        quantity=draw(st.none() | st.integers(1, 1000)) if said else None,
        recurrence=model.Recurrence(
            draw(st.sampled_from([model.Every.WEEK, model.Every.MONTH])),
            draw(st.integers(1, 7)),
            stage.ends_on,
            draw(st.sampled_from([None, stage.starts_on])),
        )
        if recurs
        else None,
    )


@st.composite
def made_plans(draw):
    stages, day = [], START
    for key in draw(st.lists(keys, min_size=1, max_size=3, unique=True)):
        last = day + timedelta(days=draw(st.integers(40, 60)))
        gate = st.builds(
            model.Gate,
            st.lists(texts, min_size=1, max_size=2).map(tuple),
            st.sampled_from(model.Decider),
            st.just(last),
        )
        stages.append(model.Stage(key, draw(lines), day, last, draw(maybe), draw(st.none() | gate)))
        day = last + timedelta(days=1)
    tasks = draw(st.lists(keys, min_size=1, max_size=3, unique=True))
    wanted = draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    return model.Plan(
        key=draw(keys),
        title=draw(lines),
        version=draw(st.integers(1, 9999)),
        issuer=draw(lines),
        kind=model.PlanKind.DRIVE,
        parent="the-parent-of-all",
        batches=(
            model.Batch(
                "one", draw(lines), START, stages[-1].ends_on, model.Selector(), tuple(stages)
            ),
        ),
        tasks=tuple(
            model.Task(key, draw(lines), draw(maybe), note=draw(st.just("") | texts))
            for key in tasks
        ),
        requirements=tuple(
            draw(duties(key, draw(st.sampled_from(tasks)), draw(st.sampled_from(stages))))
            for key in wanted
        ),
        title_en=draw(maybe),
        document_number=draw(maybe),
        issued_on=draw(st.none() | st.just(START)),
        responsibilities=model.Responsibilities(principal=draw(maybe), supervising=draw(maybe)),
        malpractice=tuple(
            model.Category(
                f"category-{number}",
                draw(lines),
                draw(st.sampled_from(["six", "+1"])),
                (model.Item(f"item-{number}", draw(lines), draw(maybe)),),
                organs=draw(kinds),
            )
            for number in range(draw(st.integers(0, 2)))
        ),
        disposition_limits=draw(
            st.sampled_from([(), (model.Limit("a", "答复", 15, model.DayUnit.WORKING, "设定"),)])
        ),
        closing_conditions=(
            model.ClosingCondition("c", draw(lines), model.Check.STATEMENT),
            model.ClosingCondition(
                "r",
                draw(lines),
                model.Check.RATE_AT_LEAST,
                rate=model.Rate(model.RateOf.TIMELINESS, 95, (wanted[0],)),
            ),
        ),
    )


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=made_plans())
def test_what_is_written_is_read_back_unchanged(plan):
    assert read(to_yaml(plan)) == plan


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: file.stem)
def test_writing_a_plan_that_was_written_changes_nothing(file):
    plan = read(file)
    text = to_yaml(plan)
    assert read(text) == plan
    assert to_yaml(read(text)) == text


def test_what_is_written_is_readable():
    text = to_yaml(read(LIBRARY / "second-batch.yaml"))
    assert "    due: {after: {event: stage_end, days: 0, unit: natural}}\n" in text
    assert "      - {name: 课程表, required: false}\n" in text
    assert "action: prescribed" not in text  # a default goes without saying
    assert "\\u" not in text
