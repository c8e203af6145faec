"""The shapes that cross the engine's border: a source text and what was found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Modality = Literal["assign", "request", "coordinate"]
"""Force of a clause: giao (assign), đề nghị (request, used for Party bodies and others outside the chain), phối hợp."""

Severity = Literal["fault", "warning", "info"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points in ``Source.text``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """One document as one text.

    Lines are separated by ``\\n``. A data table is written as Markdown pipe rows, one line a row,
    ``<br>`` for a paragraph break inside a cell and ``\\|`` for a pipe; a layout table (the letterhead,
    the recipients beside the signature) is flattened cell by cell. ``notes`` say in Vietnamese
    what reading had to do (an old encoding converted, pages recognised by OCR).
    """

    text: str
    format: Literal["txt", "md", "docx", "pdf", "scan"]
    encoding: str = "utf-8"
    pages: tuple[int, ...] = (0,)
    """Offset at which each page starts; (0,) where the format has no pages."""
    notes: tuple[str, ...] = ()


class ReadError(Exception):
    """The file cannot be read. ``code`` is stable; ``str(error)`` is one clear Vietnamese sentence for the user."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of the document with their place. ``text`` is cleaned (marks, line breaks gone); the span is verbatim."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Signer:
    name: str
    title: str | None
    rank: str | None
    on_behalf_of: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class IncomingStamp:
    """The receiving office's stamp (dấu đến): never the document's own number or date."""

    received_by: str | None
    received_number: str | None
    received_date: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Header:
    number: str | None
    """As "77/KH-UBND"; None where the number is blank ("Số:    /KH-SKHCN")."""
    symbol: str | None
    """The part behind the slash, known also where the number is blank."""
    date: str | None
    """ISO date of issue."""
    place: str | None
    issuer: str | None
    superior: str | None
    document_type: str | None
    title: str | None
    """Trích yếu, verbatim but joined to one line."""
    signer: Signer | None
    incoming_stamp: IncomingStamp | None
    spans: dict[str, Span] = field(default_factory=dict)
    """Where each of the fields above stands."""


@dataclass(frozen=True, slots=True)
class CitedAct:
    text: str
    kind: str | None
    """Nghị định, Luật, Chỉ thị, Kế hoạch …"""
    number: str | None
    date: str | None
    role: Literal["basis", "parent", "reference"]
    """basis: căn cứ; parent: the document this plan carries out (thực hiện …); reference: anywhere else."""
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    label: str | None
    """As printed: "II", "1", "a", "-"; None for text without a mark."""
    title: str | None
    text: str | None
    """The clause's own text where it is not a heading."""
    level: int
    span: Span
    children: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """``rule``: an ISO date, "--06-10" (every year on that day), "P6M", "P1Y", "P3M", "P1M" (a period without a day);
    None where the words name a time that is no rule ("thường xuyên")."""

    rule: str | None
    text: str
    span: Span
    strictly_before: bool
    kind: Literal["report", "submission", "task", "horizon"]
    who: str | None
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One clause given to agencies."""

    text: str
    span: Span
    label: str | None
    lead: tuple[str, ...] = ()
    """Bodies named as chủ trì, as printed; empty where the owner itself leads."""
    cooperating: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """Tasks that one heading, line or table row gives to the same bodies."""

    agencies: tuple[str, ...]
    """As printed, force words removed ("Đề nghị"). Groups ("các sở, ban, ngành") stay groups."""
    modality: Modality
    heading: str | None
    label: str | None
    tasks: tuple[Task, ...]
    span: Span
    agency_spans: tuple[Span, ...] = ()
    steering: bool = False
    """A general clause (carry out this plan, report on it): two careful readers may disagree whether it is a task."""


@dataclass(frozen=True, slots=True)
class Target:
    """A numeric aim. ``value`` is a number of ``unit`` ("%", "chiến dịch", "lớp")."""

    text: str
    value: float
    unit: str
    comparator: Literal["=", ">=", ">", "<=", "<"]
    population: str | None
    due: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Obligation:
    """Who reports to whom, how often, by when."""

    period: str | None
    """ISO 8601 period ("P6M", "P1Y"), or "on-demand"."""
    due_rule: str | None
    """As Deadline.rule."""
    reporter: str | None
    recipient: str | None
    via: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Channel:
    group: str | None
    items: tuple[str, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A likely OCR or typing fault: a proposal beside the verbatim text, never applied by the engine."""

    text: str
    replacement: str
    reason: str
    span: Span


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault noticed in the document, in Vietnamese, for the coordinator's checklist.

    Codes: missing-number, missing-date, repeated-numeral, missing-numeral, short-link, personal-phone,
    abolished-body, act-not-in-force, act-date-conflict, ocr-suspects, joined-lines, missing-attachment, no-tasks.
    """

    code: str
    severity: Severity
    message: str
    spans: tuple[Span, ...] = ()
    successor: str | None = None
    """The body or act that stands in its place today, where known."""


@dataclass(frozen=True, slots=True)
class Extraction:
    header: Header
    cited_acts: tuple[CitedAct, ...]
    sections: tuple[Section, ...]
    assignments: tuple[Assignment, ...]
    targets: tuple[Target, ...]
    deadlines: tuple[Deadline, ...]
    obligations: tuple[Obligation, ...]
    audiences: tuple[Quoted, ...]
    channels: tuple[Channel, ...]
    topics: tuple[Quoted, ...]
    slogan: Quoted | None
    recipients: tuple[Quoted, ...]
    budget: tuple[Quoted, ...]
    suggestions: tuple[Suggestion, ...]
    findings: tuple[Finding, ...]
