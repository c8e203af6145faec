"""Subscribers as staff and they themselves look at them: addresses masked, but for their owner."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import areas_on, province
from canhgiac.engines.lookup.keys import Key, Kind, masked
from canhgiac.kit import clock
from canhgiac.library.selectors.renderings import qr_svg, readable, site_url
from canhgiac.outreach.models import ConsentText, Delivery, InboundMessage, Provider, Subscriber, Way

from .audiences import groups_of
from .consents import consent_texts_now, consents_of


def address_masked(way: Way | str, address: str) -> str:
    """Enough for its owner to know it again: "0900 *** 123", "a***@vinhan.test". Pure."""
    if not address:
        return ""
    if way == Way.SMS and address.startswith("+"):
        return masked(Key(Kind.PHONE, address))
    if way == Way.EMAIL and "@" in address:
        box, _at, host = address.rpartition("@")
        return f"{box[:1]}***@{host}"
    if way == Way.PUSH:
        return "***"
    return f"{address[:2]}***{address[-2:]}" if len(address) > 6 else "***"


def digest_told(digest: bytes) -> str:
    """How logs name an address: the first 8 hexadecimal digits of its digest."""
    return bytes(digest).hex()[:8]


def ways_offered() -> list[Way]:
    """The channels that somebody carries for us now, in their order. One query."""
    carried = set(Provider.objects.filter(is_active=True).values_list("way", flat=True))
    return [way for way in Way if way.value in carried]


def inbound_number() -> str:
    """The number that people write SMS to; empty where the contract has none. One query."""
    rows = Provider.objects.filter(way=Way.SMS, is_active=True).order_by("id").values_list("settings", flat=True)
    return next((str(told["reply_to"]) for told in rows if told.get("reply_to")), "")


def follow_link() -> str:
    """The address of our page on Zalo, where people follow it; empty without one. One query."""
    rows = Provider.objects.filter(way=Way.ZALO, is_active=True).order_by("id").values_list("settings", flat=True)
    told = next((str(one["follow_link"]) for one in rows if one.get("follow_link")), "")
    return told if told.startswith("https://") else ""


def communes_rows() -> QuerySet[Area]:
    """The communes of the province today, by name."""
    above = province().area
    rows = areas_on(clock.today()).filter(level=Area.Level.COMMUNE)
    return (rows.filter(path__startswith=above.path) if above else rows).order_by("folded", "pk")


def communes_now() -> list[str]:
    """Their names. Two queries."""
    return list(communes_rows().values_list("name", flat=True))


def subscriber_by_token(token: str) -> Subscriber:
    """The one whose own link it is. Raises Http404."""
    return get_object_or_404(Subscriber.objects.select_related("area"), token=token)


def qr_picture(url: str) -> str:
    """A data: address of the drawing."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(url).encode()).decode()}"


@dataclass(frozen=True, slots=True)
class Poster:
    """The notice for a board: where to sign up, and by which SMS."""

    url: str
    """As it is typed."""
    qr: str
    number: str
    area: Area | None
    who: str


def poster(code: str = "") -> Poster:
    """The notice, of the commune with this code if there is one."""
    url = site_url(province(), reverse("subscriber_new"))
    area = commune_of_code(code)
    asked = f"{url}?xa={area.code}" if area else url
    return Poster(readable(url), qr_picture(asked), inbound_number(), area, _office())


def _office() -> str:
    held = province()
    return held.office.name if held.office else held.name


@dataclass(frozen=True, slots=True)
class SignUpPage:
    """What the public page says beside the form."""

    number: str
    """Where SMS are sent to; empty without one."""
    zalo: str
    zalo_qr: str
    texts: dict[str, ConsentText]
    who: str


def signup_page() -> SignUpPage:
    """What comes, from whom, in which words it is agreed to. Four queries."""
    link = follow_link()
    return SignUpPage(
        number=inbound_number(),
        zalo=link,
        zalo_qr=qr_picture(link) if link else "",
        texts=consent_texts_now(),
        who=_office(),
    )


def own_data(subscriber: Subscriber) -> dict[str, Any]:
    """All that is kept of a person, for themselves (91/2025/QH15: the right to see and to get one's data)."""
    digest = bytes(subscriber.digest)
    sent = Delivery.objects.filter(digest=digest).order_by("made_at")
    warnings = sent.values_list("made_at", "lane__broadcast__warning__title", "lane__template")
    heard = InboundMessage.objects.filter(way=subscriber.way, sender=subscriber.address).order_by("at")
    return {
        "kenh": subscriber.way,
        "dia_chi": subscriber.address,
        "dia_ban": subscriber.area.name if subscriber.area else None,
        "nhom": list(groups_of(subscriber.groups)),
        "ngon_ngu": subscriber.language,
        "nhan_co_dau": subscriber.with_marks,
        "trang_thai": subscriber.state,
        "dang_ky_qua": subscriber.origin,
        "dang_ky_luc": subscriber.made_at,
        "xac_nhan_luc": subscriber.confirmed_at,
        "ngung_luc": subscriber.stopped_at,
        "dong_y": [
            {
                "viec": one.act,
                "bang_cach": one.means,
                "luc": one.at,
                "loi": one.text.text if one.text else None,
                "ban": one.text.number if one.text else None,
            }
            for one in consents_of(digest)
        ],
        "tin_da_gui": [{"luc": at, "canh_bao": title or template} for at, title, template in warnings],
        "tin_da_nhan": [{"luc": one.at, "noi_dung": one.text} for one in heard],
    }


def commune_of_code(code: str) -> Area | None:
    """The commune that a link or a QR code names; None without one. No query for an empty code."""
    return communes_rows().filter(code=code[:24].replace("\0", "")).first() if code else None
