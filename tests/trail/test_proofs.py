"""Proofs: whoever holds a head needs neither the database nor Django to check one."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from copy import deepcopy

import pytest

from qingfeng.trail import merkle, proofs, queries
from qingfeng.trail.services import seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(tell):
    """A head of 300 events that somebody keeps, and the number of one of them."""
    numbers = tell(300)
    seal()
    return json.loads(json.dumps(queries.head())), numbers[257]


def test_a_proof_holds_under_its_head_and_gives_the_event(held):
    head, number = held
    event = proofs.check(queries.prove(number), head)
    assert (event["id"], event["kind"], event["data"]["字"]) == (number, "test.noted", "清风")


def test_a_proof_for_an_old_head_can_be_made_later(held, tell):
    head, number = held
    tell(40)
    seal()
    with pytest.raises(proofs.BadProofError, match="--size 300"):
        proofs.check(queries.prove(number), head)
    assert proofs.check(queries.prove(number, size=300), head)["id"] == number


@pytest.mark.parametrize("part", ["body", "path", "position", "size"])
def test_a_proof_that_was_touched_does_not_hold(held, part):
    head, number = held
    proof = queries.prove(number)
    proof[part] = {
        "body": base64.b64encode(base64.b64decode(proof["body"]).replace(b"11", b"12")).decode(),
        "path": [*proof["path"][1:], proof["path"][0]],
        "position": proof["position"] - 1,
        "size": 299,
    }[part]
    with pytest.raises(proofs.BadProofError):
        proofs.check(proof, head)


@pytest.mark.parametrize("part", ["size", "root", "at", "signature"])
def test_a_head_that_was_touched_is_not_signed(held, part):
    head, _number = held
    forged = deepcopy(head)
    forged[part] = {
        "size": 299,
        "root": "00" + head["root"][2:],
        "at": head["at"].replace("20", "21", 1),
        "signature": base64.b64encode(bytes(64)).decode(),
    }[part]
    with pytest.raises(proofs.BadProofError):
        proofs.check_head(forged)


def test_a_head_signed_by_another_key_is_refused_by_who_knows_the_key(held, settings, tmp_path):
    head, _number = held
    from qingfeng.trail import signing

    settings.TRAIL_KEY = tmp_path / "other.pem"
    other = base64.b64encode(signing.public_key()).decode()
    with pytest.raises(proofs.BadProofError, match="not signed by the key"):
        proofs.check_head(head, other)
    assert "public_key" not in queries.head()  # the present key did not sign it


@pytest.mark.parametrize("bad", [{}, {"size": "5"}, {"size": -1, "root": ""}, {"size": True}])
def test_what_is_no_head_is_refused_with_a_sentence(bad):
    with pytest.raises(proofs.BadProofError, match="no file of `trail head`"):
        proofs.check_head(bad)


def test_what_is_no_proof_is_refused_with_a_sentence(held):
    head, _number = held
    for bad in ({}, {"path": 5}, {"path": [], "body": "e30=", "position": "x", "size": 300}):
        with pytest.raises(proofs.BadProofError, match="no file of `trail prove`"):
            proofs.check(bad, head)


def test_growth_is_proven_from_an_old_head_to_the_newest(held, tell):
    old, _number = held
    tell(33)
    seal()
    proof = json.loads(json.dumps(queries.prove_growth(300)))
    assert proofs.check(proof, old)["size"] == 333
    proof["path"][0] = merkle.leaf_hash(b"x").hex()
    with pytest.raises(proofs.BadProofError, match="not this head's"):
        proofs.check(proof, old)


def test_an_event_that_is_not_sealed_or_not_there_has_no_proof(held, tell):
    (number,) = tell()
    with pytest.raises(LookupError, match="not in the tree"):
        queries.prove(number)
    with pytest.raises(LookupError, match="no event"):
        queries.prove(10**9)
    with pytest.raises(LookupError, match="not in the tree of 400"):
        queries.prove(held[1], size=400)
    with pytest.raises(LookupError, match="no head"):
        queries.prove_growth(400)


def test_checking_imports_no_django(held, tmp_path):
    head, number = held
    (tmp_path / "head").write_text(json.dumps(head))
    (tmp_path / "proof").write_text(json.dumps(queries.prove(number)))
    code = (
        "import json, sys\n"
        "sys.modules['django'] = None\n"  # importing it would fail
        "from qingfeng.trail import proofs\n"
        "proof, head = (json.load(open(name)) for name in sys.argv[1:])\n"
        "print(proofs.check(proof, head)['id'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "proof", tmp_path / "head"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) == number


def test_a_proof_grows_with_the_logarithm_of_the_tree(tell, django_assert_num_queries):
    lengths = []
    for more in (256, 768, 3072):
        tell(more)
        seal()
        number = queries.newest(limit=1)[0].id
        with django_assert_num_queries(4):
            lengths.append(len(queries.prove(number - 200)["path"]))
    assert lengths == [8, 10, 12]
