"""Signatures, verified by another's implementation (dkimpy) with a name server of our own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from canhgiac.channels.email.content import EmailContent, template
from canhgiac.channels.email.dkim import DkimKey, Signer, new_pem, public_record
from canhgiac.channels.email.tests.test_content import DATE, FULL

DOMAIN = "thu.vinhan.test"


def pem(key: Any, password: bytes = b"") -> bytes:
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    made: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return made


@pytest.fixture(scope="module")
def keys() -> list[DkimKey]:
    return [DkimKey(DOMAIN, "k2026", new_pem("rsa")), DkimKey(DOMAIN, "e2026", new_pem("ed25519"))]


def names(keys: list[DkimKey]) -> Callable[..., bytes]:
    """A name server that knows these keys."""
    records = {f"{key.name}.": public_record(key).encode() for key in keys}

    def look_up(name: bytes | str, timeout: int = 5) -> bytes:
        return records[name.decode() if isinstance(name, bytes) else name]

    return look_up


def signed(keys: list[DkimKey], content: EmailContent, *fields: str) -> bytes:
    form = template(content)
    prepared = Signer(keys).prepare(form.common)
    mail = form.fill("an@vinhan.test", "7-0123456789ab", DATE, fields)
    return b"".join([prepared.sign(mail.own, mail.body), *mail.own, *form.common, b"\r\n", mail.body])


def verdicts(raw: bytes, keys: list[DkimKey]) -> list[bool]:
    held = []
    for index in range(len(keys)):
        try:
            held.append(dkim.DKIM(raw).verify(idx=index, dnsfunc=names(keys)))
        except dkim.ValidationError:  # the body is not the one that was signed
            held.append(False)
    return held


@pytest.mark.parametrize(
    "content",
    [FULL, replace(FULL, html=""), replace(FULL, text="Cho mọi người", html="", headers=(), unsubscribe="")],
    ids=["whole", "text", "same for all"],
)
def test_both_signatures_hold(keys: list[DkimKey], content: EmailContent) -> None:
    assert verdicts(signed(keys, content, "Bà  Ất", "m"), keys) == [True, True]


def test_a_common_body_is_signed_for_each_person(keys: list[DkimKey]) -> None:
    form = template(replace(FULL, text="Cho mọi người", html=""))
    prepared = Signer(keys).prepare(form.common)
    for to in ("an@vinhan.test", "binh@vinhan.test"):
        mail = form.fill(to, "7-0123456789ab", DATE, ("An", "m"))
        raw = b"".join([prepared.sign(mail.own, mail.body), *mail.own, *form.common, b"\r\n", mail.body])
        assert verdicts(raw, keys) == [True, True]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"huy/m>", b"huy/n>"),
        (b"List-Unsubscribe-Post: List", b"List-Unsubscribe-Post: Mist"),
        (b"To: an@", b"To: em@"),
        (b"Date: Mon", b"Date: Tue"),
        (b"MIME-Version", b"Subject: Khac\r\nMIME-Version"),
        (b"MIME-Version", b"From: ke-gian@vinhan.test\r\nMIME-Version"),
        (b"MIME-Version", b"List-Unsubscribe: <https://ke-gian.test/>\r\nMIME-Version"),
        (b"text/html", b"text/plain"),
        (b"<b>", b"<i>"),
    ],
)
def test_a_change_on_the_way_is_seen(keys: list[DkimKey], old: bytes, new: bytes) -> None:
    raw = signed(keys, FULL, "An", "m")
    changed = raw.replace(old, new, 1)
    assert changed != raw
    assert verdicts(changed, keys) == [False, False]


def test_refolded_headers_still_hold(keys: list[DkimKey]) -> None:
    raw = signed(keys, FULL, "An", "m")
    refolded = raw.replace(b"List-Unsubscribe: <", b"List-Unsubscribe:\r\n\t <", 1).replace(b"; s=", b";\r\n  s=")
    assert refolded != raw
    assert verdicts(refolded, keys) == [True, True]


def test_what_rfc_8058_wants_signed_is_signed(keys: list[DkimKey]) -> None:
    head = signed(keys, FULL, "An", "m").split(b"\r\nTo:")[0].replace(b"\r\n", b"")
    for name in (b"from", b"to", b"subject", b"date", b"message-id", b"list-unsubscribe", b"list-unsubscribe-post"):
        assert head.count(b":%s:" % name) + head.count(b"h=%s:" % name) + head.count(b":%s;" % name) >= 4  # each twice


def test_unusable_keys_are_refused_in_words() -> None:
    weak = pem(rsa.generate_private_key(public_exponent=65537, key_size=1024))
    other = pem(ec.generate_private_key(ec.SECP256R1()))
    locked = pem(ed25519.Ed25519PrivateKey.generate(), b"mat khau")
    for held in (weak, other, locked, "không phải khóa".encode(), b""):
        with pytest.raises(ValueError, match="DKIM"):
            Signer([DkimKey(DOMAIN, "k", held)])
    with pytest.raises(ValueError, match="DKIM"):
        Signer([DkimKey(f"{DOMAIN}; l=0", "k", new_pem("ed25519"))])


def test_a_key_does_not_show(keys: list[DkimKey]) -> None:
    assert "PRIVATE" not in repr(keys)
