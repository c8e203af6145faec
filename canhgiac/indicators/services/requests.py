"""Formal requests: written by one person, signed by another, sent, answered; each step is a line of its history."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.agencies.selectors.access import in_force
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.engines.lookup.keys import Kind as Thing
from canhgiac.engines.recognition.banks import bank_of_bin
from canhgiac.indicators.models import Indicator, Partner, Request, RequestEvent
from canhgiac.indicators.selectors.legal import basis_offered
from canhgiac.indicators.selectors.origins import origin_digest
from canhgiac.indicators.selectors.scope import require_decide, require_propose, sees_whole
from canhgiac.kit import clock
from canhgiac.kit.text import storable

from .refusals import IndicatorRefused

Kind, State = Request.Kind, Request.State
FITS: Final[dict[str, frozenset[str]]] = {
    Kind.FREEZE: frozenset({Thing.ACCOUNT, Thing.WALLET}),
    Kind.TAKEDOWN: frozenset({Thing.LINK, Thing.APP, Thing.SOCIAL}),
    Kind.SUBSCRIBER: frozenset({Thing.PHONE, Thing.SOCIAL, Thing.WALLET}),
    Kind.DOMAIN_OWNER: frozenset({Thing.LINK}),
}
"""Which request may be made about what."""
OPEN: Final = (State.SENT, State.RECEIVED)
"""Sent, and the partner has not said how it ended."""
ANSWERS: Final = (State.RECEIVED, State.DONE, State.PARTLY, State.REFUSED)
URGENT_HOURS, USUAL_DAYS = 2, 5
"""When an answer is asked for: money moves on within hours; other data wait for a working week."""
MOST = 10**15
"""A sum above a million milliard đồng is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class RequestData:
    """What a person says of a request. ``amount`` in đồng."""

    partner: Partner | None
    addressee: str
    addressee_email: str
    legal_basis: str
    words: str
    amount: int | None
    transferred_at: dt.datetime | None
    reference: str
    urgent: bool
    due_at: dt.datetime | None


def fitting(kind: str) -> frozenset[str]:
    """Kinds of indicators that a request of this kind is about."""
    return FITS.get(kind, frozenset())


def partner_for(indicator: Indicator) -> Partner | None:
    """The partner that keeps this account, by the bank's BIN; None where no bank of the programme does. One query."""
    if indicator.kind != Thing.ACCOUNT:
        return None
    held = Partner.objects.filter(bins__contains=[indicator.value.split(":", 1)[0]], suspended_at__isnull=True)
    return held.select_related("agency").order_by("pk").first()


@transaction.atomic
def request_prepare(
    *,
    by: Member,
    kind: str,
    indicator: Indicator,
    partner: Partner | None = None,
    addressee: str = "",
    amount: int | None = None,
    transferred_at: dt.datetime | None = None,
    reference: str = "",
    words: str = "",
    origin: str = "",
    urgent: bool = False,
) -> Request:
    """A draft with all that is known filled in: addressee by the bank's BIN, legal basis offered, time to answer.

    ``origin`` names the tip or case it is for ("tips.tip:12"); only its keyed digest is kept, and the same request for
    the same origin is made once. Raises NotAllowed, IndicatorRefused.
    """
    require_propose(by)
    if indicator.kind not in fitting(kind):
        raise IndicatorRefused(_("Loại yêu cầu này không dùng cho loại dấu vết này."), "kind")
    digest = origin_digest(origin) if origin else ""
    if digest:
        made = Request.objects.filter(origin_key=digest, indicator=indicator, kind=kind)
        if (held := made.exclude(state__in=[State.WITHDRAWN, State.FAILED]).first()) is not None:
            return held
    to = partner or partner_for(indicator)
    data = RequestData(
        partner=to,
        addressee=addressee or _addressee(indicator, to),
        addressee_email=to.email if to else "",
        legal_basis=basis_offered(kind),
        words=words,
        amount=amount,
        transferred_at=transferred_at,
        reference=reference,
        urgent=urgent,
        due_at=_due(kind, urgent=urgent),
    )
    row = Request(kind=kind, indicator=indicator, made_by=by, origin_key=digest)
    _set(row, data)
    row.save()
    _event(row, "made", by)
    audit_record(by=by, act="indicators.request_prepare", subject=row, facts={"kind": kind})
    return row


