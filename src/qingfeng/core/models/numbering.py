"""Series of official numbers, and every number taken from them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qingfeng.core.models.record import Guarded


class Series(Guarded):
    """The counter of one unit, ledger and year. ``next`` is the number that comes next."""

    unit = models.BigIntegerField()
    ledger = models.CharField(max_length=32)
    year = models.PositiveSmallIntegerField()
    prefix = models.CharField(_("Mark"), max_length=32)
    next = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "ledger", "year"], name="one_series_a_year"),
            # Else two series would write the same number.
            models.UniqueConstraint(fields=["prefix", "year"], name="one_series_a_mark"),
            models.CheckConstraint(condition=Q(next__gte=1), name="numbers_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}〔{self.year}〕"

    def written(self, n: int) -> str:
        """The ``n``-th number as it is written: 岚线〔2021〕388号."""
        return f"{self.prefix}〔{self.year}〕{n}号"


class RecordNumber(Guarded):
    """One number, and the record that has it. A void number stays, and is never given again.

    ``record`` is empty where a reserved number was voided before a record had it.
    """

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="numbers")
    n = models.PositiveIntegerField()
    ledger = models.CharField(max_length=32)
    record = models.BigIntegerField(null=True)
    taken_at = models.DateTimeField()
    voided_at = models.DateTimeField(_("Voided"), null=True)
    void_reason = models.TextField(_("Reason"), blank=True, default="")

    class Meta:
        ordering = ["series", "n"]
        indexes = [models.Index(fields=["ledger", "record"])]
        constraints = [
            models.UniqueConstraint(fields=["series", "n"], name="a_number_is_given_once"),
            models.UniqueConstraint(
                fields=["series", "record"],
                condition=Q(voided_at=None),
                name="one_valid_number_a_record",
            ),
            models.CheckConstraint(
                name="a_void_has_a_reason",
                condition=Q(voided_at=None, void_reason="")
                | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
            models.CheckConstraint(
                name="a_valid_number_has_a_record",
                condition=Q(voided_at__isnull=False) | Q(record__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.series.written(self.n)
