"""The database itself refuses to change or remove what was told."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

TABLES = ("trail_event", "trail_leaf", "trail_head")


def _statements(vendor: str, table: str) -> Iterator[str]:
    if vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    else:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()"
        )


def refuse(_apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(
            "CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
            params=None,
        )
    for table in TABLES:
        for statement in _statements(vendor, table):
            schema_editor.execute(statement, params=None)


def allow(_apps: Any, schema_editor: Any) -> None:
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        if vendor == "sqlite":
            for verb in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb}", params=None)
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}", params=None)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION trail_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
