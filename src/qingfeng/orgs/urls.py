"""Addresses of role grants."""

from __future__ import annotations

from django.urls import path

from qingfeng.orgs import views

urlpatterns = [
    path("manage/grants/", views.grants, name="grants"),
    path("manage/grants/new/", views.propose, name="grant_propose"),
    path("manage/grants/<int:pk>/", views.one, name="grant_one"),
    path("manage/grants/<int:pk>/<slug:name>/", views.move, name="grant_move"),
]
