"""What is known to belong to whom it says, and what only looks like it."""

from __future__ import annotations

from canhgiac.engines.lookup.entries import TAGS
from canhgiac.engines.lookup.keys import Key, Kind, link_parents, phone_ranges
from canhgiac.engines.recognition.brands import RESERVED_ENDINGS
from canhgiac.engines.recognition.hosts import judge_host
from canhgiac.indicators.models import KnownGood

LIKE = frozenset({"borrowed", "look-alike", "sub-domain", "punycode", "mixed-script"})
"""Signs of a host that borrows a known name (``engines.recognition.hosts``)."""
_LOOK_ALIKE = 1 << TAGS.index("look_alike") if "look_alike" in TAGS else 0


class KnownGoods:
    """The list of what is genuine, read once for many questions. One query."""

    def __init__(self) -> None:
        rows = KnownGood.objects.filter(retired_at=None).values_list("kind", "value", "owner")
        self._owners = {(kind, value): owner for kind, value, owner in rows}

    def owner(self, key: Key) -> str | None:
        """Whose it is: of a link also what stands on the owner's host; None where the list does not know it.

        A host under an ending that only proven bodies get counts as theirs. What people write on shared platforms
        is nobody's: ``link_parents`` stops at the owner's part.
        """
        owners = self._owners
        found = owners.get((key.kind.value, key.value))
        if found is not None or key.kind is not Kind.LINK:
            return found
        for parent in link_parents(key):
            found = owners.get((parent.kind.value, parent.value))
            if found is not None:
                return found
        host = key.value.partition("/")[0]
        ending = next((end for end in RESERVED_ENDINGS if host.endswith(f".{end}")), None)
        return host if ending else None

    def covered(self, key: Key) -> list[str]:
        """Owners of the genuine numbers inside a range of phones."""
        if key.kind is not Kind.PHONE or not key.value.endswith("*"):
            return []
        inside = [
            owner
            for (kind, value), owner in self._owners.items()
            if kind == Kind.PHONE and any(str(one) == str(key) for one in phone_ranges(Key(Kind.PHONE, value)))
        ]
        return sorted(set(inside))


def looks_like(key: Key) -> int:
    """The tag of a link whose host borrows the name of somebody known; 0 for every other."""
    return _LOOK_ALIKE if imitated(key) else 0


def imitated(key: Key) -> str:
    """Whose name the host borrows; empty for none and for every other kind."""
    if key.kind is not Kind.LINK:
        return ""
    judged = judge_host(key.value.partition("/")[0])
    return judged.brand.name if judged.brand is not None and judged.sign in LIKE and not judged.official else ""
