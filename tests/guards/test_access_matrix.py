"""Who gets what from every address, as a table that a reviewer reads.

QINGFENG_WRITE_MATRIX=1 writes the table anew; what changed in it is then reviewed.
"""

import os
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLResolver, reverse

from qingfeng.campaigns.models import Assignment
from qingfeng.core.commands import writing
from qingfeng.orgs.models import SupervisionArea, SupervisionGroup
from tests import factories

TABLE = Path(__file__).with_name("access_matrix.txt")
#: The number of a record that does not exist.
NOBODY = 1_000_000
ROLES = {
    "anonymous": None, "reporter": "reporter", "reviewer": "reviewer", "office": "office",
    "leader": "leader", "line": "line", "supervisor": "supervisor",
    "system_admin": "system_admin", "security_admin": "security_admin", "auditor": "auditor",
}  # fmt: skip


def addresses(patterns, space="", above=None):
    for one in patterns:
        named = {key: one.pattern.converters.get(key) for key in one.pattern.regex.groupindex}
        named = {**(above or {}), **named}
        if isinstance(one, URLResolver):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from addresses(one.url_patterns, inner, named)
        elif one.name:
            yield f"{space}{one.name}", named


@pytest.mark.django_db
def test_every_address_answers_each_role_as_the_table_says(settings):
    from qingfeng.config import desk_urls

    settings.SECOND_FACTOR = False
    land = factories.country()
    staff = factories.staff(land)
    with writing():
        group = SupervisionGroup.objects.create(
            name="督导组", sent_by=land.province_office, from_on=date(2020, 1, 1)
        )
        SupervisionArea.objects.create(group=group, unit=land.court)
    staff.supervisor = factories.grant(
        factories.user("督导"), factories.Role.SUPERVISOR, factories.ReachKind.GROUP, group=group
    )
    campaign = factories.issue(actor=staff.office, by=land.central_office)
    duty = Assignment.objects.get(unit=land.court, requirement__key="training")
    grant = staff.reporter.grants.get().pk
    pks = {
        "campaigns:unit": land.court.pk, "ledgers": duty.pk, "campaigns": campaign.pk,
        "grant_one": grant, "grant_move": grant, "accounts": staff.reporter.pk,
    }  # fmt: skip
    lines = []
    for name, converters in sorted(set_of(addresses(desk_urls.urlpatterns)).items()):
        given = {}
        for argument, converter in converters.items():
            if argument == "pk":
                given["pk"] = pks.get(name) or pks.get(name.split(":")[0], NOBODY)
            else:
                known = {"key": "assignment", "name": "report", "place": land.county.pk}
                number = type(converter).__name__ == "IntConverter"
                given[argument] = (
                    "x" if converter is None else known.get(argument, NOBODY if number else "x")
                )
        found = []
        for role in ROLES.values():
            client = Client(raise_request_exception=False)
            if role is not None:
                client.force_login(getattr(staff, role))
            found.append(client.get(reverse(name, kwargs=given)).status_code)
        lines.append(f"{name:40}" + "".join(f"{status:>16}" for status in found))
    text = "\n".join([" " * 40 + "".join(f"{role:>16}" for role in ROLES), *lines, ""])
    if os.environ.get("QINGFENG_WRITE_MATRIX"):
        TABLE.write_text(text, encoding="utf-8")
    assert text == TABLE.read_text(encoding="utf-8")
    assert " 500" not in text


def set_of(pairs):
    """One of each name; an address with arguments stands for its shorter forms."""
    found = {}
    for name, converters in pairs:
        if len(converters) >= len(found.get(name, {})):
            found[name] = converters
    return found
