"""Reports, complaints and people's words. All mails are invented after the shapes that servers write."""

from __future__ import annotations

import base64
import datetime as dt
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.contract import Arrival, Event, Inbound, Receipt
from canhgiac.channels.email.bounces import MAX_OCTETS, read_mail
from canhgiac.channels.email.content import template
from canhgiac.channels.email.returnpath import ReturnPath
from canhgiac.channels.email.tests.servers import CONTENT, SECRET
from simulators.smtp import report

PATH = ReturnPath("hoi-am@thu.vinhan.test", SECRET)
NOW = dt.datetime(2026, 11, 23, 1, 0, tzinfo=dt.UTC)
KEY = 9_007_199_254_740_993
BACK = PATH.address_of(PATH.token(KEY))
TEXT = "Hủy đăng ký giúp tôi"


def original(key: int = KEY, to: str = "an@vinhan.test") -> bytes:
    form = template(CONTENT)
    mail = form.fill(to, PATH.token(key), "Mon, 23 Nov 2026 08:00:00 +0700", ())
    return b"".join([*mail.own, *form.common, b"\r\n", mail.body])


def read(raw: bytes | str, to: str = BACK, sender: str = "") -> list[Event]:
    return read_mail(raw.encode() if isinstance(raw, str) else raw, to=to, sender=sender, path=PATH, at=NOW)


def dsn(fields: str, returned: bytes = b"", head: str = "", encode: bool = False) -> bytes:
    status = f"Reporting-MTA: dns; mx.vinhan.test\n\n{fields}\n"
    if encode:
        status = base64.encodebytes(status.encode()).decode()
    encoding = "Content-Transfer-Encoding: base64\n" if encode else ""
    return (
        (
            f"From: MAILER-DAEMON@mx.vinhan.test\n{head}Subject: Undelivered Mail\nAuto-Submitted: auto-replied\n"
            f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\nSorry.\n"
            f"--b\nContent-Type: message/delivery-status\n{encoding}\n{status}\n"
            f"--b\nContent-Type: text/rfc822-headers\n\n"
        ).encode()
        + returned.split(b"\r\n\r\n")[0]
        + b"\n--b--\n"
    )


def test_the_simulators_report_names_delivery_and_mailbox() -> None:
    assert read(report(BACK, "an@vinhan.test", original())) == [
        Receipt(str(KEY), Arrival.FAILED, "smtp:550 5.1.1", NOW, "an@vinhan.test"),
        Inbound("an@vinhan.test", "", NOW, f"bounce:{KEY}", "bounce", BACK),
    ]


TO = "Final-Recipient: rfc822; an@vinhan.test\n"
VAGUE = f"{TO}Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; "


@pytest.mark.parametrize(
    ("fields", "arrival", "code", "is_gone"),
    [
        (f"{TO}Action: failed\nStatus: 5.1.1", "failed", "smtp:5.1.1", True),
        (f"{TO}Action: FAILED (bounced)\nStatus: 5.2.2 (full)", "failed", "smtp:5.2.2", False),
        (f"{VAGUE}550-5.1.1 The account\n does not exist", "failed", "smtp:550 5.1.1", True),
        (f"{VAGUE}554 user unknown", "failed", "smtp:554 5.0.0", True),
        (f"{TO}Action: failed\nStatus: 5.7.1\nDiagnostic-Code: smtp; 554 spam", "failed", "smtp:554 5.7.1", False),
        (f"{TO}Action: delayed\nStatus: 4.4.1", "accepted", "smtp:4.4.1", False),
        (f"{TO}Action: failed\nStatus: 4.4.7", "expired", "smtp:4.4.7", False),
        (f"{TO}Action: delivered\nStatus: 2.0.0", "delivered", "smtp:2.0.0", False),
        (f"{TO}Action: relayed\nStatus: 2.0.0", "accepted", "smtp:2.0.0", False),
        (f"{TO}Status: 5.1.10", "failed", "smtp:5.1.10", True),
        (f"Original-Recipient: rfc822; an@vinhan.test\n{TO}Action: failed", "failed", "smtp:dsn", False),
    ],
)
def test_what_a_report_says(fields: str, arrival: str, code: str, is_gone: bool) -> None:
    first, *rest = read(dsn(fields))
    assert isinstance(first, Receipt)
    assert (first.ref, first.arrival, first.code, first.to) == (str(KEY), Arrival(arrival), code, "an@vinhan.test")
    assert [event.ref for event in rest] == ([f"bounce:{KEY}"] if is_gone else [])


