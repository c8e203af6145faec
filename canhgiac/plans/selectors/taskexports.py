"""The filtered list as a table, row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from canhgiac.kit.sheets import Value
from canhgiac.plans.models import Assignment, StatusChange

from .tasks import OPEN

WIDTHS = (8, 60, 30, 40, 16, 36, 18, 20, 10, 10, 22, 12, 14, 16, 12, 40)


def headings() -> list[str]:
    """The table's head."""
    return [
        _("Mã"), _("Nhiệm vụ"), _("Mục"), _("Kế hoạch"), _("Số, ký hiệu"), _("Cơ quan"), _("Loại cơ quan"),
        _("Địa bàn"), _("Vai"), _("Cách giao"), _("Hạn theo văn bản"), _("Hạn"), _("Trạng thái"), _("Đổi lúc"),
        _("Chậm (ngày)"), _("Ghi chú mới nhất"),
    ]  # fmt: skip


def rows(assignments: QuerySet[Assignment], *, today: dt.date, sort: str = "") -> Iterator[list[Value]]:
    """One row an assignment, streamed; by day, or in the documents' order for ``sort`` "ma"."""
    by_text = ("task__plan_id", "task__position", "agency__folded")
    order = by_text if sort.lstrip("-") == "ma" else (F("due_date").asc(nulls_last=True), "pk")
    found = assignments.select_related("task__plan__directive", "agency__area").annotate(last_note=last_note())
    heavy = [f"task__plan__directive__{field}" for field in ("text", "extraction", "header_spans", "recipients")]
    for row in found.defer(*heavy).order_by(*order).iterator(chunk_size=2000):
        task, agency = row.task, row.agency
        late = row.due_date is not None and row.status in OPEN and row.due_date < today
        yield [
            task.code,
            task.text,
            task.heading,
            task.plan.title,
            task.plan.directive.number,
            agency.name,
            agency.get_kind_display(),
            agency.area.name if agency.area else None,
            row.get_part_display(),
            task.get_modality_display(),
            task.due_text,
            row.due_date,
            row.get_status_display(),
            row.status_at,
            (today - row.due_date).days if late and row.due_date else None,
            row.last_note,
        ]


def last_note() -> Subquery:
    """The latest note in an assignment's history, as an annotation; null where there is none."""
    noted = StatusChange.objects.filter(assignment=OuterRef("pk")).exclude(note="")
    return Subquery(noted.order_by("-at", "-pk").values("note")[:1])
