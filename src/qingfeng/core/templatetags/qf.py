"""The tags of the design system: statuses, clocks, dates, fields, rulers, charts, list parts.

Everything that stands in many rows is built here without a template, so that a page of a hundred
rows stays fast; everything larger is a template in qf/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from qingfeng.core import charts
from qingfeng.core.face import Face
from qingfeng.core.icons import ICONS
from qingfeng.core.ruler import Ruler, Stage, text_width
from qingfeng.core.ruler import ruler as lay_out

register = template.Library()

KINDS = ("idle", "active", "wait", "soon", "over", "done", "back", "pause")
#: Kinds whose clock shows its icon; the others need none beside the words.
TELLING = ("soon", "over", "wait", "pause", "done")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


# -- icons and statuses -----------------------------------------------------------------------
@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon by name; decorative, so a word stands beside it."""
    drawing = mark_safe(ICONS[name])  # noqa: S308 - our own constant, never input
    return format_html('<svg class="i" viewBox="0 0 16 16" aria-hidden="true">{}</svg>', drawing)


@register.simple_tag
def status(kind: str, label: str) -> SafeString:
    """A status: colour, shape and word; kind is one of the eight."""
    kind = str(kind)
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no kind of status")
    return format_html('<span class="st {}">{}{}</span>', kind, icon(kind), label)


# -- dates ------------------------------------------------------------------------------------
@register.filter
def day(value: date | datetime | None) -> str:
    """10月14日, or 14 Oct."""
    if value is None:
        return ""
    value = _local(value)
    if _is_chinese():
        return f"{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]}"


@register.filter
def full_day(value: date | datetime | None) -> str:
    """2021年10月14日, or 14 Oct 2021."""
    if value is None:
        return ""
    value = _local(value)
    if _is_chinese():
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: datetime | None) -> str:
    """10月14日16:42, or 14 Oct 16:42; with the year if it is not this one."""
    if value is None:
        return ""
    value = timezone.localtime(value) if timezone.is_aware(value) else value
    this_year = value.year == timezone.localdate().year
    gap = "" if _is_chinese() else " "
    return f"{day(value) if this_year else full_day(value)}{gap}{value:%H:%M}"


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


# -- clocks -----------------------------------------------------------------------------------
@register.simple_tag
def clock(face: Face | None, size: str = "task") -> SafeString:
    """A clock: words, bar and date. Size is task, row (in a table) or full (a record's head)."""
    if face is None:
        return mark_safe("")
    if size == "full":
        return _clock_full(face)
    width, height, thick = (56, 9, 5) if size == "row" else (116, 10, 6)
    kind = "" if face.kind in {"active", "idle"} else face.kind
    if face.due_on is None:
        return format_html('<div class="ck {}"><b>{}</b></div>', kind, face.words)
    note = face.note(day(face.note_day), short=size == "row")
    bar = _clock_bar(face, kind, width, height, thick)
    symbol = icon(face.kind) if face.kind in TELLING else ""
    if size == "row":
        return format_html(
            '<div class="ck in {}"><b>{}{}</b><span class="ln">{}<small>{}</small></span></div>',
            kind, symbol, face.words, bar, note,
        )  # fmt: skip
    return format_html(
        '<div class="ck {}"><b>{}{}</b>{}<small>{}</small></div>',
        kind, symbol, face.words, bar, note,
    )  # fmt: skip


def _clock_bar(face: Face, kind: str, width: int, height: int, thick: int) -> SafeString:
    used, limit = face.used * width, face.limit * width
    parts = [f'<rect class="bar-bg" y="2" width="{width}" height="{thick}"/>']
    if face.kind == "over":
        parts.append(f'<rect class="bar-in" y="2" width="{limit:.1f}" height="{thick}"/>')
        parts.append(
            f'<rect class="bar" x="{limit:.1f}" y="2" width="{face.overrun * width:.1f}"'
            f' height="{thick}"/>'
        )
    else:
        parts.append(f'<rect class="bar" y="2" width="{used:.1f}" height="{thick}"/>')
    parts += [
        f'<rect class="off" x="{left * width:.1f}" y="2" width="{wide * width:.1f}"'
        f' height="{thick}"/>'
        for left, wide in face.gaps
    ]
    if face.target is not None:
        parts.append(f'<path class="tick-2" d="M{face.target * width:.1f} 0v{height}"/>')
    parts.append(f'<path class="tick" d="M{min(limit, width - 1):.1f} 0v{height}"/>')
    drawing = mark_safe("".join(parts))  # noqa: S308 - numbers only
    return format_html(
        '<svg class="ckb {}" width="{}" height="{}" viewBox="0 0 {} {}" aria-hidden="true"'
        ' preserveAspectRatio="none">{}</svg>',
        kind, width, height, width, height, drawing,
    )  # fmt: skip


