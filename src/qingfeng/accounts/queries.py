"""What other floors ask about accounts."""

from __future__ import annotations

from qingfeng.accounts.models import Office
from qingfeng.core.actor import Actor

SYSTEM_ADMIN = Office.SYSTEM_ADMIN
SECURITY_ADMIN = Office.SECURITY_ADMIN
AUDITOR = Office.AUDITOR


def office_of(actor: Actor) -> str | None:
    """Which of the three offices an account holds, or None."""
    return getattr(actor, "office", "") or None
