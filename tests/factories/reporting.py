"""Report forms, rounds and who owes, singly and by the ten thousand."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.reporting.models import (
    FormField,
    FormVersion,
    ReportDuty,
    ReportForm,
    ReportRound,
    Submission,
    SubmissionStep,
)

_number = itertools.count(1)
FIGURE, TEXT, TABLE = FormField.Kind.FIGURE, FormField.Kind.TEXT, FormField.Kind.TABLE
LEAFLETS = {"from": "activities", "measure": "copies", "kinds": ["leaflet"], "audiences": []}


def field(version: FormVersion, code: str, *, kind: FormField.Kind = FIGURE, **facts: Any) -> FormField:
    """One thing the form asks; label and place are made up when not given."""
    facts.setdefault("label", f"Số liệu {code}")
    facts.setdefault("position", next(_number))
    return FormField.objects.create(form_version=version, code=code, kind=kind, **facts)


def form(
    *,
    by: Member,
    agency: Agency | None = None,
    plan: Plan | None = None,
    title: str = "",
    codes: Collection[str] = (),
    published: bool = True,
) -> FormVersion:
    """Version 1 of a form: the figures ``codes``, or four figures, a text and a table where none are named.

    The standard figures: to_roi_ban (prefilled from activities), hoi_nghi, luot_nguoi (required), tong_cuoc (the
    sum of hoi_nghi and lop_tap_huan); the text kho_khan; the table hoat_dong.
    """
    holder = agency or by.agency
    assert holder is not None
    owner = ReportForm.objects.create(agency=holder, plan=plan, title=title or f"Mẫu thử số {next(_number)}")
    state = FormVersion.State.PUBLISHED if published else FormVersion.State.DRAFT
    version = FormVersion.objects.create(form=owner, state=state, made_by=by)
    if published:
        version.published_by, version.published_at = by, clock.now()
        version.save(update_fields=["published_by", "published_at"])
    for code in codes:
        field(version, code, unit="cuộc")
    if not codes:
        _standard(version)
    return version


def _standard(version: FormVersion) -> None:
    sections = FormField.Section
    field(version, "to_roi_ban", label="Số tờ rơi đã phát", unit="bản", source=LEAFLETS, minimum=Decimal(0))
    field(version, "hoi_nghi", label="Số hội nghị", unit="cuộc", maximum=Decimal(500), jump_percent=50)
    field(version, "lop_tap_huan", label="Số lớp tập huấn", unit="lớp")
    field(version, "luot_nguoi", label="Lượt người tham dự", unit="lượt người", required=True, needs_evidence=True)
    field(version, "tong_cuoc", label="Tổng số cuộc", unit="cuộc", total_of=["hoi_nghi", "lop_tap_huan"])
    field(version, "kho_khan", kind=TEXT, label="Khó khăn, vướng mắc", section=sections.DIFFICULTIES)
    columns = [
        {"code": "ten", "label": "Tên hoạt động", "kind": "text"},
        {"code": "so_nguoi", "label": "Số người", "kind": "figure"},
    ]
    field(version, "hoat_dong", kind=TABLE, label="Hoạt động nổi bật", section=sections.ANNEX, columns=columns)


def report_round(
    *,
    by: Member,
    agencies: Collection[Agency],
    agency: Agency | None = None,
    form_version: FormVersion | None = None,
    plan: Plan | None = None,
    title: str = "",
    state: ReportRound.State = ReportRound.State.OPEN,
    due: dt.date | None = None,
    data_from: dt.date | None = None,
    data_until: dt.date | None = None,
    previous: ReportRound | None = None,
    scoreboard: bool = False,
    reports_to: Mapping[int, Agency] | None = None,
) -> ReportRound:
    """A round that asks ``agencies``; open, due in a fortnight and about the half-year so far unless said otherwise.

    ``reports_to`` names those that report to another agency than the round's, by the duty's agency id.
    """
    collector = agency or by.agency
    assert collector is not None
    today = clock.today()
    due = due or today + dt.timedelta(days=14)
    opened = clock.now() if state != ReportRound.State.PLANNED else None
    row = ReportRound.objects.create(
        plan=plan,
        agency=collector,
        form_version=form_version or form(by=by, agency=collector, plan=plan),
        title=title or f"Báo cáo thử số {next(_number)}",
        period=ReportRound.Period.HALF_YEAR,
        data_from=data_from or due - dt.timedelta(days=180),
        data_until=data_until or due,
        due_date=due,
        area_as_of=due,
        previous=previous,
        state=state,
        scoreboard=scoreboard,
        made_by=by,
        opened_at=opened,
    )
    above = reports_to or {}
    ReportDuty.objects.bulk_create(
        (ReportDuty(round=row, agency=one, reports_to=above.get(one.pk, collector), due_date=due) for one in agencies),
        batch_size=5000,
    )
    return row


def duty_of(of: ReportRound, agency: Agency) -> ReportDuty:
    """What the agency owes in the round, as it stands in the database."""
    return ReportDuty.objects.select_related("round", "agency", "reports_to").get(round=of, agency=agency)


def submission(
    duty: ReportDuty,
    *,
    by: Member,
    answers: Mapping[str, Any] | None = None,
    state: Submission.State = Submission.State.FILED,
    on_time: bool = True,
    is_empty: bool = False,
) -> Submission:
    """One revision of the duty's report, filed unless said otherwise; the duty follows its state."""
    filed = state != Submission.State.DRAFT
    assert duty.round.form_version is not None
    row = Submission.objects.create(
        duty=duty,
        number=duty.submissions.count() + 1,
        form_version=duty.round.form_version,
        state=state,
        answers=dict(answers or {}),
        is_empty=is_empty,
        on_time=on_time if filed else None,
        edited_by=by,
        filed_by=by if filed else None,
        filed_at=clock.now() if filed else None,
    )
    if filed:
        SubmissionStep.objects.create(submission=row, act=SubmissionStep.Act.FILE, by=by)
        duty.state = ReportDuty.State(state.value)
        duty.save(update_fields=["state"])
    return row


def submissions_many(duties: Collection[ReportDuty], *, by: Member, answers: Mapping[str, Any] | None = None) -> None:
    """A filed report for each of many duties of one round, in bulk."""
    rows = list(duties)
    if not rows:
        return
    version = rows[0].round.form_version
    assert version is not None
    now = clock.now()
    Submission.objects.bulk_create(
        (
            Submission(
                duty=duty,
                form_version=version,
                state=Submission.State.FILED,
                answers=dict(answers or {}),
                on_time=True,
                edited_by=by,
                filed_by=by,
                filed_at=now,
            )
            for duty in rows
        ),
        batch_size=5000,
    )
    ReportDuty.objects.filter(pk__in=[duty.pk for duty in rows]).update(state=ReportDuty.State.FILED)
