"""The desk's own pages: home, notices, the trail, the switches of language and appearance, the style page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language

from qingfeng.accounts.models import Office
from qingfeng.accounts.queries import AUDITOR, office_of
from qingfeng.accounts.services import choose_language
from qingfeng.campaigns import queries
from qingfeng.campaigns.ledgers import face
from qingfeng.core import notices as news
from qingfeng.core.actor import Actor
from qingfeng.core.errors import NotVisible
from qingfeng.core.pages.views import actor_of
from qingfeng.core.people import names_of
from qingfeng.desk.context import THEMES
from qingfeng.desk.samples import samples
from qingfeng.trail import queries as trail_queries

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


# -- home -----------------------------------------------------------------------------------------


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What must I do today, what is late, what waits for others."""
    actor = actor_of(request)
    today = timezone.localdate()
    campaign = getattr(request, "campaign_now", None)
    office = office_of(actor)
    if campaign is None or office is not None:
        words = str(Office(office).label) if office else ""
        return render(request, "desk/home_office.html", {"today": today, "office": words})
    found = queries.home(actor, campaign, today)
    parts: list[Any] = []
    for title, part, view, verb in (
        (_("Overdue"), found.late, "late", _("Deal with it")),
        (_("Due within 3 days"), found.today, "soon", _("Deal with it")),
        (_("Overdue in your reach"), found.watched, "late", _("Look")),
        (_("Waiting for others"), found.waiting, "reported", _("Look")),
    ):
        part.faces = [(duty, face(duty)) for duty in part.rows]
        parts.append((title, part, view, verb))
    batch = campaign.batches.first()
    node = queries.node_of(actor)
    return render(
        request,
        "desk/home.html",
        {
            "today": today,
            "home": found,
            "parts": parts,
            "stages": queries.stages_of(batch, today) if batch else [],
            "rates": queries.rates(campaign.pk, [node])[node] if node else None,
            "notices": news.shown(actor, limit=6, only_unread=True),
        },
    )


@require_http_methods(["GET", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """All notices of the reader; posting marks them as read."""
    actor = actor_of(request)
    if request.method == "POST" and actor.id is not None:
        news.mark_read(recipient=actor.id)
        return HttpResponseRedirect(reverse("desk:notices"))
    return render(request, "desk/notices.html", {"shown": news.shown(actor)})


# -- the trail, for auditors ------------------------------------------------------------------------


def _only_auditors(actor: Actor) -> None:
    if office_of(actor) != AUDITOR:
        raise NotVisible


@require_GET
def trail(request: HttpRequest) -> HttpResponse:
    """The newest events, to an auditor: who did what to which record, never its content."""
    actor = actor_of(request)
    _only_auditors(actor)
    before = request.GET.get("before", "")
    told = trail_queries.newest(limit=100, before=int(before) if before.isdigit() else None)
    names = names_of(one.actor for one in told)
    return render(
        request,
        "desk/trail.html",
        {
            "events": [(one, names.get(one.actor) or _("a former user")) for one in told],
            "head": trail_queries.head(),
            "next_url": f"?before={told[-1].id}" if len(told) == 100 else "",
        },
    )


@require_GET
def trail_head(request: HttpRequest) -> HttpResponse:
    """The newest signed tree head as a file, to be kept elsewhere."""
    _only_auditors(actor_of(request))
    head = trail_queries.head()
    if head is None:
        raise NotVisible
    name = f"tree-head-{head['size']}.json"
    return JsonResponse(head, headers={"Content-Disposition": f'attachment; filename="{name}"'})
