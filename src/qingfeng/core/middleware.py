"""Errors that a person is told about become pages with the right status, or a notice for HTMX."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qingfeng.core.errors import QingfengError

#: Fields of a form that are never shown back.
UNSHOWN = ("csrfmiddlewaretoken", "version", "next")


class ErrorsAsPages:
    """Turns a QingfengError of a view into its page; anything else is left to Django."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, QingfengError) or error.status >= 500:
            return None
        context = {
            "error": error,
            "kept": kept_input(request) if error.status in {409, 422} else [],
        }
        if getattr(request, "htmx", False):
            answer = render(request, "qf/error.html", context, status=error.status)
            # The old content stays; the notice stands above it.
            answer["HX-Retarget"] = "#notices"
            answer["HX-Reswap"] = "innerHTML show:window:top"
            return answer
        return render(request, f"{error.status}.html", context, status=error.status)


def kept_input(request: HttpRequest) -> list[str]:
    """What a person had typed, so that a refusal never costs it; numbers and secrets left out."""
    return [
        value
        for name, values in request.POST.lists()
        if name not in UNSHOWN and "password" not in name and "code" not in name
        for value in values
        if value.strip() and not value.isdigit()
    ]
