"""Warnings as other programs read them: RSS, Atom, JSON Feed, and each message as CAP 1.2."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Province
from canhgiac.agencies.selectors import province
from canhgiac.channels.feeds import cap
from canhgiac.channels.feeds.feed import Entry, Feed, Link, Tombstone
from canhgiac.kit import clock
from canhgiac.library.models import Language
from canhgiac.library.selectors.renderings import site_url
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.models import Warning as Alert

from .public import blocks_of, commune_asked
from .renditions import source_of
from .rules import host_of
from .warnings import reaching

State, Kind = Alert.State, Rendition.Kind
MOST = 100
REMEMBERED = dt.timedelta(days=90)
"""For so long feeds tell of what ended; a reader that slept longer starts anew."""
FEEDS = ("warning_rss", "warning_atom", "warning_json", "warning_cap_index")
"""URL names of the feeds: what a hub is told of."""
_NUMBER = re.compile(r"(CB-\d{4}-\d+)(?:-(\d+))?")
_MESSAGE = {
    Alert.Kind.ALERT.value: cap.MessageType.ALERT,
    Alert.Kind.UPDATE.value: cap.MessageType.UPDATE,
    Alert.Kind.CANCEL.value: cap.MessageType.CANCEL,
}
_ENDED = {State.SUPERSEDED.value: "superseded", State.CANCELLED.value: "withdrawn"}


def area_of(code: str) -> Area | None:
    """The commune whose feed is asked for; None for the whole province. Raises Http404 for an unknown code."""
    if not code.strip():
        return None
    asked = commune_asked(code)
    if asked.area is None:
        raise Http404
    return asked.area


def _with_words(rows: QuerySet[Alert]) -> QuerySet[Alert]:
    words = Rendition.objects.filter(
        Q(kind=Kind.PORTAL) | Q(kind=Kind.LOUDSPEAKER) & ~Q(audio_sha256=""), language=Language.VI
    )
    rows = rows.select_related("form").prefetch_related(Prefetch("renditions", words, to_attr="told"), "areas")
    return rows.order_by("-issued_at", "-pk")


def _messages(area: Area | None) -> QuerySet[Alert]:
    rows = Alert.objects.filter(state__in=Alert.OUT)
    return rows.filter(reaching(area)) if area is not None else rows


def feed(name: str, area: Area | None = None) -> Feed:
    """What holds and what ended lately, for the feed of this URL name. Up to seven queries."""
    profile, now = province(), clock.now()
    rows = _with_words(_messages(area))
    over = Q(state__in=(State.SUPERSEDED, State.CANCELLED, State.EXPIRED)) | Q(expires_at__lte=now)
    gone = rows.filter(over).filter(Q(ended_at__gt=now - REMEMBERED) | Q(ended_at=None))
    return Feed(
        title=_title(profile, area),
        url=site_url(profile, reverse("warning_public_list")) + _query(area),
        own_url=site_url(profile, reverse(name)) + _query(area),
        author=_speaker(profile),
        entries=[_entry(row, profile) for row in rows.exclude(over)[:MOST]],
        gone=[_tombstone(row, profile) for row in gone[:MOST]],
        description=_("Cảnh báo lừa đảo đang có hiệu lực, cập nhật và thu hồi."),
        hub=settings.WEBSUB_HUB,
    )


def cap_index(area: Area | None = None) -> Feed:
    """Every message of the last months, each with its CAP document: programs need the ended ones to end theirs."""
    profile = province()
    rows = _messages(area).filter(number__isnull=False)
    rows = rows.filter(Q(issued_at__gt=clock.now() - REMEMBERED) | Q(state=State.ISSUED))
    return Feed(
        title=_title(profile, area) + " (CAP 1.2)",
        url=site_url(profile, reverse("warning_public_list")) + _query(area),
        own_url=site_url(profile, reverse("warning_cap_index")) + _query(area),
        author=_speaker(profile),
        entries=[_entry(row, profile) for row in _with_words(rows)[:MOST]],
        hub=settings.WEBSUB_HUB,
    )


def topics() -> list[str]:
    """Addresses of the province's feeds, as a hub knows them."""
    profile = province()
    return [site_url(profile, reverse(name)) for name in FEEDS]


def _query(area: Area | None) -> str:
    return f"?xa={area.code}" if area is not None else ""


def _title(profile: Province, area: Area | None) -> str:
    where = area.name if area is not None else profile.name
    return _("Cảnh báo lừa đảo, %s") % where if where else _("Cảnh báo lừa đảo")


def _speaker(profile: Province) -> str:
    return (profile.office.name if profile.office else profile.name) or "Cảnh Giác"


def sender_of(profile: Province) -> str:
    """Who answers for a CAP message: the host of the province's site."""
    return host_of(profile.domain) or urlsplit(settings.BASE_URL).hostname or "canhgiac"


def _uid(row: Alert, profile: Province) -> str:
    """Stays for ever (RFC 4151): from the message's own day of issue and number in our books."""
    day = f"{row.issued_at.astimezone(clock.VIETNAM):%Y-%m-%d}" if row.issued_at else "2026"
    return f"tag:{sender_of(profile)},{day}:canh-bao:{row.pk}"


def _words(row: Alert, kind: str) -> Rendition | None:
    told: list[Rendition] = getattr(row, "told", [])
    return next((one for one in told if one.kind == kind), None)