def _clock_full(face: Face) -> SafeString:
    from django.template.loader import render_to_string  # noqa: PLC0415 - templates load late

    at = face.share(face.at)
    return render_to_string(
        "qf/clock.html",
        {
            "face": face,
            "has_symbol": face.kind in TELLING,
            "kind": "" if face.kind in {"active", "idle"} else face.kind,
            "at": _percent(at),
            "used": _percent(face.used),
            "limit": _percent(face.limit),
            "overrun": _percent(face.overrun),
            "target": _percent(face.target) if face.target is not None else None,
            "gaps": [(_percent(left), _percent(wide)) for left, wide in face.gaps],
            "at_side": _side(at),
            "limit_side": _side(face.limit),
            "target_side": "end" if face.limit - (face.target or 0) < 0.3 else "middle",
            "shows_start": at > 0.3,
            "shows_target": face.target is not None and abs(face.limit - face.target) > 0.12,
            "is_working": face.unit == "working",
        },
    )


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _side(share: float) -> str:
    return "start" if share < 0.12 else "end" if share > 0.88 else "middle"


# -- the stage ruler --------------------------------------------------------------------------
@register.inclusion_tag("qf/ruler.html")
def ruler(stages: Iterable[Stage], today: date | None = None) -> dict[str, Any]:
    """The stage ruler; a stage has title, starts_on, ends_on and state (idle, active, done)."""
    rows = list(stages)
    dates = [
        _("%(from)s to %(to)s") % {"from": day(stage.starts_on), "to": day(stage.ends_on)}
        for stage in rows
    ]
    made: Ruler | None = lay_out(rows, today or timezone.localdate(), dates)
    if made is None:
        return {"ruler": None}
    segments = []
    for at, (segment, words) in enumerate(zip(made.segments, dates, strict=True)):
        last = at == len(rows) - 1 and at > 0
        before = made.segments[at - 1] if at else None
        filled = segment.width
        if segment.kind == "active" and made.today is not None:
            filled = min(max(made.today - segment.x, 0.0), segment.width)
        segments.append(
            {
                "it": segment,
                "dates": words,
                "x": _percent(segment.x),
                # The last name hangs on the right edge, so that it is never cut.
                "name_x": "100%" if last and segment.width < 0.3 else _percent(segment.x),
                "anchor": "end" if last and segment.width < 0.3 else "start",
                "width": _percent(segment.width),
                "filled": _percent(filled),
                "gate": None if before is None else ("ok" if before.kind == "done" else ""),
            }
        )
    return {
        "ruler": made,
        "segments": segments,
        "weeks": [_percent(week) for week in made.weeks],
        "today": _percent(made.today) if made.today is not None else None,
        "flag": _flag(made),
        "names": "" if made.names_fit_phone else "no-phone" if made.names_fit else "never",
    }


