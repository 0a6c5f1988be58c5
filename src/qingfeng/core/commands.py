"""Commands ask and tell: every service that writes runs through :func:`command`.

A command is one transaction. It rolls back when the function did not ask a policy whether the
actor may, or did not leave an event on the trail. A bulk verb is a command run in chunks; one
whose outcome says ``is_empty`` has nothing to tell, and keeps nothing.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar, cast

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from qingfeng.core.actor import Actor
from qingfeng.core.errors import Denied
from qingfeng.trail.services import told

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_asked: ContextVar[int] = ContextVar("asked", default=0)
_depth: ContextVar[int] = ContextVar("depth", default=0)

HOLD_SECONDS = 0.2  # a chunk holds the write lock at most this long
FIRST_CHUNK = 200


class BrokenCommandError(AssertionError):
    """A command forgot to ask or to tell: a fault of the program, never of its user."""


def asked() -> None:
    """Note that a policy was asked; called by :mod:`qingfeng.core.access` alone."""
    _asked.set(_asked.get() + 1)


def is_writing() -> bool:
    """Whether a command or a job is under way in this context: records save only then."""
    return _depth.get() > 0


@contextmanager
def writing() -> Iterator[None]:
    """Let the code within save records; for jobs, migrations of data and the loaders of demos."""
    token = _depth.set(_depth.get() + 1)
    try:
        yield
    finally:
        _depth.reset(token)


def command(function: Callable[P, R]) -> Callable[P, R]:
    """Make a service of a function with a keyword ``actor``.

    Raises:
        Denied: the actor is System, which writes no business record.
        BrokenCommandError: the function did not ask, or did not tell; nothing is kept.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        actor = cast("Actor", kwargs["actor"])
        if actor.is_system:
            raise Denied(_("Jobs may not write business records; a signed-in person must do it."))
        with transaction.atomic(), writing():
            asked_before, told_before = _asked.get(), told()
            result = function(*args, **kwargs)
            if _asked.get() == asked_before:
                raise BrokenCommandError(f"{function.__qualname__} asked no policy")
            if told() == told_before:
                if getattr(result, "is_empty", False):
                    transaction.set_rollback(True)  # nothing moved: nothing is kept or told
                    return result
                raise BrokenCommandError(f"{function.__qualname__} told the trail nothing")
        return result

    run.is_command = True  # type: ignore[attr-defined]
    return run


def job(function: Callable[P, R]) -> Callable[P, R]:
    """Make a job of a function: it keeps clocks, notices, tallies and seals, as System."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with writing():
            return function(*args, **kwargs)

    run.is_job = True  # type: ignore[attr-defined]
    return run


def in_chunks(
    items: Sequence[T],
    work: Callable[[Sequence[T]], Any],
    *,
    first: int = FIRST_CHUNK,
    least: int = 20,
    most: int = 5000,
) -> Iterator[Any]:
    """Run ``work`` over slices of ``items``, sized so that each takes about half of HOLD_SECONDS.

    Each call of ``work`` is a command of its own, so a slice is one transaction; between slices
    other writers get their turn. Yields what ``work`` returns. ``first`` is the size of the first
    slice, before anything is measured; ``least`` and ``most`` bound the others.
    """
    size, start = first, 0
    while start < len(items):
        began = time.perf_counter()
        yield work(items[start : start + size])
        start += size
        seconds = time.perf_counter() - began
        size = max(least, min(most, int(size * min(2.0, HOLD_SECONDS / 2 / max(seconds, 1e-4)))))
