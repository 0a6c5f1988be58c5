"""`./qingfeng trail …`: verify the trail, export signed heads, prove single events."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import click

from qingfeng.trail import proofs

JSON_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def trail() -> None:
    """Verify the trail, export signed heads, prove single events."""


def _ready() -> None:
    from qingfeng.cli import ready  # noqa: PLC0415 - checking a proof needs no database

    ready()


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise click.ClickException(f"{path} is no JSON file: {error}") from error


@trail.command()
@click.option("--head", "heads", multiple=True, type=JSON_FILE,
              help="A head exported earlier; the trail must still hold it. May be repeated.")  # fmt: skip
@click.option("--trust", multiple=True, help="An earlier public key, base64. May be repeated.")
def verify(heads: tuple[Path, ...], trust: tuple[str, ...]) -> None:
    """Recompute every hash and compare every column; name the first event that is broken."""
    _ready()
    from qingfeng.trail.verification import verify as verify_all  # noqa: PLC0415

    verdict = verify_all(exported=[_read(path) for path in heads], trusted=trust)
    if not verdict.is_sound:
        raise click.ClickException(verdict.broken)
    click.echo(f"{verdict.events} events verified; nothing is broken")


@trail.command()
def seal() -> None:
    """Seal what waits into the tree and sign a new head."""
    _ready()
    from qingfeng.trail.services import seal as seal_all  # noqa: PLC0415

    click.echo(f"{seal_all()} events sealed")


@trail.command()
@click.option("--size", type=int, help="That of the tree of SIZE events; else the newest.")
def head(size: int | None) -> None:
    """Print the newest signed tree head; keep it outside this machine."""
    _ready()
    from qingfeng.trail import queries  # noqa: PLC0415

    found = queries.head(size=size)
    if found is None and size is not None:
        raise click.ClickException(f"no head of {size} events was ever signed here")
    if found is None:
        raise click.ClickException("nothing is sealed yet; run: ./qingfeng trail seal")
    click.echo(json.dumps(found, indent=1))


@trail.command()
@click.argument("event", type=int, required=False)
@click.option("--size", type=int, help="Prove it in the tree of SIZE events, for an older head.")
@click.option("--since", type=JSON_FILE,
              help="Instead of an event: prove that the tree of this older head only grew.")  # fmt: skip
def prove(event: int | None, size: int | None, since: Path | None) -> None:
    """Print the proof that EVENT stands in the sealed tree."""
    if (event is None) == (since is None):
        raise click.UsageError("name an EVENT, or an older head with --since")
    older = None if since is None else _size_of(since)
    _ready()
    from qingfeng.trail import queries  # noqa: PLC0415

    try:
        if older is not None:
            proof = queries.prove_growth(older)
        else:
            assert event is not None
            proof = queries.prove(event, size=size)
    except LookupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(proof, indent=1))


def _size_of(path: Path) -> int:
    """The size of a head that was exported."""
    try:
        return proofs.check_head(_read(path))[0]
    except proofs.BadProofError as error:
        raise click.ClickException(f"{path}: {error}") from error


@trail.command()
@click.argument("proof", type=JSON_FILE)
@click.argument("tree_head", metavar="HEAD", type=JSON_FILE)
@click.option("--key", help="The public key to trust, base64; else the head's own.")
def check(proof: Path, tree_head: Path, key: str | None) -> None:
    """Check PROOF against HEAD; needs no database.

    Without --key the head is believed to bear its own key: compare that key with the one the
    keeper of the trail published.
    """
    head = _read(tree_head)
    try:
        shown = proofs.check(_read(proof), head, key)
    except proofs.BadProofError as error:
        raise click.ClickException(f"the proof does not hold: {error}") from error
    if "kind" not in shown:
        click.echo(f"the proof holds: the tree of {shown['size']} events only appended to this one")
    else:
        click.echo("the proof holds: the event stands in the tree of this head, unchanged")
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
    click.echo(f"head of {head['size']} events, signed {head['at']} by the key {head['key']}")


@trail.command("public-key")
def public_key() -> None:
    """Print the public key that signs heads, base64."""
    _ready()
    from qingfeng.trail import signing  # noqa: PLC0415

    click.echo(base64.b64encode(signing.public_key()).decode())
