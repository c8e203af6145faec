"""What every channel that carries messages to people offers, whatever its wire: one small vocabulary.

An adapter is a folder beside this file. It offers ``open_line(settings, on_events) -> Line``; a line holds the
connections to one provider for as long as a sender runs. The content of a broadcast is the same for all, so it is given
once a batch and a wire may encode it once; what differs a person stands in ``Recipient``.

The rule of the journal: the caller writes down what it is about to send before ``Line.send``, and writes the results
down after. A line never repeats by itself a message that may have left: it says ``UNSURE`` and leaves the decision to a
rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeAlias, TypeVar


class Channel(StrEnum):
    """Ways to one person. A page, a feed or a loudspeaker is a place, not a channel to a person."""

    SMS = "sms"
    EMAIL = "email"
    ZALO = "zalo"
    MESSENGER = "messenger"
    PUSH = "push"


class Outcome(StrEnum):
    """What became of one attempt."""

    TAKEN = "taken"
    """The provider answered that it took the message and is responsible for it; a receipt may follow."""
    REFUSED = "refused"
    """The same message to the same address will be refused again."""
    LATER = "later"
    """A fault of the moment or of the set-up: to be tried again after a while."""
    SLOW = "slow"
    """The provider asks for a slower pace (throttled, queue full, quota of the hour): later, and slower."""
    UNSURE = "unsure"
    """It may have left, and no answer came: taken or not, nobody knows yet."""


class Recipient(NamedTuple):
    """One person in a batch."""

    key: int
    """The caller's number of this delivery, unique for ever; sent along where the wire has a place for it."""
    to: str
    """Address as the channel writes it: "+84900000123", "an@vinhan.test", a Zalo or page-scoped id, a push subscription
    as JSON."""
    fields: tuple[str, ...] = ()
    """What the content's places ``{0}``, ``{1}`` … are filled with for this person, such as an unsubscribe address."""


class Result(NamedTuple):
    """The answer to one attempt."""

    key: int
    outcome: Outcome
    ref: str = ""
    """The provider's number of the message, by which its receipt will come; empty where it gives none."""
    code: str = ""
    """The provider's code in a fixed spelling of ours: "smpp:0x0000000b", "smtp:550 5.1.1", "zalo:-230"."""


class Arrival(StrEnum):
    """What a receipt says."""

    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"
    SEEN = "seen"
    ACCEPTED = "accepted"
    """On its way: not final."""


class Receipt(NamedTuple):
    """A provider's later word on one message."""

    ref: str
    arrival: Arrival
    code: str
    at: dt.datetime
    to: str = ""
    """The address it speaks of, where the receipt names it: by it a message whose answer was lost can be settled."""


class Attachment(NamedTuple):
    """Something that came with words, or instead of them."""

    kind: str
    """"image", "audio", "video", "file", "sticker", "location", "link" or "other"."""
    url: str = ""
    """Where the provider keeps it; empty for what has no address. Believed no further than its host."""


class Inbound(NamedTuple):
    """What a person sent to us."""

    sender: str
    """Their address on the channel."""
    text: str
    """Their words; empty for an event without words."""
    at: dt.datetime
    ref: str
    """The provider's number of it: the same one may come twice and counts once."""
    kind: str = "text"
    """"text", "follow", "unfollow", "optin", "bounce" (a mailbox that is gone), "complaint", "report"."""
    to: str = ""
    """Which of our addresses it was sent to (short number, page, mailbox)."""
    attachments: tuple[Attachment, ...] = ()


Event: TypeAlias = Receipt | Inbound
OnEvents: TypeAlias = Callable[[Sequence[Event]], Awaitable[None]]
"""Awaited BEFORE the adapter acknowledges to the provider: what it returns from is on disk, so nothing is lost."""

Content_contra = TypeVar("Content_contra", contravariant=True)


class Line(Protocol[Content_contra]):
    """Open connections to one provider. One event loop; not thread-safe."""

    async def send(self, content: Content_contra, batch: Sequence[Recipient]) -> Sequence[Result]:
        """One result for each recipient, in order. Raises nothing for what the wire or the provider does.

        Keeps the provider's rate and window by itself. Cancelled in the middle, it must be assumed that all of the
        batch may have left. Raises ValueError for content that the channel cannot carry, before anything leaves.
        """

    async def close(self) -> None:
        """Says good-bye within a few seconds, after what is on the wire was answered."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a line may go: what the contract with the provider allows."""

    rate: float = 0
    """Messages (SMS: parts) a second over the whole line; 0 for no limit."""
    window: int = 100
    """Messages on the wire without an answer, over the whole line."""
    connections: int = 1
