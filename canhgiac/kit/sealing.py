"""Sealing with libsodium (PyNaCl): sealed boxes, secret boxes with padding, keys from words, a secret split on paper.

Every envelope begins with one byte that names its kind and version, so that a later version can stand beside it:

- 0x11, then 4 bytes of the receiver's key, then a sealed box (X25519, XSalsa20-Poly1305; libsodium "sealed boxes");
- 0x21, then a secret box (XSalsa20-Poly1305, random 24-byte nonce) of what it is for, and the padded data;
- 0x31, a secret box whose key Argon2id (RFC 9106) made of a passphrase.

Whoever opens with a wrong key, or opens what was altered, gets one error, ``BrokenSealError``, and nothing more.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.pwhash import argon2id
from nacl.secret import SecretBox

KEY_BYTES = 32
PAD = 1024
"""Boxes hold a multiple of so many bytes by default: their length tells little."""
_SEALED, _BOX, _WRAP = b"\x11", b"\x21", b"\x31"
_WHO = 4


class BrokenSealError(Exception):
    """The key is another one or the data were altered: which of the two cannot be told. The message is Vietnamese."""

    def __init__(self) -> None:
        super().__init__(_("Không mở được niêm phong: sai khóa, hoặc dữ liệu đã bị sửa."))


@dataclass(frozen=True, slots=True)
class Cost:
    """How dear one guess of a passphrase or code is: Argon2id passes and bytes of memory."""

    ops: int
    memory: int


PASSPHRASE_COST = Cost(3, 256 * 2**20)
"""libsodium's "moderate": 0.5 to 1 s and 256 MiB a guess."""
CODE_COST = Cost(3, 64 * 2**20)
"""For a receipt code of 16 random digits: about 0.15 s and 64 MiB a guess."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """An X25519 key pair. The private half does not show in tracebacks or logs."""

    public: bytes
    private: bytes = field(repr=False)

    @classmethod
    def new(cls) -> KeyPair:
        """A fresh pair of 32 bytes each."""
        private = PrivateKey.generate()
        return cls(bytes(private.public_key), bytes(private))

    @classmethod
    def of(cls, private: bytes) -> KeyPair:
        """The pair of a private half. Raises BrokenSealError where that is no key."""
        if len(private) != KEY_BYTES:
            raise BrokenSealError
        return cls(bytes(PrivateKey(private).public_key), private)


def new_key() -> bytes:
    """A random key for ``box``."""
    return secrets.token_bytes(KEY_BYTES)


def _who(public: bytes) -> bytes:
    return hashlib.sha256(b"who" + public).digest()[:_WHO]


def seal(public: bytes, data: bytes) -> bytes:
    """The data sealed for the holder of the private half; also the sealer cannot open it again."""
    return _SEALED + _who(public) + SealedBox(PublicKey(public)).encrypt(data)


def sealed_for(public: bytes, sealed: bytes) -> bool:
    """Whether a sealed envelope names this key as its receiver: to choose among several keys, no proof."""
    return bytes(sealed[: 1 + _WHO]) == _SEALED + _who(public)


def open_sealed(private: bytes, sealed: bytes) -> bytes:
    """What was sealed. Raises BrokenSealError."""
    if bytes(sealed[:1]) != _SEALED or len(private) != KEY_BYTES:
        raise BrokenSealError
    try:
        return SealedBox(PrivateKey(private)).decrypt(bytes(sealed[1 + _WHO :]))
    except (CryptoError, ValueError, TypeError):
        raise BrokenSealError from None


def box(key: bytes, data: bytes, *, what: str = "", pad: int = PAD) -> bytes:
    """The data under a key of 32 bytes, padded to a multiple of ``pad`` bytes (ISO/IEC 7816-4).

    ``what`` says what it is ("story", "file"): a box put in another's place is refused when opened.
    """
    named = what.encode()
    inner = bytes([len(named)]) + named + data
    return _BOX + bytes(SecretBox(key).encrypt(sodium_pad(inner, pad)))


def unbox(key: bytes, data: bytes, *, what: str = "", pad: int = PAD) -> bytes:
    """What ``box`` was given. Raises BrokenSealError, also for a box of something else than ``what``."""
    if bytes(data[:1]) != _BOX or len(key) != KEY_BYTES:
        raise BrokenSealError
    try:
        inner = sodium_unpad(SecretBox(key).decrypt(bytes(data[1:])), pad)
    except (CryptoError, ValueError, TypeError):
        raise BrokenSealError from None
    named = what.encode()
    if inner[: 1 + len(named)] != bytes([len(named)]) + named:
        raise BrokenSealError
    return inner[1 + len(named) :]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A secret under a passphrase, with what is needed to try the passphrase again."""

    sealed: bytes
    salt: bytes
    cost: Cost


def wrap_by_passphrase(passphrase: str, data: bytes, *, cost: Cost = PASSPHRASE_COST) -> Wrapped:
    """The data under Argon2id of the passphrase with a salt of its own."""
    salt = secrets.token_bytes(argon2id.SALTBYTES)
    return Wrapped(_WRAP + bytes(SecretBox(_stretched(passphrase, salt, cost)).encrypt(data)), salt, cost)


def unwrap_by_passphrase(passphrase: str, wrapped: Wrapped) -> bytes:
    """What was wrapped. Raises BrokenSealError for another passphrase."""
    if wrapped.sealed[:1] != _WRAP:
        raise BrokenSealError
    try:
        return SecretBox(_stretched(passphrase, wrapped.salt, wrapped.cost)).decrypt(wrapped.sealed[1:])
    except (CryptoError, ValueError, TypeError):
        raise BrokenSealError from None


def _stretched(words: str, salt: bytes, cost: Cost, size: int = KEY_BYTES) -> bytes:
    return argon2id.kdf(size, words.encode(), salt[: argon2id.SALTBYTES], opslimit=cost.ops, memlimit=cost.memory)


# Receipt codes ------------------------------------------------------------------------------------------------------

CODE_DIGITS = 16


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """What a receipt code becomes: ``digest`` finds the row (64 hexadecimal digits), ``wrap`` opens its content key.

    The digest is a hash of the first half of one Argon2id output, the key its second half: who has the digest learns
    nothing of the key and must try codes, each at the full cost.
    """

    digest: str
    wrap: bytes = field(repr=False)


def code_new() -> str:
    """A random code of 16 digits (53 bits)."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_keys(code: str, salt: bytes, *, cost: Cost = CODE_COST) -> CodeKeys:
    """The two keys of a code under the site's salt (16 bytes, kept outside the database). Takes about 0.15 s."""
    both = _stretched(code, salt, cost, 2 * KEY_BYTES)
    return CodeKeys(hashlib.sha256(both[:KEY_BYTES]).hexdigest(), both[KEY_BYTES:])


def code_shown(code: str) -> str:
    """In four groups: "1234 5678 9012 3456"."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def code_read(text: str) -> str | None:
    """The 16 digits of what somebody typed, with spaces, dots or dashes; None when they are not 16 digits."""
    bare = "".join(char for char in text if not char.isspace() and char not in ".-–_")
    return bare if len(bare) == CODE_DIGITS and bare.isascii() and bare.isdigit() else None