@transaction.atomic
def request_edit(*, by: Member, request: Request, data: RequestData, version: int) -> Request:
    """Changes a draft. Raises NotAllowed, IndicatorRefused (not a draft, stale version, a field at fault)."""
    require_propose(by)
    row = _locked(request, version, State.DRAFT)
    _set(row, data)
    _save(row)
    audit_record(by=by, act="indicators.request_edit", subject=row)
    return row


@transaction.atomic
def request_submit(*, by: Member, request: Request, version: int) -> Request:
    """Asks for the signature; every possible signer is told at once."""
    require_propose(by)
    row = _locked(request, version, State.DRAFT)
    if not row.addressee.strip() or not row.legal_basis.strip():
        raise IndicatorRefused(_("Ghi nơi nhận và căn cứ pháp luật trước khi trình ký."))
    if row.kind == Kind.FREEZE and row.amount is None:
        raise IndicatorRefused(_("Ghi số tiền đã chuyển trước khi trình ký."))
    row.state = State.WAITING
    _save(row)
    _event(row, "submitted", by)
    audit_record(by=by, act="indicators.request_submit", subject=row)
    subject = _("Khẩn, chờ ký: %s") if row.urgent else _("Chờ ký: %s")
    for member in _signers():
        if member.pk != row.made_by_id:
            _tell(member, row, subject % row.get_kind_display())
    return row


@transaction.atomic
def request_return(*, by: Member, request: Request, note: str, version: int) -> Request:
    """Gives it back to the writer with a word why; the writer may take it back without one."""
    row = _locked(request, version, State.WAITING)
    if by.pk != row.made_by_id:
        require_decide(by)
        if not note.strip():
            raise IndicatorRefused(_("Ghi lý do trả lại."), "note")
    row.state = State.DRAFT
    _save(row)
    _event(row, "returned", by, note)
    audit_record(by=by, act="indicators.request_return", subject=row)
    if by.pk != row.made_by_id:
        _tell(row.made_by, row, _("Yêu cầu được trả lại: %s") % row.get_kind_display(), note)
    return row


@transaction.atomic
def request_sign(*, by: Member, request: Request, number: str, compared: bool, version: int) -> Request:
    """Signs as the second person and sends it on its way.

    ``compared``: the signer has compared the legal basis with the acts in force. ``number``: of the official letter;
    empty while the clerk has not given one. Raises NotAllowed, IndicatorRefused.
    """
    require_decide(by)
    row = _locked(request, version, State.WAITING)
    if by.pk == row.made_by_id:
        raise IndicatorRefused(_("Người soạn không ký. Cần người thứ hai."))
    if not compared:
        raise IndicatorRefused(_("Đánh dấu đã đối chiếu căn cứ pháp luật trước khi ký."), "compared")
    row.signed_by, row.signed_at, row.number = by, clock.now(), storable(number).strip()[:40]
    row.state = State.READY
    _save(row)
    _event(row, "signed", by)
    audit_record(by=by, act="indicators.request_sign", subject=row, facts={"number": row.number})
    if _is_wired(row):
        work.enqueue("indicators.request_send", request_id=row.pk)
    else:
        _mail(row)
    return row


def _mail(row: Request) -> None:
    """Tells an addressee without a program of its own by mail that a request waits; the letter follows on paper, so
    that no account number travels in a mail's clear text."""
    if not row.addressee_email:
        return
    sender = province().office
    body = _(
        "%(office)s vừa ký một yêu cầu gửi quý đơn vị (%(kind)s). Văn bản gửi kèm theo đường công văn. "
        "Đề nghị bố trí người tiếp nhận."
    ) % {"office": sender.name if sender else "", "kind": row.get_kind_display()}
    notice_send(kind="indicators.request_mail", subject=_("Yêu cầu %s") % row, body=body, address=row.addressee_email)