def _entry(row: Alert, profile: Province) -> Entry:
    page, sound = _words(row, Kind.PORTAL), _words(row, Kind.LOUDSPEAKER)
    blocks = blocks_of(page.text) if page else blocks_of(row.happens)
    links = []
    if row.number:
        address = site_url(profile, reverse("warning_cap", args=[slug_of(row.number)]))
        links.append(Link(address, cap.TYPE, "CAP 1.2"))
    if sound is not None:
        address = site_url(profile, reverse("loudspeaker_sound", args=[sound.audio_sha256]))
        links.append(Link(address, "audio/mpeg", _("Bài phát loa"), seconds=sound.audio_seconds or 0))
    at = row.issued_at or row.made_at
    return Entry(
        uid=_uid(row, profile),
        title=(page.title if page else "") or row.title,
        url=site_url(profile, reverse("warning_public", args=[row.pk])),
        published=at,
        updated=at,
        summary=next((" ".join(one.lines) for one in blocks if one.lines), ""),
        html=render_to_string("outreach/public_warning_words.html", {"told": {"blocks": blocks}}).strip(),
        categories=[str(row.get_kind_display()), str(row.get_severity_display())],
        links=links,
        rights=_speaker(profile),
        expires=row.expires_at,
    )


def _tombstone(row: Alert, profile: Province) -> Tombstone:
    reason = row.end_reason or (_("Hết hiệu lực") if row.state not in _ENDED else str(row.get_state_display()))
    return Tombstone(
        uid=_uid(row, profile),
        title=row.title,
        url=site_url(profile, reverse("warning_public", args=[row.pk])),
        at=row.ended_at or row.expires_at or row.made_at,
        reason=reason,
        state=_ENDED.get(row.state, "expired"),
    )


# CAP ------------------------------------------------------------------------------------------------------------------


def slug_of(number: str) -> str:
    """A warning's number as an address and a CAP name hold it: "CB-2026-118/2" is "CB-2026-118-2"."""
    return number.replace("/", "-")


def warning_by_slug(slug: str) -> Alert:
    """The issued warning of this number. Raises Http404."""
    parts = _NUMBER.fullmatch(slug)
    if parts is None:
        raise Http404
    number = f"{parts[1]}/{parts[2]}" if parts[2] else parts[1]
    rows = Alert.objects.select_related("form", "first", "refers_to")
    return get_object_or_404(rows, number=number, state__in=Alert.OUT)


def cap_written(row: Alert) -> bytes:
    """The message as CAP 1.2; it says the same for ever. Some seven queries."""
    profile = province()
    sender = sender_of(profile)
    root = row.first_id or row.pk
    chain = Alert.objects.filter(Q(pk=root) | Q(first_id=root), state__in=Alert.OUT, number__isnull=False)
    at = row.issued_at or row.made_at
    earlier = chain.filter(issued_at__lt=at).order_by("issued_at", "pk")
    with translation.override("vi"):
        infos = _infos(row, profile)
    return cap.alert_written(
        cap.Alert(
            identifier=slug_of(row.number or f"CB-{row.pk}"),
            sender=sender,
            sent=at,
            status=cap.Status.EXERCISE if profile.is_demo else cap.Status.ACTUAL,
            kind=_MESSAGE[row.kind],
            note=_note(row, profile),
            references=[
                cap.Reference(sender, slug_of(str(one.number)), one.issued_at) for one in earlier if one.issued_at
            ],
            infos=infos,
        )
    )


def _note(row: Alert, profile: Province) -> str:
    """Why it was taken back, for a cancellation alone: what an alert says must not change with what became of it."""
    said = ["Bản dùng thử của phần mềm, không phải cảnh báo thật."] if profile.is_demo else []
    if row.kind == Alert.Kind.CANCEL and row.end_reason:
        said.append(row.end_reason)
    return " ".join(said)


def _infos(row: Alert, profile: Province) -> list[cap.Info]:
    pages = row.renditions.filter(kind=Kind.PORTAL).exclude(text="").order_by("language")
    spoken = {one.language: one for one in pages}
    codes = [Language.VI.value, *(code for code in spoken if code != Language.VI)]
    areas = _areas(row, profile)
    return [_info(row, profile, code, spoken.get(code), areas) for code in codes]


def _info(row: Alert, profile: Province, code: str, page: Rendition | None, areas: Sequence[cap.Area]) -> cap.Info:
    is_ours = code == Language.VI
    source, edition = source_of(row), row.form.published if row.form is not None else None
    told = "\n".join((*source.happens, *source.signs)) if is_ours else page.text if page else ""
    return cap.Info(
        language="vi-VN" if is_ours else code,
        event=edition.name if edition is not None else "Lừa đảo trên mạng",
        urgency="Past" if row.kind == Alert.Kind.CANCEL else row.urgency.capitalize(),
        severity=row.severity.capitalize(),
        certainty=row.certainty.capitalize(),
        responses=() if row.kind == Alert.Kind.CANCEL else ("Avoid",),
        effective=row.issued_at,
        expires=row.expires_at,
        sender_name=_speaker(profile),
        headline=(page.title if page else "") or row.title,
        description=told,
        instruction="\n".join(source.advice) if is_ours else "",
        web=site_url(profile, reverse("warning_public", args=[row.pk])),
        contact=profile.hotline,
        areas=areas,
    )


def _areas(row: Alert, profile: Province) -> list[cap.Area]:
    areas = list(row.areas.select_related("parent")) or ([profile.area] if profile.area else [])
    return [_area(area) for area in areas] or [cap.Area(profile.name or "Toàn tỉnh")]


def _area(area: Area) -> cap.Area:
    """A residential group has no code of its own in the country's list: it is told by its commune's."""
    above = area.parent if area.level == Area.Level.GROUP else None
    if above is None:
        return cap.Area(area.name, [(cap.GEOCODE, area.code)])
    return cap.Area(f"{area.name}, {above.name}", [(cap.GEOCODE, above.code)])
