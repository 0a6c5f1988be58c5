"""`./qingfeng migrate`: bring the database up to date."""

from __future__ import annotations

import click


@click.command()
def migrate() -> None:
    """Bring the database up to date; on an empty one, make it."""
    from django.core.management import call_command  # noqa: PLC0415 - set up by then

    call_command("migrate", verbosity=1, interactive=False)


def pending() -> list[str]:
    """The migrations that the database still lacks, as app.name."""
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
