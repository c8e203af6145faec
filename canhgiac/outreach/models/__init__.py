"""Tables of outreach: warnings and renditions, subscribers, providers, broadcasts, deliveries."""

from .broadcasts import Broadcast, Chunk, Lane, Loudspeaker, Play, Posting
from .deliveries import Attempt, Delivery, InboundMessage, ReceiptRow
from .providers import Provider, SenderNode, SendingRules
from .renditions import Rendition
from .subscribers import (
    Consent,
    ConsentText,
    SavedAudience,
    Subscriber,
    SubscriberImport,
    Suppression,
    Way,
)
from .warnings import Warning  # noqa: A004  # see its definition

__all__ = [
    "Attempt",
    "Broadcast",
    "Chunk",
    "Consent",
    "ConsentText",
    "Delivery",
    "InboundMessage",
    "Lane",
    "Loudspeaker",
    "Play",
    "Posting",
    "Provider",
    "ReceiptRow",
    "Rendition",
    "SavedAudience",
    "SenderNode",
    "SendingRules",
    "Subscriber",
    "SubscriberImport",
    "Suppression",
    "Warning",
    "Way",
]
