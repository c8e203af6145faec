"""The public pages for search engines: JSON-LD in the words of schema.org."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from canhgiac.agencies.selectors import province
from canhgiac.library.models import Edition, FormEdition, MaterialEdition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .forms import FormCard

ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
"""So that no text of ours can end the script element it stands in."""


def absolute(path: str) -> str:
    """An address of ours as other sites name it."""
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def script(graph: Sequence[dict[str, Any]]) -> SafeString:
    """The records in a data block; browsers do not run it and CSP leaves it alone."""
    told = json.dumps({"@context": "https://schema.org", "@graph": graph}, ensure_ascii=False).translate(ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(told))  # noqa: S308  # escaped above


def form_structured(edition: FormEdition, picture: str = "") -> SafeString:
    """A form: the article, its questions with answers, the way to it. One query."""
    url = absolute(reverse("form_page", args=[edition.form.slug]))
    article = _article(edition, url, edition.name, edition.summary) | ({"image": picture} if picture else {})
    asked = (
        ("Dấu hiệu nhận ra là gì?", edition.sign_titles or edition.signs),
        ("Đang gặp thì làm gì?", edition.during),
        ("Lỡ rồi thì làm gì?", edition.after),
        ("Làm sao để không mắc?", edition.before),
    )
    questions = [
        {"@type": "Question", "name": f"{edition.name}: {question}", "acceptedAnswer": _answer(lines)}
        for question, lines in asked
        if lines
    ]
    page = {"@type": "FAQPage", "@id": f"{url}#hoi-dap", "inLanguage": "vi", "mainEntity": questions}
    path = (
        ("Hình thức lừa đảo", reverse("form_index")),
        (edition.name, reverse("form_page", args=[edition.form.slug])),
    )
    return script([article, *([page] if questions else []), crumbs(path), publisher()])


def material_structured(edition: MaterialEdition, picture: str = "") -> SafeString:
    """A material: the article and the way to it. One query."""
    path = reverse("material_page", args=[edition.material.slug])
    article = _article(edition, absolute(path), edition.title, edition.lead)
    article |= {"inLanguage": edition.material.language} | ({"image": picture} if picture else {})
    return script([article, crumbs((("Tài liệu", reverse("material_index")), (edition.title, path))), publisher()])


def list_structured(heading: str, cards: Sequence[FormCard]) -> SafeString:
    """A list of forms."""
    items = [
        {"@type": "ListItem", "position": number, "name": card.name, "url": absolute(card.url)}
        for number, card in enumerate(cards, 1)
    ]
    return script([{"@type": "ItemList", "name": heading, "itemListElement": items}])


def publisher() -> dict[str, Any]:
    """Who answers for the site. One query."""
    profile = province()
    name = profile.office.name if profile.office else profile.name or "Cảnh Giác"
    told: dict[str, Any] = {
        "@type": "GovernmentOrganization",
        "@id": absolute("/#co-quan"),
        "name": name,
        "url": absolute("/"),
    }
    if profile.name:
        told["areaServed"] = {"@type": "AdministrativeArea", "name": profile.name}
    if profile.hotline:
        told["telephone"] = profile.hotline
    return told


def crumbs(path: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The way to a page from the home page."""
    steps = (("Cảnh Giác", "/"), *path)
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": absolute(where)}
        for number, (name, where) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _article(edition: Edition, url: str, title: str, line: str) -> dict[str, Any]:
    dates = {
        "datePublished": edition.published_at.isoformat() if edition.published_at else None,
        "dateModified": (edition.reviewed_at or edition.published_at or edition.updated_at).isoformat(),
        "expires": edition.expires_on.isoformat() if edition.expires_on else None,
    }
    who = {"@id": absolute("/#co-quan")}
    told: dict[str, Any] = {
        "@type": "Article",
        "@id": f"{url}#bai",
        "headline": title[:110],
        "description": line,
        "url": url,
    }
    told |= {"mainEntityOfPage": url, "inLanguage": "vi", "publisher": who, "author": who, "isAccessibleForFree": True}
    return told | {name: day for name, day in dates.items() if day}


def _answer(lines: Sequence[str]) -> dict[str, str]:
    return {"@type": "Answer", "text": " ".join(line if line[-1:] in ".?" else f"{line}." for line in lines)}
