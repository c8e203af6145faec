"""The simulators over their real sockets."""

from __future__ import annotations

import smtplib
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.inbox import SmtpInbox, start, stop


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    return tmp_path / "maildir"


@pytest.fixture
def inbox(maildir: Path) -> Iterator[SmtpInbox]:
    process, inbox = start("--maildir", str(maildir))
    yield inbox
    stop(process)


def letter(to: str, *, subject: str = "Nhắc việc: họp giao ban", html: str = "") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "canhgiac@vinhan.example", to, subject
    message.set_content("Xem tại http://127.0.0.1:8000/nhiem-vu/1/.\n<script>alert(1)</script>")
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(inbox: SmtpInbox, message: EmailMessage) -> None:
    with smtplib.SMTP(inbox.host, inbox.port, timeout=60) as client:
        client.send_message(message)


def page(inbox: SmtpInbox, path: str, host: str | None = None) -> tuple[str, str]:
    request = urllib.request.Request(inbox.url + path, headers={"Host": host} if host else {})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode(), answer.headers["Content-Security-Policy"]


def test_a_message_arrives_as_it_was_sent(inbox: SmtpInbox, maildir: Path) -> None:
    send(inbox, letter("xa@vinhan.example", html="<p>Chào <b>chị</b></p>"))
    send(inbox, letter("khac@vinhan.example"))
    [got] = inbox.messages("XA@vinhan.example")
    assert got["subject"] == "Nhắc việc: họp giao ban"
    assert got["sender"] == "canhgiac@vinhan.example"
    assert got["recipients"] == ["xa@vinhan.example"]
    assert got["text"].startswith("Xem tại http://127.0.0.1:8000/nhiem-vu/1/.")
    assert got["html"].strip() == "<p>Chào <b>chị</b></p>"
    assert len(list((maildir / "new").iterdir())) == 2


def test_pages_escape_what_was_sent_and_run_no_script(inbox: SmtpInbox) -> None:
    send(inbox, letter("xa@vinhan.example", subject="<img src=x onerror=alert(1)>", html="<script>alert(2)</script>"))
    listing, policy = page(inbox, "")
    assert "<img" not in listing
    assert "&lt;img src=x" in listing
    assert "default-src 'none'" in policy
    detail, _ = page(inbox, "thu/1")
    assert "<script>" not in detail
    assert '<a href="http://127.0.0.1:8000/nhiem-vu/1/" target="_blank" rel="noreferrer">' in detail
    _, sandbox = page(inbox, "thu/1/html")
    assert sandbox.startswith("sandbox")


def test_another_name_in_the_address_bar_is_refused(inbox: SmtpInbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        page(inbox, "api/messages", host="ke-gian.example")
    assert refused.value.code == 403


def test_clearing_forgets(inbox: SmtpInbox) -> None:
    send(inbox, letter("xa@vinhan.example"))
    urllib.request.urlopen(urllib.request.Request(inbox.url + "xoa", data=b""), timeout=60).close()
    assert inbox.messages() == []


def test_addresses_that_ask_for_trouble(inbox: SmtpInbox) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(inbox, letter("tuchoi.1@vinhan.example"))
    assert refused.value.recipients["tuchoi.1@vinhan.example"][0] == 550
    with pytest.raises(smtplib.SMTPRecipientsRefused) as put_off:
        send(inbox, letter("tamloi.1@vinhan.example"))
    assert put_off.value.recipients["tamloi.1@vinhan.example"][0] == 451
    send(inbox, letter("tamloi.1@vinhan.example"))
    send(inbox, letter("cham-1@vinhan.example"))
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(inbox, letter("ngat@vinhan.example"))
    assert [m["recipients"] for m in inbox.messages()] == [["cham-1@vinhan.example"], ["tamloi.1@vinhan.example"]]