@transaction.atomic
def request_mark_sent(*, by: Member, request: Request, version: int, words: str = "") -> Request:
    """The letter went out on paper or by the document system."""
    require_propose(by)
    row = _locked(request, version, State.READY, State.FAILED)
    if _is_wired(row) and row.state == State.READY:
        raise IndicatorRefused(_("Yêu cầu này đang được gửi thẳng tới hệ thống của đối tác."))
    row.state, row.sent_at = State.SENT, clock.now()
    _save(row)
    _event(row, "sent", by, words)
    audit_record(by=by, act="indicators.request_mark_sent", subject=row)
    return row


@transaction.atomic
def request_resend(*, by: Member, request: Request, version: int) -> Request:
    """Tries the wire again after it failed for good; the partner knows it by the same key."""
    require_propose(by)
    row = _locked(request, version, State.FAILED)
    if not _is_wired(row):
        raise IndicatorRefused(_("Đối tác này chưa có địa chỉ nhận yêu cầu."))
    row.state = State.READY
    _save(row)
    audit_record(by=by, act="indicators.request_resend", subject=row)
    work.enqueue("indicators.request_send", request_id=row.pk)
    return row


@transaction.atomic
def request_answer(
    *, by: Member, request: Request, state: str, held_amount: int | None, words: str, version: int
) -> Request:
    """Notes what the addressee answered by letter or telephone."""
    require_propose(by)
    row = _locked(request, version, *OPEN, State.DONE, State.PARTLY, State.REFUSED)
    if state not in ANSWERS:
        raise IndicatorRefused(_("Chọn kết quả."), "state")
    answer_set(row, state=state, held=held_amount, words=words, by=by)
    audit_record(by=by, act="indicators.request_answer", subject=row, facts={"state": state, "held": held_amount})
    return row


def answer_set(row: Request, *, state: str, held: int | None, words: str, by: Member | None) -> None:
    """Puts an answer down, whoever brought it: in the caller's transaction, on a locked row."""
    if held is not None and not 0 <= held <= MOST:
        raise IndicatorRefused(_("Số tiền không hợp lệ."), "held_amount")
    row.state, row.outcome = state, storable(words).strip()[:1000]
    row.held_amount = held if held is not None else row.held_amount
    row.answered_at = clock.now() if state != State.RECEIVED else row.answered_at
    _save(row)
    _event(row, "received" if state == State.RECEIVED else "answered", by, row.outcome)
    if by is None or by.pk != row.made_by_id:
        _tell(row.made_by, row, _("Có trả lời: %s") % row.get_kind_display(), str(row.get_state_display()))


@transaction.atomic
def request_urge(*, by: Member, request: Request, version: int) -> Request:
    """Reminds the addressee of a request that is past its time; at most once an hour."""
    require_propose(by)
    row = _locked(request, version, *OPEN)
    if row.due_at is None or row.due_at > clock.now():
        raise IndicatorRefused(_("Chưa quá thời gian đề nghị trả lời."))
    hour = clock.now() - dt.timedelta(hours=1)
    if row.events.filter(what="urged", at__gt=hour).exists():
        raise IndicatorRefused(_("Vừa đôn đốc chưa đầy một giờ."))
    _save(row)
    _event(row, "urged", by)
    _mail(row)
    audit_record(by=by, act="indicators.request_urge", subject=row)
    return row


@transaction.atomic
def request_withdraw(*, by: Member, request: Request, reason: str, version: int) -> Request:
    """Ends a request that is no longer wanted; one that went out is withdrawn by a letter that says so."""
    require_propose(by)
    row = _locked(request, version, State.DRAFT, State.WAITING, State.READY, State.FAILED, *OPEN)
    if not reason.strip():
        raise IndicatorRefused(_("Ghi lý do rút."), "reason")
    row.state = State.WITHDRAWN
    _save(row)
    _event(row, "withdrawn", by, reason)
    audit_record(by=by, act="indicators.request_withdraw", subject=row)
    return row


