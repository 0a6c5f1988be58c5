"""Pages of role grants: proposed by one administrator, decided by another."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qingfeng.accounts.queries import SECURITY_ADMIN, SYSTEM_ADMIN, office_of
from qingfeng.core.errors import Denied, NotVisible, Refused
from qingfeng.core.pages.views import actor_of
from qingfeng.orgs import services
from qingfeng.orgs.forms import GrantForm
from qingfeng.orgs.models import GrantState
from qingfeng.orgs.policy import grants as policy
from qingfeng.orgs.workflow import life

#: The list shows this many; more are found by the user name.
SHOWN = 200


@require_GET
def grants(request: HttpRequest) -> HttpResponse:
    """Role grants, those waiting for a decision first by their state, newest first."""
    actor = actor_of(request)
    if office_of(actor) not in (SYSTEM_ADMIN, SECURITY_ADMIN):
        raise Denied(
            _("Roles are open to the system administrator and the security administrator.")
        )
    state = request.GET.get("state", GrantState.PROPOSED)
    sought = request.GET.get("q", "").strip()
    rows = policy.scope(actor).select_related("user", "place", "unit", "group").order_by("-id")
    rows = rows.filter(state=state) if state in GrantState.values else rows
    if sought:
        rows = rows.filter(user__username__icontains=sought)
    found = list(rows[: SHOWN + 1])
    return render(
        request,
        "orgs/grants.html",
        {
            "rows": found[:SHOWN],
            "is_cut": len(found) > SHOWN,
            "limit": SHOWN,
            "sought": sought,
            "state": state,
            "states": [
                {
                    "label": label,
                    "url": f"?state={value}",
                    "is_current": value == state,
                }
                for value, label in GrantState.choices
            ],
            "proposes": office_of(actor) == SYSTEM_ADMIN,
        },
    )


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a role; the security administrator decides."""
    actor = actor_of(request)
    if office_of(actor) != SYSTEM_ADMIN:
        raise Denied(_("Roles are proposed by the system administrator."))
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grant = services.propose_grant(actor=actor, **form.cleaned_data)
        except Refused as refused:
            form.add_error(refused.field or None, str(refused.message))
        else:
            messages.success(request, _("Proposed. The security administrator decides."))
            return redirect("grant_one", grant.pk)
    return render(request, "orgs/propose.html", {"form": form})


@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One grant and the moves open to the reader."""
    actor = actor_of(request)
    grant = policy.get(actor, pk=pk)
    return render(request, "orgs/grant.html", {"grant": grant, "offers": life.offers(grant, actor)})


@require_POST
def move(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Approve, refuse or end a grant."""
    actor = actor_of(request)
    grant = policy.get(actor, pk=pk)
    if name not in life.moves:
        raise NotVisible
    version = request.POST.get("version", "")
    services.move_grant(
        actor=actor,
        grant=grant,
        move=name,
        version=int(version) if version.isdigit() else None,
        note=request.POST.get("note", "").strip(),
    )
    messages.success(request, _("Done."))
    return redirect("grant_one", pk)
