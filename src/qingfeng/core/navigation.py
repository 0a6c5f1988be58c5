"""The side navigation as a registry: each app names its own pages, nobody edits a menu."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qingfeng.core.actor import Actor

#: The sections in the order they are shown; today stands alone and has no heading.
SECTIONS: dict[str, str | Promise] = {
    "today": "",
    "deploy": _("Deploy"),
    "ledgers": _("Ledgers"),
    "oversee": _("Oversee"),
    "results": _("Results"),
    "admin": _("Manage"),
}


def always(actor: Actor) -> bool:
    """Shown to everyone who is signed in."""
    return not actor.is_system


@dataclass(frozen=True)
class NavItem:
    """One page of the side navigation.

    Args:
        section: key of SECTIONS.
        label: what the page is called.
        url_name: name of its address; it takes no arguments.
        order: place within the section, smallest first.
        shown: whether the actor can use the page at all.
        badge: how many of the actor's own duties wait there, and whether one is overdue.
        icon: name in core.icons.
        phone: whether it stands in the four-item bar of a phone (the first two that do).
    """

    section: str
    label: str | Promise
    url_name: str
    order: int = 50
    shown: Callable[[Actor], bool] = always
    badge: Callable[[Actor], tuple[int, bool] | None] | None = None
    icon: str = "news"
    phone: bool = False


_items: dict[str, NavItem] = {}


def register(item: NavItem) -> NavItem:
    """Add a page; call it from an app's ``navigation.py``, which is imported on start."""
    if item.section not in SECTIONS:
        raise ValueError(f"{item.url_name}: there is no section {item.section!r}")
    _items[item.url_name] = item
    return item


def items() -> list[NavItem]:
    """All registered pages in the order they are shown."""
    places = list(SECTIONS)
    return sorted(_items.values(), key=lambda item: (places.index(item.section), item.order))
