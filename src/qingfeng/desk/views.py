"""The desk's own pages: the switch of appearance, and the style page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from qingfeng.desk.context import THEMES
from qingfeng.desk.samples import samples

YEAR = 365 * 24 * 3600


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
