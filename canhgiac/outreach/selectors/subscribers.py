"""Subscribers as staff and they themselves look at them: addresses masked, but for their owner."""

from __future__ import annotations

from canhgiac.engines.lookup.keys import Key, Kind, masked
from canhgiac.outreach.models import Way


def address_masked(way: Way | str, address: str) -> str:
    """Enough for its owner to know it again: "0900 *** 123", "a***@vinhan.test". Pure."""
    if not address:
        return ""
    if way == Way.SMS and address.startswith("+"):
        return masked(Key(Kind.PHONE, address))
    if way == Way.EMAIL and "@" in address:
        box, _at, host = address.rpartition("@")
        return f"{box[:1]}***@{host}"
    if way == Way.PUSH:
        return "***"
    return f"{address[:2]}***{address[-2:]}" if len(address) > 6 else "***"


def digest_told(digest: bytes) -> str:
    """How logs name an address: the first 8 hexadecimal digits of its digest."""
    return bytes(digest).hex()[:8]
