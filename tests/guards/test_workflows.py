"""Every workflow hangs together: states reached, moves permitted, told and refused in words."""

from __future__ import annotations

import pytest


def pytest_generate_tests(metafunc):
    if "workflow" in metafunc.fixturenames:
        from qingfeng.cli.docs import workflows

        found = dict(workflows())
        metafunc.parametrize("workflow", found.values(), ids=found)


def test_every_state_is_reached(workflow):
    reached, before = {str(workflow.initial)}, set()
    while reached != before:
        before = set(reached)
        for move in workflow.moves.values():
            if move.target and reached & {str(source) for source in move.sources}:
                reached.add(str(move.target))
    assert {str(state) for state in workflow.states} - reached == set()


def test_every_move_starts_somewhere_and_somebody_may_make_it(workflow):
    for move in workflow.moves.values():
        assert move.sources, f"{move.name} starts nowhere"
        assert move.action in workflow.policy.grants, f"nobody may {move.name}"
        assert str(workflow.policy.grants[move.action].who), f"who may {move.name} is not said"


def test_every_move_is_refused_in_words_from_every_state_that_is_not_its_source(workflow):
    for move in workflow.moves.values():
        for state in workflow.states:
            if state not in move.sources:
                record = workflow.model(state=state)
                assert workflow.refusal(move.name, record, None), f"{move.name} from {state}"


def test_every_move_tells_the_trail_a_kind_that_is_declared(workflow, ledgers):
    from qingfeng.trail import kinds

    for move in workflow.moves.values():
        assert kinds()[move.event.name] is move.event


def test_every_guard_has_a_reason(workflow):
    for move in workflow.moves.values():
        for guard in move.guards:
            assert callable(guard.reason) or str(guard.reason), guard.name


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_states_and_moves_have_words_in_both_languages(workflow, language):
    from django.utils import translation

    with translation.override(language):
        words = [str(move.label) for move in workflow.moves.values()]
        words += [workflow.label(state) for state in workflow.states]
    assert all(words)
    if language == "zh-hans":
        assert [text for text in words if text.isascii()] == []
