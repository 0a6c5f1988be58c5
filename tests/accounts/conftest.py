"""People with and without offices, a signed-in browser for each, and what the trail was told."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

PASSWORD = "Qing-feng-2021"

# WhiteNoise warns of a folder that is not there, before any fixture runs.
Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _quick(settings):
    """A quick hash for passwords, and nothing remembered of other tests' attempts."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def person(db):
    """Makes an open account with a known password of its own."""
    from qingfeng.accounts.models import User

    def make(username, **fields):
        fields.setdefault("full_name", username.title())
        fields.setdefault("password_changed_at", timezone.now())
        return User.objects.create_user(username, PASSWORD, **fields)

    return make


@pytest.fixture
def clerk(person):
    return person("clerk", full_name="沈予安")


@pytest.fixture
def system(person):
    return person("system", full_name="陆知远", office="system_admin")


@pytest.fixture
def security(person):
    return person("security", full_name="顾明夷", office="security_admin")


@pytest.fixture
def auditor(person):
    return person("auditor", full_name="程若水", office="auditor")


@pytest.fixture
def browse(settings):
    """A browser signed in by the back door, with the second factor switched off."""

    def sign_in(user):
        settings.SECOND_FACTOR = False
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def enter():
    """Signs in through the page, as anybody would."""

    def post(client, username, password=PASSWORD, **extra):
        return client.post("/accounts/login/", {"login": username, "password": password, **extra})

    return post


@pytest.fixture
def told():
    """The names of the events about an account, or of all, oldest first."""
    from qingfeng.trail import Subject
    from qingfeng.trail.models import Event
    from qingfeng.trail.queries import history

    def names(record=None, ledger="account"):
        if record is None:
            return list(Event.objects.order_by("id").values_list("kind", flat=True))
        return [one.kind for one in history(Subject(ledger, record.pk))][::-1]

    return names


@pytest.fixture
def make(person):
    """Makes an account that may hold an office."""
    return lambda username, office="", **fields: person(username, office=office, **fields)


@pytest.fixture
def offices(make):
    """A holder of each office."""
    return {name: make(name, name) for name in ("system_admin", "security_admin", "auditor")}


@pytest.fixture
def as_(browse):
    return browse
