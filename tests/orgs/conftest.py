"""The three offices and somebody without one, each with a client signed in."""

from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

PASSWORD = "Clear-wind-1998"

# WhiteNoise warns of a folder that is not there, before any fixture runs.
Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _by_password(settings):
    settings.SECOND_FACTOR = False
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PASSWORD_MAX_DAYS = 0
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture
def make(db):
    from qingfeng.accounts.models import User

    def made(username, office="", **fields):
        fields.setdefault("password_changed_at", timezone.now())
        fields.setdefault("full_name", username)
        return User.objects.create_user(username, PASSWORD, office=office, **fields)

    return made


@pytest.fixture
def offices(make):
    return {name: make(name, name) for name in ("system_admin", "security_admin", "auditor")}


@pytest.fixture
def as_():
    def signed_in(user):
        client = Client()
        client.force_login(user, backend=site.AUTHENTICATION_BACKENDS[0])
        return client

    return signed_in


@pytest.fixture
def told():
    from qingfeng.trail.models import Event

    return lambda: list(Event.objects.order_by("id").values_list("kind", flat=True))
