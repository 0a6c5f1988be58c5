"""Sign-in: failures lock, nothing is given away, the trail hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from qingfeng.accounts.services.signin import count_failure

PASSWORD = "Qing-feng-2021"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _factor_off(settings):
    settings.SECOND_FACTOR = False


def signed_in(client):
    return "_auth_user_id" in client.session


def test_the_right_password_signs_in_and_tells(client, clerk, enter, told):
    assert enter(client, "clerk").status_code == 302
    assert signed_in(client)
    assert told(clerk) == ["account.signed_in"]


def test_the_user_name_is_found_whatever_its_case(client, clerk, enter):
    enter(client, "CLERK")
    assert signed_in(client)


def test_five_failures_lock_the_account_even_for_the_right_password(client, clerk, enter, told):
    for _ in range(5):
        enter(client, "clerk", "wrong")
    enter(client, "clerk")
    assert not signed_in(client)
    assert told(clerk) == ["account.sign_in_failed"] * 5 + ["account.locked"]


def test_four_failures_do_not_and_are_forgotten_after_a_success(client, clerk, enter):
    for _ in range(4):
        enter(client, "clerk", "wrong")
    enter(client, "clerk")
    assert signed_in(client)
    clerk.refresh_from_db()
    assert (clerk.failures, clerk.failed_at) == (0, None)


def test_the_lock_passes_after_thirty_minutes(client, clerk, enter):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            enter(client, "clerk", "wrong")
        clock.shift(timedelta(minutes=29))
        enter(client, "clerk")
        assert not signed_in(client)
        clock.shift(timedelta(minutes=2))
        enter(client, "clerk")
        assert signed_in(client)


def test_failures_far_apart_never_lock(clerk):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(12):
            count_failure(clerk)
            clock.shift(timedelta(minutes=31))
        clerk.refresh_from_db()
        assert clerk.failures == 1


def test_trying_on_while_locked_neither_lengthens_the_lock_nor_fills_the_trail(clerk, told):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            count_failure(clerk)
        until = clerk.locked_until
        clock.shift(timedelta(minutes=10))
        for _ in range(20):
            count_failure(clerk)
        clerk.refresh_from_db()
        assert clerk.locked_until == until
        assert len(told(clerk)) == 6


def test_a_wrong_name_a_wrong_password_and_a_lock_look_alike(clerk, enter):
    def answer(username, password):
        page = enter(Client(), username, password)
        assert page.status_code == 200
        return list(page.context["form"].non_field_errors())

    unknown, wrong = answer("nobody", "wrong"), answer("clerk", "wrong")
    for _ in range(5):
        count_failure(clerk)
    locked = answer("clerk", PASSWORD)
    assert unknown == wrong == locked
    assert "5" in unknown[0]
    assert "30" in unknown[0]


def test_the_trail_keeps_no_address_and_nothing_that_was_typed(client, clerk, enter):
    client.post(
        "/accounts/login/",
        {"login": "clerk", "password": "TypedSecret-1"},
        REMOTE_ADDR="203.0.113.7",
        HTTP_USER_AGENT="Some Browser",
    )
    enter(client, "nobody-there", "TypedSecret-1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM trail_event")
        bodies = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert b"sign_in_failed" in bodies
    for leaked in (b"203.0.113.7", b"Some Browser", b"TypedSecret", b"nobody-there", b"clerk"):
        assert leaked not in bodies


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/account/", "/account/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_leads_only_to_this_desk(client, clerk, enter, target, lands):
    assert enter(client, "clerk", next=target)["Location"] == lands


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/key/1-x/",
        "/accounts/password/set/",
        "/accounts/email/",
        "/accounts/confirm-email/",
        "/accounts/3rdparty/signup/",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up_or_resets_by_mail(client, address, method):
    assert getattr(client, method)(address).status_code == 404


def test_a_closed_account_cannot_sign_in_and_its_sessions_end(client, clerk, system, enter):
    from qingfeng.accounts.services import close_account

    enter(client, "clerk")
    close_account(actor=system, user=clerk)
    assert client.get("/account/").status_code == 302
    assert enter(Client(), "clerk")["Location"] == "/accounts/inactive/"


def test_signing_out_is_told(client, clerk, enter, told):
    enter(client, "clerk")
    client.post("/accounts/logout/")
    assert told(clerk)[-1] == "account.signed_out"


def test_a_session_ends_after_the_minutes_of_the_setting(client, clerk, enter, settings):
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    with time_machine.travel(timezone.now(), tick=False) as clock:
        enter(client, "clerk")
        clock.shift(timedelta(minutes=29))
        assert client.get("/account/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/account/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/account/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_processes_count_one_account_together(person, told):
    """Ten at once: five are counted, the lock is told once."""
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    from qingfeng.accounts.models import User

    user = person("many")

    def fail(_number):
        try:
            count_failure(User.objects.get(pk=user.pk))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fail, range(10)))
    user.refresh_from_db()
    assert user.failures == 5
    assert told(user).count("account.sign_in_failed") == 5
    assert told(user).count("account.locked") == 1
