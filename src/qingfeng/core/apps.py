"""Core finds what each app declares about itself: its pages and its ledgers."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "qingfeng.core"

    def ready(self) -> None:
        autodiscover_modules("navigation", "ledgers")
