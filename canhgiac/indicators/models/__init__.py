"""Tables of the suspicious-indicator register, its exchange with partners and its formal requests."""

from .exchange import ListImport, Listing, ListSource, Partner, PartnerUse
from .register import Appeal, Decision, IndexRelease, Indicator, KnownGood, Sighting
from .requests import Request, RequestEvent

__all__ = [
    "Appeal",
    "Decision",
    "IndexRelease",
    "Indicator",
    "KnownGood",
    "ListImport",
    "ListSource",
    "Listing",
    "Partner",
    "PartnerUse",
    "Request",
    "RequestEvent",
    "Sighting",
]
