"""Official numbers such as 岚线〔2021〕388号: counted per unit, ledger and year, without gaps.

A number is taken in the transaction that registers or signs its record, and the counter stays
locked until that transaction ends: what rolls back leaves no gap, and takers of one series queue.
The form is that of GB/T 9704-2012 (发文字号): the year whole in 〔〕, no 第, no leading zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import Lag
from django.utils import timezone
from django.utils.translation import gettext as _

from qingfeng.core.commands import is_writing
from qingfeng.core.errors import Conflict, Refused
from qingfeng.core.models.numbering import RecordNumber, Series
from qingfeng.core.models.record import WriteOutsideCommandError

_WRITTEN: Final = re.compile(r"([^〔〕]+)〔(\d{4})〕([1-9]\d{0,8})号")


class SeriesKey(NamedTuple):
    """Which counter: a unit's id, a ledger, a year, and the mark its numbers begin with.

    The mark counts when the series begins; a new one takes effect with the year after.
    """

    unit: int
    ledger: str
    year: int
    prefix: str


def take(key: SeriesKey, record: int) -> str:
    """Take the next number of a series for a record.

    Raises:
        Refused: the unit has no mark, or another series of the year uses it.
    """
    return take_many([(key, record)])[0]


def take_many(wanted: Sequence[tuple[SeriesKey, int]]) -> list[str]:
    """Take numbers for several records, of several series, in the order given.

    The counters are locked in one order everywhere, so two takers never wait for each other;
    whoever needs several numbers in one transaction takes them in one call.

    Raises:
        Refused: as :func:`take`.
    """
    places: defaultdict[SeriesKey, list[int]] = defaultdict(list)
    for place, (key, _record) in enumerate(wanted):
        places[key].append(place)
    written = [""] * len(wanted)
    for key in sorted(places):
        series, numbers = _advance(key, len(places[key]))
        records = [wanted[place][1] for place in places[key]]
        for place, text in zip(places[key], _give(series, numbers, records), strict=True):
            written[place] = text
    return written


def reserve(key: SeriesKey, count: int) -> range:
    """Set aside ``count`` numbers for bulk work, which :func:`fill` gives to records later.

    What is never filled shows in :func:`gaps`, until it is voided with the reason.

    Raises:
        Refused: as :func:`take`.
    """
    if count < 1:
        raise ValueError("reserve at least one number")
    return _advance(key, count)[1]


def fill(key: SeriesKey, numbers: Sequence[int], records: Sequence[int]) -> list[str]:
    """Give reserved numbers to records, one each; the texts come in the same order.

    Raises:
        ValueError: a number was never reserved, or there are not as many records as numbers.
        IntegrityError: a number was given or voided already.
    """
    _check_writing()
    series = _rows(key).first()
    if series is None or not all(0 < n < series.next for n in numbers):
        raise ValueError(f"of {key} not all of {numbers} were reserved")
    return _give(series, numbers, records)


def void(number: str, reason: str) -> RecordNumber:
    """Void a number, with the reason; it stays listed and is never given again.

    A reserved number that no record has can be voided too.

    Raises:
        Refused: the reason is missing, or the number was never taken.
        Conflict: it is void already.
    """
    _check_writing()
    reason = reason.strip()
    if not reason:
        raise Refused(_("Say why the number is voided."), field="reason")
    found = _WRITTEN.fullmatch(number)
    series = (
        Series.objects.filter(prefix=found[1], year=int(found[2]), next__gt=int(found[3])).first()
        if found
        else None
    )
    if found is None or series is None:
        raise Refused(_("The number %s was never taken.") % number, field="number")
    now = timezone.now()
    of_number = series.numbers.filter(n=int(found[3]))
    if not of_number.filter(voided_at=None).update(voided_at=now, void_reason=reason):
        try:
            with transaction.atomic():
                RecordNumber(
                    series=series,
                    n=int(found[3]),
                    ledger=series.ledger,
                    taken_at=now,
                    voided_at=now,
                    void_reason=reason,
                ).save()
        except IntegrityError:
            at = of_number.get().voided_at
            raise Conflict(_("The number %s is void already.") % number, at=at) from None
    return of_number.select_related("series").get()


def voided(key: SeriesKey) -> QuerySet[RecordNumber]:
    """The void numbers of a series, lowest first."""
    return RecordNumber.objects.filter(
        series__in=_rows(key), voided_at__isnull=False
    ).select_related("series")


def gaps(key: SeriesKey) -> list[range]:
    """The numbers of a series that no record has and nobody voided, lowest first."""
    series = _rows(key).first()
    if series is None:
        return []
    before = Window(Lag("n", default=0), order_by=F("n").asc())
    rows = series.numbers.annotate(before=before).filter(n__gt=F("before") + 1)
    found = [range(row.before + 1, row.n) for row in rows.order_by("n")]
    last = series.numbers.order_by("-n").values_list("n", flat=True).first() or 0
    if last + 1 < series.next:
        found.append(range(last + 1, series.next))
    return found


def holder(number: str) -> RecordNumber | None:
    """Who has a number, as somebody types it into a search; None if nobody ever had it."""
    found = _WRITTEN.fullmatch(number.strip())
    if found is None:
        return None
    return (
        RecordNumber.objects.select_related("series")
        .filter(series__prefix=found[1], series__year=int(found[2]), n=int(found[3]))
        .first()
    )


def _check_writing() -> None:
    # Outside a transaction a number could be taken and its record lost.
    if not (is_writing() and connection.in_atomic_block):
        raise WriteOutsideCommandError("numbers are taken within a command only")


def _rows(key: SeriesKey) -> QuerySet[Series]:
    return Series.objects.filter(unit=key.unit, ledger=key.ledger, year=key.year)


def _advance(key: SeriesKey, count: int) -> tuple[Series, range]:
    """Move a counter on, which locks it until the transaction ends."""
    _check_writing()
    if not _move(key, count):
        _begin(key)
        if not _move(key, count):
            raise Refused(
                _("Another series uses the mark %(mark)s in %(year)s; choose another mark.")
                % {"mark": key.prefix, "year": key.year}
            )
    series = _rows(key).get()
    return series, range(series.next - count, series.next)


def _move(key: SeriesKey, count: int) -> bool:
    return bool(_rows(key).update(next=F("next") + count))


def _begin(key: SeriesKey) -> None:
    """Begin a series, unless somebody else just did."""
    if not _WRITTEN.fullmatch(Series(**key._asdict()).written(1)):
        raise Refused(_("The unit has no document mark; give it one, without 〔 and 〕, first."))
    try:
        with transaction.atomic():
            Series(**key._asdict()).save()
    except IntegrityError:
        return


def _give(series: Series, numbers: Sequence[int], records: Sequence[int]) -> list[str]:
    now = timezone.now()
    RecordNumber.objects.bulk_create(
        RecordNumber(series=series, n=n, ledger=series.ledger, record=record, taken_at=now)
        for n, record in zip(numbers, records, strict=True)
    )
    return [series.written(n) for n in numbers]
