"""Addresses of the desk's own pages."""

from __future__ import annotations

from django.urls import path

from qingfeng.desk import views

app_name = "desk"
urlpatterns = [
    path("theme/", views.theme, name="theme"),
    path("style/", views.style, name="style"),
]
