"""The sample ledger: its table, its place among the ledgers, and people who reach its rows."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    from tests.core.sample import Doc

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Doc)


@pytest.fixture
def sample(monkeypatch, settings):
    """The sample ledger, registered for one test."""
    from qingfeng.core import ledger as ledgers
    from tests.core import sample as module

    settings.SECOND_FACTOR = False
    monkeypatch.setitem(ledgers._ledgers, "doc", module.ledger)
    monkeypatch.setattr(module, "VIEWS", {})
    monkeypatch.setattr(module, "WORKS", {})
    return module


@pytest.fixture
def lin(db):
    from qingfeng.accounts.models import User

    return User.objects.create_user(
        "lin", "x", full_name="林嘉言", password_changed_at=timezone.now()
    )


@pytest.fixture
def worker(lin, sample):
    """Lin, who may see and work everything."""
    from qingfeng.core.access import EVERY_ROW

    sample.VIEWS[lin.id] = sample.WORKS[lin.id] = [EVERY_ROW]
    return lin


@pytest.fixture
def shen(db):
    from qingfeng.accounts.models import User

    return User.objects.create_user(
        "shen", "x", full_name="沈予安", password_changed_at=timezone.now()
    )


@pytest.fixture
def desk(lin):
    client = Client()
    client.force_login(lin)
    return client


@pytest.fixture
def write():
    """Write documents as a job would."""
    from datetime import date

    from qingfeng.core.commands import writing
    from tests.core.sample import Doc

    def make(**fields):
        number = Doc.objects.count() + 1
        with writing():
            doc = Doc(**{"title": f"文件{number}", "due_on": date(2021, 10, 14), **fields})
            doc.save()
        return doc

    return make
