"""Invented partners and requests for the first look; one bank answers by the simulator that ``serve`` starts."""

from __future__ import annotations

import datetime as dt
import os
from typing import Final

from django.db import transaction

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.services import audit_record
from canhgiac.indicators.models import Indicator, Partner, Request
from canhgiac.kit import clock

from .partners import PartnerData, partner_create, partner_secret_set
from .requests import (
    request_answer,
    request_mark_sent,
    request_prepare,
    request_sign,
    request_submit,
)

_BANKS: Final = (
    ("Ngân hàng Nông nghiệp và Phát triển nông thôn", "970405"),
    ("Ngân hàng Ngoại thương", "970436"),
    ("Ngân hàng Đầu tư và Phát triển", "970418"),
    ("Ngân hàng Công Thương", "970415"),
)
SIMULATED: Final = "970436"
"""The bank whose requests the simulator takes."""
SIMULATOR_SECRET: Final = "khoa-thu-cua-ngan-hang-mo-phong"  # noqa: S105  # of the simulator, known to all


@transaction.atomic
def sample_requests_load() -> int:
    """Partners and requests, once, where the sample province stands; how many requests."""
    admin, officer, approver = (_with(kind) for kind in (Role.Kind.ADMIN, Role.Kind.TIP_OFFICER, Role.Kind.APPROVER))
    if admin is None or officer is None or approver is None or Partner.objects.exists():
        return 0
    for start, bin_ in _BANKS:
        agency = Agency.objects.filter(kind=Agency.Kind.BANK, name__startswith=start).order_by("pk").first()
        if agency is not None:
            _partner(admin, agency, bin_)
    made = [_request(officer, approver, row, number) for number, row in enumerate(_accounts())]
    if made:
        audit_record(by=None, act="indicators.sample_requests_load", subject=made[0])
    return len(made)


def _partner(admin: Member, agency: Agency, bin_: str) -> None:
    port = os.environ.get("INBOX_PORT", "8025")
    data = PartnerData(
        kind="bank",
        bins=[bin_],
        scopes=[*Partner.Scope.values],
        per_minute=600,
        per_day=200_000,
        endpoint=f"http://127.0.0.1:{port}/v1/requests" if bin_ == SIMULATED else "",
        email="",
        note="Đối tác hư cấu của dữ liệu mẫu.",
    )
    partner = partner_create(by=admin, agency=agency, data=data)
    if bin_ == SIMULATED:
        partner_secret_set(by=admin, partner=partner, secret=SIMULATOR_SECRET)


def _accounts() -> list[Indicator]:
    """Accounts of partners that the samples confirmed, a few."""
    bins = Partner.objects.values_list("bins", flat=True)
    starts = [f"{bin_}:" for row in bins for bin_ in row]
    rows = Indicator.objects.filter(kind=Indicator.Kind.ACCOUNT).order_by("-sightings_count", "pk")
    return [row for row in rows[:40] if row.value.startswith(tuple(starts))][:5]


def _request(officer: Member, approver: Member, indicator: Indicator, number: int) -> Request:
    """The first stays a draft, the next waits for its signature, the others went out and came back."""
    row = request_prepare(
        by=officer,
        kind=Request.Kind.FREEZE,
        indicator=indicator,
        amount=(12, 85, 30, 240, 7)[number] * 1_000_000,
        transferred_at=clock.now() - dt.timedelta(hours=1 + 20 * number),
        reference=f"FT{2600 + number}",
        origin=f"sample:request:{number}",
        urgent=number == 1,
    )
    if number == 0:
        return row
    row = request_submit(by=officer, request=row, version=row.version)
    if number == 1:
        return row
    row.partner = None  # by letter: the samples touch no wire
    row.save(update_fields=["partner"])
    row = request_sign(by=approver, request=row, number=f"{100 + number}/CV-CAT", compared=True, version=row.version)
    row = request_mark_sent(by=officer, request=row, version=row.version, words="Gửi hỏa tốc")
    if number == 2:
        return row
    held = row.amount if number == 3 else 0
    words = "Đã tạm dừng, còn đủ số tiền." if number == 3 else "Tiền đã rút trước khi nhận yêu cầu."
    state = Request.State.DONE if number == 3 else Request.State.REFUSED
    return request_answer(by=officer, request=row, state=state, held_amount=held, words=words, version=row.version)


def _with(kind: Role.Kind) -> Member | None:
    return Member.objects.filter(roles__kind=kind, is_active=True).order_by("pk").first()
