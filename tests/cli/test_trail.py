"""The trail at the terminal: heads and proofs leave the database and are checked without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner
from django.db import transaction

from qingfeng.cli.trail import trail
from qingfeng.trail.services import ERASED

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(trail, [str(word) for word in words])


def tell(count=1):
    with transaction.atomic():
        return ERASED.record_many(
            actor=1,
            ledger="event",
            rows=[(place, None, {"ground": "甲"}) for place in range(count)],
        )


@pytest.fixture
def told():
    numbers = tell(5)
    assert "5 events sealed" in run("seal").output
    return numbers


def saved(path, result):
    assert result.exit_code == 0, result.output
    path.write_text(result.output)
    return path


def test_before_anything_is_sealed_there_is_no_head():
    result = run("head")
    assert result.exit_code == 1
    assert "trail seal" in result.output


def test_verify_says_how_many_or_names_what_is_broken(told):
    assert run("verify").output == "5 events verified; nothing is broken\n"
    from qingfeng.trail.models import Event

    stray = Event.objects.get(pk=told[0])
    stray.pk = told[-1] + 100
    stray.save(force_insert=True)
    result = run("verify")
    assert result.exit_code == 1
    assert str(stray.pk) in result.output


def test_a_proof_is_made_here_and_checked_where_there_is_no_database(told, tmp_path):
    head = saved(tmp_path / "head.json", run("head"))
    proof = saved(tmp_path / "proof.json", run("prove", told[2]))
    env = os.environ | {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    key = run("public-key").output.strip()
    done = subprocess.run(
        [sys.executable, "-m", "qingfeng.cli", "trail", "check", proof, head, "--key", key],
        capture_output=True, text=True, env=env, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "the proof holds" in done.stdout
    assert f'"id": {told[2]}' in done.stdout
    assert "甲" in done.stdout


def test_a_proof_that_does_not_hold_ends_in_a_line(told, tmp_path):
    head = saved(tmp_path / "head.json", run("head"))
    proof = json.loads(run("prove", told[2]).output)
    proof["position"] += 1
    (tmp_path / "proof.json").write_text(json.dumps(proof))
    result = run("check", tmp_path / "proof.json", head)
    assert result.exit_code == 1
    assert "does not hold" in result.output


def test_an_old_head_is_still_held_and_grown_from(told, tmp_path):
    old = saved(tmp_path / "old.json", run("head"))
    tell(4)
    run("seal")
    assert run("verify", "--head", old).exit_code == 0
    growth = saved(tmp_path / "growth.json", run("prove", "--since", old))
    assert "the tree of 9 events only appended" in run("check", growth, old).output
    proof = saved(tmp_path / "proof.json", run("prove", told[0], "--size", 5))
    assert run("check", proof, old).exit_code == 0
    assert run("head", "--size", 5).output == old.read_text()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["prove"], "name an EVENT"),
        (["prove", "999999"], "there is no event 999999"),
        (["head", "--size", "4"], "no head of 4 events"),
        (["prove", "--since", __file__], "is no JSON file"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(told, words, says):
    result = run(*words)
    assert result.exit_code != 0
    assert says in result.output
    assert "Traceback" not in result.output
