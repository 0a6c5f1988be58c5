"""YAML text becomes plain values that remember their line: a small, safe part of YAML only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from django.utils.translation import gettext as _

from .errors import PlanError, PlanErrors

MOST_BYTES = 1_000_000
MOST_DEPTH = 12

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,11})")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}

Steps = tuple[str | int, ...]


class Mark(NamedTuple):
    """A place in the file, counted from 1."""

    line: int
    column: int


class Source:
    """The values of a file and where each of them stands.

    `errors` holds duplicate fields: the rest of the file is still worth checking.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.value: Any = None
        self.errors: list[PlanError] = []
        self._marks: dict[Steps, Mark] = {}
        self._field_marks: dict[Steps, Mark] = {}

    def error(self, path: Steps, message: str, remedy: str, *, at_field: bool = False) -> PlanError:
        """An error about the value at `path`, or about the field's name."""
        mark = self._field_marks.get(path) if at_field else None
        known = path
        while mark is None:
            mark = self._marks.get(known)
            known = known[:-1]
        return PlanError(mark.line, mark.column, self.where(path), message, remedy)

    def line(self, path: Steps) -> int:
        return self._marks[path].line

    def field_line(self, path: Steps) -> int:
        return self._field_marks[path].line

    def get(self, path: Steps) -> Any:
        """The value at `path`; None if there is none."""
        value = self.value
        for step in path:
            value = self._step(value, step)
        return value

    def where(self, path: Steps) -> str:
        """The path in words: items of a list by their key, else by their number."""
        words: list[str] = []
        value = self.value
        for step in path:
            value = self._step(value, step)
            if isinstance(step, str):
                words.append(step)
            else:
                key = value.get("key") if isinstance(value, dict) else None
                words.append(key if isinstance(key, str) and key else str(step + 1))
        return " / ".join(words)

    @staticmethod
    def _step(value: Any, step: str | int) -> Any:
        if isinstance(step, str):
            return value.get(step) if isinstance(value, dict) else None
        return value[step] if isinstance(value, list) and step < len(value) else None

    def mark(self, path: Steps, event: yaml.Event) -> None:
        self._marks[path] = _mark(event)

    def mark_field(self, path: Steps, event: yaml.Event) -> None:
        self._field_marks[path] = _mark(event)


def load(path_or_text: Path | str, *, name: str = "") -> Source:
    """Read a file (a `Path`) or text (a `str`).

    Raises:
        PlanErrors: too large, unreadable, not UTF-8, not YAML, or YAML that a plan does not use
            (anchors, aliases, tags, several documents, deep nesting).
    """
    if isinstance(path_or_text, Path):
        name = name or path_or_text.name
        text = _text(_bytes(path_or_text, name), name)
    else:
        name = name or _("The plan")
        # A character is at least one byte, so a far too long text is refused before encoding.
        if len(path_or_text) > MOST_BYTES or len(_encoded(path_or_text)) > MOST_BYTES:
            raise _too_large(name)
        text = path_or_text
    bad = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if bad:
        raise _refused(
            name,
            text.count("\n", 0, bad.start()) + 1,
            _("There is a character here that cannot be printed (U+%(code)04X).")
            % {"code": ord(bad.group())},
            _("Delete it, or type the line again."),
        )
    source = Source(name)
    try:
        _compose(source, yaml.parse(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(
            name,
            mark.line + 1 if mark else 1,
            _("This is not YAML: %(problem)s.") % {"problem": error.problem or error.context},
            _("Check indentation (spaces, no tabs), colons and quotation marks near this line."),
            column=mark.column + 1 if mark else 1,
        ) from error
    return source


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _bytes(path: Path, name: str) -> bytes:
    try:
        with path.open("rb") as file:
            # Asked of the open file, so that what is measured is what is read.
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise _too_large(name)
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _refused(
            name,
            1,
            _("The file cannot be read: %(reason)s.") % {"reason": error.strerror or error},
            _("Check the file's name and whether you may read it."),
        ) from error
    if len(content) > MOST_BYTES:
        raise _too_large(name)
    return content


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(
            name,
            content.count(b"\n", 0, error.start) + 1,
            _("The file is not UTF-8 text."),
            _("Save it as UTF-8 in your editor."),
        ) from error


def _refused(name: str, line: int, message: str, remedy: str, column: int = 1) -> PlanErrors:
    return PlanErrors([PlanError(line, column, "", message, remedy)], name=name)


def _too_large(name: str) -> PlanErrors:
    return _refused(
        name,
        1,
        _("The file is larger than 1 MB; it was not read."),
        _("A plan is text of some tens of kilobytes. Check that this is the right file."),
    )


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    assert start is not None, "the parser marks every event"
    return Mark(start.line + 1, start.column + 1)


def _compose(source: Source, events: Iterator[yaml.Event]) -> None:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            if source.value is not None:
                raise _unused(source, event, _("A second document begins here."))
            source.value = _value(source, next(events), events, ())
    if source.value is None:
        raise _refused(
            source.name,
            1,
            _("The file is empty."),
            _("Start from one of the plans that ship with Qingfeng."),
        )


def _value(source: Source, event: yaml.Event, events: Iterator[yaml.Event], path: Steps) -> Any:
    _plainly(source, event)
    if len(path) > MOST_DEPTH:
        raise _unused(source, event, _("The nesting is too deep here."))
    source.mark(path, event)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(item := next(events), yaml.SequenceEndEvent):
            items.append(_value(source, item, events, (*path, len(items))))
        return items
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(source, events, path)
    assert isinstance(event, yaml.ScalarEvent)
    return _scalar(event)


def _plainly(source: Source, event: yaml.Event) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise _unused(source, event, _("Anchors (&) and aliases (*) are not used in a plan."))
    if getattr(event, "tag", None):
        raise _unused(source, event, _("Tags (!) are not used in a plan."))


def _mapping(source: Source, events: Iterator[yaml.Event], path: Steps) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        _plainly(source, event)
        if not isinstance(event, yaml.ScalarEvent):
            raise _unused(source, event, _("The name of a field must be a plain word."))
        field = event.value
        at = (*path, field)
        if field in fields:
            mark = _mark(event)
            source.errors.append(
                PlanError(
                    mark.line,
                    mark.column,
                    source.where(path),
                    _("The field %(field)s stands here twice, first on line %(line)d.")
                    % {"field": field, "line": source.field_line(at)},
                    _("Keep one of the two."),
                )
            )
            _value(source, next(events), events, (*path, f"{field} (2)"))
            continue
        source.mark_field(at, event)
        fields[field] = _value(source, next(events), events, at)
    return fields


def _scalar(event: yaml.ScalarEvent) -> Any:
    """Plain whole numbers, true, false and null; all else is text (so `no` and 1:30 stay text)."""
    text: str = event.value.strip()
    if event.implicit[0]:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
    return text


def _unused(source: Source, event: yaml.Event, message: str) -> PlanErrors:
    mark = _mark(event)
    return _refused(
        source.name, mark.line, message, _("Write the values out, plainly."), column=mark.column
    )
