"""A warning on paper and as a picture: notice A4, leaflet, wide card, set by the library's templates."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.kit.clock import VIETNAM
from canhgiac.library.models import OWN_LICENCE, Group, Language, Layout
from canhgiac.library.selectors import blocks
from canhgiac.library.selectors.renderings import qr_svg, readable, site_url, speaker
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert

Kind = Rendition.Kind
LAYOUTS: dict[str, tuple[Layout, Rendition.Kind]] = {
    "thong-bao": (Layout.POSTER_A4, Kind.NOTICE),
    "to-roi": (Layout.LEAFLET, Kind.LEAFLET),
    "anh-chia-se": (Layout.SOCIAL_CARD, Kind.NOTICE),
}
"""Word in the address to the layout and the rendition it is set from."""
_RED = frozenset({Alert.Severity.EXTREME, Alert.Severity.SEVERE})
ENDED = frozenset({Alert.State.CANCELLED, Alert.State.SUPERSEDED, Alert.State.EXPIRED})


def print_page(warning: Alert, rendition: Rendition, layout: Layout, profile: Province) -> dict[str, Any]:
    """What a template is set from, as JSON values. The QR code opens the warning's own page. No query."""
    url = site_url(profile, f"/canh-bao/{warning.pk}/")
    lead, listed, sections = parted(rendition.text)
    kicker, title = _title(rendition, warning)
    call = _call(sections, profile)
    if warning.state in ENDED:  # a notice that hangs on a wall says so as loudly as it warned
        kicker = str(warning.get_state_display())
        if warning.state == Alert.State.CANCELLED:
            title, call = f"{kicker}: {title}", _("Cảnh báo này không còn đúng. Gỡ tờ này xuống.")
    form = warning.form.published if warning.form else None
    page: dict[str, Any] = {
        "layout": layout.value,
        "lang": rendition.language,
        "look": "alert" if warning.severity in _RED else "calm",
        "art": form.group if form else Group.OTHER.value,
        "kicker": kicker,
        "title": title,
        "lead": lead,
        "call": call,
        "credit": "",
        "rules": [],
        "address": readable(url),
        "qr": qr_svg(url),
        "edition": _edition(warning),
        "demo": _badge(warning, profile),
        "licence": str(OWN_LICENCE),
        "words": {
            "do": _("Nên làm"),
            "dont": _("Đừng làm"),
            "rules": _("4 không, 2 phải"),
            "scan": _("Quét mã hoặc gõ:"),
            "hotline": _("Cần hỏi, gọi"),
            "points": "",
        },
    }
    if layout is Layout.LEAFLET:
        inside = [block for name, lines in sections for block in _section(name, lines)]
        page |= {"inside": inside or blocks.items(listed), "flap": blocks.items(listed)}
    else:
        points = listed or [line for _name, lines in sections for line in lines]
        page |= {"points": [{"title": one, "text": ""} for one in points[:5]], "dos": [], "donts": []}
    return speaker(profile) | page


def parted(text: str) -> tuple[str, list[str], list[tuple[str, list[str]]]]:
    """A rendition's words taken apart: the first paragraph, the lines of its bare list, named lists.

    >>> parted("Chuyện gì.\\n\\n- Không cài.\\n\\nLỡ rồi thì:\\n- Gọi 113.")
    ('Chuyện gì.', ['Không cài.'], [('Lỡ rồi thì', ['Gọi 113.'])])
    """
    lead: list[str] = []
    listed: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    for block in text.split("\n\n"):
        lines = [line.strip() for line in block.splitlines() if line.strip()]
        points = [line[2:].strip() for line in lines if line.startswith("- ")]
        if not lines:
            continue
        if lines[0].startswith("- "):
            listed += points
        elif points and lines[0].endswith(":"):
            sections.append((lines[0][:-1], points))
        elif not lead:
            lead = lines
    return " ".join(lead), listed, sections


def _section(name: str, lines: list[str]) -> list[blocks.Block]:
    return [blocks.heading(name, panel=True), *blocks.items(lines)]


def _title(rendition: Rendition, warning: Alert) -> tuple[str, str]:
    """The word over the title, and the title without it."""
    head, colon, rest = rendition.title.partition(": ")
    if colon and rendition.language == Language.VI and len(head) <= 12:
        return head, rest[:1].upper() + rest[1:]
    return str(warning.get_kind_display()), rendition.title


def _call(sections: list[tuple[str, list[str]]], profile: Province) -> str:
    late = next((lines[0] for _name, lines in reversed(sections) if lines), "")
    return late or (_("Cần hỏi, gọi %s") % profile.hotline if profile.hotline else "")


def _edition(warning: Alert) -> str:
    parts = [warning.number or _("chưa duyệt")]
    if warning.issued_at:
        parts.append(f"{warning.issued_at.astimezone(VIETNAM):%d/%m/%Y}")
    if warning.expires_at:
        parts.append(_("Đến %s") % f"{warning.expires_at.astimezone(VIETNAM):%d/%m/%Y}")
    return " · ".join(parts)


def _badge(warning: Alert, profile: Province) -> str:
    said = [_("Dữ liệu hư cấu")] if profile.is_demo else []
    if warning.state in Alert.OPEN or warning.state == Alert.State.DROPPED:
        said.append(_("Bản nháp, chưa được duyệt"))
    elif warning.state in ENDED:
        said.append(str(warning.get_state_display()))
    return " · ".join(said)
