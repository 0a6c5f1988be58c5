"""Attaching files to records and reading them back, checked and hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qingfeng.core.actor import Actor
from qingfeng.core.errors import Refused
from qingfeng.core.models.attachment import Attachment

#: What offices exchange as evidence, with the first bytes each must have (None: text).
KINDS: dict[str, tuple[bytes, ...] | None] = {
    ".pdf": (b"%PDF",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".docx": (b"PK",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".xlsx": (b"PK",),
    ".ppt": (b"\xd0\xcf\x11\xe0",),
    ".pptx": (b"PK",),
    ".wps": (b"\xd0\xcf\x11\xe0", b"PK"),
    ".et": (b"\xd0\xcf\x11\xe0", b"PK"),
    ".ofd": (b"PK",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".png": (b"\x89PNG",),
    ".zip": (b"PK",),
    ".txt": None,
    ".csv": None,
}


def check(file: UploadedFile[Any]) -> None:
    """Refuse a file that is empty, too large, of another kind than its name says, or no document.

    Raises:
        Refused: with the file's name, what is wrong and what to do.
    """
    name = PurePath(file.name or "").name
    suffix = PurePath(name).suffix.lower()
    size = file.size or 0
    if not size:
        raise Refused(_("“%s” is empty; choose the file again.") % name, field="files")
    if size > settings.ATTACHMENT_MAX_BYTES:
        raise Refused(
            _("“%(name)s” is larger than %(most)s MB; split or compress it.")
            % {"name": name, "most": settings.ATTACHMENT_MAX_BYTES // (1024 * 1024)},
            field="files",
        )
    if suffix not in KINDS:
        raise Refused(
            _("“%(name)s” is of a kind that is not accepted. Accepted: %(kinds)s.")
            % {"name": name, "kinds": " ".join(sorted(KINDS))},
            field="files",
        )
    starts = KINDS[suffix]
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if (starts is not None and not head.startswith(starts)) or (
        starts is None and head.startswith((b"MZ", b"\x7fELF", b"PK", b"%PDF"))
    ):
        raise Refused(
            _("“%(name)s” is not what its ending says; save it again as %(kind)s.")
            % {"name": name, "kind": suffix},
            field="files",
        )


def attach(record: Any, files: Iterable[UploadedFile[Any]], *, actor: Actor) -> list[Attachment]:
    """Store files with a record; call it from a command. All are checked before any is kept."""
    files = list(files)
    for file in files:
        check(file)
    kept = []
    for file in files:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
        kept.append(
            Attachment.objects.create(
                ledger=record.ledger,
                record=record.pk,
                name=PurePath(file.name or "").name[:200],
                size=file.size or 0,
                sha256=digest.hexdigest(),
                file=file,
                added_by=actor.id,
            )
        )
    return kept


def of(record: Any) -> list[Attachment]:
    """The files of a record, oldest first."""
    return list(Attachment.objects.filter(ledger=record.ledger, record=record.pk).order_by("pk"))
