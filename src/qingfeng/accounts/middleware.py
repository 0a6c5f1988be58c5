"""The reader's language, and the rules of sign-in that hold on every page."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
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
    """Hold everyone to a password of his own, and to a second factor that was used to sign in.

    Everyone who signs in at the desk is staff.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        has_factor = settings.SECOND_FACTOR and is_mfa_enabled(user)
        if has_factor and not has_shown_factor(request):
            # It was set up elsewhere after this session began, or an administrator's tool made
            # the session: not even the pages that change the factor are open to it.
            logout(request)
            messages.warning(request, _("Sign in again, with your second factor."))
            return redirect("account_login")
        if not request.path.startswith(OPEN_PREFIXES):
            if user.is_password_due:
                messages.warning(request, _("Set a new password before you go on."))
                return redirect("account_change_password")
            if settings.SECOND_FACTOR and not has_factor:
                messages.warning(request, _("Set up a second factor before you go on."))
                return redirect("mfa_index")
        return self.get_response(request)


def has_shown_factor(request: HttpRequest) -> bool:
    """Whether this session signed in with the second factor, or set it up itself."""
    return bool(request.session.get("factor_shown")) or any(
        record["method"] == "mfa" for record in get_authentication_records(request, request.user)
    )
