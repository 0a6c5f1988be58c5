"""The style page in a real browser: accessible in both themes and languages, nothing cut."""

from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings as site
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# WhiteNoise warns of a folder that is not there, before any fixture runs.
Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def session(settings):
    """The session of somebody signed in; made by hand, so that the trail stays empty."""
    from qingfeng.accounts.models import User

    settings.SECOND_FACTOR = False
    user = User.objects.create_user(
        "lin", "x", full_name="林嘉言", password_changed_at=timezone.now()
    )
    session = import_module(site.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = site.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def visit(browser, live_server, session):
    """Open an address signed in, in a language, appearance and width; the page lists its faults."""
    contexts = []

    def opened(path="/style/", language="zh-hans", theme="light", width=1440, **options):
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        cookies = {
            "sessionid": session,
            "theme": theme,
            "django_language": language,
        }
        context.add_cookies(
            [
                {"name": name, "value": value, "url": live_server.url}
                for name, value in cookies.items()
            ]
        )
        page = context.new_page()
        faults, fetched = [], []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: faults.append(message.text) if message.type == "error" else None,
        )
        page.on("request", lambda request: fetched.append(request.url))
        page.goto(live_server.url + path)
        page.faults, page.fetched = faults, fetched
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_axe_finds_nothing_and_nothing_runs_over_the_edge(
    visit, live_server, language, theme, width
):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(language=language, theme=theme, width=width)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.faults == []
    assert all(url.startswith(live_server.url) for url in page.fetched)


def test_no_line_on_the_page_is_smaller_than_13_pixels(visit):
    for width in (1440, 390):
        page = visit(width=width)
        small = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter((el) => {
                const shown = el.getClientRects().length && !el.children.length;
                if (!shown || !el.textContent.trim()) return false;
                let size = parseFloat(getComputedStyle(el).fontSize);
                const svg = el.closest('svg[viewBox]');
                if (svg) size *= svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
                return size < 12.5;
            }).map((el) => el.textContent)"""
        )
        assert small == []


def test_the_keyboard_skips_to_the_content_first(visit):
    page = visit()
    page.evaluate("document.activeElement.blur()")
    page.goto(page.url + "#")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_the_bulk_bar_counts_what_is_ticked_and_goes_when_nothing_is(visit):
    page = visit()
    bar = page.locator(".bulk")
    assert bar.is_visible()
    page.locator("[data-all]").check()
    assert page.locator("[data-count]").inner_text() == "6"
    bar.locator("button[type=reset]").click()
    page.locator("tbody .cb[name]").nth(1).uncheck()
    assert bar.is_hidden()


def test_the_menu_closes_on_escape_and_gives_focus_back(visit):
    page = visit()
    page.locator(".menu > summary").click()
    assert page.locator(".menu-in").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".menu-in").is_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_without_script_everything_still_works(visit):
    page = visit(java_script_enabled=False)
    assert page.locator(".bulk").is_visible()
    page.locator(".menu > summary").click()
    page.locator("button[name=theme][value=dark]").first.click()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_on_a_phone_the_menu_opens_as_a_target_and_closes_again(visit):
    page = visit(width=390, java_script_enabled=False)
    assert page.locator(".side").is_hidden()
    page.locator(".tabbar a").last.click()
    assert page.locator(".side").is_visible()
    page.locator(".side-close a").click()
    assert page.locator(".side").is_hidden()


def test_paper_shows_the_tables_and_not_the_buttons(visit):
    page = visit()
    page.emulate_media(media="print")
    assert page.locator(".side").is_hidden()
    assert page.locator(".moves").is_hidden()
    assert page.locator(".chart table").first.is_visible()
