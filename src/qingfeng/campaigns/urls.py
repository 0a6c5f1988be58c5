"""Addresses of campaigns and of the unit tree."""

from __future__ import annotations

from django.urls import path

from qingfeng.campaigns import views

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", views.campaigns, name="list"),
    path("campaigns/now/", views.now, name="now"),
    path("campaigns/<int:pk>/", views.campaign, name="campaign"),
    path("campaigns/<int:pk>/choose/", views.choose, name="choose"),
    path("campaigns/<int:pk>/plan.yaml", views.plan_file, name="plan_file"),
    path("duties/", views.duties_register, name="duties"),
    path("units/", views.units, name="units"),
    path("units/<int:place>/", views.units, name="place"),
    path("unit/<int:pk>/", views.unit, name="unit"),
]
