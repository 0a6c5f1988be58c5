"""The reader's language, and the rules of sign-in that hold on every page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _

Handler = Callable[[HttpRequest], HttpResponse]

#: Pages that stay open while a password or a second factor is due.
OPEN_PREFIXES = ("/accounts/", "/static/", "/language/", "/theme/")


class LanguageOfUser:
    """Speak the language of the account, else of the cookie, else Chinese; never the browser's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = {code for code, _name in settings.LANGUAGES}
        wanted = getattr(request.user, "language", "") or request.COOKIES.get(
            settings.LANGUAGE_COOKIE_NAME, ""
        )
        language = wanted if wanted in known else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SecondFactorRequired:
    """Hold everyone to a fresh password, and staff to a second factor, before anything else.

    Everyone who signs in at the desk is staff.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not request.path.startswith(OPEN_PREFIXES):
            if is_password_due(user):
                messages.warning(request, _("Set a new password before you go on."))
                return redirect("account_change_password")
            if settings.SECOND_FACTOR and not is_mfa_enabled(user):
                messages.warning(request, _("Set up a second factor before you go on."))
                return redirect("mfa_index")
        return self.get_response(request)


def is_password_due(user: object) -> bool:
    """Whether the password was given by an administrator, or is older than the rule allows."""
    changed = getattr(user, "password_changed_at", None)
    if changed is None:
        return settings.PASSWORD_MAX_DAYS > 0
    limit = timedelta(days=settings.PASSWORD_MAX_DAYS)
    return bool(settings.PASSWORD_MAX_DAYS and timezone.now() - changed > limit)
