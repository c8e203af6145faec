"""The register for partners' programs: ask one, ask many, ask at a transfer, tell what was seen, take it over."""

import datetime as dt
import json
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import register_converter
from django.urls.converters import PathConverter
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import WithJsonSchema

from canhgiac.agencies.api import Invalid, Refusal
from canhgiac.engines.lookup.entries import TAGS
from canhgiac.engines.lookup.keys import BadKeyError, Kind
from canhgiac.kit.sheets import CSV, csv_lines

from .models import Partner
from .selectors.exports import csv_headings, csv_rows, exported
from .selectors.misp import misp_event
from .selectors.partners import Caller, kinds_for
from .selectors.stix import stix_bundle
from .services.exchange import (
    MOST_REPORTS,
    Advice,
    Band,
    PartnerRefused,
    Told,
    partner_check,
    partner_check_many,
    partner_enter,
    partner_export,
    partner_report,
    partner_transfer,
)

router = Router(tags=["indicators"])
BULK_BYTES = 8 * 1024 * 1024
"""Of one bulk question."""
BULK_LINES = 50_000
NDJSON = "application/x-ndjson"
Scope = Partner.Scope
KindName = Annotated[Kind, WithJsonSchema({"type": "string", "enum": list(Kind)})]
BandName = Annotated[Band, WithJsonSchema({"type": "string", "enum": list(Band)})]
AdviceName = Annotated[Advice, WithJsonSchema({"type": "string", "enum": list(Advice)})]


class PartnerAuth(HttpBearer):
    """``Authorization: Bearer …`` with a partner's token that holds ``scope``; ``request.auth`` is the Caller.

    401 without a token in force, 403 without the scope (which is named) or while suspended, 429 above the quota.
    """

    openapi_name = "PartnerToken"

    def __init__(self, scope: str, route: str) -> None:
        super().__init__()
        self.scope, self.route = str(scope), route

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None, which answers 401. Raises PartnerRefused."""
        return partner_enter(key=token, scope=self.scope, route=self.route)


def partner(request: HttpRequest) -> Caller:
    """The partner's program whose token came with the request."""
    caller = getattr(request, "auth", None)
    assert isinstance(caller, Caller)
    return caller


def refused(error: PartnerRefused) -> HttpResponse:
    """The answer of a refusal, with the seconds to wait where there is a time to come again."""
    body = json.dumps({"detail": str(error)}, ensure_ascii=False)
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return HttpResponse(body, status=error.status, content_type="application/json", headers=headers)


class CheckOut(Schema):
    """What is known of one thing. ``state`` is never "safe": "none" means that nobody reported it yet."""

    kind: KindName
    value: str
    found: bool
    state: str
    label: str
    tags: list[str]
    reasons: list[str]
    first: dt.date | None
    last: dt.date | None
    sightings: int
    sources: int
    age_days: int | None
    by_range: bool
    sentence: str


class BankQuery(Schema):
    """The bank, wallet or platform, where the value does not name it."""

    bank: str = Field("", max_length=60)


class Anything(PathConverter):
    """The rest of a path, line ends too: partners ask about whatever people pasted."""

    regex = "(?s:.+)"


register_converter(Anything, "anything")

REFUSALS = {400: Refusal, 401: Refusal, 403: Refusal, 422: Invalid, 429: Refusal}


@router.get(
    "/indicators/check/{kind}/{anything:value}", response={200: CheckOut, **REFUSALS},
    auth=PartnerAuth(Scope.CHECK, "check"),
)  # fmt: skip
def indicators_check(request: HttpRequest, kind: KindName, value: str, wanted: Query[BankQuery]) -> dict[str, Any]:
    """What is known of one account, wallet, phone, link, app or social account, however it is written."""
    with _asked():
        return partner_check(caller=partner(request), kind=kind, text=value, bank=wanted.bank)


class TransferIn(Schema):
    """A transfer that waits for its payer's last word."""

    account: str = Field(min_length=1, max_length=60)
    bank: str = Field("", max_length=60)
    band: BandName = Band.UNDER_10M


