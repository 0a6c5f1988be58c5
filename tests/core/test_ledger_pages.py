"""The pages every ledger shares: what they show, refuse, hide and keep."""

from dataclasses import replace
from datetime import date
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.db.models import Q
from django.test import Client

from qingfeng.core import ledger as ledgers
from qingfeng.core.access import EVERY_ROW
from qingfeng.core.models import SavedView
from qingfeng.core.models.record import WriteOutsideCommandError
from qingfeng.trail.queries import newest
from tests.core.test_exchange import GOOD, grid, sheet_of, upload

LIST = "/ledgers/doc/"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }


def text(answer):
    return unescape(answer.content.decode())


def xlsx(answer):
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    return grid(answer.content)


class TestList:
    def test_it_shows_what_the_reader_may_see(self, desk, worker, write):
        write(title="甲"), write(title="封", is_sealed=True), write(title="外", province=2)
        assert "甲" in (page := text(desk.get(LIST)))
        assert "外" in page
        assert "封" not in page

    def test_a_ledger_that_is_not_there_is_hidden(self, desk, worker):
        assert desk.get("/ledgers/none/").status_code == 404

    @pytest.mark.parametrize(
        "query", ["after=zzz", "state=nowhere", "since=yesterday", "before=W10", "since=2021-02-30"]
    )
    def test_an_address_that_means_nothing_is_refused_in_words(self, desk, worker, query):
        assert desk.get(f"{LIST}?{query}").status_code == 422

    @pytest.mark.parametrize("query", ["campaign=99999999999999999999", "campaign=²", "view=x"])
    def test_what_is_no_key_is_passed_over(self, desk, worker, query):
        assert desk.get(f"{LIST}?{query}").status_code == 200

    def test_conditions_are_chips_that_can_be_taken_out(self, desk, worker, write):
        write()
        page = text(desk.get(f"{LIST}?view=open&since=2021-10-01&state=open"))
        assert '<b>2021-10-01</b></span><a href="?view=open&state=open"' in page

    def test_a_heading_sorts_and_says_how(self, desk, worker, write):
        write(title="早", due_on=date(2021, 1, 1)), write(title="晚")
        page = text(desk.get(f"{LIST}?order=latest"))
        assert page.index(">晚</a>") < page.index(">早</a>")
        assert 'aria-sort="descending"' in page
        assert 'href="?order=due"' in page

    def test_pages_lead_on_and_back(self, desk, worker, write):
        for _turn in range(51):
            write()
        first = desk.get(LIST)
        assert 'rel="prev"' not in text(first)
        second = desk.get(LIST + first.context["next_url"])
        assert len(second.context["rows"]) == 1
        back = desk.get(LIST + second.context["previous_url"])
        assert back.context["rows"] == first.context["rows"]

    def test_without_script_and_with_it_the_same_list_is_there(self, desk, worker, write):
        write()
        page = text(desk.get(LIST))
        assert 'id="list" hx-boost="true"' in page
        assert page.count("<form") - page.count('method="post"') == 2  # search and conditions

    def test_export_holds_the_list_as_it_stands(self, desk, worker, write):
        write(title="甲"), write(title="乙", state="done")
        answer = desk.get(LIST, {"view": "open"})
        rows = xlsx(desk.get(answer.context["export_url"]))
        assert [row[0] for row in rows] == ["标题", "甲"]


