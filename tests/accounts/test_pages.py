"""Pages of accounts: who sees them, in both languages, and that each verb works from its button."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from qingfeng.accounts import services
from qingfeng.accounts.models import User

pytestmark = pytest.mark.django_db


def text(answer):
    return answer.content.decode()


@pytest.mark.parametrize(
    "page", ["/manage/accounts/", "/manage/accounts/new/", "/manage/proposals/"]
)
@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_pages_of_administrators_are_hidden_from_all_others(request, browse, page, who):
    assert browse(request.getfixturevalue(who)).get(page).status_code == 404


@pytest.mark.parametrize("who", ["clerk", "auditor"])
def test_another_account_is_hidden_and_cannot_be_acted_on(request, browse, person, who):
    target = person("target")
    client = browse(request.getfixturevalue(who))
    assert client.get(f"/manage/accounts/{target.pk}/").status_code == 404
    for verb in ("close", "password", "unlock", "factor", "reopen", "leave"):
        assert client.post(f"/manage/accounts/{target.pk}/{verb}/").status_code == 404
    target.refresh_from_db()
    assert target.is_active


@pytest.mark.parametrize(
    "page", ["/account/", "/manage/accounts/", "/accounts/password/change/", "/accounts/2fa/",
             "/accounts/2fa/webauthn/", "/accounts/3rdparty/", "/accounts/logout/",
             "/accounts/reauthenticate/"],
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(system, browse, page, language):
    User.objects.filter(pk=system.pk).update(language=language)
    answer = browse(system).get(page)
    assert answer.status_code == 200
    assert answer["Content-Language"] == language
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text(answer), re.DOTALL).group(1)
    assert bool(re.search(r"[一-鿿]", heading)) is (language == "zh-hans"), heading


def test_opening_shows_the_password_once_and_the_other_approves(system, security, browse):
    answer = browse(system).post(
        "/manage/accounts/new/", {"username": "New.One", "full_name": "新人", "email": ""}
    )
    user = User.objects.get(username="new.one")
    password = re.search(r"[\w]{4}-[\w]{4}-[\w]{4}-\da", text(answer)).group()
    assert user.check_password(password)
    assert "no-store" in answer["Cache-Control"]
    proposal = user.proposals.get()
    client = browse(security)
    assert user.full_name in text(client.get("/ledgers/proposal/"))
    page = client.get(f"/ledgers/proposal/{proposal.pk}/moves/approve/")
    client.post(
        f"/ledgers/proposal/{proposal.pk}/moves/approve/",
        {"version": page.context["form"]["version"].value(), "note": ""},
    )
    user.refresh_from_db()
    assert user.is_active


def test_a_taken_name_is_said_at_its_field(system, clerk, browse):
    answer = browse(system).post(
        "/manage/accounts/new/", {"username": "clerk", "full_name": "甲", "email": ""}
    )
    assert answer.context["form"].errors["username"]


def test_the_buttons_shown_are_those_that_work(system, security, clerk, browse):
    Authenticator.objects.create(user=clerk, type="totp", data={"secret": "x"})
    for _ in range(5):
        services.signin.count_failure(clerk)
    for actor, wanted in ((system, {"unlock", "password", "close"}), (security, {"factor"})):
        page = browse(actor).get(f"/manage/accounts/{clerk.pk}/")
        shown = set(re.findall(rf"/manage/accounts/{clerk.pk}/(\w+)/\"", text(page)))
        assert shown - {"office"} == wanted
        for verb in sorted(wanted - {"close"}, reverse=True):
            assert browse(actor).post(f"/manage/accounts/{clerk.pk}/{verb}/").status_code < 400


def test_an_administrator_proposes_no_office_for_himself(system, browse):
    assert browse(system).get(f"/manage/accounts/{system.pk}/office/").status_code == 403


def test_the_list_goes_on_where_it_stopped_and_finds_beginnings(system, person, browse):
    for number in range(60):
        person(f"u{number:02}", full_name=f"名{number:02}")
    client = browse(system)
    first = client.get("/manage/accounts/")
    assert "u05" in text(first)
    assert "u55" not in text(first)
    assert "u55" in text(client.get("/manage/accounts/" + first.context["next_url"]))
    found = text(client.get("/manage/accounts/?q=名1"))
    assert "u12" in found
    assert "u21" not in found


def test_the_list_asks_as_much_for_fifty_accounts_as_for_two(
    system, person, browse, django_assert_max_num_queries
):
    for number in range(50):
        person(f"u{number:02}")
    client = browse(system)
    with django_assert_max_num_queries(12):
        client.get("/manage/accounts/")


def test_a_reader_who_is_not_signed_in_sees_chinese_whatever_his_browser_asks(client, db):
    page = client.get("/accounts/login/", headers={"accept-language": "en"})
    assert page["Content-Language"] == "zh-hans"


def test_a_language_in_the_cookie_holds_until_an_account_says_otherwise(clerk, browse):
    visitor = Client()
    visitor.post("/language/", {"language": "en", "next": "/accounts/login/"})
    assert visitor.get("/accounts/login/")["Content-Language"] == "en"
    User.objects.filter(pk=clerk.pk).update(language="zh-hans")
    client = browse(clerk)
    client.cookies["django_language"] = "en"
    assert client.get("/account/")["Content-Language"] == "zh-hans"


def test_the_switch_needs_a_post_and_the_account_keeps_it(clerk, browse, told):
    client = browse(clerk)
    assert client.get("/language/").status_code == 405
    client.post("/language/", {"language": "en", "next": "/account/"})
    clerk.refresh_from_db()
    assert clerk.language == "en"
    assert "account.language" in told(clerk)


def test_data_for_scripts_stands_in_blocks_that_do_not_run(clerk, browse):
    client = browse(clerk)
    session = client.session
    import time

    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(clerk.pk)
    session.save()
    page = client.get("/accounts/2fa/webauthn/add/")
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", text(page))
    assert inline
    assert all('type="application/json"' in attributes for attributes in inline)
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