def _flag(made: Ruler) -> dict[str, Any] | None:
    """The flag of today: its words and a box as wide as they need."""
    if made.today is None:
        return None
    words = (
        _("Today, day %(number)s of %(days)s") % {"number": made.day_number, "days": made.now.days}
        if made.now and 1 <= made.day_number <= made.now.days
        else _("Today")
    )
    width = round(text_width(words, 13) + 24)
    left = {"start": 0, "middle": -width // 2, "end": -width}[made.side]
    return {"words": words, "width": width, "left": left, "middle": left + width // 2}


# -- charts -----------------------------------------------------------------------------------
@register.inclusion_tag("qf/bars.html")
def bars(
    rows: Sequence[charts.Bar], say: str = "", unit: str = "", label: str = "", source: str = ""
) -> dict[str, Any]:
    """Bars from zero; rows are charts.Bar; rates with n carry their 95% interval."""
    return {
        "drawing": charts.bars(rows), "rows": rows, "say": say, "unit": unit, "label": label,
        "source": source, "has_n": any(row.n for row in rows), "table": _("Show the table"),
    }  # fmt: skip


@register.inclusion_tag("qf/stack.html")
def stack(
    rows: Sequence[charts.Parts], parts: Sequence[str], say: str = "", label: str = "",
    source: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Rows of 100% in up to five parts; rows are charts.Parts."""
    return {
        "drawing": charts.stack(rows), "rows": rows, "parts": parts, "say": say, "label": label,
        "source": source,
    }  # fmt: skip


@register.inclusion_tag("qf/line.html")
def line(
    series: Sequence[charts.Series], say: str = "", unit: str = "", label: str = "",
    source: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Lines over days; series are charts.Series, at most five."""
    days = sorted({when for one in series for when, _value in one.points})
    return {
        "drawing": charts.line(series), "series": series, "say": say, "unit": unit,
        "label": label, "source": source, "first": days[0] if days else None,
        "last": days[-1] if days else None,
        "table": [(when, [dict(one.points).get(when) for one in series]) for when in days],
    }  # fmt: skip


@register.inclusion_tag("qf/tiles.html")
def tiles(
    cells: Sequence[charts.Tile], bounds: Sequence[float], *, say: str = "", unit: str = "",
    label: str = "", late_label: str = "", source: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The province tile grid; four bounds make five tints. It says that it is no map."""
    keys = [(1, _("under %(bound)s") % {"bound": _short(bounds[0])})]
    keys += [
        (at, _("from %(bound)s") % {"bound": _short(bound)}) for at, bound in enumerate(bounds, 2)
    ]
    return {
        "drawing": charts.tiles(cells, bounds), "cells": cells, "keys": keys, "say": say,
        "unit": unit, "label": label, "late_label": late_label, "source": source,
    }  # fmt: skip


@register.filter
def short(value: float | None) -> str:
    """A number for a mark: thousands grouped, one decimal only where there is one."""
    return "" if value is None else _short(value)


def _short(value: float) -> str:
    # Grouped by thousands in both languages, as official figures are; not by the locale.
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


@register.filter
def fixed(value: float) -> str:
    """A coordinate: always with a point, whatever the language."""
    return f"{value:.1f}"


# -- forms ------------------------------------------------------------------------------------
#: More choices than this become a select.
RADIOS = 6


@register.inclusion_tag("qf/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field: label above, hint below it, errors beside; radios up to six choices."""
    widget = bound.field.widget
    hint, error = f"{bound.id_for_label or bound.auto_id}_hint", f"{bound.auto_id}_error"
    described = " ".join(
        part for part, there in ((hint, bound.help_text), (error, bound.errors)) if there
    )
    attrs: dict[str, Any] = {"aria-describedby": described} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    shape = _shape(bound)
    if shape == "line":
        attrs["class"] = f"{widget.attrs.get('class', '')} inp".strip()
    return {
        "bound": bound,
        "shape": shape,
        "hint_id": hint,
        "error_id": error,
        "described": described,
        "control": bound.as_widget(attrs=attrs) if shape == "line" else "",
        "options": _options(bound) if shape in {"radio", "boxes"} else [],
        "is_checked": bool(bound.value()) if shape == "tick" else False,
        "is_optional": not bound.field.required and shape != "tick",
    }


def _shape(bound: BoundField) -> str:
    """How a field looks: line, radio, boxes or tick."""
    widget = bound.field.widget
    if isinstance(widget, forms.HiddenInput):
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "boxes"
    if isinstance(widget, forms.RadioSelect):
        return "radio"
    if isinstance(widget, forms.CheckboxInput):
        return "tick"
    if isinstance(widget, forms.Select) and not isinstance(widget, forms.SelectMultiple):
        flat = [choice for choice in widget.choices if not isinstance(choice[1], (list, tuple))]
        real = [choice for choice in flat if str(choice[0]) != ""]
        if len(flat) == len(list(widget.choices)) and len(real) <= RADIOS:
            return "radio"
    return "line"


def _options(bound: BoundField) -> list[dict[str, Any]]:
    """The choices of a radio group or of boxes; an empty choice only where one may choose none."""
    widget: Any = bound.field.widget
    value = bound.value()
    chosen = {str(item) for item in value} if isinstance(value, (list, tuple)) else {str(value)}
    options: list[dict[str, Any]] = []
    for key, label in widget.choices:
        text = "" if key is None else str(key)
        if text == "" and bound.field.required:
            continue
        options.append(
            {
                "id": f"{bound.auto_id}_{len(options)}",
                "value": text,
                "label": label if text else _("Nothing chosen"),
                "is_checked": text in chosen and (text != "" or value in ("", None)),
            }
        )
    return options


@register.inclusion_tag("qf/form_errors.html")
def form_errors(form: forms.BaseForm) -> dict[str, Any]:
    """What is wrong with a form, on top, each with a link to its field."""
    found = [
        {
            "label": bound.label,
            "target": f"{bound.auto_id}_0"
            if _shape(bound) in {"radio", "boxes"}
            else bound.id_for_label or bound.auto_id,
            "messages": list(bound.errors),
        }
        for bound in form
        if bound.errors
    ]
    general = list(form.non_field_errors())
    return {"found": found, "general": general, "count": len(found) + len(general)}


# -- parts of lists ---------------------------------------------------------------------------
@register.inclusion_tag("qf/prevnext.html")
def prevnext(page: Any) -> dict[str, Any]:
    """Previous and next; page has previous_url, next_url (or None) and says."""
    return {"page": page}


@register.inclusion_tag("qf/chips.html")
def chips(filters: Sequence[Any], clear_url: str = "", add_url: str = "") -> dict[str, Any]:
    """The filters in force, each removable: name, value, remove_url."""
    return {"filters": filters, "clear_url": clear_url, "add_url": add_url}


@register.inclusion_tag("qf/tabs.html")
def tabs(views: Sequence[Any], label: str = "", save_url: str = "") -> dict[str, Any]:
    """Views as tabs: label, url, is_current and, if known, count."""
    return {"views": views, "label": label, "save_url": save_url}


@register.inclusion_tag("qf/empty.html")
def empty(what: str, why: str = "", next: Any = None) -> dict[str, Any]:  # noqa: A002 - reads well
    """Nothing here: what, why and the next step, given as (label, url) pairs."""
    return {"what": what, "why": why, "steps": next or []}
