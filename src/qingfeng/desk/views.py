"""The desk's own pages: the switches of language and appearance, and the style page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from qingfeng.accounts.services import choose_language
from qingfeng.desk.context import THEMES
from qingfeng.desk.samples import samples

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language in the account of whoever is signed in, and in a cookie for the others."""
    chosen = request.POST.get("language", "")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        choose_language(actor=request.user, user=request.user, language=chosen)
    return set_language(request)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen appearance in a cookie and go back; it says nothing about the person."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    chosen = request.POST.get("theme")
    if chosen in THEMES:
        answer.set_cookie(
            "theme", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
    return answer


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for whoever writes pages and for the tests."""
    return render(request, "desk/style.html", samples())
