"""The register as one MISP event (MISP core format): attributes, and bank accounts as objects of MISP's template."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from canhgiac.engines.blocklists.misp import OWN_TAG
from canhgiac.engines.lookup.accounts import bank_of_value
from canhgiac.engines.lookup.entries import tags_of
from canhgiac.engines.lookup.keys import Key, Kind
from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock

from .exports import CHUNK
from .scope import key_of_row
from .stix import stix_id, stix_identity

BANK_ACCOUNT = "b4712203-95a8-4883-80e9-b566f5df11c9"
"""The template "bank-account" of MISP objects."""


def misp_event(rows: QuerySet[Indicator]) -> Iterator[bytes]:
    """The event in pieces: first what are attributes, then accounts as objects. Two passes over the rows."""
    now = clock.now()
    head = {
        "uuid": _uuid("event", "register"), "info": "Sổ dấu vết nghi vấn",
        "date": f"{now.astimezone(clock.VIETNAM):%Y-%m-%d}", "timestamp": _stamp(now),
        "published": True, "analysis": "1", "threat_level_id": "3", "distribution": "0",
        "Orgc": {"name": stix_identity()["name"], "uuid": _uuid("identity", "office")}, "Tag": [{"name": "tlp:amber"}],
    }  # fmt: skip
    yield b'{"Event": ' + json.dumps(head, ensure_ascii=False).encode()[:-1] + b', "Attribute": [\n'
    yield from _joined(rows.exclude(kind=Indicator.Kind.ACCOUNT), misp_attribute)
    yield b'\n], "Object": [\n'
    yield from _joined(rows.filter(kind=Indicator.Kind.ACCOUNT), misp_account)
    yield b"\n]}}\n"


def _joined(rows: QuerySet[Indicator], told: Any) -> Iterator[bytes]:
    for place, row in enumerate(rows.iterator(chunk_size=CHUNK)):
        yield (b",\n" if place else b"") + json.dumps(told(row), ensure_ascii=False).encode()


def misp_attribute(row: Indicator) -> dict[str, Any]:
    """One row as an attribute. What MISP has no type for is "other", with our tag that says what it is."""
    key = key_of_row(row)
    what, category, value = _typed(key)
    return {
        "uuid": _uuid("attribute", str(key)), "type": what, "category": category, "value": value, "comment": "",
        "to_ids": row.state == Indicator.State.CONFIRMED, "timestamp": _stamp(row.changed_at),
        "first_seen": row.first_seen.isoformat(), "last_seen": row.last_seen.isoformat(), "distribution": "0",
        "Tag": _tags(row, key),
    }  # fmt: skip


def misp_account(row: Indicator) -> dict[str, Any]:
    """A bank account: number and bank, no holder."""
    key = key_of_row(row)
    where, _, number = key.value.partition(":")
    bank = bank_of_value(key.value)
    parts = [("account", "bank-account-nr", number)]
    parts += [] if where == "?" else [("institution-code", "text", where)]
    parts += [("institution-name", "text", bank.name)] if bank else []
    return {
        "uuid": _uuid("object", str(key)), "name": "bank-account", "meta-category": "financial",
        "template_uuid": BANK_ACCOUNT, "template_version": "3", "timestamp": _stamp(row.changed_at),
        "distribution": "0", "Attribute": [
            {
                "uuid": _uuid("attribute", f"{key}:{relation}"), "object_relation": relation, "type": what,
                "category": "Financial fraud" if relation == "account" else "Other", "value": value,
                "to_ids": relation == "account" and row.state == Indicator.State.CONFIRMED,
                "timestamp": _stamp(row.changed_at), "distribution": "0",
                "Tag": _tags(row, key) if relation == "account" else [],
            }
            for relation, what, value in parts
        ],
    }  # fmt: skip


def _typed(key: Key) -> tuple[str, str, str]:
    """Type, category, value."""
    if key.kind is Kind.LINK:
        if "/" in key.value:
            return "url", "Network activity", f"https://{key.value}"
        return "domain", "Network activity", key.value
    if key.kind is Kind.PHONE and not key.value.endswith("*"):
        return "phone-number", "Financial fraud", key.value
    if key.kind is Kind.APP and key.value.startswith("sha256:"):
        return "sha256", "Payload delivery", key.value[7:]
    if key.kind is Kind.APP:
        return "mobile-application-id", "Payload delivery", key.value
    return "other", "Other", key.value


def _tags(row: Indicator, key: Key) -> list[dict[str, str]]:
    state = Indicator.State(row.state).name.lower()
    reasons = [{"name": f'canhgiac:reason="{tag}"'} for tag in tags_of(row.tags)]
    return [{"name": f'{OWN_TAG}{key.kind.value}"'}, {"name": f'canhgiac:state="{state}"'}, *reasons]


def _uuid(what: str, name: str) -> str:
    return str(uuid.UUID(stix_id(what, name).partition("--")[2]))


def _stamp(at: dt.datetime) -> str:
    return str(int(at.timestamp()))
