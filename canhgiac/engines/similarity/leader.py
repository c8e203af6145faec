"""Observations gathered into clusters one at a time: leader clustering (Hartigan 1975, chapter 3) with reasons.

Each cluster has a leader, its first text, and what can be looked up that its members named. An observation joins the
cluster with which it shares an indicator, else the one whose leader it resembles most, else it founds its own. A
look-up asks 64 bands of the sketch (locality-sensitive hashing, Indyk and Motwani 1998), never each cluster, so the
work is linear in the observations; the clusters remembered are bounded, the one longest unseen is forgotten first.

What joins is told with its reason, so that a person can judge it and take it back: ``merge`` and ``split``.
"""

from __future__ import annotations

import itertools
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from .sketch import bands, is_sketch, likeness, slots_likeness, slots_of

ALIKE = 0.35
"""Likeness of two texts from which they are one trick: about one word in four told otherwise."""
CROWDED = 48
"""Clusters looked at in one band; a band shared by more is a common greeting."""
SHARED_FROM = 3
"""Different scam forms an indicator was seen with from which it tells nothing: a platform or number of many."""
MOST_INDICATORS = 2_000
"""Indicators remembered of one cluster."""
MOST = 20_000
"""Clusters remembered."""


class Why(StrEnum):
    """Why an observation is where it is."""

    INDICATOR = "indicator"
    TEXT = "text"
    FORM = "form"
    """It has neither text nor indicator: it stands with those of which only the form is known."""
    FOUNDED = "founded"
    """Nothing known was like it."""


