"""The desk's own pages in the side navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.queries import AUDITOR, office_of
from qingfeng.core import notices
from qingfeng.core.actor import Actor
from qingfeng.core.navigation import NavItem, always, register


def _unread(actor: Actor) -> tuple[int, bool] | None:
    count = notices.unread(actor)
    return (count, False) if count else None


def _audits(actor: Actor) -> bool:
    return office_of(actor) == AUDITOR


register(NavItem("today", _("Today"), "desk:home", 10, always, icon="today"))
register(NavItem("today", _("Notices"), "desk:notices", 20, always, _unread, icon="news"))
register(NavItem("oversee", _("Trail"), "desk:trail", 90, _audits, icon="trail"))
