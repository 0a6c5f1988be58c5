"""Who signs in, and what two administrators decide about it; roles and their reach belong to orgs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Record


class UserManager(BaseUserManager["User"]):
    """Makes users; called by services and loaders."""

    @classmethod
    def normalize_name(cls, username: str) -> str:
        """User names are kept in small letters, so that Lin and lin are one account."""
        return str(User.normalize_username(username)).strip().lower()

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=self.normalize_name(username), **fields)
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
    #: When its owner chose the password; None while it is one that an administrator gave.
    password_changed_at = models.DateTimeField(null=True, blank=True)
    #: One column, so no account can hold two offices.
    office = models.CharField(
        _("Office"), max_length=16, choices=Office.choices, blank=True, default=""
    )
    #: Failed sign-ins in a row, and the last of them; they lock the account for a while.
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    #: An account belongs to a person; only jobs are System.
    is_system = False

    class Meta:
        verbose_name = _("account")
        constraints = [
            models.CheckConstraint(
                name="office_is_one_of_three",
                condition=models.Q(office__in=["", *Office.values]),
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    @property
    def locked_until(self) -> datetime | None:
        """Until when failed sign-ins lock the account, or None."""
        if self.failed_at is None or self.failures < settings.LOCKOUT_FAILURES:
            return None
        until = self.failed_at + timedelta(minutes=settings.LOCKOUT_MINUTES)
        return until if until > timezone.now() else None

    @property
    def password_until(self) -> datetime | None:
        """When the password must be changed at the latest; None: now, or never.

        :attr:`is_password_due` tells which.
        """
        if self.password_changed_at is None or not settings.PASSWORD_MAX_DAYS:
            return None
        return self.password_changed_at + timedelta(days=settings.PASSWORD_MAX_DAYS)

    @property
    def is_password_due(self) -> bool:
        """Whether an administrator gave the password, or it is older than the rule allows."""
        if self.password_changed_at is None:
            return True
        until = self.password_until
        return until is not None and until <= timezone.now()


class Matter(models.TextChoices):
    """What a proposal asks for."""

    OPEN = "open", _("open the account")
    OFFICE = "office", _("give an office")
    LEAVE = "leave", _("take the office away")


class ProposalState(models.TextChoices):
    """The life of a proposal."""

    PROPOSED = "proposed", _("to be decided")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Proposal(Record):
    """What one administrator proposes about an account and another decides."""

    ledger = "proposal"

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="proposals")
    matter = models.CharField(max_length=8, choices=Matter.choices)
    office = models.CharField(max_length=16, choices=Office.choices, blank=True, default="")
    state = models.CharField(
        max_length=16, choices=ProposalState.choices, default=ProposalState.PROPOSED
    )
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("proposal")
        indexes = [models.Index(fields=["state", "id"])]
        constraints = [
            models.CheckConstraint(
                name="proposal_by_two",
                condition=models.Q(decided_by=None)
                | models.Q(state="withdrawn")
                | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="proposal_not_for_oneself",
                condition=models.Q(decided_by=None)
                | models.Q(state="withdrawn")
                | ~models.Q(decided_by=models.F("user")),
            ),
            models.CheckConstraint(
                name="proposal_names_the_office",
                condition=models.Q(matter="office", office__in=Office.values)
                | (~models.Q(matter="office") & models.Q(office="")),
            ),
            models.UniqueConstraint(
                name="one_proposal_at_a_time",
                fields=["user"],
                condition=models.Q(state="proposed"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.what}"

    @property
    def what(self) -> str:
        """What is proposed, in words."""
        if self.matter == Matter.OFFICE:
            return str(_("make: %(office)s")) % {"office": self.get_office_display()}
        return self.get_matter_display()
