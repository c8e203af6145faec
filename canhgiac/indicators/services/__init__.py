"""Acts on the suspicious-indicator register."""

from .refusals import IndicatorRefused
from .sightings import Added, Report, reports_of, sightings_add, sightings_copy, sightings_withdraw

__all__ = [
    "Added",
    "IndicatorRefused",
    "Report",
    "reports_of",
    "sightings_add",
    "sightings_copy",
    "sightings_withdraw",
]
