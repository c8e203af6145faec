"""The keys of a mail provider as its page shows them: never the private half."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from canhgiac.channels.email import dkim_name
from canhgiac.outreach.models import Provider


@dataclass(frozen=True, slots=True)
class DkimShown:
    """One key."""

    name: str
    """Of the TXT record."""
    record: str
    """Its value; empty for a key in a file on the sender's host."""
    file: str
    made_on: dt.date | None
    signs: bool


def dkim_keys(provider: Provider) -> list[DkimShown]:
    """In the order they were added. No query."""
    return [
        DkimShown(
            dkim_name(one["domain"], one["selector"]),
            one.get("record", ""),
            one.get("file", ""),
            dt.date.fromisoformat(one["made_on"]) if "made_on" in one else None,
            one.get("signs", True),
        )
        for one in provider.settings.get("dkim", ())
    ]
