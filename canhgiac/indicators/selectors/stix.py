"""The register as STIX 2.1 (OASIS STIX Version 2.1): identity, indicators with patterns, sightings, TLP markings.

Ids are UUIDv5 of what they name (STIX 2.1 §2.9), in a name space of this province: the same thing has the same id in
every export.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from canhgiac.agencies.selectors import province
from canhgiac.engines.blocklists.stix import OWN
from canhgiac.engines.lookup.entries import tags_of
from canhgiac.engines.lookup.keys import Key, Kind, masked
from canhgiac.indicators.models import Indicator
from canhgiac.kit import clock

from .exports import CHUNK
from .scope import PERSONAL, key_of_row

SINCE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
"""When the identity and the collections began: a fixed day, so that their versions do not change at each export."""
TLP = {
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
}
"""STIX 2.1 §7.2.1.4. Things that lead to a person are AMBER: for the partner's own use."""
_CONFIDENCE = {1: 30, 2: 50, 3: 85, 4: 0}
"""By state, in STIX's 0 to 100 (appendix A): reported is "low", confirmed by two people is "high"."""
_TYPES = {
    "phishing": "malicious-activity",
    "malware": "malicious-activity",
    "hacked_account": "compromised",
    "spam_call": "anomalous-activity",
}


@lru_cache(maxsize=4)
def _space(base: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{base}/stix")


def name_space() -> uuid.UUID:
    """Under which this server's ids are made."""
    return _space(settings.BASE_URL)


def stix_id(what: str, name: str) -> str:
    """The id of what this server tells of ``name``."""
    return f"{what}--{uuid.uuid5(name_space(), f'{what}:{name}')}"


def moment(at: dt.datetime) -> str:
    """A timestamp as STIX and TAXII write it, to the microsecond."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stix_identity() -> dict[str, Any]:
    """Who tells: the province's body, no person."""
    profile = province()
    name = profile.office.name if profile.office else profile.name
    return {
        "type": "identity", "spec_version": "2.1", "id": stix_id("identity", "office"), "created": moment(SINCE),
        "modified": moment(SINCE), "name": name or "Cảnh Giác", "identity_class": "organization",
        "sectors": ["government-local"], "object_marking_refs": [TLP["green"]],
    }  # fmt: skip


def pattern_of(key: Key) -> str:
    """The STIX pattern of a key; with our own observables where STIX has no word."""
    value = key.value.replace("\\", "\\\\").replace("'", "\\'")
    if key.kind is Kind.LINK:
        if "/" not in key.value:
            return f"[domain-name:value = '{value}']"
        return f"[url:value = 'https://{value}' OR url:value = 'http://{value}']"
    if key.kind is Kind.APP and value.startswith("sha256:"):
        return f"[file:hashes.'SHA-256' = '{value[7:]}']"
    if key.kind is Kind.SOCIAL:
        platform, _, name = value.partition(":")
        return f"[user-account:account_type = '{platform}' AND user-account:account_login = '{name}']"
    return f"[{OWN}{key.kind.value}:value = '{value}']"


def stix_indicator(row: Indicator) -> dict[str, Any]:
    """One row as an indicator; a cleared one is revoked."""
    key = key_of_row(row)
    changed = max(row.changed_at, row.first_seen)
    tags = tags_of(row.tags)
    told: dict[str, Any] = {
        "type": "indicator", "spec_version": "2.1", "id": stix_id("indicator", str(key)),
        "created_by_ref": stix_id("identity", "office"), "created": moment(row.first_seen), "modified": moment(changed),
        "name": masked(key), "pattern": pattern_of(key), "pattern_type": "stix", "valid_from": moment(row.first_seen),
        "indicator_types": sorted({_TYPES.get(tag, "malicious-activity") for tag in tags}) or ["unknown"],
        "confidence": _CONFIDENCE[row.state], "labels": tags, "lang": "vi",
        "object_marking_refs": [TLP["amber" if key.kind in PERSONAL else "green"]],
    }  # fmt: skip
    if not tags:
        del told["labels"]
    if row.state == Indicator.State.CLEARED:
        told["revoked"] = True
    until = _until(row)
    if until is not None and until > row.first_seen:
        told["valid_until"] = moment(until)
    return told


def _until(row: Indicator) -> dt.datetime | None:
    """The end of the last day, in Vietnam."""
    if row.expires_on is None:
        return None
    return dt.datetime.combine(row.expires_on + dt.timedelta(days=1), dt.time(), clock.VIETNAM)


def stix_sighting(row: Indicator) -> dict[str, Any]:
    """How often and between when it was seen: numbers, not who saw it."""
    key = key_of_row(row)
    changed = max(row.changed_at, row.first_seen)
    return {
        "type": "sighting", "spec_version": "2.1", "id": stix_id("sighting", str(key)),
        "created_by_ref": stix_id("identity", "office"), "created": moment(row.first_seen), "modified": moment(changed),
        "sighting_of_ref": stix_id("indicator", str(key)), "first_seen": moment(row.first_seen),
        "last_seen": moment(max(row.last_seen, row.first_seen)), "count": min(row.sightings_count, 999_999_999),
        "object_marking_refs": [TLP["amber" if key.kind in PERSONAL else "green"]],
    }  # fmt: skip


def markings() -> list[dict[str, Any]]:
    """The two TLP markings, as STIX 2.1 §7.2.1.4 prints them."""
    return [
        {
            "type": "marking-definition", "spec_version": "2.1", "id": number, "created": "2017-01-20T00:00:00.000Z",
            "definition_type": "tlp", "name": f"TLP:{name.upper()}", "definition": {"tlp": name},
        }
        for name, number in TLP.items()
    ]  # fmt: skip


def stix_bundle(rows: QuerySet[Indicator]) -> Iterator[bytes]:
    """A bundle in pieces. Its own id is of the moment, as a bundle is only a wrapping."""
    yield f'{{"type": "bundle", "id": "bundle--{uuid.uuid4()}", "objects": [\n'.encode()
    yield b",\n".join(json.dumps(one, ensure_ascii=False).encode() for one in (stix_identity(), *markings()))
    for row in rows.iterator(chunk_size=CHUNK):
        pair = (stix_indicator(row), stix_sighting(row)) if row.sightings_count else (stix_indicator(row),)
        yield b"".join(b",\n" + json.dumps(one, ensure_ascii=False).encode() for one in pair)
    yield b"\n]}\n"
