"""What the style page shows: every component in every state. All names are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qingfeng.core.charts import Bar, Parts, Series, Tile
from qingfeng.core.face import Face

TODAY = date(2021, 10, 14)


class SampleForm(forms.Form):
    """One field of each shape."""

    title = forms.CharField(
        label=gettext_lazy("Subject"), help_text=gettext_lazy("One line; say what was done.")
    )
    unit_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of unit"),
        choices=[
            ("ga", gettext_lazy("Police")),
            ("fy", gettext_lazy("Court")),
            ("jc", gettext_lazy("Procuratorate")),
            ("sf", gettext_lazy("Justice bureau")),
        ],
    )
    place = forms.ChoiceField(
        label=gettext_lazy("Place"),
        choices=[("", "—"), *((str(at), f"望川市第{at}区") for at in range(1, 9))],
    )
    received_on = forms.DateField(
        label=gettext_lazy("Received"), widget=forms.DateInput(attrs={"type": "date"})
    )
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Grounds"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[
            ("plan", gettext_lazy("The plan requires it")),
            ("order", gettext_lazy("An instruction requires it")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("Note"), widget=forms.Textarea, required=False)
    paper = forms.FileField(label=gettext_lazy("Evidence"), required=False)
    is_urgent = forms.BooleanField(
        label=gettext_lazy("Tell the leader in charge today"), required=False
    )


@dataclass(frozen=True)
class Row:
    """One row of the sample register."""

    number: str
    title: str
    unit: str
    kind: str
    state: str
    face: Face


def faces() -> list[Face]:
    """A clock of each kind."""

    def face(kind: str, words: str, due: int, **more: Any) -> Face:
        return Face(
            started_on=TODAY - timedelta(16), due_on=TODAY + timedelta(due), today=TODAY,
            words=words, kind=kind, **more,
        )  # fmt: skip

    return [
        face("over", _("2 days over"), -2),
        face("soon", _("today"), 0, target_on=TODAY - timedelta(4)),
        face(
            "active", _("6 working days left"), 8, unit="working", target_on=TODAY + timedelta(3),
            spans_not_counted=[(date(2021, 10, 1), date(2021, 10, 7))],
        ),
        face("wait", _("waiting for 4 days"), 11),
        face("pause", _("clock stopped"), 9, suspended_on=TODAY - timedelta(5)),
        face("done", _("done in time"), 4, stopped_on=TODAY - timedelta(2)),
        face("idle", _("not begun"), 20),
        face("back", _("3 days left"), 3),
    ]  # fmt: skip


def statuses() -> list[tuple[str, str]]:
    """The eight kinds with their words."""
    return [
        ("idle", _("To do")), ("active", _("In progress")), ("wait", _("Waiting")),
        ("soon", _("Due soon")), ("over", _("Overdue")), ("done", _("Accepted")),
        ("back", _("Returned")), ("pause", _("Clock stopped")),
    ]  # fmt: skip


def stages() -> list[SimpleNamespace]:
    """The three stages of the reference campaign's second batch."""
    return [
        SimpleNamespace(title=_("Study and education"), starts_on=date(2021, 8, 16),
                        ends_on=date(2021, 9, 14), state="done"),
        SimpleNamespace(title=_("Find and correct"), starts_on=date(2021, 9, 15),
                        ends_on=date(2021, 11, 3), state="active"),
        SimpleNamespace(title=_("Sum up and improve"), starts_on=date(2021, 11, 4),
                        ends_on=date(2021, 11, 16), state="idle"),
    ]  # fmt: skip


def crowded_stages() -> list[SimpleNamespace]:
    """Stages too short for their names, to show what the ruler does then."""
    long = [(7, "done"), (10, "done"), (60, "active"), (12, "idle"), (5, "idle")]
    made, start = [], TODAY - timedelta(50)
    for number, (days, state) in enumerate(long, 1):
        made.append(
            SimpleNamespace(
                title=_("Stage %(number)s with a rather long name") % {"number": number},
                starts_on=start, ends_on=start + timedelta(days - 1), state=state,
            )
        )  # fmt: skip
        start += timedelta(days)
    return made


