"""Tables of directives, plans, tasks and what follows from them."""

from .directives import Directive
from .ledger import (
    Counted,
    CountedSource,
    MeasurePoint,
    Population,
    PopulationPart,
    Survey,
    TallyItem,
    TargetMeasure,
    Unit,
)
from .plans import Finding, Obligation, Piece, Plan, ReviewState, ReviewStep, Suggestion, Target
from .subplans import SubPlanMatch
from .tasks import Assignment, Body, Deadline, Reminder, StatusChange, Task

__all__ = [
    "Assignment",
    "Body",
    "Counted",
    "CountedSource",
    "Deadline",
    "Directive",
    "Finding",
    "MeasurePoint",
    "Obligation",
    "Piece",
    "Plan",
    "Population",
    "PopulationPart",
    "Reminder",
    "ReviewState",
    "ReviewStep",
    "StatusChange",
    "SubPlanMatch",
    "Suggestion",
    "Survey",
    "TallyItem",
    "Target",
    "TargetMeasure",
    "Task",
    "Unit",
]
