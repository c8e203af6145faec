"""What feeds and the API tell of the library: new texts, and which are no longer to be used."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock, markdown
from canhgiac.library.models import Edition, FormEdition, MaterialEdition, MaterialFile

from .editions import AnyEdition, kind_of, title_of, work_of
from .materials import licence_of, materials_published, public_url
from .renderings import language_of, layouts_for, site_url

MOST = 100
"""Entries of a feed, and as many tombstones."""
ATOM, GONE = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
_EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One published text."""

    uid: str
    edition: AnyEdition
    title: str
    url: str
    at: dt.datetime
    summary: str
    kind_label: str
    language: str

    @property
    def path(self) -> str:
        """Its page as pages of ours name it; ``url`` is for others."""
        return _path(self.edition)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One text that is no longer to be used (RFC 6721)."""

    uid: str
    title: str
    url: str
    at: dt.datetime
    reason: str
    state: str


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed of a province at one moment."""

    province: Province
    url: str
    entries: Sequence[Entry]
    gone: Sequence[Tombstone]

    @property
    def updated(self) -> dt.datetime:
        """When anything in it last changed."""
        return max([*(entry.at for entry in self.entries), *(tomb.at for tomb in self.gone)], default=_EPOCH)


def feed() -> Feed:
    """The newest texts and the latest tombstones. Five queries."""
    profile = province()
    forms = FormEdition.objects.filter(state=Edition.State.PUBLISHED).select_related("form")
    texts: list[AnyEdition] = [
        *forms.order_by("-published_at", "-pk")[:MOST],
        *materials_published()[:MOST],
    ]
    entries = sorted((_entry(edition, profile) for edition in texts), key=lambda one: (one.at, one.uid), reverse=True)
    return Feed(profile, site_url(profile, "/"), entries[:MOST], _gone(profile))


def _gone(profile: Province) -> list[Tombstone]:
    """Texts withdrawn or expired that nothing of the same form or material replaces."""
    over = (Edition.State.WITHDRAWN, Edition.State.EXPIRED)
    forms = FormEdition.objects.filter(state__in=over, form__published=None).select_related("form")
    materials = MaterialEdition.objects.filter(state__in=over, material__published=None).select_related("material")
    found: dict[str, Tombstone] = {}
    ended: list[AnyEdition] = [*forms.order_by("-ended_at")[:MOST], *materials.order_by("-ended_at")[:MOST]]
    for edition in ended:
        uid = uid_of(edition, profile)
        reason = edition.end_reason or str(edition.get_state_display())
        at = edition.ended_at or edition.updated_at
        if uid not in found or found[uid].at < at:
            url = site_url(profile, _path(edition))
            found[uid] = Tombstone(uid, title_of(edition), url, at, reason, edition.state)
    return sorted(found.values(), key=lambda tomb: (tomb.at, tomb.uid), reverse=True)[:MOST]


def uid_of(edition: AnyEdition, profile: Province) -> str:
    """The name of a form or material for ever (RFC 4151), whatever its edition."""
    host = site_url(profile, "").partition("://")[2].partition(":")[0] or "canhgiac.test"
    return f"tag:{host},2026:{kind_of(edition)}:{work_of(edition).code}"


def _path(edition: AnyEdition) -> str:
    return reverse(f"{kind_of(edition)}_page", args=[work_of(edition).slug])


def _entry(edition: AnyEdition, profile: Province) -> Entry:
    return Entry(
        uid=uid_of(edition, profile),
        edition=edition,
        title=title_of(edition),
        url=site_url(profile, _path(edition)),
        at=edition.published_at or edition.updated_at,
        summary=edition.summary if isinstance(edition, FormEdition) else edition.lead,
        kind_label=_kind_label(edition),
        language=language_of(edition),
    )


def _kind_label(edition: AnyEdition) -> str:
    return _("Hình thức lừa đảo") if isinstance(edition, FormEdition) else str(edition.material.get_kind_display())


# Atom (RFC 4287) ----------------------------------------------------------------------------------------------------


def atom(told: Feed) -> bytes:
    """The feed as Atom, with ``at:deleted-entry`` for what is gone (RFC 6721)."""
    ET.register_namespace("", ATOM)
    ET.register_namespace("at", GONE)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "vi"})
    own = f"{told.url.rstrip('/')}{reverse('feed_atom')}"
    _add(root, "id", own)
    _add(root, "title", _("Cảnh Giác: hình thức lừa đảo và tài liệu"))
    _add(root, "updated", _moment(told.updated))
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "self", "href": own, "type": "application/atom+xml"})
    ET.SubElement(root, f"{{{ATOM}}}link", {"rel": "alternate", "href": told.url, "type": "text/html"})
    author = ET.SubElement(root, f"{{{ATOM}}}author")
    _add(author, "name", publisher(told.province))
    for entry in told.entries:
        _atom_entry(root, entry)
    for tomb in told.gone:
        element = ET.SubElement(root, f"{{{GONE}}}deleted-entry", {"ref": tomb.uid, "when": _moment(tomb.at)})
        ET.SubElement(element, f"{{{GONE}}}comment").text = _clean(f"{tomb.title}: {tomb.reason}")
        ET.SubElement(element, f"{{{ATOM}}}link", {"rel": "alternate", "href": tomb.url})
    document: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return document


