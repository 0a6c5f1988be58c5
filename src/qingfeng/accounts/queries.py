"""What other floors ask about accounts, and what they tell accounts in turn."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import Office, Proposal, ProposalState, User
from qingfeng.core.actor import Actor

SYSTEM_ADMIN = Office.SYSTEM_ADMIN
SECURITY_ADMIN = Office.SECURITY_ADMIN
AUDITOR = Office.AUDITOR


def office_of(actor: Actor) -> str | None:
    """Which of the three offices an account holds, or None."""
    return getattr(actor, "office", "") or None


# -- who works in a campaign: orgs knows, and tells -------------------------------------------------

_role_tests: list[Callable[[int], bool]] = []


def role_test(test: Callable[[int], bool]) -> Callable[[int], bool]:
    """Register what says whether the account of a number holds, or is to get, a business role."""
    _role_tests.append(test)
    return test


def holds_role(user: int) -> bool:
    """Whether an account has business roles: then it can take no office."""
    return any(test(user) for test in _role_tests)


# -- the list of accounts ---------------------------------------------------------------------------


def with_waiting(rows: QuerySet[User]) -> QuerySet[User]:
    """Accounts with ``is_waiting``: whether a proposal about them is to be decided."""
    open_proposals = Proposal.objects.filter(user=OuterRef("pk"), state=ProposalState.PROPOSED)
    return rows.annotate(is_waiting=Exists(open_proposals))


def standing(user: User) -> tuple[str, str | Promise]:
    """How an account stands: the kind of status to draw, and the words."""
    if not user.is_active:
        if getattr(user, "is_waiting", False):
            return "wait", _("waits for approval")
        return "idle", _("closed")
    if user.locked_until:
        return "over", _("locked")
    return "done", _("open")


def is_last_of(office: str, user: int) -> bool:
    """Whether nobody else who can sign in holds the office."""
    return not User.objects.filter(office=office, is_active=True).exclude(pk=user).exists()


def vacant() -> list[Office]:
    """The offices that nobody who can sign in holds."""
    held = set(
        User.objects.filter(is_active=True).exclude(office="").values_list("office", flat=True)
    )
    return [office for office in Office if office not in held]
