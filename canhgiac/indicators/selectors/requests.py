"""Formal requests as people read them: the list, one with its history, and the letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.engines.lookup.keys import shown
from canhgiac.engines.officialdoc.writing import (
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    to_pdf,
)
from canhgiac.engines.recognition.banks import bank_of_bin
from canhgiac.indicators.models import Partner, Request, RequestEvent
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.kit.text import fold

from .scope import key_of_row, may_decide, may_propose, sees_register, sees_whole, shown_for

Kind, State = Request.Kind, Request.State
FONTS = "@expo-google-fonts/tinos"
LATE = "late"
STANDS = (
    ("open", gettext_lazy("Chưa có kết quả")),
    (LATE, gettext_lazy("Quá giờ đề nghị trả lời")),
    *State.choices,
)
OPEN = (State.DRAFT, State.WAITING, State.READY, State.SENT, State.RECEIVED, State.FAILED)
ORDERS: dict[str, tuple[str | OrderBy, ...]] = {
    "lap": ("made_at", "pk"),
    "han": (F("due_at").asc(nulls_last=True), "pk"),
    "tien": (F("amount").asc(nulls_last=True), "pk"),
}
TURNED: dict[str, tuple[str | OrderBy, ...]] = {
    "lap": ("-made_at", "-pk"),
    "han": (F("due_at").desc(nulls_last=True), "-pk"),
    "tien": (F("amount").desc(nulls_last=True), "-pk"),
}
EVENT_WORDS = {
    "made": gettext_lazy("Lập bản nháp"),
    "submitted": gettext_lazy("Trình ký"),
    "returned": gettext_lazy("Trả lại"),
    "signed": gettext_lazy("Ký"),
    "attempt": gettext_lazy("Gửi tới hệ thống của bên nhận"),
    "sent": gettext_lazy("Đã gửi"),
    "failed": gettext_lazy("Gửi không được"),
    "received": gettext_lazy("Bên nhận đã tiếp nhận"),
    "answered": gettext_lazy("Có kết quả"),
    "urged": gettext_lazy("Đôn đốc"),
    "withdrawn": gettext_lazy("Rút"),
}


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What the list is narrowed to."""

    q: str = ""
    kind: str = ""
    stand: str = ""
    """A code of STANDS."""


