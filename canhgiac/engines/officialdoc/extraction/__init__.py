"""Finds the plan in one document: header, outline, assignments, targets, deadlines, reports, faults.

``extract`` is pure and total: the same text gives the same result, and no text makes it raise.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from canhgiac.engines.officialdoc.model import Assignment, CitedAct, Deadline, Extraction, Source, Span, Target

from .acts import read_acts
from .assignments import read_assignments
from .deadlines import read_deadlines
from .fields import is_field_line, read_fields
from .findings import conflicting_dates, read_findings
from .frame import find_frame
from .header import is_authority, read_header
from .lines import read_lines, words_only
from .mapped import Mapped
from .obligations import owners_by_span, read_obligations
from .outline import Node, build, sections
from .outreach import read_audiences, read_budget, read_channels, read_slogan, read_topics, walk_roles
from .paragraphs import Paragraph, find_wrap, join_lines, mend_torn
from .people import read_recipients
from .roles import Role
from .suspects import read_suggestions
from .tables import task_cells
from .targets import read_targets
from .texttables import find_text_tables

__all__ = ["conflicting_dates", "extract"]
_BACKGROUND = frozenset({"background", "preamble"})
Owners = Sequence[tuple[int, int, tuple[str, ...]]]
Clauses = Sequence[tuple[Node, Role]]


def extract(source: Source) -> Extraction:
    """The plan found in ``source``; every piece carries its span of ``source.text``."""
    lines = mend_torn(words_only(find_text_tables(read_lines(source))))
    frame = find_frame(lines)
    wrap = find_wrap(lines)
    roots: list[Node] = []
    preambles: list[Mapped] = []
    for number, run in enumerate(frame.body):
        paragraphs = join_lines(run, wrap)
        start = next((n for n, p in enumerate(paragraphs) if _opens(p)), len(paragraphs)) if number == 0 else 0
        if start == len(paragraphs):
            start = 0
        preambles += [p.text for p in paragraphs[:start]]
        roots.append(build(paragraphs[start:]))
    header = read_header(
        frame, preambles or [node.body for root in roots[:1] for node in root.children[:6]], source.text
    )
    clauses = [pair for root in roots for pair in walk_roles(root, "other")]
    assignments = read_assignments(roots)
    acts = _acts(preambles, clauses)
    recipients = read_recipients(frame.recipients)
    owners = owners_by_span(assignments)
    texts = [node.body for node, _ in clauses if node.text and not _is_table(node)]
    suggestions = read_suggestions([*(line.text for line in frame.title), *preambles, *texts], header)
    outline = tuple(section for root in roots for section in sections(root))
    found = read_findings(
        source,
        frame,
        header,
        roots=roots,
        acts=acts,
        assignments=assignments,
        suggestions=suggestions,
        texts=[*preambles, *texts],
        joins=_joins(roots),
    )
    return Extraction(
        header=header,
        cited_acts=acts,
        sections=outline,
        assignments=assignments,
        targets=_targets(clauses),
        deadlines=_deadlines(clauses, owners, assignments),
        obligations=read_obligations(
            [
                (node.body, _owner(owners, node.body))
                for node, role in clauses
                if node.text and role not in _BACKGROUND and not _is_table(node)
            ]
        ),
        audiences=read_audiences(clauses),
        channels=read_channels(clauses),
        topics=read_topics(clauses),
        slogan=read_slogan(texts),
        recipients=recipients,
        budget=read_budget(clauses),
        suggestions=suggestions,
        findings=found,
    )


def _opens(paragraph: Paragraph) -> bool:
    """Whether a paragraph ends the preamble: a clause, a table or a heading other than the authority's line."""
    heading = paragraph.level and not is_authority(paragraph.text.text)
    return bool(paragraph.label or heading or paragraph.rows)


def _is_table(node: Node) -> bool:
    return node.paragraph is not None and bool(node.paragraph.rows)


def _joins(roots: Sequence[Node]) -> int:
    return sum(node.paragraph.joins for root in roots for node in root.walk() if node.paragraph)


def _owner(owners: Owners, piece: Mapped) -> tuple[str, ...]:
    """The bodies whose task holds this clause."""
    start = piece.span().start
    place = bisect_right(owners, (start, 1 << 60, ())) - 1
    return owners[place][2] if place >= 0 and owners[place][0] <= start < owners[place][1] else ()


def _acts(preambles: Sequence[Mapped], clauses: Clauses) -> tuple[CitedAct, ...]:
    out = [act for piece in preambles for act in read_acts(piece, preamble=True)]
    for node, role in clauses:
        if _is_table(node):
            continue
        basis = (
            role == "background"
            and re.match(r"(?:CÁC )?(?:CĂN CỨ|CƠ SỞ PHÁP LÝ)", node.parent.text.upper() if node.parent else "")
            is not None
        )
        out += read_acts(node.body, preamble=basis)
    return tuple(out)


def _deadlines(clauses: Clauses, owners: Owners, assignments: Sequence[Assignment]) -> tuple[Deadline, ...]:
    """Every deadline once: those of the clauses, then those that only a table or a field holds."""
    found: dict[tuple[Span, str | None], Deadline] = {}
    for node, role in clauses:
        if not node.text or _is_table(node) or role in _BACKGROUND:
            continue
        who = "; ".join(_owner(owners, node.body)) or None
        said = read_fields(node.body) if is_field_line(node.body) or ":" in node.text else None
        if said and said[0].time:
            for deadline in read_deadlines(said[0].time, field=True, who=who):
                found.setdefault((deadline.span, deadline.rule), deadline)
            if is_field_line(node.body):
                continue
        for deadline in read_deadlines(node.body, in_task=True, who=who):
            found.setdefault((deadline.span, deadline.rule), deadline)
    for part in assignments:
        for task in part.tasks:
            for deadline in task.deadlines:
                found.setdefault((deadline.span, deadline.rule), deadline)
    return tuple(sorted(found.values(), key=lambda d: d.span))


def _targets(clauses: Clauses) -> tuple[Target, ...]:
    out: list[Target] = []
    for node, role in clauses:
        if _is_table(node):
            out += [t for cell in task_cells(node) for t in read_targets(cell, aim=False, due=None)]
            continue
        if not node.text or role in _BACKGROUND:
            continue
        out += read_targets(node.body, aim=role == "aim", due=next(_horizons(node), None))
    return tuple(out)


def _horizons(node: Node) -> Iterator[str]:
    """The horizons named by a clause and by the headings above it, the nearest first."""
    each: Node | None = node
    while each is not None and each.paragraph is not None:
        found = re.search(r"(?:^|mục tiêu |phấn đấu )đến (?:hết |cuối )?năm (?P<y>20\d{2})\b", each.text[:120], re.I)
        if found:
            yield f"{found['y']}-12-31"
        each = each.parent
