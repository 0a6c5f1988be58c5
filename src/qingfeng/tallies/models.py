"""Delta rows as they are written, and the tallies they fold into."""

from __future__ import annotations

from django.db import models


class DeltaRow(models.Model):
    """What one act adds to one indicator of one unit on one day; waits to be folded."""

    series = models.BigIntegerField()
    indicator = models.CharField(max_length=60)
    unit = models.BigIntegerField()
    #: The nodes it adds to, between slashes: /all/p3/u17/
    nodes = models.CharField(max_length=200)
    day = models.DateField()
    value = models.IntegerField()

    class Meta:
        indexes = [models.Index(fields=["series", "indicator"], name="delta_figure")]


class Tally(models.Model):
    """An indicator at a node (a unit or anything above it): of a day, and up to that day."""

    series = models.BigIntegerField()
    indicator = models.CharField(max_length=60)
    node = models.CharField(max_length=32)
    day = models.DateField()
    daily = models.BigIntegerField()
    total = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series", "indicator", "node", "day"], name="one_tally_a_day"
            )
        ]
