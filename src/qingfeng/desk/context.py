"""What the frame around every page shows: navigation, scope, who is signed in, which theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from qingfeng.core import navigation, stamp

THEMES = ("auto", "light", "dark")


@dataclass(frozen=True)
class NavItem:
    """One page of the navigation, ready to show."""

    label: str
    url: str
    icon: str
    count: int | None = None
    is_late: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class NavSection:
    """Pages under one heading; the first section has none."""

    title: str
    items: list[NavItem] = field(default_factory=list)


@dataclass(frozen=True)
class Choice:
    """What the page is about in the top bar, with where to change it."""

    label: str
    url: str


@dataclass(frozen=True)
class Frame:
    """Everything base.html and plain.html need besides the page itself."""

    is_demo: bool
    theme: str
    layout: str
    sections: list[NavSection]
    bar: list[NavItem]
    campaign: Choice | None
    place: Choice | None
    user: Any


def frame(request: HttpRequest) -> dict[str, Frame]:
    """The context processor: one frame a request, made once however many templates render."""
    made: Frame | None = getattr(request, "_frame", None)
    if made is None:
        made = request._frame = _frame(request)  # type: ignore[attr-defined]  # noqa: SLF001
    return {"frame": made}


def _frame(request: HttpRequest) -> Frame:
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    theme = request.COOKIES.get("theme", "auto")
    sections, bar = _navigation(request, user) if signed_in else ([], [])
    return Frame(
        is_demo=stamp.is_demo(),
        theme=theme if theme in THEMES else "auto",
        layout="base.html" if signed_in else "plain.html",
        sections=sections,
        bar=bar,
        campaign=getattr(request, "campaign", None),
        place=getattr(request, "place", None),
        user=user if signed_in else None,
    )


def _navigation(request: HttpRequest, user: Any) -> tuple[list[NavSection], list[NavItem]]:
    """The sections that have something for this person, and the phone's bar."""
    shown: list[tuple[navigation.NavItem, str]] = []
    for item in navigation.items():
        try:
            url = reverse(item.url_name)
        except NoReverseMatch:
            continue  # this site does not carry the page
        if item.shown(user):
            shown.append((item, url))
    # The page one is in lies under the longest address that begins the path.
    current = max(
        (
            url
            for _, url in shown
            if request.path == url or (url != "/" and request.path.startswith(url))
        ),
        key=len,
        default="",
    )
    sections: dict[str, NavSection] = {}
    bar: list[NavItem] = []
    for item, url in shown:
        badge = item.badge(user) if item.badge else None
        made = NavItem(
            label=str(item.label),
            url=url,
            icon=item.icon,
            count=badge[0] if badge and badge[0] else None,
            is_late=bool(badge and badge[1]),
            is_current=url == current,
        )
        title = str(navigation.SECTIONS[item.section])
        sections.setdefault(item.section, NavSection(title)).items.append(made)
        if item.section == "today" or item.phone:
            bar.append(made)
    return list(sections.values()), bar[:3]
