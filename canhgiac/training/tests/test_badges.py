"""Badges: what we sign, somebody else can check with what our addresses tell and with another library."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.test.utils import override_settings

from canhgiac.agencies.selectors import province
from canhgiac.training.models import IssuerKey
from canhgiac.training.services.badges import badge_of, issuer_key, issuer_told, key_address, key_told, status_told
from canhgiac.training.services.certificates import certificate_revoke
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories.agencies import Cast

from .test_certificates import issued

pytestmark = pytest.mark.django_db


def unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_a_stranger_checks_the_signature_with_the_key_at_its_address(cast: Cast, client: Client) -> None:
    row = issued(cast)
    text = client.get(f"/chung-nhan/{row.code}/huy-hieu.jwt").content.decode()
    head, body, signature = text.split(".")
    header, told = json.loads(unpacked(head)), json.loads(unpacked(body))
    key = client.get(urlsplit(header["kid"]).path).json()
    assert (key["kty"], key["crv"], key["kid"]) == ("OKP", "Ed25519", header["kid"])
    public = Ed25519PublicKey.from_public_bytes(unpacked(key["x"]))
    public.verify(unpacked(signature), f"{head}.{body}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(unpacked(signature), f"{head}.{body[:-2]}xx".encode())
    assert told["credentialSubject"]["achievement"]["name"] == row.title
    assert told["credentialSubject"]["identifier"][0]["identityHash"] == row.holder
    assert urlsplit(told["id"]).path == f"/chung-nhan/{row.code}/"
    issuer = client.get(urlsplit(told["issuer"]["id"]).path).json()
    assert issuer["id"] == told["issuer"]["id"] == issuer_told()["id"]
    assert client.get(urlsplit(told["credentialStatus"]["id"]).path).json()["revokedCredential"] == []


def test_a_revoked_one_says_so_and_gives_no_badge(cast: Cast, client: Client) -> None:
    row = certificate_revoke(by=cast.coordinator, certificate=issued(cast), reason="Thi hộ")
    assert client.get(f"/chung-nhan/{row.code}/huy-hieu.jwt").status_code == 410
    told = client.get(f"/chung-nhan/{row.code}/tinh-trang.json").json()
    assert told == status_told(row)
    assert urlsplit(told["revokedCredential"][0]["id"]).path == f"/chung-nhan/{row.code}/"
    with pytest.raises(TrainingRefused):
        badge_of(row)


def test_there_is_one_key_and_its_secret_half_is_sealed(cast: Cast, client: Client) -> None:
    key = issuer_key()
    assert issuer_key() == key
    assert IssuerKey.objects.count() == 1
    assert len(bytes(key.sealed)) > 500  # padded, so that nothing is told by its length
    assert key_address(key, province()).endswith(f"/chung-nhan/khoa/{key.kid}.json")
    told = key_told(key.kid)
    assert told is not None
    assert set(told) == {"kty", "crv", "x", "alg", "use", "kid"}
    assert client.get("/chung-nhan/khoa/khong-co.json").status_code == 404


def test_after_the_servers_key_changed_a_new_one_signs_and_the_old_one_still_checks(cast: Cast) -> None:
    old, row = issuer_key(), issued(cast)
    with override_settings(SECRET_KEY="một-khóa-máy-chủ-khác-của-bài-thử"):
        header = json.loads(unpacked(badge_of(row).split(".")[0]))
    assert old.kid not in header["kid"]
    assert key_told(old.kid) is not None
