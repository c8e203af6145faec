"""The two cryptographic parts of web push, on primitives of ``cryptography``.

Message encryption: RFC 8291 over RFC 8188 "aes128gcm", in one record. Who sends: a VAPID token, RFC 8292.
"""

from __future__ import annotations

import base64
import json
import os
import struct

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RECORD = 4096
MOST_PLAIN = RECORD - 86 - 16 - 1
"""Bytes of a message in one record that every push service takes: less the header, the tag, the delimiter."""
POINT = 65
"""Bytes of an uncompressed point of P-256."""


def encode(data: bytes) -> str:
    """Base64 for addresses, without padding (RFC 4648 section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of base64url with or without padding. Raises ValueError."""
    return base64.b64decode(text.rstrip("=").encode() + b"=" * (-len(text.rstrip("=")) % 4), b"-_", validate=True)


def point(public: ec.EllipticCurvePublicKey) -> bytes:
    """The key as an uncompressed point."""
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def key_of_point(data: bytes) -> ec.EllipticCurvePublicKey:
    """The key of an uncompressed point. Raises ValueError for one that is not on the curve."""
    if len(data) != POINT:
        raise ValueError("a P-256 point has 65 bytes")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data)


def encrypt(
    plain: bytes,
    *,
    receiver: ec.EllipticCurvePublicKey,
    auth: bytes,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message for the subscription with this key and secret.

    ``sender`` and ``salt`` are new for every message; they are given only to meet a known example. Raises ValueError
    for a message longer than MOST_PLAIN bytes.
    """
    if len(plain) > MOST_PLAIN:
        raise ValueError(f"a push message has at most {MOST_PLAIN} bytes")
    sender = sender or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    ours, theirs = point(sender.public_key()), point(receiver)
    shared = sender.exchange(ec.ECDH(), receiver)
    secret = _expand(_mac(auth, shared), b"WebPush: info\0" + theirs + ours, 32)
    seed = _mac(salt, secret)
    key = _expand(seed, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(seed, b"Content-Encoding: nonce\0", 12)
    sealed = AESGCM(key).encrypt(nonce, plain + b"\x02", None)  # 2: the delimiter of the last record
    return salt + struct.pack("!IB", RECORD, len(ours)) + ours + sealed


def _mac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand (RFC 5869) for at most one block."""
    return _mac(key, info + b"\x01")[:length]


def vapid_token(key: ec.EllipticCurvePrivateKey, *, audience: str, subject: str, expires: int) -> str:
    """A JWT of ES256 that says who sends to the push service at ``audience`` ("https://host") until ``expires``."""
    parts = [{"typ": "JWT", "alg": "ES256"}, {"aud": audience, "exp": expires, "sub": subject}]
    signed = ".".join(encode(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{signed}.{encode(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """The key in 32 bytes as base64url. Raises ValueError."""
    data = decode(text)
    if len(data) != 32:
        raise ValueError("a VAPID key has 32 bytes")
    return ec.derive_private_key(int.from_bytes(data, "big"), ec.SECP256R1())
