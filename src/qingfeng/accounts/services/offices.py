"""The three offices: given and taken by two administrators; the first ones at the terminal."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import Matter, Office, Proposal, User
from qingfeng.accounts.policy import AccountAction, accounts
from qingfeng.accounts.queries import holds_role, vacant
from qingfeng.accounts.services.keeping import give_password, propose, subject_of
from qingfeng.accounts.workflow import life
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command, job
from qingfeng.core.errors import Refused
from qingfeng.trail import EventKind

FIRST_HOLDER = EventKind(
    "account.first_holder", gettext_lazy("put the first holder of an office in place")
)
RESTORED = EventKind(
    "account.restored", gettext_lazy("restored the sign-in of an office-holder at the terminal")
)


@command
def propose_office(*, actor: Actor, user: User, office: Office) -> Proposal:
    """Propose to give an office to an account; another administrator decides."""
    accounts.check(actor, AccountAction.MANAGE, user)
    if not user.is_active:
        raise Refused(_("The account of %s is not open.") % user, field="user")
    if user.office == office:
        raise Refused(_("%s holds this office.") % user, field="office")
    if holds_role(user.pk):
        raise Refused(
            _("%s has a role in a campaign. End it first: an office stands apart from the work.")
            % user,
            field="office",
        )
    return propose(actor, user, Matter.OFFICE, office)


@command
def propose_leaving(*, actor: Actor, user: User) -> Proposal:
    """Propose to take the office of an account away; another administrator decides."""
    accounts.check(actor, AccountAction.MANAGE, user)
    if not user.office:
        raise Refused(_("%s holds no office.") % user)
    return propose(actor, user, Matter.LEAVE)


@command
def move_proposal(
    *, actor: Actor, proposal: Proposal, move: str, version: int | None = None, **answers: Any
) -> Proposal:
    """Approve, refuse or withdraw a proposal."""
    return life.fire(move, proposal, actor=actor, version=version, **answers)


@job
def first_officer(*, office: Office, username: str, full_name: str, password: str) -> User:
    """Put a first holder in an office that nobody holds, from the terminal of the server.

    Raises:
        Refused: the office is held, the user name taken, or the password too weak.
    """
    with transaction.atomic():
        if office not in vacant():
            raise Refused(_("The office is held; its holder hands it over."))
        username = User.objects.normalize_name(username)
        if User.objects.filter(username=username).exists():
            raise Refused(_("The user name “%s” is taken; choose another.") % username)
        try:
            validate_password(password, User(username=username, full_name=full_name))
        except ValidationError as error:
            raise Refused(" ".join(error.messages), field="password") from None
        user = User.objects.create_user(
            username, password, full_name=full_name, office=office,
            password_changed_at=timezone.now(),
        )  # fmt: skip
        FIRST_HOLDER.record(
            actor=None, subject=subject_of(user), unit=None, data={"office": str(office)}
        )
    return user


@job
def restore_officer(*, username: str) -> str:
    """Let an office-holder in again who lost password or second factor, from the terminal.

    Only office-holders: all others are helped by the two administrators.
    Returns a one-time password; the second factor is set up anew.
    """
    with transaction.atomic():
        user = User.objects.filter(username=User.objects.normalize_name(username)).first()
        if user is None or not user.is_active or not user.office:
            raise Refused(_("No holder of an office has the user name “%s”.") % username)
        Authenticator.objects.filter(user=user).delete()
        password = give_password(user)
        RESTORED.record(
            actor=None, subject=subject_of(user), unit=None, data={"office": user.office}
        )
    return password