class TransferOut(Schema):
    """What to show the payer. The bank decides; ``advice`` is only that."""

    found: bool
    state: str
    label: str
    tags: list[str]
    reasons: list[str]
    age_days: int | None
    advice: AdviceName
    sentence: str


@router.post(
    "/indicators/transfer", response={200: TransferOut, **REFUSALS}, auth=PartnerAuth(Scope.CHECK, "transfer")
)  # fmt: skip
def indicators_transfer(request: HttpRequest, asked: TransferIn) -> dict[str, Any]:
    """The answer at the moment of a transfer, for the account that is to receive. Nothing asked is kept."""
    with _asked():
        return partner_transfer(caller=partner(request), account=asked.account, bank=asked.bank, band=Band(asked.band))


class ReportIn(Schema):
    """One thing seen. ``ref``: your own number of it; the same one again counts once. ``reasons``: 1 to 11 as banks
    report cards (Circular 45/2025/TT-NHNN)."""

    ref: str = Field(min_length=1, max_length=64)
    kind: KindName
    value: str = Field(min_length=1, max_length=2000)
    bank: str = Field("", max_length=60)
    at: dt.datetime | None = None
    reasons: list[int] = Field(default_factory=list, max_length=11)
    tags: list[Annotated[str, Field(max_length=30)]] = Field(default_factory=list, max_length=len(TAGS))
    area: str = Field("", pattern=r"^[0-9A-Za-z]{0,12}$")


class ReportsIn(Schema):
    """Things seen, 1000 at most."""

    items: list[ReportIn] = Field(min_length=1, max_length=MOST_REPORTS)


class RefusedOut(Schema):
    """A thing that was not taken, and why."""

    ref: str
    detail: str


class ReportsOut(Schema):
    """What became of the reports."""

    new: int
    again: int
    refused: list[RefusedOut]


@router.post("/indicators/report", response={200: ReportsOut, **REFUSALS}, auth=PartnerAuth(Scope.REPORT, "report"))
def indicators_report(request: HttpRequest, sent: ReportsIn) -> dict[str, Any]:
    """Takes what a bank or carrier saw. No names and no personal data of holders are taken."""
    rows = [
        Told(
            ref=one.ref, kind=Kind(one.kind).value, value=one.value, bank=one.bank, at=_moment(one.at),
            reasons=one.reasons, tags=one.tags, area=one.area,
        )
        for one in sent.items
    ]  # fmt: skip
    taken = partner_report(caller=partner(request), rows=rows)
    gone = [{"ref": ref, "detail": why} for ref, why in taken.refused]
    return {"new": taken.new, "again": taken.again, "refused": gone}


LINES = {
    "requestBody": {
        "required": True,
        "description": 'Mỗi dòng một mục: {"kind": "account", "value": "…", "bank": "…"} hoặc "phone:0900 000 123".',
        "content": {"text/plain": {"schema": {"type": "string"}}},  # any type is read; tools know this one
    },
    "responses": {200: {"description": "OK", "content": {NDJSON: {"schema": {"type": "string"}}}}, 413: {}},
}


@router.post(
    "/indicators/check", response={**REFUSALS, 413: Refusal}, auth=PartnerAuth(Scope.BULK, "bulk"), openapi_extra=LINES
)  # fmt: skip
def indicators_check_many(request: HttpRequest) -> StreamingHttpResponse:
    """Many questions, a line each (NDJSON); the answers are streamed in the same order, with their numbers."""
    rows = _lines(request)
    with _asked():
        answers = partner_check_many(caller=partner(request), rows=rows)
    body = (b"".join(_line(one) for one in batch) for batch in answers)
    return StreamingHttpResponse(body, content_type=NDJSON)


class ExportQuery(Schema):
    """What an export is narrowed to."""

    kind: KindName | None = None
    since: dt.datetime | None = None


