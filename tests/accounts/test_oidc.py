"""OIDC signs in the accounts whose owners connected it; it makes none."""

from __future__ import annotations

import pytest
from allauth.account.internal.flows.login import record_authentication  # noqa: F401 - loads flows
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware

from qingfeng.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def arrive(rf, settings):
    """Comes back from the provider as the person of a subject."""
    settings.SECOND_FACTOR = False

    def complete(subject, **fields):
        from allauth.core import context

        request = rf.get("/accounts/oidc/oidc/login/callback/")
        SessionMiddleware(lambda _request: None).process_request(request)
        MessageMiddleware(lambda _request: None).process_request(request)
        request.user = AnonymousUser()
        login = SocialLogin(
            user=User(username=fields.get("username", "stranger"), email=fields.get("email", "")),
            account=SocialAccount(provider="oidc", uid=subject, extra_data={"sub": subject}),
        )
        login.state = {"process": "login"}
        with context.request_context(request):
            return request, complete_social_login(request, login)

    return complete


@pytest.mark.parametrize(
    "fields", [{}, {"username": "clerk"}, {"email": "clerk@example.org"}], ids=str
)
def test_an_unknown_subject_signs_nobody_in_and_makes_no_account(clerk, arrive, fields):
    User.objects.filter(pk=clerk.pk).update(email="clerk@example.org")
    request, _answer = arrive("subject-1", **fields)
    assert "_auth_user_id" not in request.session
    assert list(User.objects.all()) == [clerk]
    assert not SocialAccount.objects.exists()


def test_a_connected_subject_signs_its_account_in(clerk, arrive, told):
    SocialAccount.objects.create(user=clerk, provider="oidc", uid="subject-1")
    request, _answer = arrive("subject-1")
    assert request.session["_auth_user_id"] == str(clerk.pk)
    assert told(clerk) == ["account.signed_in"]


def test_a_closed_account_is_not_signed_in_by_its_provider(person, arrive):
    closed = person("closed", is_active=False)
    SocialAccount.objects.create(user=closed, provider="oidc", uid="subject-2")
    request, answer = arrive("subject-2")
    assert "_auth_user_id" not in request.session
    assert answer["Location"] == "/accounts/inactive/"
