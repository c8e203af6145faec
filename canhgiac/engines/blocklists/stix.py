"""STIX 2.1 bundles (OASIS STIX Version 2.1): indicators with STIX patterns, and observables by themselves."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from .model import Fault, Raw, Raws, fault
from .records import records
from .table import day_of

_TEST = re.compile(
    r"([a-zA-Z][\w-]*):([a-zA-Z_][\w.\-]*(?:\.'[^']{1,40}'|\[\*\])?)\s*=\s*'((?:[^'\\]|\\.){1,2000})'", re.ASCII
)
_ESCAPE = re.compile(r"\\(.)")
OWN = "x-canhgiac-"
"""Observables that STIX has no word for, in patterns: ``[x-canhgiac-account:value = '970436:0123456789']``."""
_OF_OWN = {f"{OWN}{kind}": kind for kind in ("account", "wallet", "phone", "link", "app", "social")}
_KIND = {("url", "value"): "link", ("domain-name", "value"): "link", ("ipv4-addr", "value"): "link"} | {
    (name, "value"): kind for name, kind in _OF_OWN.items()
}
_HASHES = {"hashes.'SHA-256'", "hashes.SHA-256"}
_PASSED = frozenset(
    (
        *("identity", "sighting", "relationship", "marking-definition", "report", "note", "opinion", "bundle"),
        *("extension-definition", "language-content", "location", "threat-actor", "campaign", "attack-pattern"),
        *("observed-data", "malware", "infrastructure", "grouping", "intrusion-set", "tool", "vulnerability"),
        *("course-of-action", "malware-analysis", "incident"),
    )
)
"""Objects that stand beside indicators and name nothing to look up."""


def stix_read(stream: BinaryIO) -> Raws:
    """What a bundle's indicators and observables name. Revoked indicators are passed over."""
    for found in records(stream, {"objects"}):
        if isinstance(found, Fault):
            yield found
            continue
        number, thing = found
        yield from _of_object(number, thing)


def _of_object(number: int, thing: dict[str, Any]) -> Raws:
    what = thing.get("type")
    if what == "indicator":
        if thing.get("revoked") is not True:
            yield from _of_indicator(number, thing)
    elif isinstance(what, str) and what in _PASSED:
        return
    else:
        yield _of_observable(number, thing, what)


def _of_indicator(number: int, thing: dict[str, Any]) -> Raws:
    pattern = thing.get("pattern")
    if thing.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        yield fault(number, str(pattern), "Mẫu của mục này không viết bằng STIX.")
        return
    seen = thing.get("modified") or thing.get("valid_from")
    day = day_of(seen) if isinstance(seen, str) else None
    types = thing.get("indicator_types")
    tags = tuple(str(tag) for tag in types) if isinstance(types, list) else ()
    tests = [(name, path, _ESCAPE.sub(r"\1", value)) for name, path, value in _TEST.findall(pattern)]
    known = [raw for raw in (_of_tests(number, tests, tags, day)) if raw is not None]
    if known:
        yield from known
    else:
        yield fault(number, pattern, "Mẫu không nói về link, số điện thoại, tài khoản hay ứng dụng.")


def _of_tests(number: int, tests: list[tuple[str, str, str]], tags: tuple[str, ...], day: Any) -> list[Raw | None]:
    platform = next((value for name, path, value in tests if (name, path) == ("user-account", "account_type")), "")
    found: list[Raw | None] = []
    for name, path, value in tests:
        if (name, path) in _KIND:
            found.append(Raw(number, _KIND[name, path], value, "", tags, day))
        elif name == "file" and path in _HASHES:
            found.append(Raw(number, "app", f"sha256:{value}", "", tags, day))
        elif name == "user-account" and path in {"account_login", "user_id"} and platform:
            found.append(Raw(number, "social", value, platform, tags, day))
    return found


def _of_observable(number: int, thing: dict[str, Any], what: object) -> Raw | Fault:
    value = thing.get("value")
    if isinstance(what, str) and isinstance(value, str) and (what, "value") in _KIND:
        return Raw(number, _KIND[what, "value"], value)
    if what == "file" and isinstance(thing.get("hashes"), dict) and isinstance(thing["hashes"].get("SHA-256"), str):
        return Raw(number, "app", f"sha256:{thing['hashes']['SHA-256']}")
    login = thing.get("account_login") or thing.get("user_id")
    if what == "user-account" and isinstance(login, str) and isinstance(thing.get("account_type"), str):
        return Raw(number, "social", login, thing["account_type"])
    return fault(number, str(what), "Loại mục này không có trong sổ.")
