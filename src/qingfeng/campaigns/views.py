"""Pages of campaigns: their list, one campaign, its plan, the unit tree."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from qingfeng.campaigns import queries
from qingfeng.campaigns.ledgers import face
from qingfeng.campaigns.middleware import KEY
from qingfeng.campaigns.models import Campaign
from qingfeng.campaigns.policy import campaigns as policy
from qingfeng.campaigns.policy import duties
from qingfeng.campaigns.services import closing_state
from qingfeng.core.actor import Actor
from qingfeng.core.errors import NotVisible
from qingfeng.core.pages.views import actor_of
from qingfeng.core.people import names_of
from qingfeng.orgs.models import Place, Tier
from qingfeng.orgs.policy import units as unit_policy
from qingfeng.orgs.reach import top_grant


def campaign_of(request: HttpRequest) -> Campaign:
    """The campaign the reader works in.

    Raises:
        NotVisible: the reader sees none.
    """
    found = cast("Campaign | None", getattr(request, "campaign_now", None))
    if found is None:
        raise NotVisible
    return found


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    """Every campaign the reader may see."""
    found = queries.open_to(actor_of(request))
    return render(request, "campaigns/list.html", {"campaigns": found})


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """The campaign the reader works in."""
    found = campaign_of(request)
    return HttpResponseRedirect(reverse("campaigns:campaign", args=[found.pk]))


@require_POST
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Work in another campaign from now on."""
    found = policy.get(actor_of(request), pk=pk)
    request.session[KEY] = found.pk
    return HttpResponseRedirect(reverse("campaigns:campaign", args=[found.pk]))


@require_GET
def campaign(request: HttpRequest, pk: int) -> HttpResponse:
    """One campaign: its stages, tasks with completeness and timeliness, closing conditions."""
    actor = actor_of(request)
    found = policy.get(actor, pk=pk)
    today = timezone.localdate()
    batches = [(batch, queries.stages_of(batch, today)) for batch in found.batches.all()]
    node = queries.node_of(actor)
    versions = list(found.versions.all())
    names = names_of(version.issued_by for version in versions)
    return render(
        request,
        "campaigns/campaign.html",
        {
            "campaign": found,
            "batches": batches,
            "today": today,
            "tasks": queries.tasks_of(actor, found),
            "rates": queries.rates(found.pk, [node])[node] if node else None,
            "conditions": closing_state(found),
            "versions": [(version, names.get(version.issued_by, "")) for version in versions],
            "drives": found.drives.all(),
        },
    )


@require_GET
def plan_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as it was issued."""
    found = policy.get(actor_of(request), pk=pk)
    version = found.versions.order_by("-version").first()
    if version is None:
        raise NotVisible
    name = f"{found.key}-{version.version}.yaml"
    return HttpResponse(
        version.text,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
def duties_register(_request: HttpRequest) -> HttpResponse:
    """The register of duties; it stands with the other ledgers."""
    return HttpResponseRedirect(reverse("ledgers:list", args=["assignment"]))


def _start(actor: Actor) -> Place:
    """Where the tree begins for an actor: at the place of the furthest reach."""
    grant = top_grant(actor)
    if grant is None:
        raise NotVisible
    if grant.place is not None:
        return grant.place
    if grant.unit is not None:
        return grant.unit.place
    return Place.objects.get(tier=Tier.CENTRAL)


@require_GET
def units(request: HttpRequest, place: int | None = None) -> HttpResponse:
    """The unit tree: what is below a place, each with its rates."""
    actor = actor_of(request)
    if place is None:
        at = _start(actor)
    else:
        at = Place.objects.filter(pk=place).first() or _hidden()
        if not queries.may_enter(actor, at):
            raise NotVisible
    found = campaign_of(request)
    return render(
        request,
        "campaigns/units.html",
        {"tree": queries.tree(actor, found, at), "campaign_now": found},
    )


def _hidden() -> Place:
    raise NotVisible


@require_GET
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its rates, and its duties in order of their deadlines."""
    actor = actor_of(request)
    found = campaign_of(request)
    at = unit_policy.get(actor, pk=pk)
    rows = (
        duties.scope(actor)
        .filter(campaign=found, unit=at)
        .select_related("requirement", "stage", "unit")
        .order_by("due_on", "pk")[:200]
    )
    shown = [(duty, face(duty)) for duty in rows]
    if not shown:
        raise NotVisible
    node = f"u{at.pk}"
    placements = at.placements.select_related("place")
    return render(
        request,
        "campaigns/unit.html",
        {
            "unit": at,
            "duties": shown,
            "rates": queries.rates(found.pk, [node])[node],
            "placements": placements,
            "leaders": at.posts.filter(is_leader=True, until_on=None).select_related("person"),
        },
    )
