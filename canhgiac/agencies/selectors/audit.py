"""The hash of an audit row, and reads of the log."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

from canhgiac.agencies.models import AuditEntry

GENESIS = "0" * 64
"""What the first row names as its predecessor's hash."""


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256, in hexadecimal, over the previous hash and the row's canonical JSON (sorted keys, UTF-8, UTC)."""
    row = {
        "seq": entry.seq,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "act": entry.act,
        "subject_type": entry.subject_type,
        "subject_id": entry.subject_id,
        "facts": entry.facts,
    }
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{entry.previous_hash}\n{canonical}".encode()).hexdigest()
