"""Requests over a partner's wire: an attempt is written down before it is made, an answer asked for until it comes."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from canhgiac.agencies.selectors import province
from canhgiac.channels.partners import Answer, PartnerTransport, TransportError
from canhgiac.indicators.models import Partner, Request, RequestEvent
from canhgiac.indicators.selectors.origins import origin_digest
from canhgiac.kit import clock

from .partners import partner_secret
from .requests import OPEN, answer_set

State = Request.State
MOST_ATTEMPTS = 6
"""As many as the queue's own retries; then people are told and the letter goes by hand."""


def request_key(request: Request) -> str:
    """The idempotency key of a request: the same at each attempt, not to be guessed from another's."""
    return "cg-" + origin_digest(f"indicators.request:{request.pk}")[:32]


def request_send(*, request_id: int) -> None:
    """Hands a signed request to its partner once. Raises TransportError for a fault of the moment: the queue tries
    again; the partner takes the same key once, so a repeated attempt is harmless."""
    request = _claim(request_id)
    if request is None or request.partner is None:
        return
    try:
        answer = transport_of(request.partner).send(_body(request), key=request_key(request))
    except TransportError as error:
        if _failed(request, error):
            return
        raise
    _sent(request, answer)


def _claim(request_id: int) -> Request | None:
    """Writes the attempt down and commits it; None when there is nothing to send."""
    with transaction.atomic():
        rows = Request.objects.select_for_update(of=("self",)).filter(pk=request_id, state=State.READY)
        request = rows.select_related("partner__agency", "indicator", "signed_by").first()
        if request is None:
            return None
        key = request_key(request)
        first = not RequestEvent.objects.filter(attempt_key=key).exists()
        RequestEvent.objects.create(request=request, what="attempt", attempt_key=key if first else None)
    return request


def _sent(request: Request, answer: Answer) -> None:
    with transaction.atomic():
        row = Request.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=request.pk)
        if row.state != State.READY:
            return
        row.sent_at, row.partner_reference = clock.now(), answer.reference
        RequestEvent.objects.create(request=row, what="sent", words=answer.reference)
        answer_set(row, state=answer.state, held=answer.held, words=answer.words, by=None)


def _failed(request: Request, error: TransportError) -> bool:
    """Notes a fault; whether it is the last word."""
    with transaction.atomic():
        row = Request.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=request.pk)
        RequestEvent.objects.create(request=row, what="failed", words=str(error)[:1000])
        last = error.permanent or row.events.filter(what="attempt").count() >= MOST_ATTEMPTS
        if last and row.state == State.READY:
            row.state = State.FAILED
            row.version += 1
            row.save(update_fields=["state", "version"])
    return last


def requests_poll() -> int:
    """Asks partners what became of the requests they took; how many answers are new. A partner that does not answer is
    asked again next time."""
    waiting = Request.objects.filter(state__in=OPEN, partner__isnull=False).exclude(partner_reference="")
    told = 0
    for request in waiting.select_related("partner__agency").order_by("pk")[:200]:
        assert request.partner is not None  # filtered above
        try:
            answer = transport_of(request.partner).ask(request.partner_reference)
        except TransportError:
            continue
        told += _answered(request, answer)
    return told


def _answered(request: Request, answer: Answer) -> bool:
    with transaction.atomic():
        row = Request.objects.select_for_update(of=("self",)).select_related("made_by").get(pk=request.pk)
        if row.state not in OPEN or row.state == answer.state:
            return False
        answer_set(row, state=answer.state, held=answer.held, words=answer.words, by=None)
    return True


def transport_of(partner: Partner) -> PartnerTransport:
    """The wire to one partner."""
    return PartnerTransport(endpoint=partner.endpoint, secret=partner_secret(partner))


def _body(request: Request) -> dict[str, Any]:
    """What the partner gets: the account, the sum, the basis. Who was cheated is not told."""
    office = province().office
    bank, _colon, number = request.indicator.value.partition(":")
    return {
        "request": request.number or f"{request.pk}",
        "kind": request.kind,
        "urgent": request.urgent,
        "account": {"bin": bank, "number": number},
        "amount": request.amount,
        "currency": "VND",
        "transferred_at": request.transferred_at.isoformat() if request.transferred_at else None,
        "transaction": request.reference or None,
        "legal_basis": request.legal_basis,
        "words": request.words,
        "issuer": office.name if office else "",
        "signed_by": request.signed_by.full_name if request.signed_by else "",
        "signed_at": request.signed_at.isoformat() if request.signed_at else None,
        "answer_before": request.due_at.isoformat() if request.due_at else None,
    }
