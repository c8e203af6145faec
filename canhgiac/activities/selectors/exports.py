"""The list of activities as a table, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.aggregates import ArrayAgg, StringAgg
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.utils.translation import gettext as _

from canhgiac.activities.models import Activity, ActivityArea, ActivityTask, Audience, Evidence, Measure
from canhgiac.kit import sheets

WIDTHS = (10, 12, 12, 28, 50, 34, 26, 40, 30, 10, 10, 10, 10, 10, 10, 10, 24, 10, 16, 20, 18, 30, 60, 40)


def headings() -> list[str]:
    """The table's head."""
    counts = [
        *(_("Lượt người"), _("Số bản"), _("Số phút phát"), _("Số lần"), _("Lượt xem"), _("Số tin"), _("Số hộ")),
    ]
    return [
        *(_("Mã"), _("Ngày"), _("Đến ngày"), _("Hình thức"), _("Tên hoạt động"), _("Đơn vị"), _("Địa bàn")),
        *(_("Địa bàn đã đến"), _("Đối tượng"), *counts, _("Nhiệm vụ"), _("Minh chứng"), _("Trạng thái")),
        *(_("Người ghi"), _("Ghi lúc"), _("Lý do trả lại"), _("Nội dung"), _("Liên kết")),
    ]


def rows(activities: QuerySet[Activity]) -> Iterator[list[sheets.Value]]:
    """One row an activity, streamed; a count that nobody made is an empty cell."""
    reached = ActivityArea.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    served = ActivityTask.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    pieces = Evidence.objects.filter(activity=OuterRef("pk")).order_by().values("activity")
    found = activities.select_related("agency", "area", "created_by").annotate(
        area_names=Subquery(reached.annotate(names=ArrayAgg("area__name", order_by="area__folded")).values("names")),
        task_codes=Subquery(
            served.annotate(codes=StringAgg("task__code", Value(", "), order_by="task__code")).values("codes")
        ),
        pieces=Subquery(pieces.annotate(number=Count("pk")).values("number")),
    )
    audiences = {audience.value: str(audience.label) for audience in Audience}
    for row in found.defer("folded").iterator(chunk_size=2000):
        yield [
            row.pk,
            row.on,
            row.until,
            str(row.get_kind_display()),
            row.title,
            row.agency.name,
            row.area.name,
            ", ".join(row.area_names or ()),
            "; ".join(audiences[one] for one in row.audiences),
            *(getattr(row, measure.value) for measure in Measure),
            row.task_codes or "",
            row.pieces or 0,
            str(row.get_state_display()),
            str(row.created_by) if row.created_by else _("Hệ thống"),
            row.created_at,
            row.return_reason,
            row.description,
            "\n".join(row.links),
        ]