@dataclass(frozen=True, slots=True)
class Item:
    """One observation: a sketch (``sketch.sketch``; empty where none), indicators as strings, a scam form's code."""

    sketch: bytes = b""
    indicators: frozenset[str] = frozenset()
    form: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where an observation belongs and why. ``indicator`` and ``likeness`` (0 to 1) are what it shares."""

    cluster: int
    why: Why
    indicator: str = ""
    likeness: float = 0.0


@dataclass(slots=True)
class _Cluster:
    slots: int | None
    form: str
    indicators: set[str] = field(default_factory=set)
    is_of_form: bool = False
    """Whether it is the cluster of those of which only the form is known."""


class Leaders:
    """The clusters there are. Not for several threads at once.

    ``number``: gives the number of a cluster that is founded; without it they are counted up from the highest known.
    ``is_shared``: says of an indicator that it belongs to many (an official host, a bank's hotline).
    """

    def __init__(
        self,
        *,
        alike: float = ALIKE,
        most: int = MOST,
        is_shared: Callable[[str], bool] | None = None,
        number: Callable[[], int] | None = None,
    ) -> None:
        self._alike, self._most, self._is_shared = alike, most, is_shared
        self._number = number or self._next
        self._last = 0
        self._clusters: OrderedDict[int, _Cluster] = OrderedDict()
        self._by_band: dict[int, array[int]] = {}
        self._by_indicator: dict[str, int] = {}
        self._forms_of: dict[str, set[str]] = {}
        self._of_form: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._clusters)

    def __contains__(self, cluster: int) -> bool:
        return cluster in self._clusters

    def remember(
        self,
        cluster: int,
        *,
        sketch: bytes = b"",
        indicators: Iterable[str] = (),
        form: str = "",
        of_form: bool = False,
    ) -> None:
        """Takes over a cluster kept elsewhere with its leader's sketch; those seen last are given last."""
        self._last = max(self._last, cluster)
        self._add(cluster, _Cluster(slots_of(sketch) if is_sketch(sketch) else None, form, is_of_form=of_form))
        for indicator in indicators:
            self._bind(indicator, cluster, form)

    def recall(self, indicator: str, cluster: int, forms: Iterable[str] = ()) -> None:
        """Takes over an indicator kept elsewhere: the cluster it leads to and the forms it was seen with."""
        self._bind(indicator, cluster, "")
        self._forms_of.setdefault(indicator, set()).update(itertools.islice(forms, SHARED_FROM))

    def owner_of(self, indicator: str) -> int | None:
        """The cluster an indicator leads to; None for one not known."""
        return self._by_indicator.get(indicator)

    def forms_of(self, indicator: str) -> list[str]:
        """The forms an indicator was seen with, by code; no more are kept than make it one of many."""
        return sorted(self._forms_of.get(indicator, ()))

    def place(self, item: Item) -> Placed:
        """Puts one observation into its cluster, founding it where there is none."""
        slots = slots_of(item.sketch) if is_sketch(item.sketch) else None
        keys = slots_bands(slots)
        placed = self._by_shared(item, slots) or self._by_text(slots, keys) or self._by_form(item, slots)
        if placed is None:
            cluster = self._number()
            alone = slots is None and not item.indicators
            self._add(cluster, _Cluster(slots, item.form, is_of_form=alone and bool(item.form)), keys)
            placed = Placed(cluster, Why.FOUNDED)
        self._clusters.move_to_end(placed.cluster)
        for indicator in item.indicators:
            self._bind(indicator, placed.cluster, item.form)
        return placed

    def is_crowded(self, indicator: str) -> bool:
        """Whether an indicator belongs to so many that sharing it tells nothing."""
        return len(self._forms_of.get(indicator, ())) >= SHARED_FROM or (
            self._is_shared is not None and self._is_shared(indicator)
        )

    def merge(self, kept: int, gone: int) -> None:
        """What is known of ``gone`` leads to ``kept`` from now on. Raises KeyError where either is not known."""
        former = self._clusters[gone]
        target = self._clusters[kept]
        for indicator in former.indicators:
            self._by_indicator[indicator] = kept
        target.indicators |= former.indicators
        former.indicators.clear()
        if former.is_of_form and self._of_form.get(former.form) == gone:
            self._of_form[former.form] = kept
            former.is_of_form = False
            target.is_of_form = True
        if target.slots is None:
            target.slots = former.slots
            self._index(kept, target, slots_bands(target.slots))
        self.forget(gone)

    def split(self, cluster: int, apart: Iterable[Item]) -> int:
        """Some of a cluster's members found their own; gives its number. Raises KeyError, ValueError for nobody.

        Indicators that they name lead to the new cluster, so that what comes next follows them.
        """
        former = self._clusters[cluster]
        members = list(apart)
        if not members:
            message = "nothing to split off"
            raise ValueError(message)
        number = self._number()
        texts = [slots_of(item.sketch) for item in members if is_sketch(item.sketch)]
        self._add(number, _Cluster(texts[0] if texts else None, members[0].form))
        for indicator in {one for item in members for one in item.indicators}:
            if self._by_indicator.get(indicator) == cluster:
                former.indicators.discard(indicator)
                del self._by_indicator[indicator]
            self._bind(indicator, number, members[0].form)
        return number

    def forget(self, cluster: int) -> None:
        """Forgets a cluster: what comes next founds another. Raises KeyError where it is not known."""
        former = self._clusters.pop(cluster)
        for key in slots_bands(former.slots):
            held = self._by_band.get(key)
            if held is not None and cluster in held:
                held.remove(cluster)
                if not held:
                    del self._by_band[key]
        for indicator in former.indicators:
            if self._by_indicator.get(indicator) == cluster:
                del self._by_indicator[indicator]
                self._forms_of.pop(indicator, None)
        if self._of_form.get(former.form) == cluster:
            del self._of_form[former.form]

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _by_shared(self, item: Item, slots: int | None) -> Placed | None:
        """By an indicator; of several clusters the one whose leader is most alike."""
        found: Placed | None = None
        for indicator in sorted(item.indicators):
            cluster = self._by_indicator.get(indicator)
            if cluster is None or self.is_crowded(indicator):
                continue
            leader = self._clusters[cluster].slots
            alike = slots_likeness(slots, leader) if slots is not None and leader is not None else 0.0
            if found is None or alike > found.likeness:
                found = Placed(cluster, Why.INDICATOR, indicator, alike)
        return found

    def _by_text(self, slots: int | None, keys: list[int]) -> Placed | None:
        if slots is None:
            return None
        best, cluster = self._alike, 0
        asked: set[int] = set()
        for key in keys:
            held = self._by_band.get(key)
            if held is not None and len(held) <= CROWDED:
                asked.update(held)
        for number in sorted(asked):  # of clusters as much alike the oldest
            leader = self._clusters[number].slots
            alike = slots_likeness(slots, leader) if leader is not None else 0.0
            if alike > best or (alike == best and not cluster):
                best, cluster = alike, number
        return Placed(cluster, Why.TEXT, likeness=best) if cluster else None

    def _by_form(self, item: Item, slots: int | None) -> Placed | None:
        cluster = self._of_form.get(item.form) if item.form and slots is None and not item.indicators else None
        return Placed(cluster, Why.FORM) if cluster is not None else None

    def _add(self, number: int, cluster: _Cluster, keys: list[int] | None = None) -> None:
        self._clusters[number] = cluster
        self._index(number, cluster, slots_bands(cluster.slots) if keys is None else keys)
        if cluster.is_of_form:
            self._of_form[cluster.form] = number
        while len(self._clusters) > self._most:
            self.forget(next(iter(self._clusters)))

    def _index(self, number: int, cluster: _Cluster, keys: list[int]) -> None:
        for key in keys if cluster.slots is not None else ():
            held = self._by_band.get(key)
            if held is None:
                self._by_band[key] = array("q", (number,))
            elif len(held) <= CROWDED:  # one more than is looked at marks the band as crowded
                held.append(number)

    def _bind(self, indicator: str, cluster: int, form: str) -> None:
        """Notes that a cluster's member named an indicator; the first cluster keeps it."""
        owner = self._by_indicator.get(indicator)
        if owner is None:
            if len(self._clusters[cluster].indicators) >= MOST_INDICATORS:
                return
            self._by_indicator[indicator] = cluster
            self._clusters[cluster].indicators.add(indicator)
        seen = self._forms_of.setdefault(indicator, set())
        if form and len(seen) < SHARED_FROM:
            seen.add(form)


def slots_bands(slots: int | None) -> list[int]:
    """``sketch.bands`` of a sketch, or none where there is no text."""
    return bands(slots) if slots is not None else []


def gathered(items: Iterable[Item], *, alike: float = ALIKE, most: int = MOST) -> list[Placed]:
    """Where each of many observations belongs, in their order."""
    leaders = Leaders(alike=alike, most=most)
    return [leaders.place(item) for item in items]


def closest(asked: bytes, known: Iterable[tuple[int, bytes]]) -> tuple[int, float]:
    """The one of ``known`` most alike and how much; (0, 0.0) where nothing is. For a few: it compares with each."""
    best, likest = 0, 0.0
    for number, other in known:
        alike = likeness(asked, other)
        if alike > likest:
            best, likest = number, alike
    return best, likest
