"""What people write, made one key: "0900.000.123", "+84 900 000 123" and "tel:0900000123" are one phone.

A key is kind and value. Values by kind:

- account: "<6-digit Napas BIN>:<number>", "?:<number>" where the bank is unknown;
- wallet: "<wallet's code>:<phone in E.164, or name>"; a number at a wallet that has a BIN is a wallet however typed;
- phone: E.164; "vn:1900xxxx" for the country's services and short numbers; a range is its first digits and "*";
- link: "host" or "host/path" (``links``);
- app: package name, "apple:<store's number>" or "sha256:<hex>"; social: "<platform>:<name>".

Everything here is pure: nothing is fetched, nothing is asked of a network. Any text is answered with a key or with
``BadKeyError``, whose message is a Vietnamese sentence for the person who typed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

from canhgiac.engines.recognition.tokens import Entity, take_apart

from .accounts import account_value, masked_account, masked_wallet, shown_account, shown_wallet, wallet_value
from .links import link_value, owner_value, parent_values
from .model import LONGEST, BadKeyError, Key, Kind
from .names import app_value, masked_social, shown_social, social_of_link, social_value
from .phones import masked_phone, phone_value, range_values, shown_phone

__all__ = [
    "BadKeyError",
    "Key",
    "Kind",
    "key_of",
    "keys_in",
    "link_parents",
    "masked",
    "owner_of",
    "phone_ranges",
    "shown",
]
_ABROAD = re.compile(r"(?<![\w+])(?:\+|00)(?!84|0)[1-9]\d{0,2}(?:[ .\-]?\d){6,12}(?!\d)", re.ASCII)
_DIGITS = re.compile(r"\+?[\d ().\-]{3,30}", re.ASCII)
_BARE_APP = re.compile(r"(?:com|vn|org|net|io|app|gov)(?:\.[a-z]\w*){2,}", re.ASCII | re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{8,}", re.ASCII)


def key_of(kind: Kind | str, text: str, *, bank: str = "") -> Key:
    """The key of what somebody wrote. ``bank``: bank, wallet or platform, when it was asked for apart.

    A number at MoMo or another wallet that banks reach by BIN becomes a WALLET also when an ACCOUNT was asked for;
    every other key is of the kind asked for. Raises ``BadKeyError``.
    """
    kind = _kind(kind)
    if len(text) > LONGEST or len(bank) > LONGEST:
        raise BadKeyError("Nội dung quá dài: hãy nhập từng số hoặc từng đường link.")
    if not text.strip():
        raise BadKeyError("Chưa có nội dung.")
    if kind is Kind.ACCOUNT:
        named, value = account_value(text, bank)
        return Key(Kind(named), value)
    if kind is Kind.WALLET:
        return Key(kind, wallet_value(text, bank))
    if kind is Kind.SOCIAL:
        return Key(kind, social_value(text, bank))
    return Key(kind, _ALONE[kind](text))


_ALONE = {Kind.PHONE: phone_value, Kind.LINK: link_value, Kind.APP: app_value}


def _kind(kind: Kind | str) -> Kind:
    try:
        return Kind(kind)
    except ValueError:
        raise BadKeyError("Không có loại này: account, wallet, phone, link, app hoặc social.") from None


def keys_in(text: str) -> list[Key]:
    """What can be looked up in a bare paste, each once. A lone number that may be either gives phone and account.

    Profiles on social platforms are SOCIAL, pages of app stores APP, every other link LINK. Nothing found: empty.
    """
    found: dict[Key, None] = {}
    for key in _found(text[: LONGEST * 5]):
        found.setdefault(key)
    return list(found)


def _found(text: str) -> Iterator[Key]:
    bare = text.strip()
    if len(bare) <= LONGEST:
        alone = list(_alone(bare))
        if alone:
            yield from alone
            return
    entities = take_apart(text).entities
    accounts = {entity.value for entity in entities if entity.kind == "account"}
    for match in _ABROAD.finditer(text):
        # Accounts begin with "00" too: what the words call an account is no phone of another country.
        if re.sub(r"\D", "", match[0]) not in accounts:
            yield from _tried(Kind.PHONE, match[0])
    for entity in entities:
        yield from _of_entity(entity)


def _alone(bare: str) -> Iterator[Key]:
    """For a paste that is one thing and nothing else."""
    kind, mark, value = bare.partition(":")
    if mark and kind in set(Kind):
        yield from _tried(Kind(kind), value)
    elif bare.startswith("000201"):
        yield from _tried(Kind.ACCOUNT, bare)
    elif _DIGITS.fullmatch(bare):
        yield from _tried(Kind.PHONE, bare)
        if not bare.startswith("+"):
            yield from _tried(Kind.ACCOUNT, bare)
    elif not re.search(r"\s", bare):
        if _BARE_APP.fullmatch(bare) or re.fullmatch(r"(?:sha256:)?[0-9a-fA-F]{64}", bare):
            yield from _tried(Kind.APP, bare)
    elif len(bare) <= 80 and _LONG_NUMBER.search(re.sub(r"[ .\-]", "", bare)):
        yield from _tried(Kind.WALLET, bare)


def _tried(kind: Kind, text: str, bank: str = "") -> Iterator[Key]:
    with suppress(BadKeyError):
        yield key_of(kind, text, bank=bank)


def _of_entity(entity: Entity) -> Iterator[Key]:
    if entity.kind == "link" and entity.host is not None:
        yield from _of_link(entity)
    elif entity.kind in {"phone", "hotline"}:
        yield from _tried(Kind.PHONE, entity.value)
    elif entity.kind == "account":
        yield from _tried(Kind.ACCOUNT, entity.value, entity.bank.bin if entity.bank else "")


def _of_link(entity: Entity) -> Iterator[Key]:
    for link in _tried(Kind.LINK, entity.value):
        social = social_of_link(link.value)
        if social is not None:
            yield Key(Kind.SOCIAL, social)
            return
        if link.value.startswith(("play.google.com/", "apps.apple.com/")):
            apps = list(_tried(Kind.APP, entity.value))
            if apps:
                yield from apps
                return
        yield link


def link_parents(key: Key) -> list[Key]:
    """What stands above a link, the nearest first: shorter paths, the host, its parents down to the registrable domain.

    For a profile on a social platform its SOCIAL key, and nothing of the platform's own. Empty for other kinds.
    """
    if key.kind is not Kind.LINK:
        return []
    found = [Key(Kind.LINK, value) for value in parent_values(key.value)]
    social = social_of_link(key.value)
    return [*found, Key(Kind.SOCIAL, social)] if social is not None else found


def owner_of(key: Key) -> Key:
    """Under what a person's report is counted: of a link the host, or the owner's part on a shared platform."""
    return Key(key.kind, owner_value(key.value)) if key.kind is Kind.LINK else key


def phone_ranges(key: Key) -> list[Key]:
    """The ranges that could cover a phone (or a narrower range), the narrowest first; empty for other kinds."""
    return [Key(Kind.PHONE, value) for value in range_values(key.value)] if key.kind is Kind.PHONE else []


def shown(key: Key) -> str:
    """The whole thing as people write it; ``key_of`` reads it back as the same key."""
    return _SHOWN[key.kind](key.value) if key.kind in _SHOWN else key.value


def masked(key: Key) -> str:
    """For lists: whom it belongs to stays recognisable only to who holds the original. Hosts and apps stay whole."""
    if key.kind in _MASKED:
        return _MASKED[key.kind](key.value)
    if key.kind is Kind.LINK:
        host, slash, path = key.value.partition("/")
        return host + slash + _LONG_NUMBER.sub(lambda number: f"***{number[0][-3:]}", path)
    return key.value


_SHOWN = {
    Kind.ACCOUNT: shown_account,
    Kind.WALLET: shown_wallet,
    Kind.PHONE: shown_phone,
    Kind.SOCIAL: shown_social,
}
_MASKED = {
    Kind.ACCOUNT: masked_account,
    Kind.WALLET: masked_wallet,
    Kind.PHONE: masked_phone,
    Kind.SOCIAL: masked_social,
}
