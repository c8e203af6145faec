"""Open Badges 3.0 (1EdTech): a credential that anybody can check without asking us, as a JWT signed with Ed25519.

The proof format is section 8.2 of the specification ("JSON Web Token Proof Format"): the credential itself is the
payload, with iss, jti, nbf, sub beside it; the algorithm is EdDSA (RFC 8037).
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, TypeAlias

from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import SigningKey, VerifyKey

CONTEXT = ("https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json")
Credential: TypeAlias = dict[str, Any]
MOST_CHARACTERS = 64 * 1024
"""Of one badge as text."""


class BadgeRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The text is no badge of this key, or not valid now; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who gives it: an address of ours that tells the same (``issuer_profile``) and the name of the office."""

    iri: str
    name: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """What for: an address that names the course, its name, what it is and what had to be done."""

    iri: str
    name: str
    description: str
    criteria: str


def key_new() -> bytes:
    """A random Ed25519 key (32 bytes), to be kept sealed."""
    return bytes(SigningKey.generate())


def public_of(key: bytes) -> bytes:
    """The public half (32 bytes)."""
    return bytes(SigningKey(key).verify_key)


def jwk(public: bytes, *, kid: str = "") -> dict[str, str]:
    """The public key as a JSON Web Key (RFC 8037, section 2), for the address that ``kid`` names."""
    told = {"kty": "OKP", "crv": "Ed25519", "x": _b64(public), "alg": "EdDSA", "use": "sig"}
    return told | ({"kid": kid} if kid else {})


def credential(
    *,
    iri: str,
    issuer: Issuer,
    achievement: Achievement,
    subject: str,
    holder: str,
    issued_at: dt.datetime,
    valid_until: dt.datetime | None = None,
    status: str = "",
) -> Credential:
    """An OpenBadgeCredential. ``iri``: the certificate's public address. ``subject``: a URI of the holder that tells
    nothing of them ("urn:uuid:…"). ``holder``: the name as on the certificate, "" to leave it out. ``status``: the
    address that says whether it was revoked (1EdTech Credential Status: "1EdTechRevocationList")."""
    told: Credential = {
        "@context": list(CONTEXT),
        "id": iri,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": achievement.name,
        "issuer": {"id": issuer.iri, "type": ["Profile"], "name": issuer.name},
        "validFrom": _moment(issued_at),
        "credentialSubject": {
            "id": subject,
            "type": ["AchievementSubject"],
            "achievement": {
                "id": achievement.iri,
                "type": ["Achievement"],
                "achievementType": "Certificate",
                "name": achievement.name,
                "description": achievement.description,
                "criteria": {"narrative": achievement.criteria},
            },
        },
    }
    if holder:
        told["credentialSubject"]["identifier"] = [
            {"type": "IdentityObject", "identityHash": holder, "identityType": "name", "hashed": False}
        ]
    if valid_until:
        told["validUntil"] = _moment(valid_until)
    if status:
        told["credentialStatus"] = {"id": status, "type": "1EdTechRevocationList"}
    return told


def sign(told: Credential, key: bytes, *, kid: str = "") -> str:
    """The credential as a compact JWS. With ``kid``, an address that gives the ``jwk``; else the key is inside."""
    public = public_of(key)
    header: dict[str, Any] = {"alg": "EdDSA", "typ": "JWT"}
    header["kid" if kid else "jwk"] = kid or jwk(public)
    claims = {
        "iss": told["issuer"]["id"],
        "jti": told["id"],
        "nbf": _seconds(told["validFrom"]),
        "sub": told["credentialSubject"]["id"],
    }
    if "validUntil" in told:
        claims["exp"] = _seconds(told["validUntil"])
    signed = f"{_b64(_json(header))}.{_b64(_json(told | claims))}"
    return f"{signed}.{_b64(SigningKey(key).sign(signed.encode()).signature)}"


def verify(text: str, public: bytes, *, now: dt.datetime) -> Credential:
    """The credential inside, checked as section 8.2.5 says. ``public``: our own key; a key inside is not believed.

    Raises BadgeRefused. Whether it was revoked is asked elsewhere.
    """
    if len(text) > MOST_CHARACTERS or text.count(".") != 2:
        raise BadgeRefused("Đây không phải huy hiệu Open Badges.")
    signed, _, signature = text.rpartition(".")
    head, _, body = signed.partition(".")
    try:
        header, payload = json.loads(_unb64(head)), json.loads(_unb64(body))
        if header.get("alg") != "EdDSA":
            raise BadgeRefused("Huy hiệu không ký bằng Ed25519.")
        VerifyKey(public).verify(signed.encode(), _unb64(signature))
    except (BadSignatureError, CryptoError) as error:
        raise BadgeRefused("Chữ ký không đúng: huy hiệu đã bị sửa hoặc do nơi khác ký.") from error
    except BadgeRefused:
        raise
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadgeRefused("Đây không phải huy hiệu Open Badges.") from error
    return _checked(payload, now)


def _checked(payload: Any, now: dt.datetime) -> Credential:
    try:
        told = {name: value for name, value in payload.items() if name not in ("iss", "jti", "nbf", "sub", "exp")}
        agrees = (payload["iss"], payload["jti"], payload["sub"], payload["nbf"]) == (
            told["issuer"]["id"],
            told["id"],
            told["credentialSubject"]["id"],
            _seconds(told["validFrom"]),
        ) and (("validUntil" not in told) or payload.get("exp") == _seconds(told["validUntil"]))
        begins, ends = payload["nbf"], payload["exp"] if "validUntil" in told else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadgeRefused("Huy hiệu thiếu phần bắt buộc.") from error
    if not agrees:
        raise BadgeRefused("Các phần của huy hiệu không khớp nhau.")
    if now.timestamp() < begins:
        raise BadgeRefused("Huy hiệu chưa có hiệu lực.")
    if ends is not None and now.timestamp() >= ends:
        raise BadgeRefused("Huy hiệu đã hết hạn.")
    return told


def _moment(at: dt.datetime) -> str:
    """Whole seconds in UTC (VC Data Model 2.0, dateTimeStamp)."""
    return at.astimezone(dt.UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _seconds(moment: str) -> int:
    return int(dt.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp())


def _json(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("no base64url") from error
