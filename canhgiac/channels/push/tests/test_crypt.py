"""The cryptography against the examples of the RFCs and an independent implementation."""

from __future__ import annotations

import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.channels.push import new_key, public_key
from canhgiac.channels.push.crypt import MOST_PLAIN, decode, encode, encrypt, key_of_point, private_key, vapid_token

AUTH = bytes(range(16))
BROWSER = ec.generate_private_key(ec.SECP256R1())


def test_the_example_of_rfc_8291() -> None:
    """RFC 8291 Appendix A."""
    body = encrypt(
        b"When I grow up, I want to be a watermelon",
        receiver=key_of_point(
            decode("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
        ),
        auth=decode("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=private_key("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=decode("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encode(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@settings(deadline=None)
@given(st.binary(max_size=MOST_PLAIN))
def test_what_is_encrypted_another_implementation_reads(plain: bytes) -> None:
    body = encrypt(plain, receiver=BROWSER.public_key(), auth=AUTH)
    assert len(body) <= 4096
    assert http_ece.decrypt(body, private_key=BROWSER, auth_secret=AUTH, version="aes128gcm") == plain  # type: ignore[no-untyped-call]


def test_no_two_bodies_are_alike_and_none_is_too_long() -> None:
    bodies = {encrypt(b"a", receiver=BROWSER.public_key(), auth=AUTH) for _ in range(20)}
    assert len({body[:16] for body in bodies}) == 20
    assert len(encrypt(bytes(MOST_PLAIN), receiver=BROWSER.public_key(), auth=AUTH)) == 4096
    with pytest.raises(ValueError, match="at most"):
        encrypt(bytes(MOST_PLAIN + 1), receiver=BROWSER.public_key(), auth=AUTH)


def test_a_vapid_token_says_who_to_whom_and_until_when() -> None:
    key = new_key()
    token = vapid_token(private_key(key), audience="https://push.test", subject="mailto:a@vinhan.test", expires=9)
    head, claims, mark = token.split(".")
    assert json.loads(decode(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(decode(claims)) == {"aud": "https://push.test", "exp": 9, "sub": "mailto:a@vinhan.test"}
    assert len(decode(mark)) == 64
    assert len(decode(public_key(key))) == 65


@pytest.mark.parametrize("text", ["", "AA", "không", "A" * 100])
def test_a_malformed_key_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        private_key(text)
