"""Addresses of the desk's own pages."""

from __future__ import annotations

from django.urls import path

from qingfeng.desk import views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.notices, name="notices"),
    path("trail/", views.trail, name="trail"),
    path("trail/head.json", views.trail_head, name="trail_head"),
    path("theme/", views.theme, name="theme"),
    path("style/", views.style, name="style"),
]
