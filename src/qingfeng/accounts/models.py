"""Who signs in. What a person may do is not here: roles and their reach belong to orgs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users; called by services and loaders."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Office(models.TextChoices):
    """The three offices that level-3 classified protection keeps apart."""

    SYSTEM_ADMIN = "system_admin", _("system administrator")
    SECURITY_ADMIN = "security_admin", _("security administrator")
    AUDITOR = "auditor", _("auditor")


class User(AbstractBaseUser):
    """An account of one person. Never shared, never deleted: closed instead."""

    username = models.CharField(_("User name"), max_length=64, unique=True)
    full_name = models.CharField(_("Name"), max_length=64)
    email = models.EmailField(_("E-mail"), blank=True)
    language = models.CharField(_("Language"), max_length=8, blank=True, default="")
    is_active = models.BooleanField(_("Open"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    #: One column, so no account can hold two offices.
    office = models.CharField(
        _("Office"), max_length=16, choices=Office.choices, blank=True, default=""
    )

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    #: An account belongs to a person; only jobs are System.
    is_system = False

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.full_name or self.username