class TestRecord:
    def test_what_is_hidden_is_not_there(self, desk, worker, write):
        doc = write(is_sealed=True)
        for path in ("", "moves/finish/"):
            assert desk.get(f"{LIST}{doc.pk}/{path}").status_code == 404
        assert desk.get(f"{LIST}99999999999999999999/").status_code == 404

    def test_moves_stand_forward_first_and_a_held_back_one_says_why(self, desk, worker, write):
        able, held = write(quantity=1), write()
        assert f'class="btn pri" href="{LIST}{able.pk}/moves/finish/"' in text(
            desk.get(f"{LIST}{able.pk}/")
        )
        page = text(desk.get(f"{LIST}{held.pk}/"))
        assert 'aria-disabled="true"' in page
        assert "还没有数量" in page

    def test_who_may_not_move_sees_no_move_and_is_told_who_may(self, desk, lin, sample, write):
        sample.VIEWS[lin.id] = [EVERY_ROW]
        doc = write(quantity=1)
        assert "moves/finish" not in text(desk.get(f"{LIST}{doc.pk}/"))
        answer = desk.post(f"{LIST}{doc.pk}/moves/finish/", {"version": 1})
        assert answer.status_code == 403
        assert "经办人" in text(answer)
        doc.refresh_from_db()
        assert doc.state == "open"

    def test_a_reading_is_an_event_where_the_ledger_says_so(
        self, desk, worker, write, sample, monkeypatch
    ):
        doc, hidden = write(), write(is_sealed=True)
        desk.get(f"{LIST}{doc.pk}/")
        assert newest(kind="doc.read") == []
        ledger = replace(sample.ledger, reads=sample.READ)
        monkeypatch.setitem(ledgers._ledgers, "doc", ledger)
        page = text(desk.get(f"{LIST}{doc.pk}/"))
        assert desk.get(f"{LIST}{hidden.pk}/").status_code == 404
        (told,) = newest(kind="doc.read")
        assert (told.actor, told.record) == (worker.id, doc.pk)
        assert "谁看过" in page


class TestMove:
    def test_it_is_made_told_and_shown(self, desk, worker, write):
        doc = write(quantity=1)
        answer = desk.post(f"{LIST}{doc.pk}/moves/finish/", {"version": 1}, follow=True)
        assert answer.redirect_chain == [(f"{LIST}{doc.pk}/", 302)]
        doc.refresh_from_db()
        assert (doc.state, doc.version) == ("done", 2)
        assert "林嘉言" in text(answer)

    def test_what_is_asked_must_be_answered(self, desk, worker, write):
        doc = write(state="done")
        answer = desk.post(f"{LIST}{doc.pk}/moves/reopen/", {"version": 1, "note": " "})
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in text(answer)

    def test_a_stale_form_is_told_who_changed_it_and_keeps_what_was_typed(
        self, desk, worker, write, shen, sample
    ):
        from qingfeng.core.services import move

        doc = write(state="done", quantity=1)
        sample.VIEWS[shen.id] = sample.WORKS[shen.id] = [EVERY_ROW]
        move("doc", doc.pk, "reopen", actor=shen, note="漏了一页")
        move("doc", doc.pk, "finish", actor=shen)
        answer = desk.post(f"{LIST}{doc.pk}/moves/reopen/", {"version": 1, "note": "我的理由"})
        assert answer.status_code == 409
        assert "沈予安" in text(answer)
        assert "我的理由" in text(answer)
        assert 'name="version" value="3"' in text(answer)

    def test_a_held_back_move_is_refused(self, desk, worker, write):
        doc = write()
        assert "还没有数量" in text(desk.get(f"{LIST}{doc.pk}/moves/finish/"))
        answer = desk.post(f"{LIST}{doc.pk}/moves/finish/", {"version": 1})
        assert answer.status_code == 422
        assert "还没有数量" in text(answer)

    def test_a_move_that_is_not_there_is_hidden(self, desk, worker, write):
        assert desk.get(f"{LIST}{write().pk}/moves/burn/").status_code == 404


