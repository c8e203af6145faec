"""MISP JSON (MISP core format): an event, several, or a feed's file; attributes alone and in objects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, BinaryIO

from .model import Fault, Raw, Raws, fault
from .records import records

OWN_TAG = 'canhgiac:kind="'
_KIND = {
    **dict.fromkeys(("url", "link", "uri", "domain", "hostname", "ip-dst", "domain|ip"), "link"),
    "phone-number": "phone",
    "bank-account-nr": "account",
    "mobile-application-id": "app",
    "sha256": "app",
}
_SOCIAL = {"facebook-account": "facebook", "telegram-account": "telegram", "twitter-account": "x"}
"""Objects of MISP's templates that name an account on a platform."""
_PASSED = frozenset(
    (
        *("comment", "text", "datetime", "counter", "float", "boolean", "attachment", "malware-sample", "port"),
        *("md5", "sha1", "filename", "size-in-bytes", "email-src", "email-subject", "whois-registrar", "AS", "hex"),
    )
)


def misp_read(stream: BinaryIO) -> Raws:
    """What the attributes name. Deleted ones, and attributes that only describe, are passed over."""
    for found in records(stream, {"Attribute", "Object"}):
        if isinstance(found, Fault):
            yield found
            continue
        number, thing = found
        if isinstance(thing.get("Attribute"), list):
            yield from _of_object(number, thing)
        elif "Attribute" not in thing:
            yield from _of_attribute(number, thing)


def _of_object(number: int, thing: dict[str, Any]) -> Raws:
    inside = [one for one in thing["Attribute"] if isinstance(one, dict)]
    if thing.get("deleted") is True:
        return
    said = {str(one.get("object_relation")): one for one in inside if isinstance(one.get("value"), str)}
    name = thing.get("name")
    if name == "bank-account":
        number_told = said.get("account") or said.get("iban")
        if number_told is None:
            yield fault(number, str(name), "Đối tượng tài khoản không có số tài khoản.")
            return
        bank = said.get("institution-code") or said.get("institution-name") or said.get("swift")
        yield Raw(
            number,
            "account",
            number_told["value"],
            bank["value"] if bank else "",
            _tags(number_told),
            _day(number_told),
        )
        return
    platform = _SOCIAL.get(str(name))
    handle = said.get("account-id") or said.get("account-name") or said.get("link")
    if platform and handle is not None:
        yield Raw(number, "social", handle["value"], platform, _tags(handle), _day(handle))
        return
    for one in inside:
        yield from _of_attribute(number, one)


def _of_attribute(number: int, one: dict[str, Any]) -> Iterator[Raw | Fault]:
    value, what = one.get("value"), one.get("type")
    if one.get("deleted") is True or (isinstance(what, str) and what in _PASSED):
        return
    if not isinstance(value, str) or not isinstance(what, str):
        yield fault(number, str(value), "Thuộc tính không có loại hoặc giá trị.")
        return
    kind = _own_kind(one) or _KIND.get(what, "")
    if not kind:
        yield fault(number, f"{what}: {value}", "Loại thuộc tính này không có trong sổ.")
        return
    text = value.partition("|")[0] if what == "domain|ip" else value
    yield Raw(number, kind, f"sha256:{text}" if what == "sha256" else text, "", _tags(one), _day(one))


def _names(one: dict[str, Any]) -> Iterator[str]:
    tags = one.get("Tag")
    for tag in tags if isinstance(tags, list) else []:
        if isinstance(tag, dict) and isinstance(tag.get("name"), str):
            yield tag["name"]


def _own_kind(one: dict[str, Any]) -> str:
    """The kind that our own export says of an attribute MISP has no type for."""
    return next((name[len(OWN_TAG) : -1] for name in _names(one) if name.startswith(OWN_TAG)), "")


def _tags(one: dict[str, Any]) -> tuple[str, ...]:
    return tuple(name.partition("=")[2].strip('"') or name for name in _names(one) if not name.startswith(OWN_TAG))


def _day(one: dict[str, Any]) -> dt.date | None:
    try:
        return dt.datetime.fromtimestamp(int(str(one["timestamp"])[:10]), dt.UTC).date()
    except (KeyError, ValueError, OverflowError, OSError):
        return None
