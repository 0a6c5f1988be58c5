"""The reader's own account in the side navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from qingfeng.core.navigation import NavItem, register

register(NavItem("admin", _("Sign-in and security"), "mfa_index", 10, icon="key"))
