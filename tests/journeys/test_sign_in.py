"""Signing in with a security key, in a real browser, under the strict policy for scripts."""

from __future__ import annotations

import pytest
from django.utils import timezone

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
PASSWORD = "Qing-feng-2021"


@pytest.fixture
def key(page):
    """A security key that confirms every touch."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_key_is_added_and_signs_in(page, key, settings):
    from qingfeng.accounts.models import User

    settings.SECOND_FACTOR = True
    User.objects.create_user(
        "clerk", PASSWORD, full_name="沈予安", password_changed_at=timezone.now()
    )
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/accounts/2fa/")
    page.get_by_role("link", name="添加安全密钥").click()
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()
    page.get_by_role("button", name="添加密钥").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/accounts/2fa/authenticate/")
    page.get_by_role("button", name="使用安全密钥").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_pages_of_accounts_hold_nothing_that_axe_finds(page, settings):
    from axe_playwright_python.sync_playwright import Axe

    from qingfeng.accounts.models import User

    settings.SECOND_FACTOR = False
    for username, office in (("system", "system_admin"), ("clerk", "")):
        User.objects.create_user(
            username, PASSWORD, full_name="陆知远", office=office,
            password_changed_at=timezone.now(),
        )  # fmt: skip
    clerk = User.objects.get(username="clerk")

    def look(address):
        page.goto(address)
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], address

    look("/accounts/login/")
    page.get_by_label("用户名").fill("system")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    for address in (
        "/accounts/2fa/",
        "/accounts/reauthenticate/?next=/accounts/2fa/totp/activate/",
    ):
        look(address)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="确认").click()
    for address in (
        "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/",
        "/accounts/password/change/", "/accounts/3rdparty/", "/accounts/logout/", "/account/",
        "/manage/accounts/", "/manage/accounts/new/", f"/manage/accounts/{clerk.pk}/",
        f"/manage/accounts/{clerk.pk}/office/", "/ledgers/proposal/",
    ):  # fmt: skip
        look(address)
