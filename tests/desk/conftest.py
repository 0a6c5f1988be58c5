"""A signed-in person and pages asked for in a language."""

from pathlib import Path

import pytest
from django.conf import settings as site
from django.test import Client
from django.utils import timezone

# WhiteNoise warns of a folder that is not there, before any fixture runs.
Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _desk_alone(settings):
    settings.SECOND_FACTOR = False


@pytest.fixture
def lin(db):
    from qingfeng.accounts.models import User

    return User.objects.create_user(
        "lin", "x", full_name="林嘉言", password_changed_at=timezone.now()
    )


@pytest.fixture
def desk(lin):
    client = Client()
    client.force_login(lin)
    return client
