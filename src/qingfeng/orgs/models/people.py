"""People and the posts they hold; relations they declare, for recusal."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded
from qingfeng.orgs.models.units import Unit


class Rank(models.TextChoices):
    """Ranks as campaign statistics group them."""

    BUREAU = "bureau", _("bureau level")
    COUNTY = "county", _("county level")
    SECTION = "section", _("section level")
    BELOW = "below", _("below section level")


class Person(Guarded):
    """An officer or official, with or without an account."""

    full_name = models.CharField(_("Name"), max_length=64)
    number = models.CharField(_("Number"), max_length=32, unique=True, null=True, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people")
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="person",
    )
    is_active = models.BooleanField(_("Serving"), default=True)

    class Meta:
        ordering = ["unit", "id"]

    def __str__(self) -> str:
        return self.full_name


class Post(Guarded):
    """A post held by a person in a unit; heads and leadership members are marked."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(_("Post"), max_length=64)
    rank = models.CharField(_("Rank"), max_length=8, choices=Rank.choices, default=Rank.BELOW)
    is_head = models.BooleanField(_("Head"), default=False)
    is_leader = models.BooleanField(_("Member of the leadership"), default=False)
    from_on = models.DateField(_("From"), null=True, blank=True)
    until_on = models.DateField(_("Until"), null=True, blank=True)

    class Meta:
        ordering = ["-is_head", "-is_leader", "id"]
        constraints = [
            models.CheckConstraint(
                name="a_head_leads", condition=models.Q(is_head=False) | models.Q(is_leader=True)
            )
        ]

    def __str__(self) -> str:
        return self.title


class RelationKind(models.TextChoices):
    """Relations that call for recusal."""

    SPOUSE = "spouse", _("spouse")
    BLOOD = "blood", _("blood relative within three generations")
    IN_LAW = "in_law", _("near relative by marriage")
    INTEREST = "interest", _("common interest")
    OTHER = "other", _("other")


class Relation(Guarded):
    """A relation between two people, declared by one of them."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("Relation"), max_length=10, choices=RelationKind.choices)
    declared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "other"], name="one_relation_a_pair"),
            models.CheckConstraint(
                name="no_relation_to_oneself",
                condition=~models.Q(person=models.F("other")),
            ),
        ]