def test_stations_of_one_mail_are_one_receipt() -> None:
    """An alias that reaches two mailboxes: one failed."""
    blocks = "\n\n".join(
        f"Final-Recipient: rfc822; {name}@vinhan.test\nAction: {action}\nStatus: {status}"
        for name, action, status in [("a", "relayed", "2.0.0"), ("b", "failed", "5.1.1"), ("c", "delayed", "4.4.1")]
    )
    assert [event[1] for event in read(dsn(blocks)) if isinstance(event, Receipt)] == [Arrival.FAILED]


def test_an_encoded_report_is_read() -> None:
    [receipt, _] = read(dsn("Final-Recipient: rfc822; an@vinhan.test\nAction: failed\nStatus: 5.1.1", encode=True))
    assert receipt[:3] == (str(KEY), Arrival.FAILED, "smtp:5.1.1")


def test_without_its_address_the_returned_head_names_the_delivery() -> None:
    raw = dsn("Final-Recipient: rfc822; an@vinhan.test\nAction: failed\nStatus: 5.1.1", returned=original())
    assert read(raw, to="huy@thu.vinhan.test")[0].ref == str(KEY)


def test_a_forged_report_counts_for_nothing() -> None:
    raw = dsn("Final-Recipient: rfc822; nan-nhan@vinhan.test\nAction: failed\nStatus: 5.1.1")
    for to in (f"hoi-am+{KEY}-000000000000@thu.vinhan.test", f"hoi-am+{KEY}@thu.vinhan.test", "huy@thu.vinhan.test"):
        assert read(raw, to=to) == []
    other = ReturnPath(PATH.address, b"khoa cua ke gian")
    assert read(raw, to=other.address_of(other.token(KEY))) == []


@pytest.mark.parametrize(
    ("head", "text", "expected"),
    [
        (
            "From: MAILER-DAEMON@mx.vinhan.test\nX-Failed-Recipients: an@vinhan.test\nSubject: Mail delivery failed",
            "A message could not be delivered.\n  an@vinhan.test\n    550 5.1.1 no such user\n",
            ("failed", "smtp:550 5.1.1", "an@vinhan.test", True),
        ),
        (
            "From: <>\nSubject: failure notice",
            "Hi. This is the program.\n<an@vinhan.test>:\nSorry, no mailbox here by that name.\n",
            ("failed", "smtp:dsn", "", True),
        ),
        (
            "From: Postmaster <postmaster@vinhan.test>\nSubject: Không gửi được thư",
            "Hộp thư đầy: 552 5.2.2\n\n----- Original message -----\n550 5.1.1\n",
            ("failed", "smtp:552 5.2.2", "", False),
        ),
        (
            "From: mailer-daemon@vinhan.test\nSubject: Warning: not delivered yet",
            "450 4.2.0 still trying\n",
            ("accepted", "smtp:450 4.2.0", "", False),
        ),
    ],
)
def test_bounces_in_free_words(head: str, text: str, expected: tuple[str, str, str, bool]) -> None:
    arrival, code, to, is_gone = expected
    receipt, *rest = read(f"{head}\n\n{text}")
    assert receipt == Receipt(str(KEY), Arrival(arrival), code, NOW, to)
    assert bool(rest) is is_gone


@pytest.mark.parametrize(
    "head",
    [
        "From: an@vinhan.test\nSubject: Tro ve\nAuto-Submitted: auto-replied",
        "From: an@vinhan.test\nSubject: Automatic reply: Canh bao",
        "From: an@vinhan.test\nSubject: =?utf-8?b?VHLhuqMgbOG7nWkgdOG7sSDEkeG7mW5nOiBD4bqjbmggYsOhbw==?=",
        "From: an@vinhan.test\nSubject: Out of Office",
        "From: an@vinhan.test\nSubject: Vang\nPrecedence: bulk",
        "From: an@vinhan.test\nSubject: Vang\nX-Autoreply: yes",
        "From: mailer-daemon@vinhan.test\nSubject: Your mail was received",
        "Subject: no sender",
        "",
    ],
)
def test_automatic_answers_are_no_bounces_and_no_words(head: str) -> None:
    assert read(f"{head}\n\nTôi đi vắng 550 ngày.\n" if "From: an" in head else f"{head}\n\nx\n") == []
    assert read(f"{head}\n\nx\n", sender="an@vinhan.test" if head.startswith("From: an") else "") == []


def arf(kind: str, person: str = "") -> bytes:
    return (
        (
            f"From: fbl@hopthu.test\nSubject: complaint\nMIME-Version: 1.0\n"
            f'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
            f"--b\nContent-Type: text/plain\n\nAn abuse report.\n"
            f"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: {kind}\nVersion: 1\n{person}"
            f"\n--b\nContent-Type: message/rfc822\n\n"
        ).encode()
        + original()
        + b"\n--b--\n"
    )


