"""The second factor: nobody passes without, a code counts once, secrets are kept encrypted."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

PASSWORD = "Qing-feng-2021"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR = True
    cache.clear()


def code_of(secret):
    """What the authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def app(clerk):
    """The secret of the clerk's authenticator app."""
    secret = generate_totp_secret()
    TOTP.activate(clerk, secret)
    return secret


def show(client, code):
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def signed_in(client):
    return "_auth_user_id" in client.session


def test_without_a_factor_every_page_leads_to_setting_one_up(client, clerk, enter):
    enter(client, "clerk")
    for page in ("/", "/account/", "/ledgers/assignment/", "/manage/accounts/"):
        assert client.get(page)["Location"] == "/accounts/2fa/", page
    assert client.get("/accounts/2fa/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_without_javascript_opens_the_desk(client, clerk, enter, told):
    enter(client, "clerk")
    asked = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert asked.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    page = client.post(
        asked.redirect_chain[-1][0],
        {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"},
        follow=True,
    )
    secret = re.search(r"[A-Z2-7]{32}", page.content.decode()).group()
    done = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/account/").status_code == 200
    assert "account.factor_added" in told(clerk)


def test_with_an_app_the_password_alone_does_not_sign_in(client, clerk, app, enter):
    assert enter(client, "clerk")["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)
    show(client, code_of(app))
    assert signed_in(client)
    assert client.get("/account/").status_code == 200


def test_a_code_signs_in_once_on_whatever_process(clerk, app, enter):
    code = code_of(app)
    first, second = Client(), Client()
    enter(first, "clerk")
    enter(second, "clerk")
    show(first, code)
    cache.clear()  # another process has another cache
    show(second, f"{code[:3]} {code[3:]}")
    assert signed_in(first)
    assert not signed_in(second)


def test_five_wrong_codes_lock_the_account_and_are_told(client, clerk, app, enter, told):
    enter(client, "clerk")
    wrong = f"{(int(code_of(app)) + 1) % 1_000_000:06}"
    for _ in range(5):
        show(client, wrong)
    show(client, code_of(app))
    assert not signed_in(client)
    assert told(clerk) == ["account.sign_in_failed"] * 5 + ["account.locked"]


def test_the_right_password_does_not_forget_wrong_codes(client, clerk, app, enter):
    for _ in range(5):
        enter(client, "clerk")
        show(client, "000000" if code_of(app) != "000000" else "111111")
    clerk.refresh_from_db()
    assert clerk.locked_until is not None


def test_a_recovery_code_signs_in_once_and_is_told(client, clerk, app, enter, told):
    code = RecoveryCodes.activate(clerk).get_unused_codes()[0]
    enter(client, "clerk")
    show(client, code)
    assert signed_in(client)
    assert "account.recovery_used" in told(clerk)
    again = Client()
    enter(again, "clerk")
    show(again, code)
    assert not signed_in(again)


def test_secrets_are_kept_encrypted(clerk, app):
    RecoveryCodes.activate(clerk)
    for row in Authenticator.objects.filter(user=clerk):
        for secret in (row.data.get("secret"), row.data.get("seed")):
            assert secret is None or secret.startswith("gAAAA")
    assert app not in str(list(Authenticator.objects.values_list("data", flat=True)))


@pytest.mark.parametrize("page", ["/account/", "/accounts/2fa/"])
def test_a_session_from_before_the_factor_is_signed_out(client, clerk, enter, page):
    enter(client, "clerk")
    assert signed_in(client)
    TOTP.activate(clerk, generate_totp_secret())
    assert client.get(page)["Location"] == "/accounts/login/"
    assert not signed_in(client)


def test_removing_the_app_shuts_the_desk_until_another_is_set_up(client, clerk, app, enter, told):
    enter(client, "clerk")
    show(client, code_of(app))
    confirm = client.get("/accounts/2fa/totp/deactivate/")["Location"]
    client.post(confirm, {"password": PASSWORD})
    client.post("/accounts/2fa/totp/deactivate/")
    assert "account.factor_removed" in told(clerk)
    assert client.get("/account/")["Location"] == "/accounts/2fa/"


def test_switched_off_for_the_demo_nobody_is_asked(client, clerk, enter, settings):
    settings.SECOND_FACTOR = False
    enter(client, "clerk")
    assert client.get("/account/").status_code == 200


def test_wrong_passwords_while_confirming_lock_as_well(client, clerk, enter):
    enter(client, "clerk")
    for _ in range(5):
        client.post("/accounts/reauthenticate/", {"password": "guess"})
    clerk.refresh_from_db()
    assert clerk.locked_until is not None
