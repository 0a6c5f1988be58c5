"""Writing many rows at once: numbers reserved, COPY on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, models


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Numbers for ``count`` new rows, ascending and the caller's alone.

    PostgreSQL takes them from the sequence; SQLite's writer holds the lock of its transaction.
    """
    if count == 0:
        return ()
    table = model._meta.db_table  # noqa: SLF001 - Django's documented name
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [f'"{table}"', count],
            )
            return sorted(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT MAX(seq) FROM (SELECT seq FROM sqlite_sequence WHERE name = %s"
            f' UNION ALL SELECT MAX(id) FROM "{table}")',  # noqa: S608 - a model's own table
            [table],
        )
        last = cursor.fetchone()[0] or 0
    return range(last + 1, last + 1 + count)


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return value


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows of plain values into a model's table; ``columns`` are names in the database."""
    table = model._meta.db_table  # noqa: SLF001 - Django's documented name
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["?"] * len(columns))
        raw = connection.connection
        raw.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})',  # noqa: S608 - as above
            (tuple(map(_for_sqlite, row)) for row in rows),
        )
