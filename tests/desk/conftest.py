"""A signed-in person and pages asked for in a language."""

import pytest
from django.test import Client
from django.utils import timezone


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
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
