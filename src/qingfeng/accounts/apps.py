"""Accounts listen to sign-in, so that the trail hears of it."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "qingfeng.accounts"

    def ready(self) -> None:
        from qingfeng.accounts.services import listen  # noqa: PLC0415 - models are loaded now

        listen()
