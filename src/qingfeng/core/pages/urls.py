"""Addresses of the shared pages, under /ledgers/."""

from __future__ import annotations

from django.urls import path

from qingfeng.core.pages import exchange, views

app_name = "ledgers"
urlpatterns = [
    path("<slug:key>/", views.register, name="list"),
    path("<slug:key>/export/", exchange.export, name="export"),
    path("<slug:key>/bulk/", views.bulk, name="bulk"),
    path("<slug:key>/<int:pk>/", views.record, name="record"),
    path("<slug:key>/<int:pk>/moves/<slug:name>/", views.move, name="move"),
    path("<slug:key>/<int:pk>/files/<int:file>/", views.attachment, name="file"),
]
