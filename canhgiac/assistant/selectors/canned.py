"""Replies ready to be put into an officer's answer: published advice, golden-hour steps, real lines, materials."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.kit.text import fold
from canhgiac.library.selectors.contacts import contacts_public, phones_told
from canhgiac.library.selectors.forms import forms_told
from canhgiac.library.selectors.materials import materials_published

from .golden import golden_acts, said_at
from .lines import called, spaced

SHOWN = 10
MOST_MATERIALS = 200


@dataclass(frozen=True, slots=True)
class Canned:
    """One ready reply. ``key`` names it between two requests."""

    key: str
    kind: str
    title: str
    text: str
    form: str = ""
    """Code of the scam form whose advice it is."""


def canned_find(query: str, *, form: str = "") -> list[Canned]:
    """The replies that hold every word of the query, those of the talk's ``form`` first; without a query those of the
    form and the golden hour. At most ``SHOWN``. Five queries.
    """
    words = fold(query).split()
    ranked = []
    for place, one in enumerate(_every()):
        title, text = fold(one.title), fold(one.text)
        if words and not all(word in title or word in text for word in words):
            continue
        if not words and not (one.kind == _("Giờ vàng") or (form and one.form == form)):
            continue
        ranked.append((one.form != form or not form, sum(word not in title for word in words), place, one))
    return [one for *_rank, one in sorted(ranked, key=lambda rank: rank[:3])[:SHOWN]]


def canned_text(key: str) -> str:
    """The words of one ready reply; empty for a key that is none any more."""
    return next((one.text for one in _every() if one.key == key), "")


def _every() -> Iterator[Canned]:
    for act in golden_acts(_("ngân hàng của bạn"), said_at("…")):
        points = "".join(f"\n- {point}" for point in act.points)
        yield Canned(f"gv-{act.code}", _("Giờ vàng"), act.title, f"{act.title}. {act.text}{points}")
    yield from _of_forms()
    for row in contacts_public():
        phones = ", ".join(map(spaced, phones_told(row)))
        if phones:
            yield Canned(f"db-{row.code}", _("Danh bạ"), called(row), f"{row.name}: {phones}.")
    for edition in materials_published()[:MOST_MATERIALS]:
        link = urljoin(settings.BASE_URL, reverse("material_page", args=[edition.material.slug]))
        lead = edition.lead or edition.call
        text = f"{edition.title}. {lead}".strip() + f"\n{link}"
        yield Canned(f"tl-{edition.material.code}", _("Tài liệu"), edition.title, text)


def _of_forms() -> Iterator[Canned]:
    """Each published form's advice: when it happens now, when it has happened, how not to fall for it."""
    parts = (
        ("during", _("Đang gặp thì làm")),
        ("after", _("Lỡ rồi thì làm")),
        ("before", _("Để không mắc")),
        ("dont", _("Đừng làm")),
    )
    for edition in forms_told():
        code = edition.form.code
        for name, label in parts:
            lines = list(getattr(edition, name))
            if lines:
                text = f"{edition.name}. {label}:" + "".join(f"\n- {line}" for line in lines)
                yield Canned(f"ht-{code}-{name}", _("Hình thức"), f"{edition.name}: {label.lower()}", text, code)
