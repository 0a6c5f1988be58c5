"""The catalogue of translations: collected from the code, merged, checked, compiled.

English is the msgid itself. The Chinese catalogue is one po file; parts that stand beside it
in `locale/parts/` are read too until `./qingfeng fix` merges them. Compiling is done here, in
Python, so that no machine needs GNU gettext.
"""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parents[1]
LOCALE = PACKAGE / "locale"
CATALOGUE = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po"
COMPILED = CATALOGUE.with_suffix(".mo")
PARTS = LOCALE / "parts"

#: Functions that mark a message: name -> positions of context, msgid and plural.
MARKS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}

Key = tuple[str | None, str]


@dataclass(frozen=True)
class Message:
    """One message of the code: its context if any, its English, its English plural if any."""

    context: str | None
    msgid: str
    plural: str | None = None

    @property
    def key(self) -> Key:
        return (self.context, self.msgid)


def key_of(entry: polib.POEntry) -> Key:
    return (entry.msgctxt, entry.msgid)


# -- collecting -------------------------------------------------------------------------------


def in_python(source: str) -> Iterator[Message]:
    """The messages that a Python source marks.

    Raises:
        ValueError: a marked message is not a literal, so nobody could translate it.
    """
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", "")
        if name not in MARKS or len(node.args) <= MARKS[name][1]:
            continue
        if name == "gettext" and not isinstance(node.args[0], ast.Constant):
            continue  # it says what gettext_noop marked elsewhere
        context, msgid, plural = (
            None if place is None else _literal(node.args[place], node.lineno)
            for place in MARKS[name]
        )
        if msgid:
            yield Message(context, msgid, plural)


def _literal(node: ast.expr, line: int) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"line {line}: a message must be a literal string")


def in_template(source: str, origin: str) -> Iterator[Message]:
    """The messages of a Django template: Django itself turns it into Python-like text first."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - needs settings

    text = templatize(source, origin=origin)
    # What is left is a run of calls among blanked-out letters; read call by call.
    for found in re.finditer(r"\b(_|gettext|ngettext|pgettext|npgettext)\(", text):
        call = _call_at(text, found.start())
        if call is not None:
            yield from in_python(call)


def _call_at(text: str, start: int) -> str | None:
    """The text of one balanced call, or None if it is none."""
    depth = 0
    lines = io.StringIO(text[start:]).readline
    end = [0, 0]
    try:
        for token in tokenize.generate_tokens(lines):
            if token.string == "(":
                depth += 1
            elif token.string == ")":
                depth -= 1
                if depth == 0:
                    end = list(token.end)
                    break
    except (tokenize.TokenError, SyntaxError):
        return None
    rows = text[start:].splitlines(keepends=True)
    call = "".join(rows[: end[0] - 1]) + (rows[end[0] - 1][: end[1]] if end[0] else "")
    try:
        ast.parse(call)
    except SyntaxError:
        return None
    return call


def collect() -> dict[Message, list[str]]:
    """Every message of the code, with the files it stands in."""
    found: dict[Message, list[str]] = defaultdict(list)
    for path in sorted(PACKAGE.rglob("*")):
        place = path.relative_to(PACKAGE).as_posix()
        if path.suffix == ".py" and "/migrations/" not in place:
            try:
                messages = list(in_python(path.read_text(encoding="utf-8")))
            except ValueError as error:
                raise ValueError(f"{place}: {error}") from error
        elif path.suffix in {".html", ".txt"} and "/templates/" in place:
            messages = list(in_template(path.read_text(encoding="utf-8"), place))
        else:
            continue
        for message in messages:
            if place not in found[message]:
                found[message].append(place)
    return found


# -- reading, merging, checking ---------------------------------------------------------------


def read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), encoding="utf-8", wrapwidth=0)


def parts() -> list[Path]:
    return sorted(PARTS.glob("*.po")) if PARTS.is_dir() else []


def entries() -> dict[Key, polib.POEntry]:
    """All entries, those of the catalogue first: a part adds, and fills what is empty."""
    found: dict[Key, polib.POEntry] = {}
    for path in [CATALOGUE, *parts()]:
        if not path.exists():
            continue
        for entry in read(path):
            if entry.obsolete:
                continue
            kept = found.get(key_of(entry))
            if kept is None or not kept.translated():
                found[key_of(entry)] = entry
    return found


def merge() -> list[str]:
    """Write the catalogue anew from the code, the old catalogue and the parts; remove the parts.

    Returns the messages that still want a translation.
    """
    known = entries()
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "zh_Hans",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    wanting = []
    for message, places in sorted(
        collect().items(), key=lambda item: (item[1][0], item[0].msgid, item[0].context or "")
    ):
        old = known.get(message.key)
        entry = polib.POEntry(
            msgid=message.msgid,
            msgctxt=message.context,
            occurrences=[(place, "") for place in places],
            flags=["python-format"] if re.search(r"%\(\w+\)[sd]|%[sd]", message.msgid) else [],
        )
        if message.plural is None:
            entry.msgstr = old.msgstr if old else ""
        else:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: _one_form(old)}
        if not entry.translated():
            wanting.append(message.msgid)
        catalogue.append(entry)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    for path in parts():
        path.unlink()
    if PARTS.is_dir() and not any(PARTS.iterdir()):
        PARTS.rmdir()
    return wanting


def _one_form(entry: polib.POEntry | None) -> str:
    """The translation of a message with a plural: Chinese has one form."""
    if entry is None:
        return ""
    return str(entry.msgstr_plural.get(0, "") if entry.msgstr_plural else entry.msgstr)


def faults() -> list[str]:
    """What is wrong with the catalogue: missing, fuzzy, unused, or with other placeholders."""
    known = entries()
    wanted = collect()
    found = []
    for message, places in wanted.items():
        entry = known.get(message.key)
        if entry is None or not (entry.msgstr or _one_form(entry)):
            found.append(f"{places[0]}: no translation of “{message.msgid}”")
        elif entry.fuzzy:
            found.append(f"{places[0]}: a fuzzy translation of “{message.msgid}”")
        else:
            text = entry.msgstr or _one_form(entry)
            allowed = [_placeholders(message.msgid), _placeholders(entry.msgid_plural or "")]
            if _placeholders(text) not in allowed[: 2 if entry.msgid_plural else 1]:
                found.append(f"{places[0]}: other placeholders in “{text}”")
    used = {message.key for message in wanted}
    if CATALOGUE.exists():
        found += [
            f"{CATALOGUE.name}: nothing says “{entry.msgid}” any more"
            for entry in read(CATALOGUE)
            if entry.obsolete or key_of(entry) not in used
        ]
    return found


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sdf]|\{\w+\}", text))


# -- compiling --------------------------------------------------------------------------------


def compile_if_older() -> bool:
    """Write the mo file that Django reads, if a po file is younger; says whether it did."""
    sources = [path for path in [CATALOGUE, *parts()] if path.exists()]
    if not sources:
        return False
    if COMPILED.exists() and COMPILED.stat().st_mtime >= max(p.stat().st_mtime for p in sources):
        return False
    _write(entries().values())
    return True


def _write(found: Iterable[polib.POEntry]) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    catalogue.extend(entry for entry in found if entry.translated())
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    draft = COMPILED.with_suffix(f".{os.getpid()}")  # two starts at once must not share it
    catalogue.save_as_mofile(str(draft))
    draft.replace(COMPILED)
