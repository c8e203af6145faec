"""The staff home as a workbook: every figure with its whole, its rows and what is not known."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from canhgiac.activities.selectors.coveragemaps import file_rows, headings
from canhgiac.agencies.models import Member
from canhgiac.kit.sheets import Sheet, Value
from canhgiac.kit.templatetags.cg import vn_date

from .desk import Figure, desk
from .parts import Places, late, period, targets, trend
from .parts import groups as groups_reached
from .parts import places as places_reached
from .wanted import Wanted

LATE_ROWS = 5000


def desk_sheets(member: Member, wanted: Wanted) -> Iterator[Sheet]:
    """One sheet for each part that this member's home has."""
    found = desk(member, wanted)
    span = f"{vn_date(wanted.window.since)} – {vn_date(wanted.until)}"
    yield Sheet(
        _("Số chính"),
        [_("Chỉ số"), _("Số đạt"), _("Trên tổng"), _("Chưa rõ"), _("Đơn vị tính"), _("Ghi chú"), _("Kỳ số liệu")],
        [
            [
                one.title,
                one.value,
                one.total,
                one.unknown or None,
                one.unit,
                "; ".join(note.text for note in one.notes),
                span,
            ]
            for one in found.figures
        ],
        widths=(44, 10, 10, 10, 14, 60, 26),
    )
    yield Sheet(
        _("Chậm hạn"),
        [_("Cơ quan"), _("Việc"), _("Số ngày chậm"), _("Bậc đôn đốc")],
        ([line.agency, line.text, line.days, line.label] for line in late(member, wanted, limit=LATE_ROWS).lines),
        widths=(36, 80, 14, 16),
    )
    if found.wide:
        yield _targets(member, wanted)
        yield from _places(places_reached(member, wanted))
    else:
        yield from _places(groups_reached(member, wanted))
        compared = period(member, wanted)
        yield Sheet(
            _("Kỳ này, kỳ trước"),
            [_("Chỉ số"), compared.now, compared.before, _("Số hoạt động có ghi số")],
            [[row.label, row.now, row.before, row.given] for row in compared.rows],
            widths=(30, 26, 26, 20),
        )
    chart = trend(member, wanted)
    yield Sheet(
        _("Theo tuần"),
        [chart.heading, *(series.label for series in chart.series)],
        ([row.label, *(cell.value for cell in row.cells)] for row in chart.rows),
        widths=(16, 12, 12),
    )


def _figure(one: Figure) -> list[Value]:
    notes = "; ".join(note.text for note in one.notes)
    return [one.title, one.value, one.total, one.unknown or None, one.unit, notes]


def _targets(member: Member, wanted: Wanted) -> Sheet:
    rows: list[list[Value]] = []
    for rate in targets(member, wanted).rates:
        plain = [rate.target.text, vn_date(rate.target.due_date)]
        if not rate.measures:
            rows.append([*plain, None, None, None, None, None, None, _("Chưa đặt cách đo")])
        rows += [
            [*plain, one.reached, one.total, one.unknown, one.empty, one.rate, one.verdict, one.line]
            for one in rate.measures
        ]
    columns = [
        _("Chỉ tiêu"), _("Hạn"), _("Đã đạt"), _("Mẫu số"), _("Chưa rõ"), _("Gửi nhưng trống"), _("Tỷ lệ"),
        _("Kết luận"), _("Căn cứ"),
    ]  # fmt: skip
    return Sheet(_("Chỉ tiêu"), columns, rows, widths=(60, 12, 10, 10, 10, 12, 10, 12, 90))


def _places(found: Places | None) -> Iterator[Sheet]:
    if found is not None:
        title = _("Tổ dân phố, thôn") if found.is_group else _("Xã, phường")
        yield Sheet(title, headings(), file_rows(found.coverage), widths=(12, 28, 16, 10, 12, 12, 16, 16, 16))