def charts() -> dict[str, Any]:
    """Made-up numbers for the four charts."""
    organs = [_("Police"), _("Court"), _("Procuratorate"), _("Justice")]
    codes = ["11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36",
             "37", "41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62",
             "63", "64", "65", "66"]  # fmt: skip
    names = [
        "中京", "东津", "朔屏", "汾原", "长漠", "临澜", "望岭", "北棠",
        "鹭汀", "江岚", "海汀", "皎溪", "樟浦", "湖棠", "岱浦", "中垣",
        "云堤", "泽川", "南枢", "榕川", "椰洲", "叠江", "锦川", "竹岭",
        "彩屏", "雪岫", "泾屏", "陇汀", "青堤", "石岚", "远岫", "屯安",
    ]  # fmt: skip
    days = [TODAY - timedelta(56 - 7 * at) for at in range(9)]
    return {
        "bar_rows": [
            Bar(organs[0], 3930), Bar(organs[1], 1469), Bar(organs[2], 508), Bar(organs[3], 1226)
        ],
        "rate_rows": [
            Bar("竹岭", 82.5, 354, is_late=True), Bar("泽川", 84.4, 147, is_late=True),
            Bar("屯安", 88.0, 117), Bar("望岭", 88.5, 104), Bar("江岚", 91.6, 443),
        ],
        "stack_rows": [
            Parts(organs[0], [1580, 1204, 762, 270, 114]),
            Parts(organs[1], [560, 398, 311, 142, 58]),
            Parts(organs[2], [214, 166, 88, 30, 10]),
            Parts(organs[3], [466, 341, 253, 119, 47]),
        ],
        "stack_parts": [
            _("to 15 days"), _("16 to 30"), _("31 to 60"), _("61 to 90"), _("over 90")
        ],
        "line_series": [
            Series(_("Reported"), [(when, 120 + at * at * 9) for at, when in enumerate(days)]),
            Series(_("Accepted"), [(when, 40 + at * at * 8) for at, when in enumerate(days)]),
        ],
        "tile_cells": [
            Tile(code, name, None if code == "66" else 80 + at * 37 % 170 / 10, is_late=at % 9 == 4)
            for at, (code, name) in enumerate(zip(codes, names, strict=True))
        ],
        "tile_bounds": [82, 86, 90, 95],
    }  # fmt: skip


def samples() -> dict[str, Any]:
    """The context of the style page."""
    clocks = faces()
    bad = SampleForm(data={"title": "", "unit_kind": "", "received_on": "2021-13-40", "place": "3"})
    bad.add_error(None, _("Two people must sign; one signature is missing."))
    rows = [
        Row(f"望任〔2021〕{38 + at}号", title, unit, kind, state, clocks[at])
        for at, (title, unit, kind, state) in enumerate(
            [
                (_("Hand in the self-inspection forms"), "望川市公安局", "over", _("Overdue")),
                (_("Report the fourth nil return"), "望川市中级人民法院", "soon", _("Due soon")),
                (_("Name the leading group"), "望川市司法局", "active", _("In progress")),
                (_("Correct finding seven"), "望川市人民检察院", "wait", _("Waiting")),
                (_("Check the archived files"), "临湖市监狱", "pause", _("Clock stopped")),
                (_("Hold the opening meeting"), "望川市委政法委", "done", _("Accepted")),
            ]
        )
    ]
    return {
        "today": TODAY, "statuses": statuses(), "faces": clocks, "stages": stages(),
        "crowded": crowded_stages(), "form": SampleForm(auto_id="a_%s"), "bad_form": bad,
        "rows": rows,
        "views": [
            SimpleNamespace(label=_("All open"), url="#", count=483, is_current=False),
            SimpleNamespace(label=_("Mine"), url="#", count=38, is_current=True),
            SimpleNamespace(label=_("Overdue and due soon"), url="#", count=17, is_current=False),
            SimpleNamespace(label=_("Closed"), url="#", count=None, is_current=False),
        ],
        "filters": [
            SimpleNamespace(name=_("Status"), value=_("In progress"), remove_url="#"),
            SimpleNamespace(name=_("Place"), value="望川市", remove_url="#"),
        ],
        "page": SimpleNamespace(
            previous_url=None, next_url="#", says=_("By deadline, earliest first")
        ),
        "next_steps": [(_("Clear all"), "#"), (_("Back to today"), "/")],
        **charts(),
    }  # fmt: skip
