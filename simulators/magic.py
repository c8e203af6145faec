"""What the simulators do with addresses that ask for trouble: one rule for all of them.

An address that ends in digits is told by its last two; an id or name by how it begins.

    ...97  tuchoi    refused for ever
    ...96  tamloi    refused the first time, then taken
    ...95  quatai    too fast the first two times, then taken
    ...94  cham      taken after three seconds
    ...93  ngat      the link breaks, nothing was taken
    ...92  khongden  taken, and the receipt says undelivered where the wire has such receipts
    ...91  trung     taken, and the same receipt comes twice
    ...90  matloi    taken, the answer is lost, the receipt comes
"""

from __future__ import annotations

import threading
from collections import Counter
from enum import Enum

SLOW_SECONDS = 3.0


class Trouble(Enum):
    """What an address asks for."""

    REFUSED = ("tuchoi", "97")
    PUT_OFF = ("tamloi", "96")
    THROTTLED = ("quatai", "95")
    SLOW = ("cham", "94")
    LOST = ("ngat", "93")
    UNDELIVERED = ("khongden", "92")
    TWICE = ("trung", "91")
    SILENT = ("matloi", "90")


def trouble(address: str) -> Trouble | None:
    """The trouble that this address asks for, or None."""
    name = address.casefold()
    for one in Trouble:
        beginning, ending = one.value
        if name.startswith(beginning):
            return one
        if name[-2:] == ending and not any(name.startswith(other.value[0]) for other in Trouble):
            return one
    return None


class Times:
    """How often each address was tried. Safe to use from several threads."""

    def __init__(self) -> None:
        self._tries: Counter[str] = Counter()
        self._lock = threading.Lock()

    def passes(self, address: str, asked: Trouble | None) -> bool:
        """Whether this try of an address that is put off or throttled is the one that is taken."""
        needed = {Trouble.PUT_OFF: 1, Trouble.THROTTLED: 2}.get(asked, 0) if asked else 0
        with self._lock:
            self._tries[address] += 1
            return self._tries[address] > needed

    def clear(self) -> None:
        """Forgets all tries."""
        with self._lock:
            self._tries.clear()
