"""Writing many rows at once: numbers reserved, COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Numbers for ``count`` new rows of a model, ascending and the caller's alone.

    Taken from the sequence that the database numbers rows with. On SQLite the sequence belongs
    to whoever holds the write lock, so call it in a transaction.
    """
    if count <= 0:
        return ()
    table = model._meta.db_table  # noqa: SLF001 - Django's documented name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        step = "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq"
        cursor.execute(step, [count, table])
        if not (rows := cursor.fetchall()):  # the table never held a row
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, 0)", [table])
            cursor.execute(step, [count, table])
            rows = cursor.fetchall()
    last: int = rows[0][0]
    return range(last - count + 1, last + 1)


@lru_cache(maxsize=1024)
def _sqlite_moment(at: datetime) -> str:
    return str(at.astimezone(UTC).replace(tzinfo=None))


@lru_cache(maxsize=1024)
def _text(value: Any) -> str:
    return str(value)


def _writer(field: models.Field[Any, Any], vendor: str) -> Callable[[Any], Any] | None:
    """How a column's values must be dressed for the database; None if they are fine as they are."""
    if isinstance(field, models.JSONField):
        return lambda value: orjson.dumps(value).decode()
    if vendor == "sqlite":
        if isinstance(field, models.DateTimeField):
            return _sqlite_moment
        if isinstance(field, models.DateField | models.TimeField | models.DecimalField):
            return _text
    return None


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows into a model's table without making model instances.

    Args:
        model: whose table.
        columns: names in the database, as ``campaign_id``.
        rows: plain values in the order of ``columns``: numbers, text, bytes, dates, aware
            datetimes, and what JSON holds for JSON columns.
    """
    meta = model._meta  # noqa: SLF001 - Django's documented name
    by_column = {field.column: field for field in meta.concrete_fields}
    writers = [
        (place, write)
        for place, name in enumerate(columns)
        if (write := _writer(by_column[name], connection.vendor)) is not None
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{meta.db_table}" ({names}) FROM STDIN') as copy:
                for row in _dressed(rows, writers):
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(
            f'INSERT INTO "{meta.db_table}" ({names}) VALUES ({marks})',  # noqa: S608 - own names
            _dressed(rows, writers),  # type: ignore[arg-type]  # sqlite3 takes any iterable
        )


def _dressed(
    rows: Iterable[Sequence[Any]], writers: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterable[Sequence[Any]]:
    if not writers:
        return rows
    return _dress_each(rows, writers)


def _dress_each(
    rows: Iterable[Sequence[Any]], writers: Sequence[tuple[int, Callable[[Any], Any]]]
) -> Iterable[Sequence[Any]]:
    for row in rows:
        dressed = list(row)
        for place, write in writers:
            if dressed[place] is not None:
                dressed[place] = write(dressed[place])
        yield dressed
