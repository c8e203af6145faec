"""Faults of the document for the coordinator's checklist, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from canhgiac.engines.officialdoc.model import (
    Assignment,
    CitedAct,
    Extraction,
    Finding,
    Header,
    Source,
    Span,
    Suggestion,
)

from .acts import ended
from .frame import Frame
from .mapped import Mapped
from .outline import Node
from .successors import PROVINCES_ENDED, ended_body, ended_province

_SHORT = re.compile(
    r"\b(?:https?://)?(?:www\.)?(?:bit\.ly|tinyurl\.com|goo\.gl|t\.co|is\.gd|s\.id|cutt\.ly|ow\.ly|rb\.gy|"
    r"shorturl\.at|by\.com\.vn|bom\.so|me2\.vn|shorten\.asia|rebrand\.ly|tiny\.cc|v\.gd|t\.ly|"
    r"urlvn\.net)/[\w\-./?=&%#]{1,80}",
    re.I,
)
_PHONE = re.compile(r"(?<![\d.,/-])(?:\+?84[\s.]?|0)(?:3|5|7|8|9)\d(?:[\s.-]?\d){7}(?![\d/])")
_ATTACHES = re.compile(
    r"(?:có|gửi|đính)\s(?:kèm|Kèm)[^.;]{0,60}kèm theo|\((?:[Cc]ó )?(?:[Pp]hụ lục|[Bb]iểu mẫu|[Mm]ẫu|[Dd]anh sách|"
    r"[Cc]ẩm nang)[^()]{0,80}kèm theo\)|\([^()]{0,100}(?:đính kèm|kèm theo)\)|[Pp]hụ lục(?: "
    r"số)?\s?[IVX\d]{0,3}\s(?:đính kèm|kèm theo)"
)
_LABELS = {"roman": "Mục", "arabic": "Khoản", "article": "Điều", "letter": "Điểm", "part": "Phần"}


def read_findings(
    source: Source,
    frame: Frame,
    header: Header,
    *,
    roots: Sequence[Node],
    acts: Sequence[CitedAct],
    assignments: Sequence[Assignment],
    suggestions: Sequence[Suggestion],
    texts: Sequence[Mapped],
    joins: int,
    today: date | None = None,
) -> tuple[Finding, ...]:
    """All faults noticed; ``today`` decides which acts and bodies have ended."""
    today = today or datetime.now(tz=ZoneInfo("Asia/Ho_Chi_Minh")).date()
    out: list[Finding] = []
    out += _head(frame, header)
    for root in roots:
        out += _numerals(root)
    out += _contacts(source)
    out += _bodies(header, assignments, today)
    out += _acts(acts, header, today)
    out += _attachments(texts, frame)
    if suggestions:
        out.append(
            Finding(
                "ocr-suspects",
                "info",
                f"{len(suggestions)} chỗ có thể do nhận dạng hoặc gõ sai; xem đề nghị sửa bên cạnh.",
                tuple(s.span for s in suggestions),
            )
        )
    if joins:
        out.append(Finding("joined-lines", "info", f"{joins} câu bị ngắt qua trang đã được nối lại."))
    if not any(part.tasks for part in assignments):
        out.append(Finding("no-tasks", "warning", "Không thấy nhiệm vụ nào được giao trong văn bản."))
    return tuple(out)


def _head(frame: Frame, header: Header) -> list[Finding]:
    out = []
    if header.number is None and (frame.type or header.symbol):
        where = (header.spans["symbol"],) if "symbol" in header.spans else ()
        out.append(
            Finding(
                "missing-number",
                "warning",
                "Văn bản chưa có số." if header.symbol else "Không thấy số, ký hiệu văn bản.",
                where,
            )
        )
    if header.date is None and frame.type:
        out.append(
            Finding(
                "missing-date",
                "warning",
                "Không thấy ngày ban hành.",
                (header.spans["place"],) if "place" in header.spans else (),
            )
        )
    return out


def _numerals(root: Node) -> list[Finding]:
    """Series under each heading: a number printed twice, a number left out."""
    out: list[Finding] = []
    todo = [root]
    while todo:
        node = todo.pop()
        todo.extend(reversed(node.children))
        for kind in ("part", "roman", "arabic", "article", "letter"):
            series = [c for c in node.children if c.label and c.label.kind == kind and c.label.number]
            out += _series(series, _LABELS[kind])
    return sorted(out, key=lambda f: f.spans[0] if f.spans else Span(0, 0))


def _series(series: Sequence[Node], word: str) -> list[Finding]:
    out: list[Finding] = []
    for before, node in pairwise(series):
        if not (before.label and node.label and before.paragraph and node.paragraph):
            continue
        a, b = before.label.number or 0, node.label.number or 0
        where = (before.paragraph.text.span(0, before.label.end), node.paragraph.text.span(0, node.label.end))
        if a == b:
            out.append(Finding("repeated-numeral", "warning", f"{word} “{node.label.text}” đánh số hai lần.", where))
        elif b > a + 1:
            out.append(
                Finding(
                    "missing-numeral",
                    "warning",
                    f"Sau “{before.label.text}” là “{node.label.text}”: thiếu số ở giữa.",
                    where,
                )
            )
        elif b < a and b != 1:
            out.append(
                Finding(
                    "repeated-numeral",
                    "warning",
                    f"“{node.label.text}” đứng sau “{before.label.text}”: đánh số không theo thứ tự.",
                    where,
                )
            )
    return out


def _contacts(source: Source) -> list[Finding]:
    out = []
    for found in _SHORT.finditer(source.text):
        out.append(
            Finding(
                "short-link",
                "fault",
                f"Liên kết rút gọn {found[0]}: người đọc không biết dẫn đến đâu; thay bằng địa chỉ chính thức.",
                (Span(*found.span()),),
            )
        )
    for found in _PHONE.finditer(source.text):
        out.append(
            Finding(
                "personal-phone",
                "fault",
                "Số điện thoại di động cá nhân trong văn bản; che trước khi công khai.",
                (Span(*found.span()),),
            )
        )
    return out


def _bodies(header: Header, assignments: Sequence[Assignment], today: date) -> list[Finding]:
    found: dict[str, tuple[str, str, date, list[Span]]] = {}
    named: list[tuple[str, Span]] = [
        (name, span) for part in assignments for name, span in zip(part.agencies, part.agency_spans, strict=False)
    ]
    if header.issuer and "issuer" in header.spans:
        named.append((header.issuer, header.spans["issuer"]))
    for name, span in named:
        entry = ended_body(name)
        if entry and today >= entry.ended:
            found.setdefault(name.casefold(), (name, entry.successor, entry.ended, []))[3].append(span)
        elif today >= PROVINCES_ENDED and (province := ended_province(name)):
            found.setdefault(name.casefold(), (name, f"đơn vị tương ứng của {province[1]}", PROVINCES_ENDED, []))[
                3
            ].append(span)
    out = []
    for name, successor, ended_on, spans in found.values():
        later = header.date is not None and header.date >= ended_on.isoformat()
        out.append(
            Finding(
                "abolished-body",
                "fault" if later else "warning",
                f"“{name}” không còn từ {ended_on:%d/%m/%Y}; nay là {successor}.",
                tuple(spans),
                successor,
            )
        )
    return out


def _acts(acts: Sequence[CitedAct], header: Header, today: date) -> list[Finding]:
    found: dict[str, tuple[Finding, list[Span]]] = {}
    dates: dict[str, dict[str, list[Span]]] = {}
    for act in acts:
        entry = ended(act, today)
        if entry and not (act.number is None and header.date and header.date >= entry.ended.isoformat()):
            message = (
                f"{act.text if act.number is None else act.kind + ' ' + act.number if act.kind else act.text} "
                f"hết hiệu lực từ {entry.ended:%d/%m/%Y}; nay là {entry.successor}."
            )
            found.setdefault(entry.number, (Finding("act-not-in-force", "warning", message, (), entry.successor), []))[
                1
            ].append(act.span)
        if act.number and act.date:
            dates.setdefault(act.number, {}).setdefault(act.date, []).append(act.span)
    out = [Finding(f.code, f.severity, f.message, tuple(spans), f.successor) for f, spans in found.values()]
    for number, by_date in dates.items():
        if len(by_date) > 1:
            out.append(_conflict(number, sorted(by_date), [s for spans in by_date.values() for s in spans]))
    return out


def _conflict(number: str, days: Iterable[str], spans: Sequence[Span]) -> Finding:
    shown = ", ".join(date.fromisoformat(day).strftime("%d/%m/%Y") for day in days)
    return Finding(
        "act-date-conflict", "warning", f"Văn bản số {number} được ghi nhiều ngày khác nhau: {shown}.", tuple(spans)
    )


def _attachments(texts: Sequence[Mapped], frame: Frame) -> list[Finding]:
    has_annex = any(
        re.match(r"(?:PHỤ LỤC|Phụ lục|PHỤ BIỂU|DANH MỤC|BIỂU)", line.text.text) for run in frame.body for line in run
    )
    if has_annex or frame.attached:
        return []
    for piece in texts:
        found = _ATTACHES.search(piece.text[:8000])
        if found:
            return [
                Finding(
                    "missing-attachment",
                    "info",
                    "Văn bản nhắc tài liệu kèm theo nhưng không có trong tệp.",
                    (piece.span(*found.span()),),
                )
            ]
    return []


def conflicting_dates(extractions: Mapping[str, Extraction]) -> tuple[tuple[str, Finding], ...]:
    """Acts that several documents date differently, as (document key, finding with that document's spans)."""
    by_number: dict[str, dict[str, list[tuple[str, Span]]]] = {}
    for key, extraction in extractions.items():
        for act in extraction.cited_acts:
            if act.number and act.date:
                by_number.setdefault(act.number, {}).setdefault(act.date, []).append((key, act.span))
    out: list[tuple[str, Finding]] = []
    for number, by_date in by_number.items():
        if len(by_date) < 2:
            continue
        for key in extractions:
            spans = [span for places in by_date.values() for name, span in places if name == key]
            if spans:
                out.append((key, _conflict(number, sorted(by_date), spans)))
    return tuple(out)
