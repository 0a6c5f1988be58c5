"""Lists, spreadsheets, files and notices show each reader his rows, each once."""

import io
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from python_calamine import CalamineWorkbook

from qingfeng.campaigns.alarms import DUE_SOON
from qingfeng.campaigns.ledgers import duties_ledger
from qingfeng.campaigns.models import Assignment
from qingfeng.core import attachments, clock, exchange, listing, notices
from qingfeng.core.errors import Refused
from qingfeng.core.listing import ListQuery
from qingfeng.core.models.notice import Notice
from qingfeng.orgs.models import ReachKind, Role, Unit
from tests import factories


def build():
    land = factories.country()
    staff = factories.staff(land)
    campaign = factories.issue(actor=staff.office, by=land.central_office)
    duty = Assignment.objects.get(unit=land.court, requirement__key="training")
    return SimpleNamespace(land=land, staff=staff, campaign=campaign, duty=duty)


@pytest.fixture
def world(db):
    return build()


class PagingTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        world = build()
        cls.land = world.land
        cls.actors = [world.staff.office, world.staff.county_office, world.staff.nobody]
        several = factories.user("多处")
        for reach in ({"place": world.land.county}, {"place": world.land.prefecture}):
            several = factories.grant(several, Role.LEADER, ReachKind.PLACE, **reach)
        several = factories.grant(several, Role.REPORTER, ReachKind.UNIT, unit=world.land.court)
        cls.actors.append(several)

    @settings(max_examples=30, deadline=None)
    @given(
        st.integers(0, 3), st.integers(1, 5), st.lists(st.integers(0, 3), min_size=9, max_size=9)
    )
    def test_paging_gives_each_visible_row_once_in_order_both_ways(self, who, size, days):
        for pk, day in zip(Assignment.objects.values_list("pk", flat=True), days, strict=True):
            due_on = date(2021, 5, 1) + timedelta(days=day)
            Assignment.objects.filter(pk=pk).update(due_on=due_on)
        actor = self.actors[who]
        rows = duties_ledger.policy.scope(actor).distinct().order_by("due_on", "pk")
        expected = list(rows.values_list("pk", flat=True))
        query = ListQuery(view="all", size=size)
        page = listing.page(duties_ledger, actor, query)
        pages = [page]
        while page.next:
            page = listing.page(
                duties_ledger, actor, ListQuery(view="all", after=page.next, size=size)
            )
            pages.append(page)
        assert [row.pk for one in pages for row in one.rows] == expected
        assert {one.count for one in pages} == {len(expected)}
        back = [page]
        while page.previous:
            page = listing.page(
                duties_ledger, actor, ListQuery(view="all", before=page.previous, size=size)
            )
            back.append(page)
        assert [row.pk for one in reversed(back) for row in one.rows] == expected


@pytest.mark.parametrize("text", ["x", "!!", "WzFd", "bnVsbA", "WyJ4IiwieSJd"])
def test_a_damaged_address_is_refused(world, text):
    with pytest.raises(Refused):
        listing.page(duties_ledger, world.staff.office, ListQuery(view="all", after=text))


def test_a_filter_value_that_is_no_choice_is_refused(world):
    with pytest.raises(Refused):
        listing.page(
            duties_ledger, world.staff.office, ListQuery(view="all", filters={"state": "x"})
        )


def test_a_spreadsheet_has_the_readers_rows_and_no_formula(world):
    Unit.objects.filter(pk=world.land.court.pk).update(short_name="=1+2")
    content = exchange.export(duties_ledger, world.staff.reporter, ListQuery(view="all"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    table = rows.to_python()
    heading = next(number for number, row in enumerate(table) if len([c for c in row if c]) > 3)
    assert len(table) - heading - 1 == 4
    assert all("=1+2" in row for row in table[heading + 1 :])


BAD = {
    "empty": ("a.pdf", b""),
    "another kind": ("a.pdf", b"MZ..."),
    "no document": ("a.exe", b"MZ"),
    "no ending": ("evidence", b"%PDF"),
    "a program as text": ("a.txt", b"\x7fELF"),
    "an archive as text": ("a.csv", b"PK\x03\x04"),
    "a second ending": ("a.pdf.html", b"%PDF"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused(case):
    with pytest.raises(Refused) as refused:
        attachments.check(SimpleUploadedFile(*BAD[case]))
    assert refused.value.field == "files"


def test_a_file_too_large_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 4
    attachments.check(SimpleUploadedFile("a.pdf", b"%PDF"))
    with pytest.raises(Refused):
        attachments.check(SimpleUploadedFile("a.pdf", b"%PDF-"))


def test_a_notice_shows_only_what_its_reader_may_see_and_mail_only_counts(world):
    staff, duty = world.staff, world.duty
    for who in (staff.reporter, staff.outsider):
        who.email = f"{who.username}@example.org"
        who.save()
    pairs = [(staff.reporter.pk, duty.pk), (staff.outsider.pk, duty.pk)]
    assert notices.send(DUE_SOON, "assignment", pairs) == 2
    assert notices.send(DUE_SOON, "assignment", pairs) == 0
    assert [one.title for one in notices.shown(staff.reporter)] == [str(duty)]
    assert notices.shown(staff.outsider) == []
    notices.send_digests()
    for message in mail.outbox:
        assert str(duty) not in message.subject + message.body
        assert world.land.court.name not in message.subject + message.body
    assert staff.reporter.email in [address for one in mail.outbox for address in one.to]
    assert notices.send_digests() == 0


def test_ringing_warns_the_reporter_then_the_office_and_sets_the_next(world):
    duty = world.duty
    due = date(2021, 3, 20)
    Assignment.objects.exclude(pk=duty.pk).update(alarm_on=date(9999, 12, 31))
    Assignment.objects.filter(pk=duty.pk).update(
        target_on=due, legal_on=due, due_on=due, alarm_on=due - timedelta(days=1), alarm_step=-1
    )
    assert clock.ring(due - timedelta(days=1)) == 1
    assert set(Notice.objects.values_list("kind", "recipient")) == {
        ("duty_soon", world.staff.reporter.pk)
    }
    assert clock.ring(due - timedelta(days=1)) == 0


def test_pages_answer_each_as_the_rules_say(world, settings):
    settings.SECOND_FACTOR = False
    duty, staff = world.duty, world.staff
    at = f"/ledgers/assignment/{duty.pk}/"

    def client(who):
        made = Client()
        made.force_login(who)
        return made

    reporter = client(staff.reporter)
    assert reporter.get("/ledgers/assignment/?view=all").status_code == 200
    assert reporter.get("/ledgers/assignment/?view=all&campaign=²").status_code == 200
    assert reporter.get(at).status_code == 200
    assert client(staff.outsider).get(at).status_code == 404
    assert client(staff.leader).post(f"{at}moves/report/").status_code == 403
    form = {"version": duty.version, "text": "短", "quantity": 20}
    assert reporter.post(f"{at}moves/report/", form).status_code == 422
    form["text"] = "本月工作已经全部完成并报送"
    assert reporter.post(f"{at}moves/report/", {**form, "version": 99}).status_code == 409
    assert reporter.post(f"{at}moves/report/", form).status_code == 302
    duty.refresh_from_db()
    assert duty.state == "reported"
    chosen = {"move": "accept", "pk": [duty.pk, "²"], "confirmed": "1"}
    assert client(staff.reviewer).post("/ledgers/assignment/bulk/", chosen).status_code == 200
    duty.refresh_from_db()
    assert duty.state == "accepted"
