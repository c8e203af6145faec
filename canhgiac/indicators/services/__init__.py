"""Acts on the suspicious-indicator register."""

from .appeals import appeal_decide, appeal_follow, appeal_make, appeal_take, appeals_remind
from .decisions import (
    decision_take_back,
    decision_undo,
    indicator_decide,
    indicator_propose,
    indicators_expire,
    indicators_propose,
)
from .index import index_build, index_change
from .knowngood import known_good_add, known_good_load, known_good_retire
from .refusals import IndicatorRefused
from .reports import indicator_report, value_show
from .sightings import Added, Report, reports_of, sightings_add, sightings_copy, sightings_withdraw

__all__ = [
    "Added",
    "IndicatorRefused",
    "Report",
    "appeal_decide",
    "appeal_follow",
    "appeal_make",
    "appeal_take",
    "appeals_remind",
    "decision_take_back",
    "decision_undo",
    "index_build",
    "index_change",
    "indicator_decide",
    "indicator_propose",
    "indicator_report",
    "indicators_expire",
    "indicators_propose",
    "known_good_add",
    "known_good_load",
    "known_good_retire",
    "reports_of",
    "sightings_add",
    "sightings_copy",
    "sightings_withdraw",
    "value_show",
]
