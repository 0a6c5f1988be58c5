"""Tables of the trail. None has a foreign key: the trail never interferes with live data."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One act: ``body`` is the exact bytes that are hashed, the columns repeat it for queries."""

    at = models.DateTimeField()
    kind = models.CharField(max_length=48)
    actor = models.BigIntegerField(null=True)
    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField()
    unit = models.BigIntegerField(null=True)
    body = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["ledger", "record", "id"], name="event_subject"),
            models.Index(fields=["unit", "id"], name="event_unit"),
            models.Index(fields=["actor", "id"], name="event_actor"),
        ]


class Content(models.Model):
    """The personal content of an event, erasable: the event holds a commitment to it."""

    event = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    content = models.BinaryField()


class Pending(models.Model):
    """A range of events not yet sealed, written with them: sealing never holds up a writer."""

    first = models.BigIntegerField()
    last = models.BigIntegerField()


class Leaves(models.Model):
    """Neighbouring leaves of the tree: the events ``first`` to ``last`` from ``position`` on.

    Positions count from 0. A range and not a row per event: a million events written at once
    cost the sealer some fifty rows.
    """

    position = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField(unique=True)
    last = models.BigIntegerField()


class Tile(models.Model):
    """The hashes of up to 256 neighbouring subtrees of height 8 × level, side by side."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_tile")]


class Head(models.Model):
    """A signed tree head: size, root, when, signature."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.CharField(max_length=16)
    signature = models.BinaryField(max_length=64)
