"""Addresses of sign-in and of accounts; there is no sign-up, and no password by mail."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path

from qingfeng.accounts import views

#: Addresses of allauth's that this desk does not offer.
CLOSED = (
    r"^accounts/(?:signup|password/set|password/reset|email|confirm-email|login/code"
    r"|3rdparty/signup|social)(?:/|$)"
)


@login_not_required
def closed(_request: HttpRequest) -> HttpResponse:
    """Not offered here, to nobody."""
    raise Http404


own = [
    path("account/", views.account, name="account"),
    path("manage/accounts/", views.accounts_list, name="list"),
    path("manage/accounts/new/", views.open_new, name="new"),
    path("manage/accounts/<int:pk>/", views.one, name="one"),
    path("manage/accounts/<int:pk>/office/", views.office, name="office"),
    path("manage/accounts/<int:pk>/<slug:verb>/", views.act, name="act"),
    path("manage/proposals/", views.proposals, name="proposals"),
]

urlpatterns = [
    re_path(CLOSED, closed),
    path("accounts/", include("allauth.urls")),
    path("", include((own, "accounts"))),
]
