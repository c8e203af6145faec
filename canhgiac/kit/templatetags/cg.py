"""Template tags and filters of the whole site: icons, Vietnamese dates and numbers, chips, meters, form controls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Select
from django.utils import numberformat
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.kit import clock, icons

register = template.Library()

Number = int | float | Decimal
NARROW = "\N{NO-BREAK SPACE}"
SOON_DAYS = 7
"""From this many days before a deadline on, its chip is amber."""
CHIP_ICONS = {
    "done": "check",
    "info": "pencil",
    "soon": "clock",
    "late": "alert-circle",
    "none": "circle-dashed",
}
LADDER = 3
"""Steps of the overdue ladder: reminded, urged, reported to the superior."""


# Icons --------------------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """The drawing of an icon; decoration beside a word, unless ``label`` says what it stands for alone.

    Raises TemplateSyntaxError for a name that our sprite lacks: add it with ``python -m django icons NAME``.
    """
    try:
        shape = icons.shapes()[name]
    except KeyError:
        raise template.TemplateSyntaxError(
            f"no icon {name!r} in icons.svg; add it: python -m django icons {name}"
        ) from None
    aria = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        ' stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        f" {css}" if css else "",
        aria,
        mark_safe(shape),  # noqa: S308  # our own file
    )


# Dates --------------------------------------------------------------------------------------------------------------


@register.filter
def vn_date(value: dt.date | None) -> str:
    """18/11/2026, in Vietnamese time; nothing for no date."""
    return f"{_day(value):%d/%m/%Y}" if value else ""


@register.filter
def vn_datetime(value: dt.datetime | None) -> str:
    """18/11/2026 lúc 08:31, in Vietnamese time; nothing for no moment."""
    if not value:
        return ""
    at = localtime(value, clock.VIETNAM)
    return _("%(day)s lúc %(time)s") % {"day": f"{at:%d/%m/%Y}", "time": f"{at:%H:%M}"}


@register.filter
def vn_weekday(value: dt.date | None) -> str:
    """Thứ Tư, 18/11/2026; nothing for no date."""
    if not value:
        return ""
    names = (
        _("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ Nhật"),
    )  # fmt: skip
    day = _day(value)
    return f"{names[day.weekday()]}, {day:%d/%m/%Y}"


@register.filter
def due_words(due: dt.date | None, today: dt.date | None = None) -> str:
    """How far a deadline is, in calendar days: còn 3 ngày, hôm nay, quá hạn 2 ngày; "không nêu" for none."""
    if due is None:
        return _("không nêu")
    left = (_day(due) - (today or clock.today())).days
    if left > 0:
        return ngettext("còn %(days)d ngày", "còn %(days)d ngày", left) % {"days": left}
    if left == 0:
        return _("đến hạn hôm nay")
    return ngettext("quá hạn %(days)d ngày", "quá hạn %(days)d ngày", -left) % {"days": -left}


@register.filter
def due_state(due: dt.date | None, today: dt.date | None = None) -> str:
    """The chip state of a deadline not yet met: late, soon (within 7 days), none."""
    if due is None:
        return "none"
    left = (_day(due) - (today or clock.today())).days
    if left < 0:
        return "late"
    return "soon" if left <= SOON_DAYS else "none"


def _day(value: dt.date) -> dt.date:
    return localtime(value, clock.VIETNAM).date() if isinstance(value, dt.datetime) else value


# Numbers ------------------------------------------------------------------------------------------------------------


@register.filter
def vn_number(value: Number | None, places: int | None = None) -> str:
    """1.326 or 3,1 in the reader's language; a dash for an unknown number, which is not zero."""
    return "–" if value is None else _grouped(Decimal(str(value)), places)


@register.filter
def vn_percent(value: Number | None, places: int = 1) -> str:
    """89,3 % from a share between 0 and 1; a dash for an unknown share."""
    if value is None:
        return "–"
    return f"{_grouped(Decimal(str(value)) * 100, places)}{NARROW}%"


