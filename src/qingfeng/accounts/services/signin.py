"""What sign-in does beyond allauth: it counts failures, locks, and tells the trail.

The trail hears of an account, never of an address, a browser, or what was typed.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa import signals as factor
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import user_logged_in, user_logged_out
from django.db import transaction
from django.db.models import Case, F, PositiveSmallIntegerField, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingfeng.accounts.models import User
from qingfeng.accounts.services.keeping import subject_of
from qingfeng.core.commands import job
from qingfeng.trail import EventKind

SIGNED_IN = EventKind("account.signed_in", _("signed in"))
SIGNED_OUT = EventKind("account.signed_out", _("signed out"))
SIGN_IN_FAILED = EventKind("account.sign_in_failed", _("failed to sign in"))
LOCKED = EventKind("account.locked", _("was locked out after too many failures"))
PASSWORD_CHANGED = EventKind("account.password_changed", _("changed the password"))
FACTOR_ADDED = EventKind("account.factor_added", _("set up a second factor"))
FACTOR_REMOVED = EventKind("account.factor_removed", _("removed a second factor"))
FACTOR_RENEWED = EventKind("account.factor_renewed", _("made new recovery codes"))
RECOVERY_USED = EventKind("account.recovery_used", _("used a recovery code"))


def _told(kind: EventKind, user: User, **data: Any) -> None:
    with transaction.atomic():
        kind.record(actor=user.pk, subject=subject_of(user), unit=None, data=data)


@job
def count_failure(user: User, by: str = "password") -> None:
    """Count a failed sign-in; failures in a row, each within the lock-out time, lock the account.

    Counted in the database, so that all processes know. Once locked, nothing more is counted or
    told: nobody can fill the trail, or lengthen the lock-out, by trying on.
    """
    now = timezone.now()
    window = now - timedelta(minutes=settings.LOCKOUT_MINUTES)
    is_old = Q(failed_at=None) | Q(failed_at__lte=window)
    with transaction.atomic():
        counted = (
            User.objects.filter(pk=user.pk)
            .filter(is_old | Q(failures__lt=settings.LOCKOUT_FAILURES))
            .update(
                failures=Case(
                    When(is_old, then=Value(1)),
                    default=F("failures") + 1,
                    output_field=PositiveSmallIntegerField(),
                ),
                failed_at=now,
            )
        )
        if not counted:
            return
        user.refresh_from_db(fields=["failures", "failed_at"])
        _told(SIGN_IN_FAILED, user, by=by)
        if user.failures >= settings.LOCKOUT_FAILURES:
            _told(LOCKED, user, minutes=settings.LOCKOUT_MINUTES)


@job
def spend_code(authenticator: Authenticator, code: str) -> bool:
    """Whether a code of an authenticator app is used for the first time; then it is spent.

    Kept with the authenticator, so that no other process takes the code again.
    """
    digits = "".join(letter for letter in code if letter.isalnum())
    spent = hashlib.sha256(digits.encode()).hexdigest()
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
        if row.data.get("spent") == spent:
            return False
        row.data["spent"] = spent
        row.save(update_fields=["data"])
    authenticator.data = row.data
    return True


@job
def _signed_in(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001 - a signal's
    with transaction.atomic():
        User.objects.filter(pk=user.pk).exclude(failures=0).update(failures=0, failed_at=None)
        _told(SIGNED_IN, user)


def _signed_out(sender: object, user: User | None, **_extra: object) -> None:  # noqa: ARG001
    if user is not None:
        _told(SIGNED_OUT, user)


@job
def _changed(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now())
        _told(PASSWORD_CHANGED, user)


def _factor_added(
    sender: object,  # noqa: ARG001 - a signal's
    request: Any,
    user: User,
    authenticator: Authenticator,
    **_extra: object,
) -> None:
    # Whoever sets a factor up proves to have it; this session needs not ask again.
    request.session["factor_shown"] = True
    _told(FACTOR_ADDED, user, type=str(authenticator.type))


def _factor_removed(
    sender: object,  # noqa: ARG001 - a signal's
    user: User,
    authenticator: Authenticator,
    **_extra: object,
) -> None:
    _told(FACTOR_REMOVED, user, type=str(authenticator.type))


def _factor_renewed(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001
    _told(FACTOR_RENEWED, user)


def _factor_used(
    sender: object,  # noqa: ARG001 - a signal's
    user: User,
    authenticator: Authenticator,
    **_extra: object,
) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _told(RECOVERY_USED, user)


def _factor_failed(sender: object, user: User, **_extra: object) -> None:  # noqa: ARG001
    count_failure(user, by="factor")


def listen() -> None:
    """Connect the trail with sign-in; called once, when the app is ready."""
    for signal, heard in (
        (user_logged_in, _signed_in),
        (user_logged_out, _signed_out),
        (password_changed, _changed),
        (factor.authenticator_added, _factor_added),
        (factor.authenticator_removed, _factor_removed),
        (factor.authenticator_reset, _factor_renewed),
        (factor.authenticator_used, _factor_used),
        (factor.authentication_failed, _factor_failed),
    ):
        signal.connect(heard, dispatch_uid=f"qingfeng.{heard.__name__}")
