"""Tables of what was done: activities, their evidence, and what agencies say besides."""

from canhgiac.agencies.models import Audience

from .activities import Activity, ActivityArea, ActivityStep, ActivityTask, Evidence
from .duplicates import DistinctPair
from .imports import ImportBatch
from .kinds import FIRST_KINDS, KIND_MEASURES, Kind, Measure
from .reached import ReachedPlace
from .records import BudgetLine, Commendation, Remark

__all__ = [
    "FIRST_KINDS",
    "KIND_MEASURES",
    "Activity",
    "ActivityArea",
    "ActivityStep",
    "ActivityTask",
    "Audience",
    "BudgetLine",
    "Commendation",
    "DistinctPair",
    "Evidence",
    "ImportBatch",
    "Kind",
    "Measure",
    "ReachedPlace",
    "Remark",
]