@register.filter
def vn_value(value: object) -> str:
    """A cell as it is read: a number in the reader's signs, a text as it is, nothing for nothing."""
    if value is None or isinstance(value, bool):
        return ""
    return vn_number(value) if isinstance(value, int | float | Decimal) else str(value)


def _grouped(value: Decimal, places: int | None) -> str:
    """The number with the reader's signs; Django itself would cut digits off and not group in Vietnamese."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    point, group = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    return numberformat.format(value, point, places, grouping=3, thousand_sep=group, force_grouping=True)


# Parts --------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("parts/chip.html")
def chip(state: str, text: str, icon: str = "") -> dict[str, str]:
    """A state in a word and an icon; ``state`` is done, info, soon, late or none."""
    return {"state": state, "text": text, "icon": icon or CHIP_ICONS.get(state, "circle")}


@register.inclusion_tag("parts/chip.html")
def due_chip(due: dt.date | None, done: bool = False) -> dict[str, str]:  # a template's flag
    """The chip of a deadline: its colour and how far it is."""
    if done:
        return {"state": "done", "text": _("Đã xong"), "icon": CHIP_ICONS["done"]}
    state, words = due_state(due), due_words(due)
    return {
        "state": state,
        "text": words[:1].upper() + words[1:],
        "icon": CHIP_ICONS["late" if state == "late" else "soon"],
    }


@register.inclusion_tag("parts/meter.html")
def meter(
    done: Number, total: Number | None, unknown: Number = 0, goal: Number | None = None, unit: str = ""
) -> dict[str, Any]:
    """A bar of ``done`` over ``total``; ``unknown`` is hatched, ``goal`` is a tick at that share (0 to 1)."""
    whole = float(total or 0)
    shares = {"done_share": _share(done, whole), "unknown_share": _share(unknown, whole)}
    shares["unknown_share"] = min(shares["unknown_share"], 100 - shares["done_share"])
    goal_share = None if goal is None else min(max(float(goal) * 100, 0), 99.6)
    return {
        "done": done,
        "total": total,
        "unknown": unknown,
        "goal": goal,
        "unit": unit,
        "goal_share": goal_share,
    } | shares


def _share(part: Number, whole: float) -> float:
    return round(min(max(float(part) / whole, 0), 1) * 100, 1) if whole else 0.0


@register.inclusion_tag("parts/ladder.html")
def ladder(step: int, words: str = "") -> dict[str, Any]:
    """The overdue ladder at ``step`` 0 to 3; ``words`` replace the step's own name."""
    names = ("", _("Đã nhắc"), _("Đã đôn đốc"), _("Báo cấp trên"))
    at = min(max(step, 0), LADDER)
    return {"steps": [number <= at for number in range(1, LADDER + 1)], "step": at, "words": words or names[at]}


@register.filter
def initials(name: str) -> str:
    """Two letters for a round sign: the first of the family name and of the given name."""
    words = name.split()
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"


# Forms --------------------------------------------------------------------------------------------------------------


@register.filter
def control(field: BoundField) -> SafeString:
    """The input of a form field in our look, marked when it has errors."""
    widget = field.field.widget
    css = [str(widget.attrs.get("class", ""))]
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        css.append("cg-choices")
    elif isinstance(widget, CheckboxInput):
        css.append("form-check-input")
    elif isinstance(widget, Select):
        css.append("form-select")
    else:
        css.append("form-control")
    if field.errors:
        css.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(filter(None, css))})


@register.filter
def kind(field: BoundField) -> str:
    """How a field's parts are laid out: check (box before label), choices (a list of boxes), file or plain."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "plain"


# Lists --------------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def here(context: Mapping[str, Any], **changes: Any) -> str:
    """The query string of this page with some keys changed; None or "" drops a key. For filters, sorts and pages."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("parts/sort.html", takes_context=True)
def sort(context: Mapping[str, Any], key: str, label: str, numeric: bool = False) -> dict[str, Any]:
    """The head of a sortable column: ``?sort=key``, ``?sort=-key`` on the second press."""
    now = context["request"].GET.get("sort", "")
    state = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    target = f"-{key}" if state == "ascending" else key
    return {"href": here(context, sort=target, page=None), "label": label, "state": state, "numeric": numeric}