def requests_list(member: Member, wanted: RequestFilter, *, sort: str = "") -> QuerySet[Request]:
    """Requests, the newest first unless told. Raises NotAllowed for who may not open the register."""
    if not sees_register(member):
        raise NotAllowed(_("Sổ yêu cầu dành cho cán bộ xử lý tin báo, người duyệt và người kiểm tra."))
    rows = Request.objects.select_related("indicator", "made_by", "signed_by", "partner__agency")
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.stand == "open":
        rows = rows.filter(state__in=OPEN)
    elif wanted.stand == LATE:
        rows = rows.filter(state__in=[State.SENT, State.RECEIVED], due_at__lt=clock.now())
    elif wanted.stand:
        rows = rows.filter(state=wanted.stand)
    if wanted.q:
        rows = rows.filter(
            Q(addressee__icontains=wanted.q)
            | Q(number__icontains=wanted.q)
            | Q(reference__iexact=wanted.q)
            | Q(partner__agency__folded__contains=fold(wanted.q))
        )
    key = sort.removeprefix("-")
    order = (TURNED if sort.startswith("-") else ORDERS).get(key, TURNED["lap"])
    return rows.order_by(*order)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list."""

    request: Request
    thing: str
    is_late: bool


def request_rows(requests: list[Request]) -> list[RequestRow]:
    """The rows of a page. Values are masked for all: the letter has them whole, and opening it is in the audit log."""
    now = clock.now()
    return [
        RequestRow(
            request,
            shown_for(request.indicator, whole=False),
            request.state in {State.SENT, State.RECEIVED} and request.due_at is not None and request.due_at < now,
        )
        for request in requests
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the history."""

    event: RequestEvent
    words: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request with what this member may do about it."""

    request: Request
    thing: str
    bank: str
    steps: list[Step]
    whole: bool
    is_maker: bool
    may_write: bool
    may_sign: bool
    is_late: bool


def request_page(member: Member, request_id: int) -> RequestPage:
    """One request. Raises Http404, NotAllowed."""
    if not sees_register(member):
        raise NotAllowed(_("Sổ yêu cầu dành cho cán bộ xử lý tin báo, người duyệt và người kiểm tra."))
    rows = Request.objects.select_related("indicator", "made_by", "signed_by", "partner__agency")
    request = get_object_or_404(rows, pk=request_id)
    events = request.events.select_related("by").order_by("at", "pk")
    row = request_rows([request])[0]
    bank = bank_of_bin(request.indicator.value.split(":", 1)[0])
    return RequestPage(
        request=request,
        thing=row.thing,
        bank=bank.name if bank else "",
        steps=[Step(event, str(EVENT_WORDS.get(event.what, event.what))) for event in events],
        whole=sees_whole(member),
        is_maker=request.made_by_id == member.pk,
        may_write=may_propose(member),
        may_sign=may_decide(member) and request.made_by_id != member.pk,
        is_late=row.is_late,
    )


def partners_for_requests() -> QuerySet[Partner]:
    """Partners in use, by name."""
    return Partner.objects.filter(suspended_at__isnull=True).select_related("agency").order_by("agency__name")


def headings() -> list[str]:
    """Of the exported list."""
    return [
        *(_("Số"), _("Loại"), _("Nơi nhận"), _("Dấu vết"), _("Số tiền"), _("Trạng thái"), _("Lập lúc")),
        *(_("Ký lúc"), _("Gửi lúc"), _("Đề nghị trả lời trước"), _("Trả lời lúc"), _("Giữ được"), _("Kết quả")),
    ]


WIDTHS = [16, 30, 40, 26, 16, 22, 18, 18, 18, 18, 18, 16, 60]


def export_rows(rows: QuerySet[Request]) -> Iterator[list[Value]]:
    """The list as a table; values masked as on the page."""
    for row in rows.iterator(chunk_size=500):
        times = (row.made_at, row.signed_at, row.sent_at, row.due_at, row.answered_at)
        made, signed, sent, due, answered = (at.astimezone(clock.VIETNAM) if at else None for at in times)
        yield [
            *(row.number, str(row.get_kind_display()), row.addressee, shown_for(row.indicator, whole=False)),
            *(row.amount, str(row.get_state_display()), made, signed, sent, due, answered, row.held_amount),
            row.outcome,
        ]


# The letter -----------------------------------------------------------------------------------------------------------

_ASKS = {
    Kind.FREEZE: (
        "tạm dừng giao dịch, giữ lại số tiền còn trong tài khoản nêu trên và các tài khoản nhận tiền tiếp theo trong "
        "phạm vi quyền hạn của quý đơn vị; thông báo ngay số tiền còn giữ được."
    ),
    Kind.TAKEDOWN: "kiểm tra, gỡ nội dung hoặc ngừng cung cấp dịch vụ đối với địa chỉ nêu trên.",
    Kind.SUBSCRIBER: "cung cấp thông tin đăng ký, thời điểm đăng ký của số, tài khoản nêu trên để phục vụ xác minh.",
    Kind.DOMAIN_OWNER: "cung cấp thông tin chủ thể đăng ký, nhà đăng ký và thời điểm đăng ký của tên miền nêu trên.",
}
_SUBJECTS = {
    Kind.FREEZE: "đề nghị tạm dừng giao dịch đối với tài khoản có dấu hiệu lừa đảo",
    Kind.TAKEDOWN: "đề nghị gỡ bỏ nội dung, địa chỉ có dấu hiệu lừa đảo",
    Kind.SUBSCRIBER: "đề nghị cung cấp thông tin thuê bao",
    Kind.DOMAIN_OWNER: "đề nghị cung cấp thông tin chủ thể tên miền",
}


def letter_of(request: Request) -> OfficialDocument:
    """The official letter (công văn, Decree 30/2020): what is asked, of whom, on what basis. No victim is named."""
    profile = province()
    office: Agency | None = profile.office
    acts = [line.strip().rstrip(";.,") for line in request.legal_basis.splitlines() if line.strip()]
    body = [Paragraph(f"Căn cứ {act};") for act in acts]
    body.append(Paragraph(_facts(request)))
    if request.words:
        body += [Paragraph(line) for line in request.words.splitlines() if line.strip()]
    body.append(Paragraph(f"Đề nghị quý đơn vị {_ASKS[Kind(request.kind)]}"))
    if request.due_at is not None:
        at = request.due_at.astimezone(clock.VIETNAM)
        body.append(Paragraph(f"Kết quả xin gửi về trước {at:%H giờ %M phút ngày %d/%m/%Y}."))
    signer = request.signed_by
    return OfficialDocument(
        letterhead=Letterhead(
            superior=office.parent.name if office is not None and office.parent is not None else None,
            issuer=office.name if office else profile.name,
            number=request.number or None,
            symbol="CV",
            place=profile.area.name.removeprefix("Tỉnh ").removeprefix("Thành phố ") if profile.area else "",
            date=request.signed_at.astimezone(clock.VIETNAM).date() if request.signed_at else None,
        ),
        type_name="",
        subject=f"V/v {_SUBJECTS[Kind(request.kind)]}",
        to=(request.addressee,),
        body=tuple(body),
        signature=Signature(
            power=None, title=signer.title if signer else "", name=signer.full_name if signer else None
        ),
        recipients=("Như trên;", "Lưu: VT."),
        urgency="KHẨN" if request.urgent else None,
    )


def _facts(request: Request) -> str:
    """What it is about, in one sentence."""
    indicator = request.indicator
    bank = bank_of_bin(indicator.value.split(":", 1)[0])
    kind, value = str(indicator.get_kind_display()).lower(), shown(key_of_row(indicator))
    told = f"Qua tiếp nhận tin báo, cơ quan chúng tôi ghi nhận {kind} {value}"
    told += f" ({bank.name})" if bank and bank.name not in value else ""
    told += " có dấu hiệu được dùng để lừa đảo chiếm đoạt tài sản."
    if request.amount is not None:
        told += f" Số tiền đã chuyển: {vn_number(request.amount)} đồng"
        if request.transferred_at is not None:
            told += f", lúc {request.transferred_at.astimezone(clock.VIETNAM):%H giờ %M phút ngày %d/%m/%Y}"
        told += f", mã giao dịch {request.reference}." if request.reference else "."
    return told


def letter_pdf(request: Request) -> bytes:
    """The letter as PDF. Raises FileNotFoundError where the fonts are not installed (npm ci)."""
    return to_pdf(letter_of(request), fonts=Path(settings.VENDOR_ROOT) / FONTS)
