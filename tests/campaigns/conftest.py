"""A country, its staff, and a small plan that is issued."""

import pytest

from tests import factories


@pytest.fixture
def land(db):
    return factories.country()


@pytest.fixture
def staff(land):
    return factories.staff(land)


@pytest.fixture
def campaign(land, staff):
    return factories.issue(actor=staff.office, by=land.central_office)
