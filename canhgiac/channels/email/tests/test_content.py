"""The mail on its bytes equals a mail built for one person by the standard library, whatever stands in it."""

from __future__ import annotations

import html as html_module
import quopri
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.channels.email.content import EmailContent, FieldError, quoted, template, unstructured
from canhgiac.channels.email.tests.servers import CONTENT

DATE = "Mon, 23 Nov 2026 08:00:00 +0700"
FULL = EmailContent(
    sender="Công an tỉnh Vĩnh An <canhbao@thu.vinhan.test>",
    reply_to="Trực ban <truc@vinhan.test>",
    subject="Cảnh báo: kẻ gian giả danh nhân viên điện lực đòi chuyển tiền ngay, hãy gọi số trên hóa đơn",
    text="Chào {0},\n\nCó người giả danh.\nHủy nhận: https://vinhan.test/huy/{1}\n",
    html='<p>Chào <b>{0}</b></p><p><a href="https://vinhan.test/huy/{1}">Hủy nhận</a></p>',
    unsubscribe="https://vinhan.test/huy/{1}",
    unsubscribe_mailto="huy@thu.vinhan.test",
    list_id="canh-bao.vinhan.test",
    headers=(("X-Chien-Dich", "12"), ("X-Nguoi", "{0}")),
)


def bytes_for(content: EmailContent, *fields: str, to: str = "an@vinhan.test", token: str = "7-0123456789ab") -> bytes:
    form = template(content)
    mail = form.fill(to, token, DATE, fields)
    return b"".join([*mail.own, *form.common, b"\r\n", mail.body])


def parsed(raw: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(raw)


def built(content: EmailContent, *fields: str) -> EmailMessage:
    """The same mail in the straightforward way."""

    def filled(text: str, *, escape: bool = False) -> str:
        for number, value in enumerate(fields):
            text = text.replace(f"{{{number}}}", html_module.escape(value) if escape else value)
        return text

    message = EmailMessage(policy=policy.SMTP)
    message["Subject"], message["From"] = content.subject, content.sender
    message.set_content(filled(content.text))
    if content.html:
        message.add_alternative(filled(content.html, escape=True), subtype="html")
    return parsed(message.as_bytes())


def bodies(message: EmailMessage) -> list[str]:
    parts = [message.get_body(preferencelist=(kind,)) for kind in ("plain", "html")]
    return ["" if part is None else part.get_content().replace("\r\n", "\n").rstrip("\n") for part in parts]


LINES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120)
TEXTS = st.lists(LINES | st.sampled_from([".", "..", "From đây", "=", " ", "dài " * 60]), min_size=1, max_size=6).map(
    "\n".join
)


@given(parts=st.tuples(TEXTS, TEXTS, TEXTS), values=st.tuples(LINES, LINES), html=st.booleans())
def test_a_patched_mail_equals_one_built_for_the_person(
    parts: tuple[str, str, str], values: tuple[str, str], html: bool
) -> None:
    # Braces of the drawn text are no places, and a value with a place in it would be filled twice by the plain way.
    before, between, after = (part.replace("{", "(") for part in parts)
    first, second = (value.replace("{", "(") for value in values)
    text = f"x{before}{{0}}{between}{{1}}{{0}}{after}"
    content = replace(CONTENT, text=text, html=f"<p>{text}</p>" if html else "")
    raw = bytes_for(content, first, second)
    assert bodies(parsed(raw)) == bodies(built(content, first, second))
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert raw.isascii()
    assert b"\r\n." not in raw
    assert b"\r\nFrom " not in raw
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_quoted_printable_decodes_to_the_text(text: str) -> None:
    lines = text.replace("\r", "\n")
    assert quopri.decodestring(quoted(lines)).decode() == lines.replace("\n", "\r\n")


@given(
    st.sampled_from(["Subject", "X-Rat-Dai-Ten-Cua-Mot-Dong-Dau-Thu"]),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=250),
)
def test_a_header_of_words_reads_back(name: str, value: str) -> None:
    raw = unstructured(name, value)
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    if value.strip() == value:
        assert str(parsed(raw + b"\r\n")[name]) == value


