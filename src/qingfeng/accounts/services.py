"""Verbs of accounts: open, close, give a new password, choose a language."""

from __future__ import annotations

import secrets
import string

from allauth.account.signals import password_changed, password_set
from allauth.mfa.models import Authenticator
from django.contrib.auth import user_logged_in, user_login_failed
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import Office, User
from qingfeng.accounts.policy import AccountAction, accounts
from qingfeng.core.actor import Actor
from qingfeng.core.commands import command
from qingfeng.core.errors import Refused
from qingfeng.trail import EventKind, Subject

OPENED = EventKind("account.opened", gettext_lazy("opened the account"))
CLOSED = EventKind("account.closed", gettext_lazy("closed the account"))
PASSWORD_GIVEN = EventKind("account.password_given", gettext_lazy("gave a one-time password"))
PASSWORD_CHANGED = EventKind("account.password_changed", gettext_lazy("changed the password"))
FACTOR_RESET = EventKind("account.factor_reset", gettext_lazy("reset the second factor"))
LANGUAGE_CHOSEN = EventKind("account.language", gettext_lazy("chose a language"))
SIGNED_IN = EventKind("account.signed_in", gettext_lazy("signed in"))
SIGN_IN_FAILED = EventKind("account.sign_in_failed", gettext_lazy("failed to sign in"))


def one_time_password() -> str:
    """A password to hand over: 16 characters of four kinds; it must be changed at first use."""
    alphabet = string.ascii_letters + string.digits
    return "".join(secrets.choice(alphabet) for _place in range(12)) + "-aA1"


def _subject(user: User) -> Subject:
    return Subject("account", user.pk)


@command
def open_account(
    *, actor: Actor, username: str, full_name: str, email: str = ""
) -> tuple[User, str]:
    """Open an account; returns it with its one-time password."""
    if User.objects.filter(username=username).exists():
        raise Refused(
            _("The user name “%s” is taken; choose another.") % username, field="username"
        )
    password = one_time_password()
    user = User.objects.create_user(username, password, full_name=full_name, email=email)
    accounts.check(actor, AccountAction.MANAGE, user)
    OPENED.record(actor=actor.id, subject=_subject(user), unit=None, data={})
    return user, password


@command
def close_account(*, actor: Actor, user: User) -> User:
    """Close an account: it can no longer sign in; its past stays."""
    accounts.check(actor, AccountAction.MANAGE, user)
    user.is_active = False
    user.save()
    CLOSED.record(actor=actor.id, subject=_subject(user), unit=None, data={})
    return user


@command
def give_password(*, actor: Actor, user: User) -> str:
    """Give a one-time password to someone who lost his; it must be changed at first use."""
    accounts.check(actor, AccountAction.MANAGE, user)
    password = one_time_password()
    user.set_password(password)
    user.password_changed_at = None
    user.save()
    PASSWORD_GIVEN.record(actor=actor.id, subject=_subject(user), unit=None, data={})
    return password


@command
def reset_second_factor(*, actor: Actor, user: User) -> None:
    """Take away a lost second factor; the owner must set up a new one."""
    accounts.check(actor, AccountAction.MANAGE, user)
    Authenticator.objects.filter(user=user).delete()
    FACTOR_RESET.record(actor=actor.id, subject=_subject(user), unit=None, data={})


@command
def choose_language(*, actor: Actor, user: User, language: str) -> User:
    """Choose the language of one's own account."""
    accounts.check(actor, AccountAction.OWN, user)
    User.objects.filter(pk=user.pk).update(language=language)
    LANGUAGE_CHOSEN.record(
        actor=actor.id, subject=_subject(user), unit=None, data={"language": language}
    )
    return user


# -- what sign-in itself tells the trail ------------------------------------------------------------


def _told(kind: EventKind, user: User) -> None:
    with transaction.atomic():
        kind.record(actor=user.pk, subject=_subject(user), unit=None, data={})


def _signed_in(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001 - a signal's
    _told(SIGNED_IN, user)


def _failed(sender: object, credentials: dict[str, str], **_extra: object) -> None:  # noqa: ARG001
    """A failure on an account that exists; what was typed otherwise is kept nowhere."""
    user = User.objects.filter(username=credentials.get("username", "")).first()
    if user is not None:
        _told(SIGN_IN_FAILED, user)


def _changed(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now())
    _told(PASSWORD_CHANGED, user)


def listen() -> None:
    """Connect the trail with sign-in; called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="qingfeng")
    user_login_failed.connect(_failed, dispatch_uid="qingfeng")
    password_changed.connect(_changed, dispatch_uid="qingfeng")
    password_set.connect(_changed, dispatch_uid="qingfeng-set")


def appoint(user: User, office: Office) -> None:
    """Put the first holders of the three offices in place, from the terminal of a new server."""
    with transaction.atomic():
        if User.objects.filter(office=office).exists():
            raise Refused(_("The office is held; its holder hands it over."))
        User.objects.filter(pk=user.pk).update(office=office)
        OPENED.record(actor=None, subject=_subject(user), unit=None, data={"office": str(office)})