@router.get(
    "/indicators/export.csv", response=REFUSALS, auth=PartnerAuth(Scope.EXPORT, "csv"),
    openapi_extra={"responses": {200: {"description": "OK", "content": {"text/csv": {"schema": {"type": "string"}}}}}},
)  # fmt: skip
def indicators_export_csv(request: HttpRequest, wanted: Query[ExportQuery]) -> StreamingHttpResponse:
    """What the register tells, as CSV. Accounts and wallets go to banks and police alone."""
    rows = _export(request, "csv", wanted)
    return StreamingHttpResponse(csv_lines(csv_headings(), csv_rows(rows)), content_type=CSV, headers=_file("csv"))


STIX = {"application/stix+json": {"schema": {"type": "object"}}}


@router.get(
    "/indicators/export.stix.json", response=REFUSALS, auth=PartnerAuth(Scope.EXPORT, "stix"),
    openapi_extra={"responses": {200: {"description": "OK", "content": STIX}}},
)  # fmt: skip
def indicators_export_stix(request: HttpRequest, wanted: Query[ExportQuery]) -> StreamingHttpResponse:
    """The same as a STIX 2.1 bundle."""
    body = stix_bundle(_export(request, "stix", wanted))
    return StreamingHttpResponse(body, content_type="application/stix+json;version=2.1", headers=_file("stix.json"))


JSON = {"application/json": {"schema": {"type": "object"}}}


@router.get(
    "/indicators/export.misp.json", response=REFUSALS, auth=PartnerAuth(Scope.EXPORT, "misp"),
    openapi_extra={"responses": {200: {"description": "OK", "content": JSON}}},
)  # fmt: skip
def indicators_export_misp(request: HttpRequest, wanted: Query[ExportQuery]) -> StreamingHttpResponse:
    """The same as one MISP event."""
    body = misp_event(_export(request, "misp", wanted))
    return StreamingHttpResponse(body, content_type="application/json", headers=_file("misp.json"))


def _export(request: HttpRequest, form: str, wanted: ExportQuery) -> Any:
    caller = partner(request)
    kinds = kinds_for(caller.partner)
    if wanted.kind is not None:
        if wanted.kind not in kinds:
            raise PartnerRefused(403, _("Tài khoản và ví chỉ cấp cho ngân hàng và công an."))
        kinds = (wanted.kind.value,)
    partner_export(caller=caller, form=form, kinds=kinds)
    return exported(kinds, since=_moment(wanted.since))


def _file(ending: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="dau-vet.{ending}"'}


def _moment(at: dt.datetime | None) -> dt.datetime | None:
    """In Greenwich's time, as PostgreSQL takes no odd zone; at the calendar's ends the zone is left out."""
    if at is None:
        return None
    try:
        return at.astimezone(dt.UTC) if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
    except OverflowError:
        return at.replace(tzinfo=dt.UTC)


class _asked:  # noqa: N801  # a context manager, used like a function
    """Makes a key at fault a 400 with its sentence."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, BadKeyError):
            raise HttpError(400, str(error)) from error


def _lines(request: HttpRequest) -> list[Any]:
    """The questions of a bulk request. Raises HttpError 413 and 400."""
    data = request.read(BULK_BYTES + 1)
    if len(data) > BULK_BYTES:
        raise HttpError(413, _("Nhiều nhất 8 MB một lần hỏi."))
    lines = [line for line in data.split(b"\n") if line.strip()]
    if len(lines) > BULK_LINES:
        raise HttpError(413, _("Nhiều nhất %d dòng một lần hỏi.") % BULK_LINES)
    if not lines:
        raise HttpError(400, _("Không có dòng nào: mỗi dòng một mục, định dạng NDJSON."))
    return [_question(line) for line in lines]


def _question(line: bytes) -> dict[str, Any] | str:
    """A line as a question; one that is no JSON is taken as bare text, and answered with why it is none."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return line.decode(errors="replace").strip()
    return told if isinstance(told, dict) else str(told)


def _line(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode() + b"\n"
