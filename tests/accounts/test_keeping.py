"""Keeping accounts: who may, what it does, what it tells; nobody alone takes an account over."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator

from qingfeng.accounts import services
from qingfeng.accounts.services.signin import count_failure
from qingfeng.core.actor import SYSTEM
from qingfeng.core.errors import Denied, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def with_factor(clerk):
    Authenticator.objects.create(user=clerk, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return clerk


def test_a_given_password_works_once_signs_out_and_unlocks(system, clerk, browse, told):
    client = browse(clerk)
    for _ in range(5):
        count_failure(clerk)
    password = services.reset_password(actor=system, user=clerk)
    clerk.refresh_from_db()
    assert clerk.check_password(password)
    assert clerk.is_password_due
    assert clerk.locked_until is None
    assert client.get("/account/").status_code == 302
    assert told(clerk)[-1] == "account.password_given"


def test_taking_an_account_over_needs_two(system, security, with_factor):
    with pytest.raises(Denied):
        services.reset_second_factor(actor=system, user=with_factor)
    with pytest.raises(Denied):
        services.reset_password(actor=security, user=with_factor)


def test_the_security_administrator_takes_a_lost_factor_away(security, with_factor, told):
    services.reset_second_factor(actor=security, user=with_factor)
    assert not Authenticator.objects.filter(user=with_factor).exists()
    assert told(with_factor) == ["account.factor_reset"]
    with pytest.raises(Refused):
        services.reset_second_factor(actor=security, user=with_factor)


def test_unlocking_forgets_the_failures(system, clerk, told):
    with pytest.raises(Refused):
        services.unlock(actor=system, user=clerk)
    for _ in range(5):
        count_failure(clerk)
    services.unlock(actor=system, user=clerk)
    assert clerk.locked_until is None
    assert told(clerk)[-1] == "account.unlocked"


@pytest.mark.parametrize("verb", [services.close_account, services.reset_password])
@pytest.mark.parametrize("who", ["clerk", "auditor", "security"])
def test_only_the_system_administrator_manages(request, person, verb, who):
    with pytest.raises(Denied):
        verb(actor=request.getfixturevalue(who), user=person("target"))


def test_an_administrator_does_nothing_to_his_own_account(system, security, person):
    person("other", office="system_admin")
    for verb in (services.close_account, services.reset_password):
        with pytest.raises(Denied):
            verb(actor=system, user=system)
    with pytest.raises(Denied):
        services.reset_second_factor(actor=security, user=security)


def test_no_job_keeps_accounts(clerk):
    with pytest.raises(Denied):
        services.reset_password(actor=SYSTEM, user=clerk)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": "Clerk", "full_name": "甲"}, "username"),
        ({"username": "with space", "full_name": "甲"}, "username"),
        ({"username": "fine", "full_name": " "}, "full_name"),
    ],
)
def test_a_bad_entry_is_refused_with_its_field(system, clerk, fields, field):
    with pytest.raises(Refused) as refused:
        services.open_account(actor=system, **fields)
    assert refused.value.field == field


def test_a_language_is_ones_own_and_told(clerk, system, told):
    services.choose_language(actor=clerk, user=clerk, language="en")
    clerk.refresh_from_db()
    assert clerk.language == "en"
    assert told(clerk) == ["account.language"]
    with pytest.raises(Denied):
        services.choose_language(actor=system, user=clerk, language="en")
    with pytest.raises(Refused):
        services.choose_language(actor=clerk, user=clerk, language="tlh")
