"""Importing rows: nothing is kept unless every row passes, or the good ones alone are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from qingfeng.core.actor import Actor
from qingfeng.core.commands import in_chunks
from qingfeng.core.errors import QingfengError
from qingfeng.core.exchange.reading import Row, Sheet
from qingfeng.core.ledger import Ledger


@dataclass
class ImportResult:
    """What became of a sheet: how many rows were written, and those that were not."""

    imported: int
    refused: list[Row]


def import_rows(
    ledger: Ledger, sheet: Sheet, *, actor: Actor, only_good: bool = False
) -> ImportResult:
    """Write the rows of a sheet through the ledger's importer, a command for each row.

    Without ``only_good`` it is one transaction: if any row is refused, by its cells or by the
    service, nothing is kept and every refused row says why. With it the good rows are written in
    chunks and the others are left out.
    """
    assert ledger.importer is not None, "the ledger takes no sheets"
    if only_good:
        done = sum(in_chunks(sheet.good, lambda rows: _write(ledger, rows, actor)))
        return ImportResult(done, sheet.bad)
    with transaction.atomic():
        done = _write(ledger, sheet.good, actor)
        if sheet.bad:
            transaction.set_rollback(True)
            done = 0
    return ImportResult(done, sheet.bad)


def _write(ledger: Ledger, rows: Sequence[Row], actor: Actor) -> int:
    done = 0
    with transaction.atomic():
        for row in rows:
            reason = _write_one(ledger, row.values, actor)
            if reason:
                row.errors.append(reason)
            else:
                done += 1
    return done


def _write_one(ledger: Ledger, values: dict[str, Any], actor: Actor) -> str:
    """Write one row; the reason if it was refused."""
    assert ledger.importer is not None
    try:
        with transaction.atomic():
            ledger.importer(actor=actor, row=values)
    except QingfengError as error:
        label = next((str(one.label) for one in ledger.columns if one.name == _field(error)), "")
        return f"{label}{pgettext('list', ': ')}{error.message}" if label else str(error.message)
    except IntegrityError:
        return _("This record is there already, or contradicts another one.")
    return ""


def _field(error: QingfengError) -> str | None:
    return getattr(error, "field", None)
