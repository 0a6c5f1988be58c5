"""Addresses of sign-in; there is no sign-up."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def closed(_request: HttpRequest) -> HttpResponse:
    """An address of allauth's that this desk does not offer."""
    raise Http404


urlpatterns = [
    path("accounts/signup/", closed),
    path("accounts/password/reset/", closed),
    path("accounts/email/", closed),
    path("accounts/", include("allauth.urls")),
]
