"""Every address of the desk."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from qingfeng.core.pages.views import search
from qingfeng.desk import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", views.language, name="set_language"),
    path("", include("qingfeng.accounts.urls")),
    path("", include("qingfeng.orgs.urls")),
    path("", include("qingfeng.campaigns.urls")),
    path("search/", search, name="search"),
    path("ledgers/", include("qingfeng.core.pages.urls")),
    path("", include("qingfeng.desk.urls")),
]
