"""Keeping accounts: opening, closing, unlocking, a new password, a lost second factor, a language."""

from __future__ import annotations

import secrets
import string

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import Matter, Office, Proposal, ProposalState, User
from qingfeng.accounts.policy import AccountAction, ProposalAction, accounts, proposals
from qingfeng.accounts.queries import is_last_of
from qingfeng.accounts.workflow import WITHDRAWN
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command
from qingfeng.core.errors import Refused
from qingfeng.trail import EventKind, Subject

ENTERED = EventKind("account.entered", gettext_lazy("entered the account"))
CLOSED = EventKind("account.closed", gettext_lazy("closed the account"))
UNLOCKED = EventKind("account.unlocked", gettext_lazy("unlocked the account"))
PASSWORD_GIVEN = EventKind("account.password_given", gettext_lazy("gave a one-time password"))
FACTOR_RESET = EventKind("account.factor_reset", gettext_lazy("took the second factor away"))
LANGUAGE_CHOSEN = EventKind("account.language", gettext_lazy("chose a language"))
PROPOSED = EventKind("proposal.made", gettext_lazy("made the proposal"))


def subject_of(user: User) -> Subject:
    """An account on the trail."""
    return Subject("account", user.pk)


def one_time_password() -> str:
    """A password to hand over: 71 random bits, three kinds of character, no look-alikes.

    It must be changed at first use.
    """
    alphabet = [one for one in string.ascii_letters + string.digits if one not in "0O1lI"]
    letters = "".join(secrets.choice(alphabet) for _place in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}-{secrets.randbelow(8) + 2}a"


def propose(actor: Actor, user: User, matter: Matter, office: Office | None = None) -> Proposal:
    """Make a proposal within a command; one at a time for each account."""
    try:
        with transaction.atomic():
            proposal = Proposal.objects.create(
                user=user, matter=matter, office=office or "", proposed_by_id=actor.id
            )
    except IntegrityError:
        raise Refused(
            _("A proposal about %s is still to be decided; decide or withdraw it first.") % user
        ) from None
    proposals.check(actor, ProposalAction.PROPOSE, proposal)
    PROPOSED.record(
        actor=actor.id,
        subject=proposal.subject,
        unit=None,
        data={"account": user.pk, "matter": str(matter), "office": str(office or "")},
    )
    return proposal


@command
def open_account(
    *, actor: Actor, username: str, full_name: str, email: str = ""
) -> tuple[User, str]:
    """Enter an account and propose to open it; the security administrator approves.

    Returns it with its one-time password, which works from the approval on and must be changed
    at first use.
    """
    username = User.objects.normalize_name(username)
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="username") from None
    if not full_name.strip():
        raise Refused(_("Give the person's name."), field="full_name")
    if User.objects.filter(username=username).exists():
        raise Refused(
            _("The user name “%s” is taken; choose another.") % username, field="username"
        )
    password = one_time_password()
    user = User.objects.create_user(
        username, password, full_name=full_name.strip(), email=email, is_active=False
    )
    accounts.check(actor, AccountAction.MANAGE, user)
    ENTERED.record(actor=actor.id, subject=subject_of(user), unit=None, data={})
    propose(actor, user, Matter.OPEN)
    return user, password


@command
def reopen_account(*, actor: Actor, user: User) -> Proposal:
    """Propose to open a closed account again."""
    accounts.check(actor, AccountAction.MANAGE, user)
    if user.is_active:
        raise Refused(_("The account of %s is open.") % user)
    return propose(actor, user, Matter.OPEN)


@command
def close_account(*, actor: Actor, user: User) -> User:
    """Close an account: it can no longer sign in, its sessions end; its past stays."""
    accounts.check(actor, AccountAction.MANAGE, user)
    if not user.is_active:
        raise Refused(_("The account of %s is closed.") % user)
    if user.office and is_last_of(user.office, user.pk):
        raise Refused(_("Nobody else holds this office. Give it to a successor first."))
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    for proposal in Proposal.objects.filter(user=user, state=ProposalState.PROPOSED):
        # What was proposed for an open account must not come true for a closed one.
        Proposal.objects.filter(pk=proposal.pk).update(
            state=ProposalState.WITHDRAWN, decided_by_id=actor.id, version=proposal.version + 1
        )
        WITHDRAWN.record(actor=actor.id, subject=proposal.subject, unit=None, data={})
    CLOSED.record(actor=actor.id, subject=subject_of(user), unit=None, data={})
    return user


@command
def unlock(*, actor: Actor, user: User) -> User:
    """Let an account sign in again before its lock-out has passed."""
    accounts.check(actor, AccountAction.MANAGE, user)
    if user.locked_until is None:
        raise Refused(_("The account of %s is not locked.") % user)
    User.objects.filter(pk=user.pk).update(failures=0, failed_at=None)
    user.refresh_from_db()
    UNLOCKED.record(actor=actor.id, subject=subject_of(user), unit=None, data={})
    return user


def give_password(user: User) -> str:
    """Write a one-time password; ends all sessions, and any lock-out."""
    password = one_time_password()
    user.set_password(password)
    user.password_changed_at = None
    user.failures, user.failed_at = 0, None
    user.save(update_fields=["password", "password_changed_at", "failures", "failed_at"])
    return password


@command
def reset_password(*, actor: Actor, user: User) -> str:
    """Give a one-time password to someone who lost his; it must be changed at first use."""
    accounts.check(actor, AccountAction.MANAGE, user)
    password = give_password(user)
    PASSWORD_GIVEN.record(actor=actor.id, subject=subject_of(user), unit=None, data={})
    return password


@command
def reset_second_factor(*, actor: Actor, user: User) -> None:
    """Take a lost second factor away; the owner sets a new one up at the next sign-in."""
    accounts.check(actor, AccountAction.RESET_FACTOR, user)
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise Refused(_("%s has no second factor.") % user)
    FACTOR_RESET.record(actor=actor.id, subject=subject_of(user), unit=None, data={})


@command
def choose_language(*, actor: Actor, user: User, language: str) -> User:
    """Choose the language of one's own account."""
    accounts.check(actor, AccountAction.OWN, user)
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("There is no such language."), field="language")
    User.objects.filter(pk=user.pk).update(language=language)
    user.language = language
    LANGUAGE_CHOSEN.record(
        actor=actor.id, subject=subject_of(user), unit=None, data={"language": language}
    )
    return user
