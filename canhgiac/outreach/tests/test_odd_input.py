"""Every address of outreach with odd input: whatever is asked or posted, nobody sees an error page of ours."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Loudspeaker, Posting, SavedAudience, SubscriberImport, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.consents import consent_texts_ensure
from canhgiac.outreach.services.loudspeakers import loudspeaker_add
from canhgiac.outreach.urls import urlpatterns
from tests.factories import outreach, recognition
from tests.factories.agencies import Cast

from .sending import approved, make, people, standing

pytestmark = pytest.mark.django_db
QUERIES = (
    "page=-1&xa=%00&q=%00%ED%A0%80&sort=%27--&state=%00&area=%00&tieng=%00&phut=%00&tu=%00&ve=%00&way=x&act=x&form=%00",
    f"page={'9' * 5000}&xa={'%F0%9F%98%80' * 99}&q={'a+' * 3000}&sort=-&area={'x' * 9000}&group=x&ve={'A' * 9000}",
    "areas=%00&groups=x&ways=%FF&hub.mode=subscribe&hub.verify_token=%00&hub.challenge=%ED%A0%80&without_area=on",
)
FIELDS = (
    *("version", "title", "text", "happens", "signs", "advice", "form", "areas", "audience", "severity", "expires_on"),
    *("language", "kinds", "note", "reason", "act", "viec", "name", "groups", "ways", "languages", "origins", "saved"),
    *("sample", "hold_out", "unsure", "when", "scheduled_at", "emergency_reason", "means", "until", "xa", "nhom"),
    *("ngon_ngu", "co_dau", "kenh", "so", "thu", "dong_y", "trinh_duyet", "thu_thach", "loi_giai", "ma", "ve", "cu"),
    *("moi", "way", "address", "area", "basis", "consented_on", "whole", "number", "code", "places", "key", "to"),
    *("rate", "window", "connections", "cost", "daily_cap", "set_host", "set_port", "set_system_id", "sender"),
    *("sender_until", "sms_from", "sms_until", "zalo_from", "zalo_until", "most_in_day", "domains", "speak_at"),
    *("opinion", "opinion_on", "opinion_by", "is_advertising"),
)
ODD = ("", "\0", "-1", "9" * 400, "9999-12-31", "0001-01-01T00:00", "😀" * 9000, "1e309", "[" * 9000, "' OR 1=1 --")
LIKELY = {"version": "1", "way": "sms", "kenh": "sms", "when": "at", "means": "call", "ways": "sms", "language": "tyz"}


@pytest.fixture
def world(cast: Cast) -> dict[str, tuple[Any, ...]]:
    """One of everything, and names of nothing, by the parts of addresses."""
    recognition.recognition_ready()
    consent_texts_ensure()
    approver = standing(cast)
    wire = outreach.provider(Way.SMS, window=80)
    outreach.provider(Way.EMAIL)
    people(3)
    row = outreach.draft(cast.coordinator)
    left = approved(cast, approver)
    sending = make(cast.coordinator, left)
    person = outreach.subscriber()
    loud, _key = loudspeaker_add(by=cast.coordinator, area=cast.commune_area, name="Chợ")
    audience = SavedAudience.objects.create(name="Mọi người", rule={}, made_by=cast.coordinator)
    message = outreach.heard(wire, person.address, "xin chào")
    handed = SubscriberImport.objects.create(name="a", sha256="0" * 64, basis="b", made_by=cast.coordinator)
    up = Posting.objects.create(warning=left, place=Posting.Place.PORTAL, made_by=cast.coordinator, up_at=clock.now())
    Alert.objects.filter(pk=left.pk).update(state=Alert.State.ISSUED, issued_at=clock.now())
    none = 999_999_999_999_999_999
    return {
        "warning_id": (row.pk, left.pk, none),
        "rendition_id": (row.renditions.all()[0].pk, none),
        "broadcast_id": (sending.pk, none),
        "provider_id": (wire.pk, none),
        "subscriber_id": (person.pk, none),
        "audience_id": (audience.pk, none),
        "message_id": (message.pk, none),
        "import_id": (handed.pk, none),
        "posting_id": (up.pk, none),
        "loudspeaker_id": (loud.pk, none),
        "token": (person.token, "A" * 24),
        "digest": (bytes(loud.key_digest).hex(), "0" * 64),
        "sha256": ("0" * 64,),
        "code": (cast.commune_area.code, "x"),
        "number": ("CB-2026-1-1",),
        "wire": ("smpp", "push", "x"),
        "language": ("tyz", "x"),
        "kind": ("csv",),
        "part": ("khong-den", "xa-phuong"),
        "act": ("sua", "nghi", "kenh", "ngung", "xoa", "nhan", "bo", "hoan-tac"),
        "way": ("sms",),
        "name": ("thong-bao",),
        "ext": ("png",),
    }


def addresses(world: dict[str, tuple[Any, ...]]) -> Iterator[str]:
    for one in urlpatterns:
        assert isinstance(one, URLPattern)
        groups = sorted(getattr(one.pattern, "converters", {})) or sorted(one.pattern.regex.groupindex)
        for values in itertools.product(*(world[name] for name in groups)):
            given = dict(zip(groups, values, strict=True))
            if one.name == "consent_text":
                given["number"] = 999_999
            with contextlib.suppress(NoReverseMatch):  # an act that this address does not know
                yield reverse(str(one.name), kwargs=given)


def posts() -> Iterator[dict[str, Any]]:
    for odd in ODD:
        yield dict.fromkeys(FIELDS, odd)
        yield dict.fromkeys(FIELDS, odd) | LIKELY


def tried(client: Client, method: str, address: str, faults: list[str], **given: Any) -> None:
    """One request, taken back whatever it did."""
    try:
        with transaction.atomic():
            answer = getattr(client, method)(address, **given)
            list(answer) if getattr(answer, "streaming", False) else answer.content
            transaction.set_rollback(True)
        if answer.status_code >= 500:
            faults.append(f"{method} {address}: {answer.status_code}")
    except Http404:
        pass
    except Exception as error:  # noqa: BLE001  # each is told, the others are tried too
        faults.append(f"{method} {address[:120]} {str(given)[:80]}: {type(error).__name__}: {str(error)[:200]}")


def as_member(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def test_no_question_breaks_a_page(cast: Cast, world: dict[str, tuple[Any, ...]]) -> None:
    faults: list[str] = []
    client, stranger = as_member(cast.coordinator), Client()
    for address in addresses(world):
        for query in QUERIES:
            tried(client, "get", f"{address}?{query}", faults)
        tried(stranger, "get", f"{address}?{QUERIES[0]}", faults)
    assert not faults, "\n".join(faults)


def test_nothing_posted_breaks_a_page(cast: Cast, world: dict[str, tuple[Any, ...]]) -> None:
    faults: list[str] = []
    client, stranger = as_member(cast.coordinator), Client()
    bodies = list(posts())
    for number, address in enumerate(addresses(world)):
        tried(client, "post", address, faults)
        for at in range(4):
            tried(client, "post", address, faults, data=bodies[(number * 4 + at) % len(bodies)])
        octets = bytes(range(256)) * 9
        tried(client, "post", address, faults, data={"file": SimpleUploadedFile("a\0.mp3", octets), "version": "1"})
        tried(stranger, "post", address, faults, data=octets, content_type="application/json")
        tried(stranger, "put", address, faults, data=octets, content_type="application/octet-stream")
    assert not faults, "\n".join(faults)


def test_the_forms_bear_every_odd_word(cast: Cast, world: dict[str, tuple[Any, ...]]) -> None:
    """Those that write: each with every body."""
    faults: list[str] = []
    client = as_member(cast.coordinator)
    draft, sending = world["warning_id"][0], Broadcast.objects.get()
    names: list[tuple[str, list[Any]]] = [
        ("warning_create", []),
        ("warning_edit", [draft]),
        ("rendition_edit", [draft, world["rendition_id"][0]]),
        ("broadcast_create", [sending.warning_id]),
        ("provider_create", ["smpp"]),
        ("rules_edit", []),
        ("audience_create", []),
        ("subscriber_new", []),
        ("subscriber_rest", [world["token"][0]]),
        ("subscriber_call", []),
        ("loudspeaker_list", []),
    ]
    assert Loudspeaker.objects.exists()
    for (name, args), body in itertools.product(names, posts()):
        tried(client, "post", reverse(name, args=args), faults, data=body)
    assert not faults, "\n".join(faults)