@transaction.atomic
def request_letter_open(*, by: Member, request: Request) -> Request:
    """Who opens the letter sees account or number whole: that is in the audit log. Raises NotAllowed."""
    if not sees_whole(by):
        raise NotAllowed(_("Công văn có số tài khoản, số điện thoại đầy đủ: chỉ người xử lý mở được."))
    audit_record(by=by, act="indicators.request_letter_open", subject=request)
    return request


# Inside ---------------------------------------------------------------------------------------------------------------


def _locked(request: Request, version: int, *states: str) -> Request:
    row = (
        Request.objects.select_for_update(of=("self",))
        .select_related("indicator", "partner", "made_by")
        .get(pk=request.pk)
    )
    if row.version != version:
        raise IndicatorRefused(_("Yêu cầu này vừa có thay đổi. Xem lại rồi làm tiếp."))
    if row.state not in states:
        raise IndicatorRefused(_("Yêu cầu đang ở trạng thái “%s”, không làm được việc này.") % row.get_state_display())
    return row


def _save(row: Request) -> None:
    row.version += 1
    row.save()


def _set(row: Request, data: RequestData) -> None:
    if data.amount is not None and not 0 < data.amount <= MOST:
        raise IndicatorRefused(_("Số tiền phải lớn hơn 0."), "amount")
    if data.transferred_at is not None and data.transferred_at > clock.now() + dt.timedelta(minutes=5):
        raise IndicatorRefused(_("Giờ chuyển tiền không thể ở sau lúc này."), "transferred_at")
    row.partner, row.amount, row.transferred_at, row.urgent, row.due_at = (
        data.partner,
        data.amount,
        data.transferred_at,
        data.urgent,
        data.due_at,
    )
    row.addressee, row.addressee_email = storable(data.addressee).strip()[:200], data.addressee_email
    row.legal_basis, row.words = storable(data.legal_basis).strip()[:1000], storable(data.words).strip()[:10_000]
    row.reference = storable(data.reference).strip()[:80]


def _addressee(indicator: Indicator, partner: Partner | None) -> str:
    if partner is not None:
        return partner.agency.name
    if indicator.kind == Thing.ACCOUNT:
        bank = bank_of_bin(indicator.value.split(":", 1)[0])
        return bank.name if bank else ""
    return ""


def _due(kind: str, *, urgent: bool) -> dt.datetime:
    hurried = urgent or kind == Kind.FREEZE
    return clock.now() + (dt.timedelta(hours=URGENT_HOURS) if hurried else dt.timedelta(days=USUAL_DAYS))


def _is_wired(row: Request) -> bool:
    partner = row.partner
    return (
        row.kind == Kind.FREEZE
        and partner is not None
        and bool(partner.endpoint and partner.endpoint_secret_sealed)
        and partner.suspended_at is None
        and Partner.Scope.REQUESTS in partner.scopes
    )


def _event(row: Request, what: str, by: Member | None, words: str = "", key: str | None = None) -> None:
    words = storable(words).strip()[:1000]
    RequestEvent.objects.create(request=row, what=what, by=by, words=words, attempt_key=key)


def _signers() -> list[Member]:
    """Approvers of the standing office: who may sign. One query."""
    office = province().office
    roles = Role.objects.filter(in_force(clock.today()), kind=Role.Kind.APPROVER, member__is_active=True)
    if office is not None:
        roles = roles.filter(agency__in=[int(step) for step in office.path.split("/") if step])
    return list(Member.objects.filter(pk__in=roles.values("member")).order_by("pk"))


def _tell(member: Member, row: Request, subject: str, more: str = "") -> None:
    body = "\n".join(part for part in (subject, row.addressee, more) if part)
    notice_send(
        kind="indicators.request",
        subject=subject,
        body=body,
        member=member,
        link=reverse("request_detail", args=[row.pk]),
    )