def _atom_entry(root: ET.Element, entry: Entry) -> None:
    element = ET.SubElement(root, f"{{{ATOM}}}entry", {"{http://www.w3.org/XML/1998/namespace}lang": entry.language})
    _add(element, "id", entry.uid)
    _add(element, "title", entry.title)
    _add(element, "updated", _moment(entry.at))
    _add(element, "summary", entry.summary)
    ET.SubElement(element, f"{{{ATOM}}}link", {"rel": "alternate", "href": entry.url, "type": "text/html"})
    ET.SubElement(element, f"{{{ATOM}}}category", {"term": kind_of(entry.edition), "label": entry.kind_label})
    if isinstance(entry.edition, MaterialEdition):
        _add(element, "rights", licence_of(entry.edition))


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = _clean(text)


def _clean(text: str) -> str:
    """Without the control signs that XML 1.0 refuses."""
    return "".join(sign for sign in text if sign in "\t\n\r" or sign >= " ")


def _moment(at: dt.datetime) -> str:
    return at.astimezone(clock.VIETNAM).isoformat(timespec="seconds")


def publisher(profile: Province) -> str:
    """Who speaks."""
    return profile.office.name if profile.office else profile.name or "Cảnh Giác"


# JSON Feed 1.1 (jsonfeed.org) ---------------------------------------------------------------------------------------


def json_feed(told: Feed) -> dict[str, Any]:
    """The feed as JSON Feed 1.1; what is gone stands under ``_canhgiac``."""
    base = told.url.rstrip("/")
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _("Cảnh Giác: hình thức lừa đảo và tài liệu"),
        "home_page_url": told.url,
        "feed_url": f"{base}{reverse('feed_json')}",
        "language": "vi",
        "authors": [{"name": publisher(told.province)}],
        "items": [_json_item(entry) for entry in told.entries],
        "_canhgiac": {
            "gone": [
                {"id": tomb.uid, "title": tomb.title, "when": _moment(tomb.at), "state": tomb.state, "why": tomb.reason}
                for tomb in told.gone
            ]
        },
    }


def _json_item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.uid,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "language": entry.language,
        "date_modified": _moment(entry.at),
        "tags": [entry.kind_label],
    }
    if isinstance(entry.edition, MaterialEdition):
        item["content_html"] = str(markdown.html(entry.edition.body))
    else:
        item["content_text"] = entry.summary
    return item


def tag_of(body: bytes) -> str:
    """The ETag of a body (RFC 9110 §8.8.3)."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def materials_changed() -> dt.datetime | None:
    """When a material was last published or ended; None before the first. One query."""
    last = MaterialEdition.objects.aggregate(shown=Max("published_at"), ended=Max("ended_at"))
    return max(filter(None, last.values()), default=None)


# The API ------------------------------------------------------------------------------------------------------------


def material_told(edition: MaterialEdition, profile: Province, *, full: bool = False) -> dict[str, Any]:
    """A published edition as the API tells it; ``full`` with its text, files and renderings."""
    material = edition.material
    said: dict[str, Any] = {
        "code": material.code,
        "url": site_url(profile, public_url(edition)),
        "kind": material.kind,
        "language": material.language,
        "audiences": material.audiences,
        "channels": material.channels,
        "title": edition.title,
        "lead": edition.lead,
        "edition": edition.number,
        "sha256": edition.sha256,
        "published_at": edition.published_at,
        "review_by": edition.review_by,
        "expires_on": edition.expires_on,
        "credit": edition.credit,
        "licence": licence_of(edition),
    }
    if not full:
        return said
    files = [_file_told(file, material.code, profile) for file in edition.files.all()]
    offers = [
        {"layout": offer.layout.value, "pdf": site_url(profile, offer.pdf_url), "png": site_url(profile, offer.png_url)}
        for offer in layouts_for(edition)
    ]
    return said | {
        "body": edition.body,
        "html": str(markdown.html(edition.body)),
        "points": edition.points,
        "call": edition.call,
        "link": edition.link,
        "forms": [form.code for form in material.forms.all()],
        "files": files,
        "renderings": offers,
    }


def _file_told(file: MaterialFile, code: str, profile: Province) -> dict[str, Any]:
    url = reverse("api:library_material_file", kwargs={"code": code, "file_id": file.pk})
    return {
        "id": file.pk,
        "role": file.role,
        "name": file.file_name,
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "caption": file.caption,
        "url": site_url(profile, url),
    }
