"""Scripts become sound, communes get their programme, devices tell what they played, a recall reaches them."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.conf import settings as conf
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.channels.speech.mp3 import duration
from canhgiac.channels.speech.schedule import key_digest, report_signature, schedule_signature
from canhgiac.channels.speech.voice import EspeakVoice
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.outreach.models import Loudspeaker, Play, Posting, Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.loudspeakers import communes_of, item_id, programme, sounds_at_once
from canhgiac.outreach.selectors.renditions import renditions_of, warning_sha256
from canhgiac.outreach.services.loudspeakers import (
    loudspeaker_add,
    loudspeaker_key,
    loudspeaker_retire,
    loudspeaker_seen,
    loudspeakers_follow,
    loudspeakers_post,
    plays_keep,
)
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.speech import rendition_record, warning_speak
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
needs_voice = pytest.mark.skipif(not EspeakVoice().available(), reason="espeak-ng is not installed")
SHOWN = (loudspeaker_seen, plays_keep)
"""Called by the pages that are asked below."""


@pytest.fixture(autouse=True)
def place(cast: Cast) -> None:
    row = province()
    row.name, row.area, row.office, row.domain = "tỉnh Thử", cast.province_area, cast.police, "canhgiac.thu.test"
    row.save()


def _approver(cast: Cast) -> Member:
    someone = agencies.member(agency=cast.police)
    agencies.role(someone, Role.Kind.APPROVER, cast.police)
    return someone


def _spoken(cast: Cast, **given: Any) -> Alert:
    """An approved warning whose script has sound: written down directly, as the way there has tests of its own."""
    facts: dict[str, Any] = {"advice": "Không cài ứng dụng lạ.", "expires_at": clock.now() + dt.timedelta(days=9)}
    row = outreach.draft(cast.coordinator, **(facts | given))
    row.renditions.filter(kind=Rendition.Kind.LOUDSPEAKER).update(
        audio_sha256=FileStore(conf.FILES_ROOT).put(f"âm {row.pk}".encode()), audio_seconds=41.5
    )
    row.state, row.reviewer, row.number = Alert.State.APPROVED, _approver(cast), f"CB-{row.pk}"
    row.approved_sha256 = warning_sha256(row, renditions_of(row))
    row.save()
    return row


def _voice(row: Alert) -> Rendition:
    return row.renditions.get(kind=Rendition.Kind.LOUDSPEAKER, language="vi")


@needs_voice
def test_the_machine_reads_what_nobody_recorded(cast: Cast) -> None:
    row = outreach.draft(cast.coordinator, advice="Không cài ứng dụng lạ.")
    assert warning_speak(warning_id=row.pk) == 1
    spoken = _voice(row)
    data = FileStore(conf.FILES_ROOT).get(spoken.audio_sha256)
    assert spoken.audio_seconds == pytest.approx(duration(data))
    assert 8 < (spoken.audio_seconds or 0) < 60
    assert warning_speak(warning_id=row.pk) == 0
    handed = rendition_record(by=cast.coordinator, rendition=spoken, data=data, version=spoken.version)
    assert handed.audio_is_own
    with pytest.raises(WarningRefused, match="MP3"):
        rendition_record(by=cast.coordinator, rendition=spoken, data=b"no sound", version=handed.version)
    with pytest.raises(NotAllowed):
        rendition_record(by=cast.officer, rendition=spoken, data=data, version=handed.version)


def test_a_warning_goes_onto_the_communes_it_is_for_and_off_again(cast: Cast) -> None:
    other = agencies.area(name="Xã Khác", parent=cast.province_area)
    row = _spoken(cast, areas=(cast.commune_area,))
    assert communes_of(row) == [cast.commune_area]
    assert [one.area for one in loudspeakers_post(by=cast.coordinator, warning=row)] == [cast.commune_area]
    loudspeakers_post(by=cast.coordinator, warning=row)
    assert Posting.objects.count() == 1
    here = programme(cast.commune_area)
    assert [item.id for item in here.items] == [item_id(_voice(row))]
    assert programme(other).items == ()
    row.refresh_from_db()
    assert row.state == Alert.State.ISSUED
    row.state, row.ended_at = Alert.State.CANCELLED, clock.now()
    row.save()
    assert loudspeakers_follow(warning=row) == 1
    gone = programme(cast.commune_area)
    assert gone.items == ()
    assert gone.recalled == (item_id(_voice(row)),)
    assert gone.serial > here.serial


def test_what_follows_is_read_where_the_former_stood(cast: Cast) -> None:
    first = _spoken(cast)
    loudspeakers_post(by=cast.coordinator, warning=first, areas=[cast.commune_area])
    second = _spoken(cast, title="Bản mới")
    second.kind, second.refers_to, second.state = Alert.Kind.UPDATE, first, Alert.State.ISSUED
    second.issued_at = clock.now()
    second.save()
    loudspeakers_follow(warning=second)
    Alert.objects.filter(pk=first.pk).update(state=Alert.State.SUPERSEDED)
    told = programme(cast.commune_area)
    assert [item.title for item in told.items] == ["Bản mới"]
    assert told.recalled == (item_id(_voice(first)),)


def test_without_sound_or_approval_nothing_is_read(cast: Cast) -> None:
    silent = _spoken(cast)
    silent.renditions.update(audio_sha256="")
    with pytest.raises(WarningRefused, match="chưa có tiếng"):
        loudspeakers_post(by=cast.coordinator, warning=silent)
    with pytest.raises(WarningRefused, match="chưa được duyệt"):
        loudspeakers_post(by=cast.coordinator, warning=outreach.draft(cast.coordinator))
    with pytest.raises(NotAllowed):
        loudspeakers_post(by=cast.officer, warning=_spoken(cast))
    assert not Posting.objects.exists()


def _device(cast: Cast, area: Area | None = None) -> tuple[Loudspeaker, str]:
    return loudspeaker_add(by=cast.coordinator, area=area or cast.commune_area, name="Nhà văn hóa thôn 3")


def test_a_device_asks_and_tells_by_its_key(cast: Cast) -> None:
    device, key = _device(cast)
    assert loudspeaker_key(device) == key
    row = _spoken(cast)
    loudspeakers_post(by=cast.coordinator, warning=row)
    client, digest = Client(), key_digest(key).hex()
    answer = client.get(reverse("loudspeaker_programme", args=[digest]))
    assert answer["Signature"] == schedule_signature(key, answer.content)
    [item] = json.loads(answer.content)["items"]
    same = client.get(reverse("loudspeaker_programme", args=[digest]), headers={"If-None-Match": answer["ETag"]})
    assert same.status_code == 304
    sound = client.get(reverse("loudspeaker_sound", args=[item["sha256"]]))
    assert b"".join(sound) == f"âm {row.pk}".encode()
    device.refresh_from_db()
    assert device.seen_at is not None

    play = {
        "id": item["id"],
        "at": "2026-12-18T17:30:00+07:00",
        "seconds": 41.5,
        "done": True,
        "sha256": item["sha256"],
    }
    strange = {**play, "id": "other-1"}
    broken = {**play, "at": "2026-12-19T06:00:00+07:00", "done": False}
    body = json.dumps({"speaker": "loa-1", "area": cast.commune_area.code, "plays": [play, strange, broken]}).encode()
    report = reverse("loudspeaker_report", args=[digest])
    for _again in range(2):
        told = client.post(report, body, "application/json", headers={"Signature": report_signature(key, body)})
        assert told.status_code == 204
    assert list(Play.objects.values_list("warning_id", "seconds")) == [(row.pk, 42)]
    assert client.post(report, body, "application/json", headers={"Signature": "0" * 64}).status_code == 401
    bad = b"{}"
    answer = client.post(report, bad, "application/json", headers={"Signature": report_signature(key, bad)})
    assert answer.status_code == 400

    loudspeaker_retire(by=cast.coordinator, loudspeaker=device)
    assert client.get(reverse("loudspeaker_programme", args=[digest])).status_code == 404


def test_what_holds_for_months_is_read_for_months_and_its_recall_is_told(cast: Cast) -> None:
    row = _spoken(cast, expires_at=clock.now() + dt.timedelta(days=90))
    loudspeakers_post(by=cast.coordinator, warning=row)
    Posting.objects.update(made_at=clock.now() - dt.timedelta(days=60), up_at=clock.now() - dt.timedelta(days=60))
    assert [item.id for item in programme(cast.commune_area).items] == [item_id(_voice(row))]
    Alert.objects.filter(pk=row.pk).update(state=Alert.State.CANCELLED, ended_at=clock.now())
    loudspeakers_follow(warning=Alert.objects.get(pk=row.pk))
    assert programme(cast.commune_area).recalled == (item_id(_voice(row)),)
    Posting.objects.update(down_at=clock.now() - dt.timedelta(days=41))
    assert programme(cast.commune_area).recalled == ()


def test_a_sound_that_is_gone_silences_no_other(cast: Cast) -> None:
    lost, other = _spoken(cast), _spoken(cast, title="Cảnh báo khác")
    for row in (lost, other):
        loudspeakers_post(by=cast.coordinator, warning=row)
    FileStore(conf.FILES_ROOT).path(_voice(lost).audio_sha256).unlink()
    assert [item.title for item in programme(cast.commune_area).items] == ["Cảnh báo khác"]


def test_a_recall_wakes_nobody(cast: Cast) -> None:
    row = _spoken(cast)

    def told(kind: Alert.Kind, severity: Alert.Severity) -> list[bool]:
        row.kind, row.severity = kind, severity
        day = dt.datetime(2026, 11, 23, tzinfo=clock.VIETNAM)
        return [sounds_at_once(row, day + dt.timedelta(hours=hour)) for hour in (0, 4, 5, 12, 20, 21)]

    assert told(Alert.Kind.CANCEL, Alert.Severity.EXTREME) == [False, False, True, True, True, False]
    assert told(Alert.Kind.ALERT, Alert.Severity.EXTREME) == [True] * 6
    assert told(Alert.Kind.ALERT, Alert.Severity.SEVERE) == [False] * 6


@pytest.mark.parametrize(
    ("asked", "status", "got", "told"),
    [
        ("", 200, b"0123456789", None),
        ("bytes=0-", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=-3", 206, b"789", "bytes 7-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("bytes=-", 200, b"0123456789", None),
        ("seconds=1-2", 200, b"0123456789", None),
    ],
)
def test_a_phone_may_ask_for_a_part_of_the_sound(
    cast: Cast, asked: str, status: int, got: bytes, told: str | None
) -> None:
    row = _spoken(cast)
    sha256 = FileStore(conf.FILES_ROOT).put(b"0123456789")
    row.renditions.filter(kind=Rendition.Kind.LOUDSPEAKER).update(audio_sha256=sha256)
    Alert.objects.filter(pk=row.pk).update(state=Alert.State.ISSUED)
    headers = {"Range": asked} if asked else {}
    answer = Client().get(reverse("loudspeaker_sound", args=[sha256]), headers=headers)
    assert (answer.status_code, answer.get("Content-Range")) == (status, told)
    assert b"".join(answer) == got
    if status != 416:
        assert (answer["Accept-Ranges"], answer["Content-Length"]) == ("bytes", str(len(got)))


def test_sound_of_a_draft_is_for_its_readers_alone(cast: Cast) -> None:
    row, client = _spoken(cast), Client()
    address = reverse("loudspeaker_sound", args=[_voice(row).audio_sha256])
    assert client.get(address).status_code == 404
    client.force_login(cast.coordinator)
    assert client.get(address).status_code == 200


def test_players_that_people_have(cast: Cast) -> None:
    row, client = _spoken(cast), Client()
    loudspeakers_post(by=cast.coordinator, warning=row)
    show = client.get(reverse("loudspeaker_podcast", args=[cast.commune_area.code])).content.decode()
    assert row.title in show
    assert f"{_voice(row).audio_sha256}.mp3" in show
    listed = client.get(reverse("loudspeaker_playlist", args=[cast.commune_area.code])).content.decode()
    assert listed.startswith("#EXTM3U")
    assert client.get(reverse("loudspeaker_podcast", args=["0"])).status_code == 404


def test_the_staff_page_shows_a_key_once(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.coordinator)
    page = reverse("loudspeaker_list")
    assert "Chưa có cụm loa nào" in client.get(page).content.decode()
    made = client.post(page, {"area": "Xã Đồi Mây", "name": "Chợ"}).content.decode()
    key = loudspeaker_key(Loudspeaker.objects.get())
    assert key in made
    assert key not in client.get(page).content.decode()
    assert client.post(page, {"area": "Xã Đồi Mây", "name": "Chợ"}).status_code == 422
    client.post(reverse("loudspeaker_retire", args=[Loudspeaker.objects.get().pk]))
    assert not Loudspeaker.objects.get().is_active
    again = reverse("loudspeaker_restore", args=[Loudspeaker.objects.get().pk])
    assert again in client.get(page).content.decode()
    client.force_login(cast.auditor)
    assert client.post(again).status_code == 403
    client.force_login(cast.coordinator)
    client.post(again)
    device = Loudspeaker.objects.get()
    assert (device.is_active, loudspeaker_key(device)) == (True, key), "back with the key that the device has"
    assert client.post(again).status_code == 404
    client.force_login(cast.auditor)
    seen = client.get(page).content.decode()
    assert "Thêm cụm loa" not in seen, "who cannot put one up is not asked to"
    client.force_login(cast.outsider)
    assert client.get(page).status_code == 403
