"""The template tags: icons, Vietnamese dates and numbers, deadlines, meters, form controls."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from canhgiac.kit import icons
from canhgiac.kit.templatetags import cg

TODAY = dt.date(2026, 11, 18)


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def test_icon_stands_inline_and_is_hidden_from_screen_readers() -> None:
    drawn = cg.icon("home")
    assert drawn.startswith('<svg class="icon" viewBox="0 0 24 24"')
    assert 'aria-hidden="true"' in drawn
    assert "<path d=" in drawn
    assert "style=" not in drawn


def test_icon_with_a_label_speaks() -> None:
    assert 'role="img" aria-label="Quá hạn &amp; gấp"' in cg.icon("alert-circle", "Quá hạn & gấp")


def test_icon_we_lack_says_how_to_add_it() -> None:
    with pytest.raises(TemplateSyntaxError, match="python -m django icons no-such"):
        cg.icon("no-such")


def test_every_icon_has_a_drawing() -> None:
    assert all("d=" in shape or "cx=" in shape for shape in icons.shapes().values())


@pytest.mark.parametrize(
    ("due", "words", "state"),
    [
        (dt.date(2026, 11, 21), "còn 3 ngày", "soon"),
        (dt.date(2026, 11, 25), "còn 7 ngày", "soon"),
        (dt.date(2026, 11, 26), "còn 8 ngày", "none"),
        (dt.date(2026, 11, 18), "đến hạn hôm nay", "soon"),
        (dt.date(2026, 11, 16), "quá hạn 2 ngày", "late"),
        (dt.datetime(2026, 11, 18, 17, 30, tzinfo=dt.UTC), "còn 1 ngày", "soon"),  # past midnight in Viet Nam
        (None, "không nêu", "none"),
    ],
)
def test_due(due: dt.date | None, words: str, state: str) -> None:
    assert cg.due_words(due, TODAY) == words
    assert cg.due_state(due, TODAY) == state


def test_dates() -> None:
    moment = dt.datetime(2026, 11, 18, 1, 31, tzinfo=dt.UTC)
    assert cg.vn_date(TODAY) == "18/11/2026"
    assert cg.vn_date(None) == ""
    assert cg.vn_datetime(moment) == "18/11/2026 lúc 08:31"
    assert cg.vn_weekday(moment) == "Thứ Tư, 18/11/2026"


@pytest.mark.parametrize(
    ("value", "text"), [(1326, "1.326"), (286_400, "286.400"), (Decimal("3.1"), "3,1"), (0, "0"), (None, "–")]
)
def test_numbers(value: int | Decimal | None, text: str) -> None:
    assert cg.vn_number(value) == text


def test_percent_keeps_its_sign_on_the_line_and_unknown_is_not_zero() -> None:
    assert cg.vn_percent(0.8929) == "89,3\N{NO-BREAK SPACE}%"
    assert cg.vn_percent(Decimal(1), 0) == "100\N{NO-BREAK SPACE}%"
    assert cg.vn_percent(None) == "–"


def test_numbers_follow_the_reader() -> None:
    with translation.override("en"):
        assert cg.vn_number(1326) == "1,326"


def test_meter_draws_shares_and_says_them() -> None:
    drawn = render('{% meter 214560 286400 22300 0.9 "hộ" %}')
    assert 'aria-label="214.560 trên 286.400 hộ, chưa rõ 22.300, mục tiêu 90\N{NO-BREAK SPACE}%"' in drawn
    assert '<rect class="done" width="74.9%"' in drawn
    assert '<rect x="74.9%" width="7.8%" height="10" fill="url(#cg-hatch)"/>' in drawn


def test_meter_without_a_denominator_claims_nothing() -> None:
    drawn = render("{% meter 5 total %}", total=None)
    assert 'aria-label="chưa có mẫu số"' in drawn
    assert '<rect class="done" width="0.0%"' in drawn


def test_meter_never_exceeds_its_width() -> None:
    drawn = render("{% meter 90 100 30 %}")
    assert 'x="90.0%" width="10.0%"' in drawn


def test_ladder_names_its_step() -> None:
    drawn = render("{% ladder 2 %}")
    assert drawn.count('<i class="on"></i>') == 2
    assert "Đã đôn đốc" in drawn


class Sample(forms.Form):
    name = forms.CharField(label="Tên", help_text="Như trong văn bản.")
    kind = forms.ChoiceField(label="Cách giao", choices=[("a", "Giao"), ("b", "Đề nghị")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Nhắc trước hạn", required=False)


def test_field_ties_label_help_and_error_to_the_control() -> None:
    drawn = Sample({"name": "", "kind": "a"})["name"].as_field_group()
    assert '<label class="form-label" for="id_name">Tên' in drawn
    assert 'class="form-control is-invalid"' in drawn
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'id="id_name_helptext"' in drawn


def test_field_of_choices_is_a_fieldset() -> None:
    drawn = Sample()["kind"].as_field_group()
    assert "<fieldset>" in drawn.replace(' aria-describedby=""', "")
    assert '<legend class="form-label">Cách giao' in drawn


def test_box_stands_before_its_label() -> None:
    drawn = Sample()["agree"].as_field_group()
    assert drawn.index("<input") < drawn.index("<label")


def test_here_changes_only_what_it_is_told() -> None:
    request = RequestFactory().get("/?q=tờ+rơi&page=3&sort=due")
    assert cg.here({"request": request}, page=None, sort="-due") == "?q=t%E1%BB%9D+r%C6%A1i&sort=-due"


def test_sort_turns_round_on_the_second_press() -> None:
    request = RequestFactory().get("/?sort=due&page=2")
    drawn = render('{% sort "due" "Hạn" %}', request=request)
    assert 'aria-sort="ascending"' in drawn
    assert 'href="?sort=-due"' in drawn


@pytest.mark.parametrize(("name", "sign"), [("Lê Thu Hà", "LH"), ("Hà", "H"), ("", "?")])
def test_initials(name: str, sign: str) -> None:
    assert cg.initials(name) == sign


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_error_pages_stand_alone(name: str) -> None:
    """Even when nothing else works: no request, no context processors, no database."""
    drawn = Template('{% extends "' + name + '.html" %}').render(Context())
    assert drawn.count("<h1") == 1
    assert "113" in drawn
    assert "style=" not in drawn
