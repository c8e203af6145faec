"""Tables of periodic reports: forms, rounds, submissions, consolidations."""

from .consolidations import (
    ConsolidatedFigure,
    ConsolidatedRecord,
    ConsolidatedReport,
    Consolidation,
    Paragraph,
    SignOff,
)
from .forms import FormField, FormVersion, ReportForm
from .rounds import DueExtension, DueRequest, DutyReminder, ReportDuty, ReportRound
from .submissions import FieldComment, FigureSource, Submission, SubmissionFile, SubmissionStep

__all__ = [
    "ConsolidatedFigure",
    "ConsolidatedRecord",
    "ConsolidatedReport",
    "Consolidation",
    "DueExtension",
    "DueRequest",
    "DutyReminder",
    "FieldComment",
    "FigureSource",
    "FormField",
    "FormVersion",
    "Paragraph",
    "ReportDuty",
    "ReportForm",
    "ReportRound",
    "SignOff",
    "Submission",
    "SubmissionFile",
    "SubmissionStep",
]
