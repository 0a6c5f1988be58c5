"""Migrations are complete, one line without forks, and can be taken back."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

from qingfeng.cli.check import ours


@pytest.fixture(scope="module")
def graph():
    return MigrationLoader(None)


@pytest.mark.django_db
def test_no_model_was_changed_without_a_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_app_has_one_line_of_migrations(graph):
    for app in ours():
        leaves = graph.graph.leaf_nodes(app)
        assert len(leaves) <= 1, f"{app} forks: {leaves}"
        for key, migration in graph.disk_migrations.items():
            if key[0] == app:
                before = [parent for parent in migration.dependencies if parent[0] == app]
                assert len(before) <= 1, f"{key} follows {before}"


def test_every_migration_can_be_taken_back(graph):
    faults = [
        f"{app}.{name}: {operation.describe()}"
        for (app, name), migration in graph.disk_migrations.items()
        if app in ours()
        for operation in migration.operations
        if not operation.reversible
    ]
    assert faults == []
