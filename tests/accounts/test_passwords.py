"""Passwords: three kinds of character, eight long, changed at intervals, given ones at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.accounts.passwords import ThreeKindsOfCharacter
from qingfeng.accounts.services.keeping import one_time_password

PASSWORD = "Qing-feng-2021"
KINDS = ("abcdefgh", "ABCDEFGH", "23456789", "-_!？，%")


@given(st.data())
def test_exactly_those_with_three_kinds_pass(data):
    chosen = data.draw(st.sets(st.sampled_from(KINDS), min_size=1))
    letters = [data.draw(st.text(kind, min_size=1, max_size=5)) for kind in sorted(chosen)]
    password = "".join(data.draw(st.permutations(letters)))
    if len(chosen) >= 3:
        ThreeKindsOfCharacter().validate(password)
    else:
        with pytest.raises(ValidationError):
            ThreeKindsOfCharacter().validate(password)


@pytest.mark.parametrize("password", ["Ab1-", "password", "12345678", "abcdefgh1"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password)


def test_the_rule_is_said_in_both_languages():
    with translation.override("en"):
        english = ThreeKindsOfCharacter().get_help_text()
    with translation.override("zh-hans"):
        chinese = ThreeKindsOfCharacter().get_help_text()
    assert "three kinds" in english
    assert "三" in chinese


def test_one_time_passwords_pass_every_rule_and_differ():
    given_out = {one_time_password() for _ in range(200)}
    assert len(given_out) == 200
    for password in given_out:
        validate_password(password)


@pytest.mark.django_db
class TestAge:
    @pytest.fixture(autouse=True)
    def _factor_off(self, settings):
        settings.SECOND_FACTOR = False

    def change(self, client, new, old=PASSWORD):
        return client.post(
            "/accounts/password/change/",
            {"oldpassword": old, "password1": new, "password2": new},
        )

    def test_a_password_of_ninety_days_must_be_changed_first(self, clerk, browse):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            clock.shift(timedelta(days=89))
            assert browse(clerk).get("/account/").status_code == 200
            clock.shift(timedelta(days=2))
            answer = browse(clerk).get("/account/")
        assert answer["Location"] == "/accounts/password/change/"

    def test_zero_days_means_never(self, clerk, browse, settings):
        settings.PASSWORD_MAX_DAYS = 0
        with time_machine.travel(timezone.now() + timedelta(days=4000)):
            assert browse(clerk).get("/account/").status_code == 200

    def test_a_given_password_must_be_changed_even_then(self, person, browse, settings):
        settings.PASSWORD_MAX_DAYS = 0
        client = browse(person("new", password_changed_at=None))
        assert client.get("/account/")["Location"] == "/accounts/password/change/"

    def test_changing_it_opens_the_desk_and_is_told(self, person, browse, told):
        user = person("new", password_changed_at=None)
        client = browse(user)
        assert self.change(client, "Another-2022").status_code == 302
        assert client.get("/account/").status_code == 200
        assert told(user)[-1] == "account.password_changed"

    def test_the_present_password_is_no_change(self, clerk, browse):
        answer = self.change(browse(clerk), PASSWORD)
        assert answer.status_code == 200
        assert answer.context["form"].errors["password1"]

    def test_guessing_the_present_password_locks_too(self, clerk, browse):
        client = browse(clerk)
        for _ in range(5):
            assert self.change(client, "Another-2022", old="guess").status_code == 200
        clerk.refresh_from_db()
        assert clerk.locked_until is not None

    def test_other_sessions_end_with_the_change(self, clerk, browse):
        here, elsewhere = browse(clerk), browse(clerk)
        self.change(here, "Another-2022")
        assert here.get("/account/").status_code == 200
        assert elsewhere.get("/account/").status_code == 302


def test_passwords_are_stored_by_argon2():
    from qingfeng.config import settings

    assert settings.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