class TestBulk:
    def test_whoever_cannot_follow_is_named_first_then_the_others_move(self, desk, worker, write):
        able, held, done, hidden = (
            write(quantity=1), write(), write(state="done"), write(is_sealed=True, quantity=1),
        )  # fmt: skip
        chosen = {"move": "finish", "pk": [doc.pk for doc in (able, held, done, hidden)]}
        answer = desk.post(f"{LIST}bulk/", chosen)
        assert answer.context["ids"] == [able.pk]
        assert [doc.pk for doc, _why in answer.context["stuck"]] == [held.pk, done.pk]
        assert "还没有数量" in text(answer)
        assert hidden.title not in text(answer)
        able.refresh_from_db()
        assert able.state == "open"
        answer = desk.post(f"{LIST}bulk/", {**chosen, "confirmed": "1"})
        for doc, state in ((able, "done"), (held, "open"), (hidden, "open")):
            doc.refresh_from_db()
            assert doc.state == state
        assert "还没有数量" in text(answer)

    def test_where_all_follow_and_nothing_is_asked_one_click_is_enough(self, desk, worker, write):
        docs = [write(quantity=1) for _turn in range(3)]
        desk.post(f"{LIST}bulk/", {"move": "finish", "pk": [doc.pk for doc in docs]})
        assert len(newest(kind="doc.finished")) == 3

    def test_what_is_asked_is_asked_once_for_all(self, desk, worker, write):
        docs = [write(state="done") for _turn in range(2)]
        chosen = {"move": "reopen", "pk": [doc.pk for doc in docs]}
        assert desk.post(f"{LIST}bulk/", chosen).status_code == 200
        assert desk.post(f"{LIST}bulk/", {**chosen, "confirmed": "1"}).status_code == 422
        desk.post(f"{LIST}bulk/", {**chosen, "confirmed": "1", "note": "补材料"})
        assert [one.personal for one in newest(kind="doc.reopened")] == [{"note": "补材料"}] * 2

    @pytest.mark.parametrize(
        ("chosen", "status"),
        [({"move": "finish"}, 422), ({"move": "burn", "pk": "1"}, 404),
         ({"move": "finish", "pk": ["x", "²", "-1"]}, 422), ({}, 404)],
    )  # fmt: skip
    def test_what_makes_no_sense_is_refused(self, desk, worker, chosen, status):
        assert desk.post(f"{LIST}bulk/", chosen).status_code == status

    def test_the_bar_is_absent_for_whoever_may_not_move(self, desk, lin, sample, write):
        sample.VIEWS[lin.id] = [EVERY_ROW]
        doc = write(quantity=1)
        assert 'class="bulk"' not in text(desk.get(LIST))
        answer = desk.post(f"{LIST}bulk/", {"move": "finish", "pk": doc.pk})
        assert answer.status_code == 404


class TestImport:
    def send(self, desk, *titles, name="台账.xlsx"):
        content = sheet_of([[title, *GOOD[1:]] for title in titles])
        return desk.post(f"{LIST}import/", {"file": upload(content, name)})

    def titles(self, sample):
        return sorted(sample.Doc.objects.values_list("title", flat=True))

    def test_a_good_sheet_is_taken_in(self, desk, worker, sample):
        answer = self.send(desk, "甲", "乙")
        assert (answer.status_code, answer.url) == (302, LIST)
        assert self.titles(sample) == ["乙", "甲"]
        assert default_storage.listdir("")[0] == []

    def test_one_bad_row_keeps_all_out_and_the_report_says_which(self, desk, worker, sample):
        answer = self.send(desk, "甲", "拒收")
        assert answer.status_code == 422
        assert "这个标题不收" in text(answer)
        assert self.titles(sample) == []
        rows = xlsx(desk.get(f"{LIST}import/errors/"))
        assert [(row[0], row[-1]) for row in rows[1:]] == [("拒收", "标题：这个标题不收")]

    def test_the_good_rows_are_taken_in_once(self, desk, worker, sample):
        self.send(desk, "甲", "拒收")
        assert desk.post(f"{LIST}import/good/").status_code == 302
        assert self.titles(sample) == ["甲"]
        assert desk.post(f"{LIST}import/good/").status_code == 422

    def test_a_bad_file_is_refused_beside_its_field(self, desk, worker, sample):
        answer = desk.post(f"{LIST}import/", {"file": upload(b"MZ")})
        assert answer.status_code == 422
        assert "电子表格" in text(answer)
        assert 'aria-invalid="true"' in text(answer)
        assert desk.post(f"{LIST}import/", {}).status_code == 422
        assert desk.post(f"{LIST}import/", {"file": upload(b"")}).status_code == 422

    def test_another_persons_sheet_is_out_of_reach(self, desk, worker, sample, shen):
        self.send(desk, "甲", "拒收")
        sample.VIEWS[shen.id] = sample.WORKS[shen.id] = [EVERY_ROW]
        client = Client()
        client.force_login(shen)
        assert client.get(f"{LIST}import/errors/").status_code == 404
        assert client.post(f"{LIST}import/good/").status_code == 422

    def test_it_is_hidden_from_whoever_may_not_import(self, desk, lin, sample):
        sample.VIEWS[lin.id] = [EVERY_ROW]
        for path in ("import/", "template/", "import/errors/"):
            assert desk.get(f"{LIST}{path}").status_code == 404
        assert desk.post(f"{LIST}import/good/").status_code == 404
        assert "import/" not in text(desk.get(LIST))

    def test_the_template_is_offered(self, desk, worker):
        assert f'href="{LIST}template/"' in text(desk.get(f"{LIST}import/"))
        assert xlsx(desk.get(f"{LIST}template/"))[0][0] == "标题"


