"""A role is proposed by one administrator and decided by another, on pages of their own."""

import pytest

from qingfeng.orgs.models import RoleGrant

pytestmark = pytest.mark.django_db
ASKED = {"role": "office", "reach": "nation", "from_on": "2026-11-01"}


@pytest.fixture
def proposed(offices, make, as_):
    make("lin")
    as_(offices["system_admin"]).post("/manage/grants/new/", {"user": "lin", **ASKED})
    return RoleGrant.objects.get()


@pytest.mark.parametrize(
    ("office", "answers"),
    [("system_admin", [200, 200, 200]), ("security_admin", [200, 403, 200]),
     ("auditor", [403, 403, 404])],
)  # fmt: skip
def test_each_office_opens_its_own_pages(offices, proposed, as_, office, answers):
    pages = ["/manage/grants/", "/manage/grants/new/", f"/manage/grants/{proposed.pk}/"]
    client = as_(offices[office])
    assert [client.get(page).status_code for page in pages] == answers


def test_the_security_administrator_approves_what_the_system_administrator_proposed(
    offices, proposed, as_, told
):
    page = f"/manage/grants/{proposed.pk}/approve/"
    assert as_(offices["system_admin"]).post(page, {"version": proposed.version}).status_code == 403
    assert (
        as_(offices["security_admin"]).post(page, {"version": proposed.version}).status_code == 302
    )
    proposed.refresh_from_db()
    assert (proposed.state, proposed.decided_by) == ("active", offices["security_admin"].pk)
    assert "grant.approved" in told()


def test_refusing_needs_a_reason(offices, proposed, as_):
    page = f"/manage/grants/{proposed.pk}/refuse/"
    client = as_(offices["security_admin"])
    assert client.post(page, {"version": proposed.version}).status_code == 422
    assert client.post(page, {"version": proposed.version, "note": "重复"}).status_code == 302


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"user": "nobody"}, "user"), ({"user": "auditor"}, "user"), ({"reach": "unit"}, "reach"),
     ({"unit": "none"}, "unit"), ({"until_on": "2026-10-01"}, "until_on")],
)  # fmt: skip
def test_a_wrong_proposal_is_refused_beside_its_field(offices, make, as_, wrong, field):
    make("lin")
    answer = as_(offices["system_admin"]).post(
        "/manage/grants/new/", {"user": "lin", **ASKED, **wrong}
    )
    assert answer.context["form"].errors.keys() == {field}
    assert not RoleGrant.objects.exists()
