"""The register as TAXII 2.1 collections (OASIS TAXII Version 2.1), one for each kind of thing.

A collection holds the province's identity, then for each thing its indicator and its sighting, in the order in which
they were changed: who comes again asks for what was added after the last answer. What was cleared is told, revoked,
only to who asks ``added_after``: who never had it does not learn of it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.indicators.models import Indicator

from .exports import CHUNK, PATTERN_FIELDS
from .lookup import live
from .partners import Caller, kinds_for
from .stix import SINCE, moment, name_space, stix_id, stix_identity, stix_indicator, stix_sighting

MEDIA = "application/taxii+json;version=2.1"
STIX_MEDIA = "application/stix+json;version=2.1"
MOST = 1000
"""Objects of one answer at most."""
ROOT = "so-dau-vet"
_MOST_IDS = 50
_TYPES = ("indicator", "sighting")


class TaxiiRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The request is at fault: HTTP status, and why."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status


@dataclass(frozen=True, slots=True)
class Asked:
    """What one request narrows a collection to."""

    limit: int = MOST
    added_after: dt.datetime | None = None
    after: tuple[dt.datetime, int, int] | None = None
    """The last object of the page before: moment, row, place within the row."""
    types: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    versions: frozenset[dt.datetime] = frozenset()
    nothing: bool = False
    """The filters exclude everything we have."""


@dataclass(frozen=True, slots=True)
class Page:
    """Objects with the moments they were added, and where the next page begins ("" for the end)."""

    items: list[tuple[dt.datetime, dict[str, Any]]] = field(default_factory=list)
    next: str = ""


def collections_told(caller: Caller) -> list[dict[str, Any]]:
    """The collections that the caller may read; others are not mentioned."""
    return [collection_told(kind) for kind in kinds_for(caller.partner)]


def collection_told(kind: str) -> dict[str, Any]:
    """One collection as TAXII describes it (§5.2)."""
    return {
        "id": collection_id(kind), "title": str(Indicator.Kind(kind).label), "alias": kind, "can_read": True,
        "can_write": False, "media_types": [STIX_MEDIA],
        "description": _("Dấu vết nghi vấn do người dân, cán bộ, đối tác báo; trạng thái ở confidence."),
    }  # fmt: skip


def collection_id(kind: str) -> str:
    """The id of a collection: the same for ever on this server."""
    return stix_id("collection", kind).partition("--")[2]


def kind_of(caller: Caller, wanted: str) -> str:
    """The kind of a collection by its id or alias. Raises TaxiiRefused (404) for one that the caller may not see."""
    for kind in kinds_for(caller.partner):
        if wanted in (collection_id(kind), kind):
            return kind
    raise TaxiiRefused(404, _("Không có bộ dữ liệu này."))


def asked(query: Mapping[str, str]) -> Asked:
    """What the parameters of a request mean (§3.4). Raises TaxiiRefused (400)."""
    types, ids = _parts(query, "match[type]"), _parts(query, "match[id]")
    specs = _parts(query, "match[spec_version]")
    if len(ids) > _MOST_IDS:
        raise TaxiiRefused(400, _("Nhiều nhất %d mã một lần.") % _MOST_IDS)
    versions = _parts(query, "match[version]")
    moments = frozenset(_time(one) for one in versions - {"last", "first", "all"})
    every = not versions or bool(versions & {"last", "first", "all"})  # each object has one version here
    limit = query.get("limit", "")
    if limit and (not limit.isascii() or not limit.isdigit() or not int(limit[:9])):
        raise TaxiiRefused(400, _("limit phải là số nguyên dương."))
    added = query.get("added_after", "")
    return Asked(
        limit=min(int(limit[:9]), MOST) if limit else MOST,
        added_after=_time(added) if added else None,
        after=_after(query["next"]) if query.get("next") else None,
        types=types,
        ids=ids,
        versions=frozenset() if every else moments,
        nothing=bool(specs) and "2.1" not in specs,
    )


def _parts(query: Mapping[str, str], name: str) -> frozenset[str]:
    return frozenset(part.strip() for part in query.get(name, "").split(",") if part.strip())


def _time(text: str) -> dt.datetime:
    try:
        told = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return told.astimezone(dt.UTC) if told.tzinfo else told.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        raise TaxiiRefused(400, _("Thời điểm phải viết như 2026-11-22T01:02:03Z.")) from None


def _after(text: str) -> tuple[dt.datetime, int, int]:
    try:
        told, row, place = base64.urlsafe_b64decode(text.encode() + b"==").decode().split("_")
        return dt.datetime.fromisoformat(told).astimezone(dt.UTC), int(row), int(place)
    except (ValueError, OverflowError):
        raise TaxiiRefused(400, _("next không phải do máy chủ này cho.")) from None


def _next(at: dt.datetime, row: int, place: int) -> str:
    return base64.urlsafe_b64encode(f"{at.astimezone(dt.UTC).isoformat()}_{row}_{place}".encode()).decode().rstrip("=")


def taxii_page(kind: str, wanted: Asked) -> Page:
    """A page of a collection, in the order of adding."""
    if wanted.nothing:
        return Page()
    found = list(islice(_objects(kind, wanted), wanted.limit + 1))
    items = [(at, told) for at, _row, _place, told in found[: wanted.limit]]
    if len(found) <= wanted.limit:
        return Page(items)
    at, row, place, _told = found[wanted.limit - 1]
    return Page(items, _next(at, row, place))


_Placed = tuple[dt.datetime, int, int, dict[str, Any]]


def _objects(kind: str, wanted: Asked) -> Iterator[_Placed]:
    """Moment, row, place within the row, object."""
    if wanted.after is None and (wanted.added_after is None or wanted.added_after < SINCE):
        identity = stix_identity()
        if _fits(identity, wanted) and (not wanted.versions or SINCE in wanted.versions):
            yield SINCE, 0, 0, identity
    if wanted.types and not wanted.types & set(_TYPES):
        return
    for row in _rows(kind, wanted).iterator(chunk_size=min(wanted.limit + 1, CHUNK)):
        for place, told in enumerate((stix_indicator, stix_sighting)):
            if wanted.types and _TYPES[place] not in wanted.types:
                continue
            if wanted.after is not None and (row.changed_at, row.pk, place) <= wanted.after:
                continue
            if place and not row.sightings_count:
                continue
            one = told(row)
            if not wanted.ids or one["id"] in wanted.ids:
                yield row.changed_at, row.pk, place, one


def _fits(told: Mapping[str, Any], wanted: Asked) -> bool:
    return (not wanted.types or told["type"] in wanted.types) and (not wanted.ids or told["id"] in wanted.ids)


def _rows(kind: str, wanted: Asked) -> QuerySet[Indicator]:
    rows = Indicator.objects.filter(kind=kind).only(*PATTERN_FIELDS)
    if wanted.added_after is None and not wanted.ids:
        rows = live(rows)
    if wanted.added_after is not None:
        rows = rows.filter(changed_at__gt=wanted.added_after)
    if wanted.after is not None:
        at, row, _place = wanted.after
        rows = rows.filter(changed_at__gte=at).filter(Q(changed_at__gt=at) | Q(pk__gte=row))
    if wanted.versions:
        rows = rows.filter(changed_at__in=wanted.versions)
    if wanted.ids:
        rows = rows.filter(pk__in=_rows_of(kind, wanted.ids))
    return rows.order_by("changed_at", "pk")


def _rows_of(kind: str, ids: frozenset[str]) -> list[int]:
    """The rows whose ids these are. A UUIDv5 cannot be turned back, so the kind's values are gone through: about a
    second for a million. Programs ask by id seldom; they page."""
    space = name_space().bytes
    wanted = {what: {_bytes(one) for one in ids if one.startswith(f"{what}--")} for what in _TYPES}
    found: list[int] = []
    left = sum(map(len, wanted.values()))
    for pk, value in Indicator.objects.filter(kind=kind).values_list("pk", "value").iterator(chunk_size=20_000):
        for what in _TYPES:
            if wanted[what] and _hashed(space, f"{what}:{kind}:{value}") in wanted[what]:
                found.append(pk)
                left -= 1
        if not left:
            break
    return found


def _hashed(space: bytes, name: str) -> bytes:
    """UUIDv5 without the object (RFC 9562 §5.5): version and variant are set in the bytes."""
    digest = bytearray(hashlib.sha1(space + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return bytes(digest)


def _bytes(told: str) -> bytes:
    try:
        return uuid.UUID(told.partition("--")[2]).bytes
    except ValueError:
        return b""


def manifest_told(page: Page) -> list[dict[str, str]]:
    """The page as manifest records (§5.3.1)."""
    return [
        {"id": told["id"], "date_added": moment(at), "version": told["modified"], "media_type": STIX_MEDIA}
        for at, told in page.items
    ]


def envelope(page: Page, objects: Sequence[Any], name: str = "objects") -> dict[str, Any]:
    """The page as TAXII wraps it (§3.7); without what is empty."""
    told: dict[str, Any] = {"more": bool(page.next)}
    if page.next:
        told["next"] = page.next
    if objects:
        told[name] = list(objects)
    return told
