"""DKIM signatures (RFC 6376), with RSA-SHA256 and Ed25519-SHA256 (RFC 8463), several keys at once.

Headers are canonicalised "relaxed", so that refolding on the way does no harm; the body "simple": ours is
quoted-printable, which nobody rewraps, and it is hashed as it stands, once for all people when it is the same for all.
What signs is cryptography's OpenSSL; dkimpy, whose arithmetic is plain Python and a hundred times slower, verifies in
the tests.
"""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

RSA_BITS = 2048
"""RFC 8301 §3.2: signers should use at least as many."""
UNSIGNED = frozenset({"dkim-signature", "return-path", "received", "comments", "keywords"})
OVERSIGNED = ("from", "to", "subject", "date", "message-id", "reply-to", "list-unsubscribe", "list-unsubscribe-post")
"""Named once more than they occur: a second one put in on the way breaks the signature (RFC 6376 §8.15)."""
NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
SPACES = re.compile(rb"[ \t]+")


@dataclass(frozen=True)
class DkimKey:
    """Which key signs for which domain, as the name server publishes it: ``selector._domainkey.domain``."""

    domain: str
    selector: str
    pem: bytes = field(repr=False)
    """The private key in PEM without a passphrase: RSA of at least 2048 bits, or Ed25519."""

    @property
    def name(self) -> str:
        """Where the name server publishes the public half."""
        return dkim_name(self.domain, self.selector)


class Signer:
    """Signs mails of one sender. ValueError for what is no usable key, or a name that is none."""

    def __init__(self, keys: Sequence[DkimKey]) -> None:  # parsed once
        self._keys = [(key, _load(key)) for key in keys]

    def prepare(self, common: Sequence[bytes]) -> Prepared:
        """Takes the headers that all mails of a broadcast share, each with its CRLF."""
        return Prepared(self._keys, common)


class Prepared:
    """What can be done once for a broadcast."""

    def __init__(self, keys: Sequence[tuple[DkimKey, Any]], common: Sequence[bytes]) -> None:  # made by ``Signer``
        self._keys = keys
        self._names, canonical = _relaxed(common)
        self._hash = hashlib.sha256(canonical)
        self._body: tuple[bytes, str] = (b"", "")

    def sign(self, own: Sequence[bytes], body: bytes, at: int | None = None) -> bytes:
        """The DKIM-Signature headers, one for each key, for a mail with the common headers, these and this body.

        ``at`` is the time in seconds since 1970, now when it is not given.
        """
        own_names, canonical = _relaxed(own)
        head = self._hash.copy()
        head.update(canonical)
        names = [*self._names, *own_names, *OVERSIGNED]
        signed = ":".join(names)
        at = int(time.time()) if at is None else at
        made = b""
        for key, private in self._keys:
            is_rsa = isinstance(private, rsa.RSAPrivateKey)
            tags = (
                f"v=1; a={'rsa' if is_rsa else 'ed25519'}-sha256; c=relaxed/simple; d={key.domain}; s={key.selector};"
                f" t={at}; h={signed}; bh={self._body_hash(body)}; b="
            )
            digest = head.copy()
            digest.update(f"dkim-signature:{tags}".encode())
            signature = (
                private.sign(digest.digest(), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
                if is_rsa
                else private.sign(digest.digest())
            )
            made += _folded(tags, base64.b64encode(signature).decode())
        return made

    def _body_hash(self, body: bytes) -> str:
        if self._body[0] is not body:  # the same object again: the body has no places
            whole = body.rstrip(b"\r\n") + b"\r\n" if body.endswith(b"\r\n\r\n") or not body.endswith(b"\r\n") else body
            self._body = (body, base64.b64encode(hashlib.sha256(whole).digest()).decode())
        return self._body[1]


def dkim_name(domain: str, selector: str) -> str:
    """The name of the TXT record of a key (RFC 6376 §3.6.2.1)."""
    return f"{selector}._domainkey.{domain}"


def new_pem(kind: Literal["rsa", "ed25519"]) -> bytes:
    """A fresh private key in PEM: RSA of 2048 bits, which every receiver knows, or Ed25519."""
    private = (
        ed25519.Ed25519PrivateKey.generate()
        if kind == "ed25519"
        else rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    )
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def public_record(key: DkimKey) -> str:
    """The TXT record to publish at the key's name. ValueError as ``Signer``."""
    public = _load(key).public_key()
    if isinstance(public, ed25519.Ed25519PublicKey):
        octets = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return f"v=DKIM1; k=ed25519; p={base64.b64encode(octets).decode()}"
    octets = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(octets).decode()}"


def _load(key: DkimKey) -> Any:
    """The private key: RSAPrivateKey or Ed25519PrivateKey."""
    if not NAME.fullmatch(key.domain) or not NAME.fullmatch(key.selector):
        raise ValueError(f"Tên miền hoặc tên khóa DKIM không hợp lệ: {key.selector!r}, {key.domain!r}")
    try:
        private = serialization.load_pem_private_key(key.pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:  # TypeError: the key wants a passphrase
        raise ValueError(f"Không đọc được khóa DKIM {key.selector}: cần PEM, không mật khẩu") from error
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return private
    if not isinstance(private, rsa.RSAPrivateKey) or private.key_size < RSA_BITS:
        raise ValueError(f"Khóa DKIM {key.selector} phải là RSA từ {RSA_BITS} bit hoặc Ed25519")
    return private


def _relaxed(headers: Sequence[bytes]) -> tuple[list[str], bytes]:
    """Names and canonical form (RFC 6376 §3.4.2) of those that are signed."""
    names: list[str] = []
    canonical = b""
    for header in headers:
        name, _, value = header.partition(b":")
        lower = name.strip().lower()
        if lower.decode("ascii") in UNSIGNED:
            continue
        names.append(lower.decode("ascii"))
        canonical += lower + b":" + SPACES.sub(b" ", value.replace(b"\r\n", b"")).strip() + b"\r\n"
    return names, canonical


def _folded(tags: str, signature: str) -> bytes:
    """The header, folded where the relaxed form has a space or drops it.

    The list of names stays on one line: a space beside its colons is allowed, but not all verifiers take it.
    """
    lines = ["DKIM-Signature:"]
    for word in tags.split(" "):
        if len(lines[-1]) + 1 + len(word) > 78 and len(lines[-1]) > 1:
            lines.append("")
        lines[-1] += f" {word}"
    chunks = [signature[start : start + 72] for start in range(0, len(signature), 72)]
    return "\r\n".join([*lines, *(f" {chunk}" for chunk in chunks)]).encode() + b"\r\n"
