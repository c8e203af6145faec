"""The staff home on one A4 page, to print or to hand on: set by Typst from plain values, no words read as markup."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit import clock, maps
from canhgiac.kit.templatetags.cg import vn_date, vn_datetime, vn_number, vn_percent, vn_weekday
from canhgiac.plans.selectors.ledger import TargetRate
from canhgiac.plans.selectors.rates import aim_words

from .desk import Desk, Figure, desk, share_of
from .parts import Places, groups, late, period, places, targets, trend
from .wanted import Wanted

if TYPE_CHECKING:
    import typst

PDF = "application/pdf"
FONT = "Be Vietnam Pro"
FONTS = "@expo-google-fonts/be-vietnam-pro"
LAYOUT = settings.ROOT / "canhgiac" / "front" / "templates" / "front" / "desk.typ"
LATE_SHOWN, TARGETS_SHOWN, WORDS = 7, 8, 110
SHADES = {
    1: "#dcebe6",
    2: "#b5d5cc",
    3: "#7fb5a9",
    4: "#2e7b72",
    5: "#0a5c55",
    maps.NONE: "#ffffff",
    maps.WAITING: "#fdf2d9",
}
"""The light theme's own: paper is light."""


def desk_paper(member: Member, wanted: Wanted) -> bytes:
    """The page as PDF. Raises FileNotFoundError where the fonts are not installed (npm ci)."""
    import typst  # noqa: PLC0415 - a start that most pages do not need

    found = desk(member, wanted)
    data = json.dumps(_page(member, found, wanted), ensure_ascii=False, separators=(",", ":"))
    compiler = typst.Compiler(LAYOUT.read_bytes(), root=LAYOUT.parent, font_paths=_fonts(), sys_inputs={"page": data})
    made = compiler.compile(format="pdf", timestamp=clock.now().astimezone(dt.UTC).replace(microsecond=0))
    if not isinstance(made, bytes):
        raise TypeError("Typst made no PDF")
    return made


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415

    folder = Path(settings.VENDOR_ROOT) / FONTS
    faces = [folder / name for name in ("400Regular", "500Medium", "600SemiBold", "700Bold")]
    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(face) for face in faces]
    )
    if FONT not in found.families():
        raise FileNotFoundError(f"no {FONT} in {folder}")
    return found


def _page(member: Member, found: Desk, wanted: Wanted) -> dict[str, Any]:
    agency = found.plan.agency if found.plan and found.plan.agency and found.wide else member.agency
    number = found.plan.directive.number if found.plan else ""
    title = _("Tình hình thực hiện Kế hoạch số %s") % number if number else _("Tình hình thực hiện")
    reach = places(member, wanted) if found.wide else groups(member, wanted)
    return {
        "font": FONT,
        "agency": agency.name if agency else "",
        "day": vn_weekday(clock.today()),
        "title": title,
        "sub": found.plan.title if found.plan else "",
        "span": _("Kỳ số liệu: %(since)s đến %(until)s. Phạm vi: %(words)s.")
        % {"since": vn_date(wanted.window.since), "until": vn_date(wanted.until), "words": wanted.words.lower()},
        "figures": [_figure(one) for one in found.figures],
        "targets": _targets(targets(member, wanted).rates) if found.wide else None,
        "late": _late(member, wanted),
        "places": _places(reach),
        "period": None if found.wide else _period(member, wanted),
        "weeks": _weeks(member, wanted),
        "foot": _("Lập lúc %(at)s tại %(url)s. Phần gạch chéo là chưa rõ, không tính là 0.")
        % {"at": vn_datetime(clock.now()), "url": settings.BASE_URL},
        "words": {"unknown": _("chưa rõ"), "reached": _("đã đạt"), "rest": _("chưa đạt")},
    }


def _figure(one: Figure) -> dict[str, Any]:
    return {
        "title": one.title,
        "value": vn_number(one.value),
        "total": vn_number(one.total) if one.total is not None else "",
        "done": float(share_of(one) or 0) if one.total else None,
        "unknown": one.unknown / one.total if one.total else 0,
        "notes": [{"text": note.text, "alarm": note.alarm} for note in one.notes],
    }