def test_headers_of_a_broadcast() -> None:
    message = parsed(bytes_for(FULL, "Bà Nguyễn Thị Ất", "ma-cua-ba-at"))
    assert message["Subject"] == FULL.subject
    assert message["From"] == FULL.sender
    assert message["From"].addresses[0].addr_spec == "canhbao@thu.vinhan.test"
    assert message["Reply-To"].addresses[0].display_name == "Trực ban"
    assert message["To"] == "an@vinhan.test"
    assert message["Message-ID"] == "<7-0123456789ab@thu.vinhan.test>"
    assert message["Date"].datetime.isoformat() == "2026-11-23T08:00:00+07:00"
    assert (
        message["List-Unsubscribe"]
        == "<https://vinhan.test/huy/ma-cua-ba-at>, <mailto:huy@thu.vinhan.test?subject=unsubscribe>"
    )
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<canh-bao.vinhan.test>"
    assert message["Precedence"] == "bulk"
    assert message["Auto-Submitted"] is None
    assert message["X-Chien-Dich"] == "12"
    assert message["X-Nguoi"] == "Bà Nguyễn Thị Ất"
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects


def test_a_value_is_escaped_in_html_and_plain_in_text() -> None:
    text, html = bodies(parsed(bytes_for(FULL, '<img src="x">&', "m")))
    assert 'Chào <img src="x">&,' in text
    assert "<b>&lt;img src=&quot;x&quot;&gt;&amp;</b>" in html


def test_a_whole_address_may_be_the_value() -> None:
    content = replace(FULL, unsubscribe="{1}", unsubscribe_mailto="")
    long = "https://vinhan.test/huy/" + "a1" * 200
    raw = bytes_for(content, "An", long)
    assert b"List-Unsubscribe: <" + long.encode() + b">\r\n" in raw
    for bad in ("javascript:alert(1)", "https://vinhan.test/a>, <https://ke-gian.test/", "http://vinhan.test/"):
        with pytest.raises(FieldError):
            bytes_for(content, "An", bad)


def test_a_value_cannot_leave_its_place_in_the_unsubscribe_address() -> None:
    message = parsed(bytes_for(FULL, "An", "x>, <https://ke-gian.test/?a=b&c"))
    assert message["List-Unsubscribe"].startswith(
        "<https://vinhan.test/huy/x%3E%2C%20%3Chttps%3A%2F%2Fke-gian.test%2F%3Fa%3Db%26c>,"
    )


@given(st.text(max_size=40), st.text(max_size=5), st.sampled_from(["\r", "\n", "\r\n", "\x00", "\u2028", "\x85"]))
def test_no_value_makes_a_header(before: str, after: str, control: str) -> None:
    with pytest.raises(FieldError):
        bytes_for(FULL, f"{before}{control}Bcc: ke-gian@vinhan.test{after}", "m")


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "A\r\nBcc: x@vinhan.test"},
        {"subject": " "},
        {"subject": "Chào {0}"},
        {"text": " \n"},
        {"sender": "Không có địa chỉ"},
        {"sender": "a@vinhan.test, b@vinhan.test"},
        {"sender": "a@vinhan.test\nBcc: x@vinhan.test"},
        {"reply_to": "a@@vinhan.test"},
        {"unsubscribe": "http://vinhan.test/{0}"},
        {"unsubscribe": "https://vinhan.test/<{0}"},
        {"unsubscribe_mailto": "huy@vinhan.test?bcc=x@vinhan.test"},
        {"list_id": "a>b"},
        {"headers": (("Bcc", "x@vinhan.test"),)},
        {"headers": (("X A", "1"),)},
        {"headers": (("X-A:", "1"),)},
        {"headers": (("X-A", "1\n2"),)},
        {"headers": (("X-A", "1"), ("x-a", "2"))},
        {"headers": (("Content-Language", "vi"),)},
    ],
)
def test_content_that_is_no_mail_is_refused_in_words(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\w \w"):
        template(replace(FULL, **change))  # type: ignore[arg-type]


def test_a_mail_without_places_has_one_body_for_all() -> None:
    form = template(CONTENT)
    first, second = (form.fill(to, "1-0", DATE, ()) for to in ("a@vinhan.test", "b@vinhan.test"))
    assert first.body is second.body
    assert first.own != second.own


def test_too_few_values_are_the_callers_fault() -> None:
    with pytest.raises(ValueError, match="2 giá trị"):
        template(FULL).fill("an@vinhan.test", "1-0", DATE, ("An",))
