"""What allauth may do here: sign in, never sign up; its words; how secrets are kept."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.accounts.models import User
from qingfeng.accounts.services.signin import count_failure

#: One sentence for a wrong name, a wrong password and a locked account: it tells nothing.
MISMATCH = format_lazy(
    gettext_lazy(
        "User name or password is wrong. After {failures} failures an account is locked for "
        "{minutes} minutes."
    ),
    failures=settings.LOCKOUT_FAILURES,
    minutes=settings.LOCKOUT_MINUTES,
)


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """An account is opened by administrators; failures are counted on the account."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": MISMATCH,
        "incorrect_password": MISMATCH,
        "enter_current_password": gettext_lazy("This is not the present password."),
        "too_many_login_attempts": gettext_lazy(
            "Too many failures; the account is locked for a while."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - as above
        """Refuse a locked account whatever its password, as slowly as any other attempt."""
        user = _account(credentials)
        if user is not None and user.locked_until is not None:
            User().set_password(credentials.get("password", ""))
            raise self.validation_error("username_password_mismatch")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ARG002 - as above
        """Count the failure; what was typed for an account that does not exist is kept nowhere."""
        user = _account(credentials)
        if user is not None:
            count_failure(user)


def _account(credentials: dict[str, Any]) -> User | None:
    name = User.objects.normalize_name(credentials.get("username") or "")
    return User.objects.filter(username=name).first()


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """OIDC signs in the accounts whose owners connected it; it opens none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:  # noqa: ARG002
        return False


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Secrets of second factors are stored encrypted, under a key that is not in the database."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is wrong or used already; enter the next one."),
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002 - allauth's signature
        from allauth.mfa.models import Authenticator  # noqa: PLC0415 - models load after adapters

        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("Security key %(number)d") % {"number": number}


def _keys() -> MultiFernet:
    """Keys made from the site's secret, and from former secrets so that a change loses nothing."""
    return MultiFernet(
        [
            Fernet(
                base64.urlsafe_b64encode(
                    HKDF(SHA256(), 32, salt=None, info=b"qingfeng second factor").derive(
                        str(secret).encode()
                    )
                )
            )
            for secret in map(str, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))
        ]
    )
