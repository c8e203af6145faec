"""CAP 1.2 against our grammar of it, and against bytes that mean harm."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import pytest
from lxml import etree

from canhgiac.channels.feeds.cap import (
    CAP,
    GEOCODE,
    MOST_BYTES,
    Alert,
    Area,
    CapError,
    Info,
    MessageType,
    Reference,
    Resource,
    Status,
    alert_faults,
    alert_read,
    alert_written,
)
from canhgiac.channels.feeds.feed import VIETNAM

AT = dt.datetime(2026, 12, 18, 17, 30, tzinfo=VIETNAM)
VIETNAMESE = Info(
    language="vi-VN",
    event="Lừa đảo qua mạng",
    urgency="Immediate",
    severity="Severe",
    certainty="Observed",
    responses=("Avoid", "Monitor"),
    audience="người cao tuổi",
    codes=(("CANHGIAC", "gia-danh-cong-an"),),
    effective=AT,
    onset=AT,
    expires=AT + dt.timedelta(days=7),
    sender_name="Công an tỉnh Vĩnh An",
    headline="Giả danh <công an> gọi điện đòi chuyển tiền",
    description="Kẻ gian tự xưng & đe dọa.\nĐòi mã OTP.",
    instruction="Không chuyển tiền. Gọi 113.",
    web="https://canhgiac.vinhan.test/canh-bao/1/",
    contact="113",
    parameters=(("kenh", "loa"),),
    resources=(Resource("Bài đọc loa", "audio/mpeg", "https://canhgiac.vinhan.test/loa/1.mp3", 480_000, "0" * 40),),
    areas=(Area("Xã An Bình, tỉnh Vĩnh An", ((GEOCODE, "22045"),)), Area("Toàn tỉnh")),
)
ENGLISH = Info("en", "Online scam", "Expected", "Moderate", "Likely", headline="Fake police calls")
ALERT = Alert("canhgiac.vinhan.test-2026-1", "canhgiac@vinhan.test", AT, infos=(VIETNAMESE, ENGLISH), codes=("x",))
CANCEL = Alert(
    "canhgiac.vinhan.test-2026-2",
    "canhgiac@vinhan.test",
    AT + dt.timedelta(hours=2),
    kind=MessageType.CANCEL,
    note="Thu hồi: số điện thoại nêu sai.",
    references=(ALERT.reference, Reference("canhgiac@vinhan.test", "canhgiac.vinhan.test-2026-0", AT)),
    incidents="vu-1",
    source="Bàn cảnh báo",
)


@pytest.mark.parametrize(
    "alert",
    [
        ALERT,
        CANCEL,
        dataclasses.replace(ALERT, status=Status.EXERCISE),
        dataclasses.replace(CANCEL, kind=MessageType.UPDATE, infos=(VIETNAMESE,)),
    ],
)
def test_what_is_written_is_valid_and_reads_back_the_same(alert: Alert) -> None:
    written = alert_written(alert)
    assert alert_faults(written) == []
    assert alert_read(written) == alert


def test_parts_stand_in_the_order_of_the_standard() -> None:
    root = etree.fromstring(alert_written(CANCEL))
    assert [etree.QName(child).localname for child in root] == [
        *("identifier", "sender", "sent", "status", "msgType", "source", "scope", "note", "references", "incidents")
    ]
    assert root.findtext(f"{{{CAP}}}sent") == "2026-12-18T19:30:00+07:00"
    assert root.findtext(f"{{{CAP}}}references") == (
        "canhgiac@vinhan.test,canhgiac.vinhan.test-2026-1,2026-12-18T17:30:00+07:00"
        " canhgiac@vinhan.test,canhgiac.vinhan.test-2026-0,2026-12-18T17:30:00+07:00"
    )


def test_moments_of_another_zone_are_told_in_ours() -> None:
    alert = dataclasses.replace(ALERT, sent=dt.datetime(2026, 12, 18, 10, 30, 0, 999, tzinfo=dt.UTC))
    assert b"<sent>2026-12-18T17:30:00+07:00</sent>" in alert_written(alert)


@pytest.mark.parametrize(
    "alert",
    [
        dataclasses.replace(CANCEL, references=()),
        dataclasses.replace(ALERT, kind=MessageType.UPDATE),
        dataclasses.replace(ALERT, identifier="có dấu cách"),
        dataclasses.replace(ALERT, sender="a,b"),
        dataclasses.replace(CANCEL, references=(Reference("a b", "c", AT),)),
        dataclasses.replace(ALERT, sent=AT.replace(tzinfo=None)),
        dataclasses.replace(ALERT, scope="Everybody"),
        dataclasses.replace(ALERT, infos=(dataclasses.replace(VIETNAMESE, severity="Very bad"),)),
        dataclasses.replace(ALERT, infos=(dataclasses.replace(VIETNAMESE, categories=()),)),
        dataclasses.replace(ALERT, infos=(dataclasses.replace(VIETNAMESE, language="tiếng Việt"),)),
        dataclasses.replace(
            ALERT, infos=(dataclasses.replace(VIETNAMESE, resources=(Resource("x", "x/y", sha1="abc"),)),)
        ),
    ],
)
def test_what_the_standard_forbids_is_not_written(alert: Alert) -> None:
    with pytest.raises(ValueError, match=r"."):
        alert_written(alert)


def test_signs_that_xml_refuses_are_left_out() -> None:
    nasty = dataclasses.replace(VIETNAMESE, headline="a\x00b\x1b\ud800\ufffe]]>c")
    [info] = alert_read(alert_written(dataclasses.replace(ALERT, infos=(nasty,)))).infos
    assert info.headline == "ab]]>c"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"+07:00</sent>", b"Z</sent>"),
        (b"<status>Actual</status>", b""),
        (b"<scope>Public</scope>", b"<scope>public</scope>"),
        (b"<urgency>Immediate</urgency>", b"<urgency>Now</urgency>"),
        (b"cap:1.2", b"cap:1.1"),
        (b"2026-12-18T17:30:00+07:00</sent>", b"2026-13-18T17:30:00+07:00</sent>"),
        (b"2026-12-18T17:30:00+07:00</sent>", b"0000-12-18T17:30:00+07:00</sent>"),
        (b"<size>480000</size>", b"<size>-1</size>"),
        (b"</alert>", b""),
    ],
)
def test_what_breaks_the_standard_is_refused(old: bytes, new: bytes) -> None:
    written = alert_written(ALERT)
    assert old in written
    broken = written.replace(old, new)
    assert alert_faults(broken)
    with pytest.raises(CapError):
        alert_read(broken)


def test_a_signature_at_the_end_is_left_unread() -> None:
    signed = alert_written(ALERT).replace(
        b"</alert>", b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><A b="c">d</A></Signature></alert>'
    )
    assert alert_read(signed) == ALERT


@pytest.mark.parametrize(
    "bomb",
    [
        b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]><alert>&c;</alert>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><alert>&x;</alert>',
        b"<a>" * 100_000,
        b"",
        b"\xff\xfe\x00",
        b"<alert/>" + b" " * MOST_BYTES,
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "ha">]><alert/>'.encode("utf-16"),
    ],
)
def test_bombs_do_not_go_off(bomb: bytes) -> None:
    with pytest.raises(CapError):
        alert_read(bomb)


def test_mangled_bytes_are_read_or_refused_and_nothing_else() -> None:
    rng = random.Random(12)
    whole = alert_written(ALERT)
    for _number in range(1500):
        mangled = bytearray(whole)
        for _change in range(rng.randint(1, 6)):
            at = rng.randrange(len(mangled))
            if rng.random() < 0.5:
                mangled[at] = rng.randrange(256)
            else:
                del mangled[at : at + rng.randint(1, 40)]
        try:
            alert_written(alert_read(bytes(mangled)))
        except (CapError, ValueError):
            assert bytes(mangled) != whole
