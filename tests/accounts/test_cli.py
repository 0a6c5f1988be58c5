"""`./qingfeng accounts`: the first office-holders, and the way back in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from qingfeng.accounts.models import User
from qingfeng.cli.accounts import accounts

pytestmark = pytest.mark.django_db
PEOPLE = [
    "--system-admin", "xitong", "--security-admin", "anquan", "--auditor", "shenji",
    "--name", "xitong=陆知远", "--name", "anquan=顾明夷", "--name", "shenji=程若水",
]  # fmt: skip
SECRETS = "xitong=Qing-feng-1=x\nanquan=Qing-feng-2\nshenji=Qing-feng-3\n"


def run(*words, given=SECRETS):
    return CliRunner().invoke(accounts, list(words), input=given)


def test_three_persons_take_three_offices():
    done = run("first-offices", *PEOPLE, "--password-file", "-")
    assert done.exit_code == 0, done.output
    held = dict(User.objects.values_list("office", "username"))
    assert held == {"system_admin": "xitong", "security_admin": "anquan", "auditor": "shenji"}
    assert User.objects.get(username="xitong").check_password("Qing-feng-1=x")
    assert "Qing-feng" not in done.output


def test_once_held_it_changes_nothing():
    run("first-offices", *PEOPLE, "--password-file", "-")
    done = run("first-offices", "--auditor", "another", "--password-file", "-")
    assert done.exit_code == 0
    assert User.objects.count() == 3


def test_one_person_cannot_take_two_offices_and_nothing_is_left_half_done():
    words = [word if word != "anquan" else "xitong" for word in PEOPLE]
    assert run("first-offices", *words, "--password-file", "-").exit_code != 0
    assert not User.objects.exists()


def test_a_weak_password_leaves_nothing():
    weak = SECRETS.replace("Qing-feng-3", "weak")
    assert run("first-offices", *PEOPLE, "--password-file", "-", given=weak).exit_code != 0
    assert not User.objects.exists()


def test_without_a_terminal_it_says_which_option_is_missing():
    done = run("first-offices", "--password-file", "-")
    assert done.exit_code == 2
    assert "option" in done.output


def test_an_office_holder_is_let_in_again(auditor):
    done = run("restore", "auditor")
    auditor.refresh_from_db()
    assert auditor.check_password(done.output.strip())
