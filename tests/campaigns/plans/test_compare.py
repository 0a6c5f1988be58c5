from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.campaigns.plans.compare import ChangeKind, Effect, compare, weakens
from qingfeng.campaigns.plans.model import Plan
from qingfeng.campaigns.plans.reader import read

TEXT = Path(__file__).with_name("small.yaml").read_text(encoding="utf-8")
SMALL = read(TEXT)
DUE = "due: {after: {event: stage_start, days: 10, unit: natural}}"
LEGAL = "legal_due: {after: {event: due, days: 3, unit: working}}"


def changes(old, new):
    assert old in TEXT
    return compare(SMALL, read(TEXT.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("old", "new", "path", "field", "effect"),
    [
        ("title: 轮训", "title: 分期轮训", "requirements/training", "title", Effect.KEEPS),
        ("standard: 人人参加", "standard: 尽量参加", "requirements/training", "standard", Effect.WORDING),
        ("    title: 轮训", "    title: 轮训\n    action: optional", "requirements/training", "action", Effect.WEAKENS),
        ("days: 10", "days: 12", "requirements/training", "due", Effect.WEAKENS),
        ("days: 10", "days: 9", "requirements/training", "due", Effect.KEEPS),
        (DUE, "due: {on: 2021-03-11}", "requirements/training", "due", Effect.KEEPS),
        (DUE, "due: {on: 2021-03-12}", "requirements/training", "due", Effect.WEAKENS),
        (LEGAL, "legal_due: {after: {event: due, days: 9, unit: working}}", "requirements/returns", "due", Effect.WEAKENS),
        ("    " + LEGAL + "\n", "", "requirements/returns", "due", Effect.WEAKENS),
        ("day: 5, until: 2021-06-30", "day: 6, until: 2021-06-30", "requirements/returns", "due", Effect.WEAKENS),
        ("day: 5, until: 2021-06-30", "day: 5, until: 2021-05-30", "requirements/returns", "due", Effect.DROPS),
        ("every: month, day: 5", "every: week, day: 5", "requirements/returns", "due", Effect.DROPS),
        ("quantity: 20", "quantity: 19", "requirements/training", "quantity", Effect.WEAKENS),
        ("quantity: 20", "quantity: 21", "requirements/training", "quantity", Effect.KEEPS),
        ("    quantity: 20\n", "", "requirements/training", "quantity", Effect.WEAKENS),
        ("    title: 轮训", "    title: 轮训\n    units: {kinds: [court]}", "requirements/training", "units", Effect.DROPS),
        ("    title: 轮训", "    title: 轮训\n    units: {places: ['36']}", "requirements/training", "units", Effect.DROPS),
        ("units: {kinds: [court]}", "units: {kinds: [court, police]}", "requirements/returns", "units", Effect.KEEPS),
        ("    title: 轮训", "    title: 轮训\n    escalate_days: [5]", "requirements/training", "escalate_days", Effect.WEAKENS),
        ("    title: 轮训", "    title: 轮训\n    warn_days: [5]", "requirements/training", "warn_days", Effect.KEEPS),
        ("    title: 轮训", "    title: 轮训\n    evidence: [{name: 签到表}]", "requirements/training", "evidence", Effect.KEEPS),
        ("kinds: [court, police]", "kinds: [court]", "batches/one", "units", Effect.DROPS),
        ("decided_by: upper_office", "decided_by: own_office", "batches/one/stages/study", "gate", Effect.WEAKENS),
        ("criteria: [三项教育都做了]", "criteria: [做了]", "batches/one/stages/study", "gate", Effect.WEAKENS),
        ("required_by: 2021-04-02", "required_by: 2021-04-09", "batches/one/stages/study", "gate", Effect.WEAKENS),
        ("days: 15, unit", "days: 16, unit", "disposition_limits/reply", "days", Effect.WEAKENS),
        ("percent: 95", "percent: 90", "closing_conditions/in-time", "rate", Effect.WEAKENS),
        ("percent: 95", "percent: 96", "closing_conditions/in-time", "rate", Effect.KEEPS),
        ("check: all_prescribed_accepted", "check: statement", "closing_conditions/done", "check", Effect.WEAKENS),
        ("issuer: 办公室", "issuer: 领导小组", "plan", "issuer", Effect.KEEPS),
    ],
)  # fmt: skip
def test_a_change_is_found_and_judged(old, new, path, field, effect):
    (change,) = changes(old, new)
    assert ("/".join(change.path), change.field, change.effect) == (path, field, effect)
    assert change.kind is ChangeKind.CHANGED


def test_a_gate_taken_away_drops_it():
    gate = TEXT[TEXT.index("        gate:") : TEXT.index("      - key: rectify")]
    (change,) = changes(gate, "")
    assert (change.field, change.effect) == ("gate", Effect.DROPS)


def test_a_longer_stage_takes_its_relative_duties_along():
    text = TEXT.replace("event: stage_start, days: 10", "event: stage_end, days: 0")
    later = text.replace("ends_on: 2021-03-31", "ends_on: 2021-04-02").replace(
        "starts_on: 2021-04-01", "starts_on: 2021-04-03"
    )
    found = {("/".join(c.path), c.field): c.effect for c in compare(read(text), read(later))}
    assert found == {
        ("batches/one/stages/study", "ends_on"): Effect.WEAKENS,
        ("batches/one/stages/rectify", "starts_on"): Effect.KEEPS,
        ("requirements/training", "due"): Effect.WEAKENS,
    }


def test_the_calendar_decides_what_later_means():
    text = TEXT.replace("days: 10, unit: natural", "days: 2, unit: working")
    assert compare(read(text), read(text), lambda day, _days: day) == []
    changed = text.replace("days: 2, unit: working", "days: 3, unit: working")
    (change,) = compare(read(text), read(changed), lambda _day, _days: date(2021, 3, 9))
    assert change.effect is Effect.KEEPS


def test_what_is_gone_drops_and_what_is_new_keeps():
    fewer = replace(SMALL, requirements=SMALL.requirements[:1], malpractice=())
    gone = compare(SMALL, fewer)
    assert [(c.kind, "/".join(c.path), c.effect) for c in gone] == [
        (ChangeKind.REMOVED, "requirements/returns", Effect.DROPS),
        (ChangeKind.REMOVED, "malpractice/interference", Effect.DROPS),
    ]
    new = compare(fewer, SMALL)
    assert {(c.kind, c.effect) for c in new} == {(ChangeKind.ADDED, Effect.KEEPS)}
    assert (weakens(gone), weakens(new)) == (gone, [])


def test_an_equal_plan_has_no_changes():
    assert compare(SMALL, read(TEXT)) == []


def test_a_new_version_number_alone_is_no_change():
    assert compare(SMALL, replace(SMALL, version=2, issued_on=date(2021, 5, 1))) == []


@given(
    days=st.tuples(st.integers(0, 29), st.integers(0, 29)),
    quantity=st.tuples(st.integers(1, 50), st.integers(1, 50)),
)
def test_a_change_either_weakens_or_its_reverse_does(days, quantity):
    def plan(at: int) -> Plan:
        return read(
            TEXT.replace("days: 10", f"days: {days[at]}").replace(
                "quantity: 20", f"quantity: {quantity[at]}"
            )
        )

    there, back = compare(plan(0), plan(1)), compare(plan(1), plan(0))
    assert {c.field for c in there} == {c.field for c in back}
    for one, other in zip(there, back, strict=True):
        assert {one.effect, other.effect} == {Effect.KEEPS, Effect.WEAKENS}
