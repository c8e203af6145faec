"""A person's mail address as the wire wants it."""

from __future__ import annotations

import re
from functools import lru_cache

ATOMS = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LOCAL = re.compile(rf"{ATOMS}(?:\.{ATOMS})*")
LABEL = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)")
WIDE = re.compile(r"[^\x00-\x20\x7f-\xa0()<>\[\]:;@\\,\"\u2028\u2029\ud800-\udfff]+")


def on_the_wire(address: str) -> tuple[str, bool] | None:
    """(address with its domain in ASCII, whether SMTPUTF8 is needed); None when no mail can go there.

    Quoted local parts and address literals are refused: no subscriber has one, and forms take them for an attack.
    """
    local, at, domain = address.rpartition("@")
    ascii_domain = _ascii(domain)
    if not at or not ascii_domain or len(local.encode("utf-8", "replace")) > 64 or len(ascii_domain) > 253:
        return None
    if LOCAL.fullmatch(local):
        return f"{local}@{ascii_domain}", False
    if not local.isascii() and WIDE.fullmatch(local) and not local.startswith(".") and not local.endswith("."):
        return f"{local}@{ascii_domain}", True
    return None


@lru_cache(4096)
def _ascii(domain: str) -> str:
    """The domain by IDNA, or nothing when it is none."""
    try:
        plain = domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return plain if all(LABEL.fullmatch(label) for label in plain.split(".")) else ""
