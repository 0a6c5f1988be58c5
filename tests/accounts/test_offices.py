"""The three offices: apart from each other and from the work, given by two persons."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from qingfeng.accounts import queries, services
from qingfeng.accounts.models import Matter, Office, Proposal, ProposalState, User
from qingfeng.accounts.policy import accounts, proposals
from qingfeng.core.commands import writing
from qingfeng.core.errors import Conflict, Denied, Refused

pytestmark = pytest.mark.django_db


def opened(actor, username="new"):
    user, _password = services.open_account(actor=actor, username=username, full_name="新人")
    return user, user.proposals.get()


def test_an_account_opens_only_when_the_other_administrator_approves(system, security, told):
    user, proposal = opened(system)
    assert not user.is_active
    services.move_proposal(actor=security, proposal=proposal, move="approve")
    user.refresh_from_db()
    assert user.is_active
    assert told(user) == ["account.entered"]
    assert told(proposal, "proposal") == ["proposal.made", "proposal.approved"]


def test_a_refused_account_stays_closed(system, security):
    user, proposal = opened(system)
    services.move_proposal(actor=security, proposal=proposal, move="refuse", note="已调离")
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("who", ["clerk", "auditor", "security"])
def test_only_the_system_administrator_enters_accounts(request, who):
    actor = request.getfixturevalue(who)
    with pytest.raises(Denied):
        services.open_account(actor=actor, username="new", full_name="新人")
    assert not User.objects.filter(username="new").exists()


@pytest.mark.parametrize("who", ["clerk", "auditor", "system"])
def test_only_the_security_administrator_decides(request, system, who):
    _user, proposal = opened(system)
    with pytest.raises(Denied):
        services.move_proposal(
            actor=request.getfixturevalue(who), proposal=proposal, move="approve"
        )


def test_whoever_proposed_cannot_decide_not_even_in_another_office(system, security):
    _user, proposal = opened(system)
    User.objects.filter(pk=system.pk).update(office=Office.SECURITY_ADMIN)
    system.refresh_from_db()
    with pytest.raises(Refused):
        services.move_proposal(actor=system, proposal=proposal, move="approve")


def test_the_database_refuses_one_person_as_both(system, security):
    _user, proposal = opened(system)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.APPROVED, decided_by=system
        )


def test_nobody_decides_about_his_own_account(system, security, person):
    other = person("second", office="security_admin")
    proposal = services.propose_leaving(actor=system, user=security)
    with pytest.raises(Refused):
        services.move_proposal(actor=security, proposal=proposal, move="approve")
    services.move_proposal(actor=other, proposal=proposal, move="approve")
    security.refresh_from_db()
    assert security.office == ""


def test_an_office_replaces_the_one_before_so_nobody_holds_two(system, security, person):
    auditor, _another = person("one", office="auditor"), person("two", office="auditor")
    proposal = services.propose_office(actor=system, user=auditor, office=Office.SYSTEM_ADMIN)
    services.move_proposal(actor=security, proposal=proposal, move="approve")
    auditor.refresh_from_db()
    assert auditor.office == Office.SYSTEM_ADMIN


@pytest.mark.parametrize("office", ["auditor,boss", "boss"])
def test_the_database_knows_three_offices_and_takes_one(clerk, office):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=clerk.pk).update(office=office)


def test_the_last_holder_neither_leaves_nor_is_closed(system, security, auditor):
    proposal = services.propose_leaving(actor=system, user=auditor)
    with pytest.raises(Refused):
        services.move_proposal(actor=security, proposal=proposal, move="approve")
    with pytest.raises(Refused):
        services.close_account(actor=system, user=auditor)


def test_who_works_in_a_campaign_takes_no_office(system, security, clerk, monkeypatch):
    monkeypatch.setattr(queries, "_role_tests", [])
    proposal = services.propose_office(actor=system, user=clerk, office=Office.AUDITOR)
    queries.role_test(lambda user: user == clerk.pk)
    with pytest.raises(Refused):
        services.move_proposal(actor=security, proposal=proposal, move="approve")
    services.move_proposal(actor=system, proposal=proposal, move="withdraw")
    with pytest.raises(Refused):
        services.propose_office(actor=system, user=clerk, office=Office.AUDITOR)


def test_orgs_says_who_works_in_a_campaign(clerk, system):
    from qingfeng.orgs.models import ReachKind, Role, RoleGrant

    assert not queries.holds_role(clerk.pk)
    with writing():
        RoleGrant.objects.create(
            user=clerk, role=Role.OFFICE, reach=ReachKind.NATION, from_on="2021-01-01",
            proposed_by=system.pk,
        )  # fmt: skip
    assert queries.holds_role(clerk.pk)


def test_one_proposal_at_a_time_about_an_account(system, clerk):
    services.propose_office(actor=system, user=clerk, office=Office.AUDITOR)
    with pytest.raises(Refused):
        services.propose_office(actor=system, user=clerk, office=Office.SYSTEM_ADMIN)


def test_closing_an_account_withdraws_what_is_proposed_for_it(system, security, clerk, told):
    proposal = services.propose_office(actor=system, user=clerk, office=Office.AUDITOR)
    services.close_account(actor=system, user=clerk)
    proposal.refresh_from_db()
    assert proposal.state == ProposalState.WITHDRAWN
    with pytest.raises(Conflict):
        services.move_proposal(actor=security, proposal=proposal, move="approve")
    again = services.reopen_account(actor=system, user=clerk)
    assert again.matter == Matter.OPEN


def test_the_first_holders_come_once_and_the_terminal_cannot_add_a_second(db, told):
    assert queries.vacant() == list(Office)
    user = services.first_officer(
        office=Office.AUDITOR, username="First", full_name="程若水", password="Qing-feng-2021"
    )
    assert (user.username, user.office) == ("first", "auditor")
    assert told(user) == ["account.first_holder"]
    with pytest.raises(Refused):
        services.first_officer(
            office=Office.AUDITOR, username="other", full_name="甲", password="Qing-feng-2021"
        )
    with pytest.raises(Refused):
        services.first_officer(
            office=Office.SYSTEM_ADMIN, username="weak", full_name="乙", password="weak"
        )


def test_the_terminal_restores_office_holders_alone(auditor, clerk, told):
    password = services.restore_officer(username="auditor")
    auditor.refresh_from_db()
    assert auditor.check_password(password)
    assert auditor.is_password_due
    assert told(auditor) == ["account.restored"]
    with pytest.raises(Refused):
        services.restore_officer(username="clerk")


def test_the_auditor_and_clerks_see_no_other_account(auditor, clerk, system):
    for actor in (auditor, clerk):
        assert list(accounts.scope(actor)) == [actor]
        assert not proposals.scope(actor).exists()


def test_administrators_see_no_business_record(system, security):
    from qingfeng.campaigns.policy import duties

    for actor in (system, security):
        assert duties.arms(actor) == []
