"""Every address of the desk."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include("qingfeng.accounts.urls")),
    path("", include("qingfeng.campaigns.urls")),
    path("ledgers/", include("qingfeng.core.pages.urls")),
    path("", include("qingfeng.desk.urls")),
]