class TestKeptViews:
    def test_a_view_is_a_link_with_a_name(self, desk, worker):
        page = desk.get(f"{LIST}?view=open&since=2021-10-01&after=x".replace("&after=x", ""))
        answer = desk.post(page.context["keep_url"], {"name": "十月"})
        assert answer.url == f"{LIST}?view=open&since=2021-10-01"
        assert '<a href="?view=open&since=2021-10-01" aria-current="page">十月</a>' in text(
            desk.get(answer.url)
        )

    def test_only_conditions_of_the_ledger_are_kept(self, desk, worker):
        desk.post(f"{LIST}views/?query=after%3Dx%26order%3Dlatest%26evil%3D1", {"name": "甲"})
        assert SavedView.objects.get().query == "order=latest"

    def test_the_same_name_replaces_and_there_is_an_end_to_them(self, desk, worker):
        for turn in range(21):
            answer = desk.post(f"{LIST}views/?query=", {"name": f"视图{turn}"})
        assert answer.status_code == 422
        assert SavedView.objects.count() == 20
        assert desk.post(f"{LIST}views/?query=view%3Dopen", {"name": "视图0"}).status_code == 302
        assert SavedView.objects.get(name="视图0").query == "view=open"

    def test_only_its_owner_sees_and_drops_it(self, desk, worker, shen):
        desk.post(f"{LIST}views/?query=", {"name": "我的一览"})
        view = SavedView.objects.get()
        client = Client()
        client.force_login(shen)
        assert "我的一览" not in text(client.get(LIST))
        assert client.post(f"{LIST}views/{view.pk}/drop/").status_code == 404
        assert desk.post(f"{LIST}views/{view.pk}/drop/").status_code == 302
        assert not SavedView.objects.exists()

    def test_it_is_written_by_commands_alone(self, worker):
        with pytest.raises(WriteOutsideCommandError):
            SavedView(owner=worker, ledger="doc", name="x", query="").save()


class TestSearch:
    def test_it_finds_what_the_reader_sees(self, desk, lin, sample, write):
        sample.VIEWS[lin.id] = [Q(province=1)]
        write(title="执行款专项清单"), write(title="执行款外省清单", province=2)
        page = text(desk.get("/search/", {"q": "执行款"}))
        assert "执行款专项清单" in page
        assert "执行款外省清单" not in page

    def test_a_number_leads_to_its_record_or_nowhere(self, desk, worker, write):
        from django.db import transaction

        from qingfeng.core import numbering
        from qingfeng.core.commands import writing

        shown, sealed = write(), write(is_sealed=True)
        key = numbering.SeriesKey(unit=7, ledger="doc", year=2021, prefix="岚文")
        with transaction.atomic(), writing():
            first, second = (numbering.take(key, doc.pk) for doc in (shown, sealed))
        assert desk.get("/search/", {"q": first}).url == f"{LIST}{shown.pk}/"
        assert desk.get("/search/", {"q": second}).status_code == 200

    @pytest.mark.parametrize("query", ["", "\0", "%", "x" * 5000])
    def test_anything_may_be_typed(self, desk, worker, query):
        assert desk.get("/search/", {"q": query}).status_code == 200


def test_a_page_of_fifty_asks_no_more_than_a_page_of_one(desk, worker, write):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        with CaptureQueriesContext(connection) as found:
            desk.get(LIST)
        return len(found)

    write()
    asked()
    once = asked()
    for _turn in range(49):
        write()
    assert asked() == once


def test_every_page_speaks_both_languages(desk, worker, write):
    from django.conf import settings

    doc = write()
    for path in ("", f"{doc.pk}/", "import/", "views/"):
        desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        english = desk.get(f"{LIST}{path}")
        desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        chinese = desk.get(f"{LIST}{path}")
        assert (english.status_code, chinese.status_code) == (200, 200)
