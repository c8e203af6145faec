"""Reporting duties: who reports to whom, through whom, how often and by when."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from canhgiac.engines.officialdoc.model import Assignment, Deadline, Obligation

from .bodies import read_bodies
from .deadlines import read_deadlines, recipient, sentences
from .mapped import Mapped

_VIA = re.compile(
    r"\((?:qua|thông qua)\s+(?P<via>[^()]{3,200}?)\s*(?:để[^()]*|tổng hợp[^()]*|[;,]\s(?:ĐT|SĐT|[Đđ]iện thoại|[Đđ]ầu "
    r"mối|email)[^()]*|;[^()]*)?\)|\bqua\s+(?=(?:Sở|Công an|Phòng|Văn phòng|Ban)\s)"
)
_ON_DEMAND = re.compile(
    r"khi có yêu cầu|theo yêu cầu|đột xuất|nếu (?:có )?(?:phát sinh|khó khăn|vướng mắc|có vấn đề)|khó khăn, vướng "
    r"mắc|vướng mắc, phát sinh"
)
_REPORTS = re.compile(r"báo cáo|sơ kết|tổng kết", re.I)
_HALF_OR_YEAR = re.compile(r"\b(?:0?6|sáu) tháng\b|\b(?:0?1 năm|h(?:ằ|à)ng năm|cả năm|năm)\b")


def read_obligations(clauses: Sequence[tuple[Mapped, tuple[str, ...]]]) -> tuple[Obligation, ...]:
    """The duties in the clauses, each given with its owners."""
    out: list[Obligation] = []
    for piece, owners in clauses:
        if not _REPORTS.search(piece.text):
            continue
        for start, end in sentences(piece.text):
            part = piece.text[start:end]
            if not _REPORTS.search(part):
                continue
            sentence = piece.cut(start, end)
            due = [d for d in read_deadlines(sentence, in_task=True) if d.rule]
            via = _via(part)
            reporter = "; ".join(owners) or None
            for deadline in due:
                out.append(
                    Obligation(
                        _period(deadline, sentence),
                        deadline.rule,
                        reporter,
                        deadline.recipient or recipient(part),
                        via,
                        sentence.text,
                        sentence.span(),
                    )
                )
            if not due and _ON_DEMAND.search(part) and re.search(r"báo cáo", part, re.I):
                out.append(
                    Obligation("on-demand", None, reporter, recipient(part), via, sentence.text, sentence.span())
                )
    return tuple(out)


def _period(deadline: Deadline, sentence: Mapped) -> str | None:
    """How often: the rule's own period, or for a day of the year the words before it ("6 tháng (trước ngày 10/6)")."""
    rule = deadline.rule or ""
    if rule.startswith("P"):
        return rule
    if rule.startswith("--"):
        place = bisect_left(sentence.at, deadline.span.start)
        named = list(_HALF_OR_YEAR.finditer(sentence.text, 0, place))
        return "P6M" if named and "tháng" in named[-1][0] else "P1Y"
    return None


def _via(part: str) -> str | None:
    found = _VIA.search(part)
    if not found:
        return None
    if found["via"]:
        return re.sub(r"^cơ quan thường trực là\s+", "", found["via"]).strip()
    names = read_bodies(part, found.end())
    return part[names.items[0][0] : names.items[-1][1]] if names and names.items else None


def owners_by_span(assignments: Sequence[Assignment]) -> list[tuple[int, int, tuple[str, ...]]]:
    """Where each body's clauses stand, for naming the reporter of a clause."""
    return sorted((task.span.start, task.span.end, part.agencies) for part in assignments for task in part.tasks)
