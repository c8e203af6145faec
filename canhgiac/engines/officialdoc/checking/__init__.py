"""Says which rules of layout a DOCX breaks: Decree 30/2020/NĐ-CP, Annex I, rule by rule."""

from .check import RULES, check
from .report import Finding, Report, Result, Rule

__all__ = ["RULES", "Finding", "Report", "Result", "Rule", "check"]
