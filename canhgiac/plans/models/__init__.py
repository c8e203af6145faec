"""Tables of directives, plans, tasks and what follows from them."""

from .directives import Directive
from .plans import Finding, Obligation, Piece, Plan, ReviewState, ReviewStep, Suggestion, Target
from .subplans import SubPlanMatch
from .tasks import Assignment, Body, Deadline, Reminder, StatusChange, Task

__all__ = [
    "Assignment",
    "Body",
    "Deadline",
    "Directive",
    "Finding",
    "Obligation",
    "Piece",
    "Plan",
    "Reminder",
    "ReviewState",
    "ReviewStep",
    "StatusChange",
    "SubPlanMatch",
    "Suggestion",
    "Target",
    "Task",
]
