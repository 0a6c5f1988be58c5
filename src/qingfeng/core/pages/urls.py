"""Addresses of the shared pages, under /ledgers/."""

from __future__ import annotations

from django.urls import path

from qingfeng.core.pages import bulk, exchange, kept, views

app_name = "ledgers"
urlpatterns = [
    path("<slug:key>/", views.register, name="list"),
    path("<slug:key>/export/", exchange.export, name="export"),
    path("<slug:key>/template/", exchange.template, name="template"),
    path("<slug:key>/import/", exchange.import_sheet, name="import"),
    path("<slug:key>/import/good/", exchange.import_good, name="import_good"),
    path("<slug:key>/import/errors/", exchange.errors, name="import_errors"),
    path("<slug:key>/views/", kept.keep, name="keep_view"),
    path("<slug:key>/views/<int:pk>/drop/", kept.drop, name="drop_view"),
    path("<slug:key>/bulk/", bulk.bulk, name="bulk"),
    path("<slug:key>/<int:pk>/", views.record, name="record"),
    path("<slug:key>/<int:pk>/moves/<slug:name>/", views.move, name="move"),
    path("<slug:key>/<int:pk>/files/<int:file>/", views.attachment, name="file"),
]