def test_a_complaint_names_its_delivery_even_when_the_person_is_hidden() -> None:
    to = "phan-nan@thu.vinhan.test"
    assert read(arf("abuse"), to=to) == [Inbound("", "", NOW, f"complaint:{KEY}", "complaint", to)]
    [named] = read(arf("abuse", "Original-Rcpt-To: <an@vinhan.test>\n"), to=to)
    assert named == Inbound("an@vinhan.test", "", NOW, f"complaint:{KEY}", "complaint", to)
    assert read(arf("not-spam"), to=to) == []
    assert read(arf("abuse").replace(PATH.token(KEY).encode(), b"1-000000000000"), to=to) == []


def person(text: str, *, html: str = "", subject: str = "STOP") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "Bà Ất <at@vinhan.test>", subject
    message["Message-ID"] = "<thu-1@vinhan.test>"
    message.set_content(text)
    if html:
        message.set_content(html, subtype="html")
    return message.as_bytes()


def test_a_persons_words_come_without_what_they_quote() -> None:
    text = f"{TEXT}\n\n> Nhắn STOP để hủy\n\nVào 8:00 23/11/2026, Công an <a@vinhan.test> đã viết:\nNhắn STOP để hủy\n"
    to = "huy@thu.vinhan.test"
    [said] = read(person(text, subject="Về việc nhận thư"), to=to, sender="at@vinhan.test")
    assert said == Inbound("at@vinhan.test", f"Về việc nhận thư\n{TEXT}", NOW, "<thu-1@vinhan.test>", "text", to)


def test_html_is_read_as_its_words() -> None:
    html = f"<html><head><style>p{{}}</style></head><p>{TEXT}<br>cảm ơn</p><blockquote>STOP</blockquote></html>"
    [said] = read(person("", html=html), to="huy@thu.vinhan.test", sender="at@vinhan.test")
    assert isinstance(said, Inbound)
    assert said.text == f"STOP\n{TEXT}\ncảm ơn"


def test_raw_utf8_headers_and_strange_charsets_are_read() -> None:
    raw = "From: Ấn <ấn@vinhan.test>\nSubject: Dừng\nContent-Type: text/plain; charset=khong-co\n\nDừng lại\n"
    [said] = read(raw, to="huy@thu.vinhan.test", sender="x@vinhan.test")
    assert isinstance(said, Inbound)
    assert (said.sender, said.text) == ("ấn@vinhan.test", "Dừng\nDừng lại")


def test_a_huge_mail_costs_no_more_than_its_beginning() -> None:
    raw = dsn("Final-Recipient: rfc822; an@vinhan.test\nAction: failed\nStatus: 5.1.1") + b"x" * (4 * MAX_OCTETS)
    assert len(read(raw)) == 2
    nested = b"From: a@vinhan.test\nMIME-Version: 1.0\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (at, at) for at in range(3000)
    )
    [empty] = read(nested, sender="a@vinhan.test")
    assert isinstance(empty, Inbound)
    assert (empty.sender, empty.text) == ("a@vinhan.test", "")


SEEDS = [
    report(BACK, "an@vinhan.test", original()),
    arf("abuse", "Original-Rcpt-To: an@vinhan.test\n"),
    person(TEXT, html=f"<p>{TEXT}<!--<![a"),
    dsn("Final-Recipient: rfc822; an@vinhan.test\nAction: failed\nStatus: 5.1.1", encode=True),
]


@given(
    seed=st.sampled_from(SEEDS),
    cuts=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 60), st.binary(max_size=30)), max_size=6),
)
def test_broken_mails_raise_nothing(seed: bytes, cuts: list[tuple[int, int, bytes]]) -> None:
    raw = seed
    for start, length, put in cuts:
        raw = raw[:start] + put + raw[start + length :]
    for event in read(raw):
        assert isinstance(event, Receipt | Inbound)
        assert len(event.ref) <= 300
        assert "\n" not in event.ref


@given(st.binary(max_size=3000))
def test_any_octets_raise_nothing(raw: bytes) -> None:
    assert isinstance(read(raw), list)


@given(key=st.integers(0, 2**63 - 1), text=st.text(max_size=50))
def test_a_token_is_found_and_none_is_made_up(key: int, text: str) -> None:
    assert PATH.key_in(PATH.address_of(PATH.token(key))) == key
    assert PATH.key_in(f"<{PATH.token(key)}@thu.vinhan.test>".upper()) == key
    assert PATH.key_in(text) is None


def test_a_charset_that_breaks_the_standard_library_is_read_as_utf8() -> None:
    raw = b'From: a@vinhan.test\nContent-Type: text/plain; charset="u\0"\n\nD\xe1\xbb\xabng\n'
    [said] = read(raw, sender="a@vinhan.test")
    assert isinstance(said, Inbound)
    assert said.text == "Dừng"


def test_the_fuzzer_runs_and_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "canhgiac.channels.email.tests.fuzz_mail",
            "-runs=2000",
            "-seed=7",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
