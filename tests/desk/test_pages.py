"""The frame, the error pages and the switches, as a browser without script gets them."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from qingfeng.config import desk_urls
from qingfeng.core import navigation, stamp
from qingfeng.core.errors import Conflict, Denied, NotVisible, Refused
from qingfeng.desk.context import frame

INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE
)


def raising(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    *desk_urls.urlpatterns,
    path("hidden/", raising(NotVisible())),
    path("denied/", raising(Denied("Only the city office may."))),
    path("refused/", raising(Refused("Two must sign."))),
    path(
        "conflict/",
        raising(
            Conflict("The date changed.", who="沈予安", at=datetime(2021, 10, 14, 1, 2, tzinfo=UTC))
        ),
    ),
    path("broken/", raising(RuntimeError("secret detail"))),
]


@pytest.mark.parametrize(
    ("language", "word", "lang"), [("zh-hans", "样式", "zh-Hans"), ("en", "Style", "en")]
)
def test_the_style_page_speaks_both_languages(desk, lin, language, word, lang):
    desk.post("/language/", {"language": language, "next": "/style/"})
    page = desk.get("/style/").content.decode()
    assert f'<html lang="{lang}"' in page
    assert "<h1>" in page
    if language == "en":
        assert word in page


def test_the_language_is_kept_in_the_account(desk, lin):
    desk.post("/language/", {"language": "en"})
    lin.refresh_from_db()
    assert lin.language == "en"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_is_inline_and_nothing_is_fetched_from_elsewhere(desk, language):
    desk.post("/language/", {"language": language})
    answer = desk.get("/style/")
    page = answer.content.decode()
    assert not INLINE.search(page)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


def test_ids_on_the_style_page_are_unique(desk):
    ids = re.findall(r'\sid="([^"]+)"', desk.get("/style/").content.decode())
    assert sorted(set(ids)) == sorted(ids)


# -- appearance -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("theme", "mark"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')]
)
def test_the_appearance_is_chosen_without_script(desk, theme, mark):
    answer = desk.post("/theme/", {"theme": theme, "next": "/style/"})
    assert answer["Location"] == "/style/"
    assert mark in desk.get("/style/").content.decode()
    desk.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in desk.get("/style/").content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:x"])
def test_the_switch_never_leads_elsewhere(desk, elsewhere):
    assert desk.post("/theme/", {"theme": "dark", "next": elsewhere})["Location"] == "/"


def test_an_unknown_appearance_changes_nothing(desk):
    assert "theme" not in desk.post("/theme/", {"theme": "<b>"}).cookies


def test_the_switch_is_no_get(desk):
    assert desk.get("/theme/").status_code == 405


# -- the frame --------------------------------------------------------------------------------
@pytest.fixture
def own_navigation(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})


def framed(path="/style/", user=None):
    request = RequestFactory().get(path)
    request.user = user or SimpleNamespace(is_authenticated=True, is_system=False, id=1)
    return frame(request)["frame"]


@pytest.mark.usefixtures("own_navigation")
def test_navigation_shows_what_the_person_can_use_with_what_waits_there():
    navigation.register(
        navigation.NavItem("results", "Style", "desk:style", badge=lambda actor: (3, True))
    )
    navigation.register(
        navigation.NavItem("admin", "Nope", "desk:theme", shown=lambda actor: False)
    )
    navigation.register(navigation.NavItem("deploy", "Absent", "nowhere:at-all"))
    (section,) = framed().sections
    (item,) = section.items
    assert (item.url, item.count, item.is_late, item.is_current) == ("/style/", 3, True, True)


@pytest.mark.usefixtures("own_navigation")
def test_a_badge_of_nothing_is_not_shown():
    navigation.register(
        navigation.NavItem("results", "Style", "desk:style", badge=lambda actor: (0, False))
    )
    assert framed().sections[0].items[0].count is None


def test_a_page_needs_a_known_section():
    with pytest.raises(ValueError, match="no section"):
        navigation.register(navigation.NavItem("elsewhere", "x", "desk:style"))


def test_whoever_is_signed_out_gets_the_plain_frame():
    made = framed(user=SimpleNamespace(is_authenticated=False))
    assert (made.layout, made.sections, made.user) == ("plain.html", [], None)


def test_demo_data_says_so_on_every_page(desk, monkeypatch):
    monkeypatch.setattr(stamp, "is_demo", lambda: True)
    assert 'class="demo"' in desk.get("/style/").content.decode()
    assert 'class="demo"' in desk.get("/not/there/").content.decode()


# -- errors -----------------------------------------------------------------------------------
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("where", "status", "said"),
    [
        ("/hidden/", 404, "no such record"),
        ("/denied/", 403, "Only the city office may."),
        ("/refused/", 422, "Two must sign."),
        ("/conflict/", 409, "The date changed."),
    ],
)
def test_an_error_is_a_page_with_its_status_and_reason(desk, where, status, said):
    desk.post("/language/", {"language": "en"})
    answer = desk.get(where)
    assert answer.status_code == status
    page = answer.content.decode()
    assert said in page or status == 404
    assert 'id="main"' in page
    assert not INLINE.search(page)


@pytest.mark.urls(__name__)
def test_a_conflict_shows_who_and_when_and_keeps_what_was_typed(desk):
    page = desk.post(
        "/conflict/",
        {"note": "谈话笔录两份", "version": "3", "password": "hush hush", "count": "12"},
    ).content.decode()
    assert "沈予安" in page
    assert "9:02" in page or "09:02" in page
    assert "谈话笔录两份" in page
    assert "hush" not in page


@pytest.mark.urls(__name__)
def test_for_htmx_an_error_is_a_notice_above_the_old_content(desk):
    answer = desk.get("/denied/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert answer["HX-Retarget"] == "#notices"
    page = answer.content.decode()
    assert 'role="alert"' in page
    assert "<html" not in page


@pytest.mark.urls(__name__)
def test_a_fault_is_left_to_django_and_tells_no_detail(lin):
    client = Client(raise_request_exception=False)
    client.force_login(lin)
    answer = client.get("/broken/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "422", "500"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_error_pages_need_no_context(name, language):
    with translation.override(language):
        page = render_to_string(f"{name}.html")
    assert re.search(r"<h1>\s*\S", page)
    assert not INLINE.search(page)
