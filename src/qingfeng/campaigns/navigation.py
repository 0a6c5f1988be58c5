"""The pages of campaigns in the side navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingfeng.core.actor import Actor
from qingfeng.core.navigation import NavItem, register
from qingfeng.orgs.reach import grants_of


def works(actor: Actor) -> bool:
    """Whether the actor holds any role in a campaign."""
    return bool(grants_of(actor))


register(NavItem("deploy", _("Campaign"), "campaigns:now", 10, works, icon="flag"))
register(NavItem("deploy", _("Unit tree"), "campaigns:units", 20, works, icon="units"))
register(NavItem("deploy", _("All campaigns"), "campaigns:list", 30, works, icon="plan"))
register(
    NavItem("ledgers", _("Register of duties"), "campaigns:duties", 10, works, icon="duties",
            phone=True)
)  # fmt: skip