def _targets(rates: Sequence[TargetRate]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for rate in rates:
        due = vn_date(rate.target.due_date)
        if not rate.measures:
            rows.append(
                {"text": _short(rate.target.text), "due": due, "aim": aim_words(rate.target), "rate": "", "done": None}
            )
        for one in rate.measures:
            rows.append(
                {
                    "text": _short(rate.target.text),
                    "note": one.line,
                    "done": one.reached / one.known_total if one.known_total else None,
                    "unknown": one.pending / one.known_total if one.known_total else 0,
                    "goal": float(one.goal) if one.goal is not None else None,
                    "count": f"{vn_number(one.reached)} / {vn_number(one.known_total)}"
                    if one.known_total
                    else vn_number(one.reached),
                    "rate": vn_percent(one.rate),
                    "aim": aim_words(rate.target),
                    "due": due,
                    "met": one.verdict,
                }
            )
    return {
        "title": _("Chỉ tiêu"),
        "heads": [_("Chỉ tiêu"), _("Đã đạt / mẫu số"), "", _("Tỷ lệ"), _("Mục tiêu"), _("Hạn")],
        "rows": rows[:TARGETS_SHOWN],
        "more": _("Còn %s chỉ tiêu nữa.") % (len(rows) - TARGETS_SHOWN) if len(rows) > TARGETS_SHOWN else "",
        "unset": _("chưa đặt cách đo"),
    }


def _period(member: Member, wanted: Wanted) -> dict[str, Any]:
    both = period(member, wanted)
    return {
        "title": _("Kết quả của đơn vị"),
        "heads": [_("Chỉ số"), _("Kỳ này"), _("Kỳ trước")],
        "rows": [[row.label, vn_number(row.now), vn_number(row.before)] for row in both.rows],
    }


def _late(member: Member, wanted: Wanted) -> dict[str, Any]:
    found = late(member, wanted, limit=LATE_SHOWN)
    return {
        "title": _("Chậm hạn: %(shown)s trên %(total)s") % {"shown": len(found.lines), "total": vn_number(found.total)},
        "none": _("Không có việc nào quá hạn."),
        "rows": [
            {
                "agency": line.agency,
                "text": _short(line.text),
                "days": _("%s ngày") % line.days,
                "rung": line.rung,
                "label": line.label,
            }
            for line in found.lines
        ],
    }


def _short(text: str) -> str:
    return text if len(text) <= WORDS else f"{text[:WORDS].rsplit(' ', 1)[0]} …"


def _places(found: Places | None) -> dict[str, Any] | None:
    if found is None or found.map is None:
        return None
    facts = {
        "reached": vn_number(found.reached),
        "total": vn_number(len(found.rows)),
        "unknown": vn_number(found.unknown),
    }
    title = _("Tổ dân phố, thôn đã đến") if found.is_group else _("Xã, phường đã đến")
    names = [row.area.name for row in found.missing]
    if found.more > 0:
        names.append(_("và %s nơi nữa") % vn_number(found.more))
    return {
        "title": title,
        "words": _("%(reached)s trên %(total)s nơi có hoạt động được công nhận; %(unknown)s nơi chưa ghi gì.") % facts,
        "svg": map_svg(found.map),
        "missing": _("Chưa có hoạt động được công nhận: %s.") % ", ".join(names) if names else "",
        "keys": [{"label": f"{key.label} ({key.count})", "colour": SHADES.get(key.step, "")} for key in found.map.keys],
    }


def map_svg(drawing: maps.Drawing) -> str:
    """A map of the page as a picture of its own, in the colours of paper."""
    shapes = []
    for cell in drawing.cells:
        step = cell.mark.step
        fill = SHADES.get(step, "url(#h)")
        ink = "#ffffff" if step in (4, 5) else "#16262a"
        look = f'fill="{fill}" stroke="#7d867f" stroke-width="0.8"'
        if cell.path:
            shapes.append(f'<path d="{escape(cell.path)}" {look}/>')
            if cell.is_labelled:
                shapes.append(_text(cell.x, cell.y, cell.letters, ink, 13))
        else:
            shapes.append(f'<rect x="{cell.x}" y="{cell.y}" width="44" height="44" rx="6" {look}/>')
            shapes.append(_text(cell.x + 22, cell.y + 20, cell.letters, ink, 13))
            shapes.append(_text(cell.x + 22, cell.y + 35, cell.mark.value, ink, 12))
    hatch = (
        '<pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="6" height="6" fill="#f2efe5"/><path d="M0 0V6" stroke="#8b959e" stroke-width="1.6"/></pattern>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}">'
        f"<defs>{hatch}</defs>{''.join(shapes)}</svg>"
    )


def _text(x: float, y: float, words: str, ink: str, size: int) -> str:
    return (
        f'<text x="{x}" y="{y}" font-family="{FONT}" font-size="{size}" text-anchor="middle" fill="{ink}">'
        f"{escape(words)}</text>"
    )


def _weeks(member: Member, wanted: Wanted) -> dict[str, Any] | None:
    chart = trend(member, wanted)
    if not chart.known:
        return None
    values = [int(value or 0) for value in chart.series[0].values]
    top = max(values) or 1
    ends = chart.ends
    words = _("Nhiều nhất %(top)s hoạt động, tuần từ %(at)s.") % {
        "top": vn_number(max(values)),
        "at": ends[2].label if ends else "",
    }
    return {
        "title": _("Hoạt động được công nhận mỗi tuần"),
        "bars": [round(value / top, 4) for value in values],
        "from": chart.labels[0],
        "until": chart.labels[-1],
        "words": words,
    }
