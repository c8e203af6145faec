"""The document's side of the review page: which parts are open, what is marked in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from canhgiac.plans.models import (
    Body,
    Deadline,
    Directive,
    Finding,
    Obligation,
    Piece,
    Plan,
    ReviewState,
    Suggestion,
    Target,
    Task,
)

from .lines import Layout, Mark, Part


def parts_of(
    plan: Plan,
    layout: Layout,
    opened: Collection[int],
    chosen: Piece | None,
    *,
    marks_of: tuple[Sequence[Suggestion], Sequence[Finding]],
) -> list[Part]:
    """The parts of the text, those in use with their lines. Constant number of queries."""
    wanted = set(opened)
    if chosen is not None and (held := layout.part_of(chosen.span_start)) is not None:
        wanted.add(held)
    shown = layout.opened(wanted or {0})
    marks = _marks(plan, shown, chosen.code if chosen is not None else "", *marks_of)
    for part in shown:
        layout.fill(part, marks)
    if not layout.short:
        starts = Task.objects.filter(plan=plan, span_start__isnull=False).exclude(review=ReviewState.REJECTED)
        for start in starts.values_list("span_start", flat=True):
            number = layout.part_of(start)
            if number is not None:
                layout.parts[number].tasks += 1
    return layout.parts


def part_of(plan: Plan, number: int, chosen_code: str = "") -> Part:
    """One part of a long document, opened. Raises Http404."""
    text = Directive.objects.values_list("text", flat=True).get(pk=plan.directive_id)
    layout = Layout(text)
    part = next((part for part in layout.parts if part.number == number), None)
    if part is None:
        raise Http404(_("Văn bản không có đoạn này."))
    layout.fill(part, _marks(plan, [part], chosen_code, Suggestion.objects.filter(plan=plan), plan.findings.all()))
    return part


def range_of_lines(plan: Plan, first: int, last: int) -> tuple[int, int]:
    """The text range of the document's lines, both counted in. Raises ValueError for lines it does not have."""
    return Layout(Directive.objects.values_list("text", flat=True).get(pk=plan.directive_id)).range_of(first, last)


def finding_title(code: str) -> str:
    """What a finding is about, in a few words."""
    titles = {
        "missing-number": _("Thiếu số văn bản"),
        "missing-date": _("Thiếu ngày ban hành"),
        "repeated-numeral": _("Số mục bị lặp"),
        "missing-numeral": _("Nhảy số mục"),
        "short-link": _("Đường dẫn rút gọn"),
        "personal-phone": _("Số điện thoại cá nhân"),
        "abolished-body": _("Cơ quan không còn"),
        "act-not-in-force": _("Văn bản hết hiệu lực"),
        "act-date-conflict": _("Một văn bản, hai ngày khác nhau"),
        "ocr-suspects": _("Nghi lỗi quét chữ"),
        "joined-lines": _("Đã nối chỗ ngắt trang"),
        "missing-attachment": _("Thiếu tài liệu kèm theo"),
        "no-tasks": _("Không thấy nhiệm vụ nào"),
    }
    return titles.get(code, _("Điều cần xem"))


def _marks(
    plan: Plan,
    parts: Sequence[Part],
    chosen: str,
    suggestions: Collection[Suggestion] | QuerySet[Suggestion],
    findings: Collection[Finding] | QuerySet[Finding],
) -> list[Mark]:
    """All that is to be shown in these parts."""
    if not parts:
        return []
    start, end = parts[0].start, parts[-1].end
    within = Q(span_start__lt=end, span_end__gt=start)
    marks = []
    for kind, table in (("task", Task), ("target", Target), ("due", Deadline), ("report", Obligation)):
        rows = table._default_manager.filter(within, plan=plan).exclude(review=ReviewState.REJECTED)
        marks += [
            Mark(left or 0, right or 0, kind, code, selected=code == chosen)
            for left, right, code in rows.values_list("span_start", "span_end", "code")
            if kind != "report" or code == chosen
        ]
    dues = Task.objects.filter(plan=plan, due_start__lt=end, due_end__gt=start).exclude(review=ReviewState.REJECTED)
    marks += [Mark(left or 0, right or 0, "due") for left, right in dues.values_list("due_start", "due_end")]
    bodies = Body.objects.filter(within, task__plan=plan).exclude(task__review=ReviewState.REJECTED)
    marks += [
        Mark(left or 0, right or 0, "body") for left, right in bodies.values_list("span_start", "span_end").distinct()
    ]
    for suggestion in suggestions:
        if suggestion.state == Suggestion.State.OPEN:
            hint = _("có thể là “%(words)s”") % {"words": suggestion.replacement}
            marks.append(Mark(suggestion.span_start, suggestion.span_end, "fault", hint=hint))
    for finding in findings:
        if finding.state == Finding.State.OPEN and finding.severity != "info":
            marks += [Mark(left, right, "fault", hint=finding.message) for left, right in finding.spans]
    return marks
