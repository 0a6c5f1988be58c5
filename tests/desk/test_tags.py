"""What the tags of the design system put out."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from qingfeng.core import charts
from qingfeng.core.face import Face
from qingfeng.core.icons import ICONS
from qingfeng.core.ruler import ruler, text_width
from qingfeng.core.templatetags import qf

DAY = date(2021, 10, 14)


def render(source, **context):
    return Template(source).render(Context(context))


def face(due, **more):
    fields = {"kind": "active", "words": "w", "today": DAY, "started_on": DAY - timedelta(10)}
    return Face(due_on=due, **{**fields, **more})


# -- statuses, icons, dates -------------------------------------------------------------------
@pytest.mark.parametrize("kind", qf.KINDS)
def test_a_status_tells_itself_by_colour_shape_and_word(kind):
    made = qf.status(kind, "办理中")
    assert f'class="st {kind}"' in made
    assert ICONS[kind] in made
    assert "办理中" in made


def test_the_eight_kinds_have_eight_shapes():
    assert len({ICONS[kind] for kind in qf.KINDS}) == 8


def test_a_ninth_kind_is_refused():
    with pytest.raises(ValueError, match="no kind of status"):
        qf.status("angry", "x")


def test_what_people_typed_is_escaped():
    assert "<script>" not in qf.status("done", "<script>")
    assert "<script>" not in qf.clock(face(DAY, words="<script>"))


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh-hans", ["10月4日", "2021年10月4日"]), ("en", ["4 Oct", "4 Oct 2021"])],
)
def test_dates_follow_the_language(language, shown):
    with translation.override(language):
        assert [qf.day(date(2021, 10, 4)), qf.full_day(date(2021, 10, 4))] == shown


def test_a_moment_is_shown_in_local_time_and_names_a_year_that_is_not_this_one():
    at = datetime(2021, 10, 3, 18, 5, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert qf.moment(at) == "2021年10月4日02:05"


def test_numbers_are_grouped_by_thousands_in_chinese_too():
    with translation.override("zh-hans"):
        assert qf.short(1284000) == "1,284,000"


# -- clocks -----------------------------------------------------------------------------------
def test_on_its_last_day_a_clock_is_full_and_not_over():
    full = face(DAY)
    assert (full.used, full.overrun, full.limit) == (1.0, 0.0, 1.0)


def test_past_the_limit_only_the_overrun_is_red():
    late = face(DAY - timedelta(5), kind="over")
    assert late.limit == pytest.approx(0.5)
    assert late.used == pytest.approx(0.5)
    assert late.overrun == pytest.approx(0.5)
    made = qf.clock(late)
    assert '<rect class="bar-in" y="2" width="58.0"' in made
    assert '<rect class="bar" x="58.0" y="2" width="58.0"' in made


def test_a_stopped_clock_stands_where_it_was_stopped():
    assert face(DAY + timedelta(10), suspended_on=DAY - timedelta(5)).used == pytest.approx(0.25)


@given(
    st.integers(-400, 400),
    st.integers(0, 400),
    st.lists(st.tuples(st.integers(-50, 500), st.integers(0, 40)), max_size=4),
)
def test_whatever_the_dates_nothing_is_drawn_outside_the_clock(due, ran, spans):
    one = face(
        DAY + timedelta(due), started_on=DAY - timedelta(ran), target_on=DAY,
        spans_not_counted=[(DAY + timedelta(a), DAY + timedelta(a + b)) for a, b in spans],
    )  # fmt: skip
    assert 0 <= one.used <= one.limit <= 1
    assert one.used + one.overrun <= 1 + 1e-9
    assert all(left >= 0 and left + wide <= 1 + 1e-9 for left, wide in one.gaps)


def test_a_duty_without_a_deadline_has_words_and_no_bar():
    assert "<svg" not in qf.clock(face(None))


@pytest.mark.parametrize("size", ["task", "row", "full"])
def test_a_clock_carries_no_style_and_no_script(size):
    assert not re.search(r"style=|<script|on\w+=", qf.clock(face(DAY + timedelta(3)), size))


# -- the ruler --------------------------------------------------------------------------------
def stage(start, days, state="idle", title="学习教育"):
    return SimpleNamespace(
        title=title,
        starts_on=DAY + timedelta(start),
        ends_on=DAY + timedelta(start + days - 1),
        state=state,
    )


def test_the_ruler_places_stages_by_their_days():
    made = ruler([stage(-30, 30, "done"), stage(0, 50, "active"), stage(50, 20)], DAY)
    assert [segment.x for segment in made.segments] == pytest.approx([0, 0.3, 0.8])
    assert [segment.width for segment in made.segments] == pytest.approx([0.3, 0.5, 0.2])
    assert made.day_number == 1
    # Today is coloured to its end: day 31 of 100.
    assert made.today == pytest.approx(0.31)


def test_the_flag_of_today_leans_inwards_at_both_ends():
    assert ruler([stage(0, 100, "active")], DAY).side == "start"
    assert ruler([stage(-50, 100, "active")], DAY).side == "middle"
    assert ruler([stage(-98, 100, "active")], DAY).side == "end"


def test_outside_the_campaign_there_is_no_mark_of_today():
    assert ruler([stage(5, 10)], DAY).today is None
    assert "rl-today" not in render("{% ruler stages today %}", stages=[stage(5, 10)], today=DAY)


def test_names_that_do_not_fit_become_numbers_with_a_list():
    short = [stage(-5, 5, "done", "一个名称很长的环节"), stage(0, 90, "active", "查纠整改")]
    made = render("{% ruler stages today %}", stages=short, today=DAY)
    assert "rl-list" in made
    assert (
        made.count("一个名称很长的环节") == 2
    )  # the spoken label and the list: never cut on the bar
    assert "rl-list" not in render(
        "{% ruler stages today %}", stages=[stage(-5, 50, "active")], today=DAY
    )


@given(st.lists(st.tuples(st.integers(-300, 300), st.integers(1, 200)), min_size=1, max_size=6))
def test_every_stage_lies_on_the_ruler(spans):
    made = ruler([stage(start, days) for start, days in spans], DAY)
    assert all(one.x >= -1e-9 and one.x + one.width <= 1 + 1e-9 for one in made.segments)
    assert min(one.x for one in made.segments) == 0


def test_a_chinese_character_is_a_square():
    assert text_width("清风") == 28
    assert text_width("ab") < 28


# -- charts -----------------------------------------------------------------------------------
def test_wilson_agrees_with_published_values():
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662.
    low, high = charts.wilson(81 / 263, 263)
    assert (low, high) == (pytest.approx(25.53, abs=0.01), pytest.approx(36.62, abs=0.01))


@given(st.floats(0.001, 1e9))
def test_an_axis_ends_at_a_round_number_not_below_the_largest(value):
    top = charts.top_of([value])
    assert value <= top * (1 + 1e-9)
    assert top <= value * 2.5 * (1 + 1e-9)
    assert len(charts.gridlines(top)) <= 4


def test_bars_begin_at_zero_and_keep_their_proportions():
    drawing = charts.bars([charts.Bar("甲", 50), charts.Bar("乙", 100)])
    small, large = (mark["width"] for mark in drawing.marks)
    assert large == pytest.approx(2 * small)


def test_a_stack_is_whole_and_an_empty_row_draws_nothing():
    drawing = charts.stack([charts.Parts("甲", [1, 1]), charts.Parts("乙", [0, 0])])
    full = sum(cell["width"] + 1.5 for cell in drawing.marks[0]["cells"])
    assert full == pytest.approx(drawing.right - drawing.left)
    assert all(cell["width"] == 0 for cell in drawing.marks[1]["cells"])


def test_names_of_lines_never_touch():
    points = [(DAY, 1.0), (DAY + timedelta(7), 2.0)]
    drawing = charts.line([charts.Series("甲", points), charts.Series("乙", points)])
    first, second = sorted(mark["label_y"] for mark in drawing.marks)
    assert second - first >= 18


def test_tiles_have_places_of_their_own_and_say_they_are_no_map():
    assert len(set(charts.PLACES.values())) == len(charts.PLACES)
    with translation.override("en"):
        made = render(
            "{% tiles cells bounds %}", cells=[charts.Tile("11", "中京", 91.0)], bounds=[1, 2, 3, 4]
        )
    assert "This is not a map" in made
    assert 'class="q5"' in made


@pytest.mark.parametrize(
    "source",
    [
        "{% bars rows say='s' label='l' %}",
        "{% stack parts names say='s' label='l' %}",
        "{% line series say='s' label='l' %}",
        "{% tiles cells bounds say='s' label='l' %}",
    ],
)
def test_every_chart_has_its_sentence_first_and_its_table_after(source):
    made = render(
        source,
        rows=[charts.Bar("甲", 3, n=9)],
        parts=[charts.Parts("甲", [1, 2])],
        names=["a", "b"],
        series=[charts.Series("甲", [(DAY, 1.0)])],
        cells=[charts.Tile("11", "甲", 1.0)],
        bounds=[1, 2, 3, 4],
    )
    assert (
        made.index('class="say"')
        < made.index("<svg")
        < made.index("<details>")
        < made.index("<table>")
    )
    assert not re.search(r"style=|<script|\son\w+=", made)


# -- forms ------------------------------------------------------------------------------------
class Sample(forms.Form):
    few = forms.ChoiceField(choices=[("a", "甲"), ("b", "乙")])
    many = forms.ChoiceField(choices=[(str(at), f"第{at}") for at in range(7)])
    maybe = forms.ChoiceField(choices=[("", "---"), ("a", "甲")], required=False)
    words = forms.CharField(help_text="一行")


def test_up_to_six_choices_are_radios_and_more_a_select():
    form = Sample()
    assert render("{% field form.few %}", form=form).count('type="radio"') == 2
    assert "<select" in render("{% field form.many %}", form=form)


def test_nothing_is_chosen_beforehand():
    assert "checked" not in render("{% field form.few %}", form=Sample())


def test_only_an_optional_choice_may_be_left_open():
    assert 'value=""' not in render("{% field form.few %}", form=Sample())
    assert 'value=""' in render("{% field form.maybe %}", form=Sample())


def test_a_choice_sent_is_kept():
    assert re.search(
        r'value="b" checked', render("{% field form.few %}", form=Sample({"few": "b"}))
    )


def test_hint_and_error_are_tied_to_the_control():
    made = render("{% field form.words %}", form=Sample({"words": ""}))
    described = re.search(r'aria-describedby="([^"]+)"', made)[1].split()
    assert len(described) == 2
    assert all(f'id="{name}"' in made for name in described)
    assert 'aria-invalid="true"' in made


def test_the_summary_links_to_controls_that_exist():
    form = Sample({"words": ""})
    page = render("{% form_errors form %}{% for f in form %}{% field f %}{% endfor %}", form=form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert len(targets) == 3
    assert all(f'id="{target}"' in page for target in targets)


def test_a_form_without_errors_has_no_summary():
    assert render("{% form_errors form %}", form=Sample()).strip() == ""


# -- parts of lists ---------------------------------------------------------------------------
def test_a_missing_neighbour_is_shown_as_not_possible():
    page = SimpleNamespace(previous_url=None, next_url="?after=1", says="")
    made = render("{% prevnext page %}", page=page)
    assert 'aria-disabled="true"' in made
    assert 'rel="next"' in made


def test_the_view_one_is_in_is_marked():
    views = [SimpleNamespace(label="甲", url="a", count=0, is_current=True)]
    assert 'aria-current="page"' in render("{% tabs views %}", views=views)


def test_an_empty_list_says_what_why_and_next():
    made = render("{% empty 'what' 'why' steps %}", steps=[("go", "/")])
    assert all(part in made for part in ("what", "why", 'href="/"'))
