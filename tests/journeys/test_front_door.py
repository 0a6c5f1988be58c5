"""The front door: whoever is not signed in meets the sign-in page, and nothing else."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_the_first_page_asks_to_sign_in_in_chinese(page):
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    assert page.get_by_label("用户名").is_visible()
    assert page.locator("input[type=password]").count() == 1


def test_every_style_and_script_comes_from_the_desk_itself(page, live_server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/")
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
