"""The database itself refuses to change or remove what was told."""

from collections.abc import Iterator
from typing import Any

from django.db import migrations

#: What each table refuses. Personal content may be erased, never changed.
REFUSED = {
    "trail_event": ("UPDATE", "DELETE"),
    "trail_leaves": ("UPDATE", "DELETE"),
    "trail_head": ("UPDATE", "DELETE"),
    "trail_content": ("UPDATE",),
}


def refuse(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table, verbs in REFUSED.items():
            for verb in verbs:
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                    params=None,
                )
            # INSERT OR REPLACE removes a row without asking the triggers of DELETE.
            key = {"trail_leaves": "position", "trail_content": "event"}.get(table, "id")
            schema_editor.execute(
                f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
                params=None,
            )
        return
    schema_editor.execute(
        "CREATE FUNCTION trail_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        params=None,
    )
    for table, verbs in REFUSED.items():
        if "DELETE" in verbs:
            verbs = (*verbs, "TRUNCATE")
        schema_editor.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE {' OR '.join(verbs)} ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION trail_refuse()",
            params=None,
        )


def allow(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for table, verbs in REFUSED.items():
            for verb in (*verbs, "REPLACE"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{verb.lower()}", params=None)
        return
    for table in REFUSED:
        schema_editor.execute(f"DROP TRIGGER {table}_no_change ON {table}", params=None)
    schema_editor.execute("DROP FUNCTION trail_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
