"""Periodic reports for programs: what is owed, prefilled figures, drafts, filing, review; by the pages' services."""

import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from ninja import Field, Path, Query, Router, Schema
from ninja.pagination import paginate
from pydantic import PlainSerializer

from canhgiac.agencies.api import Invalid, Page, Refusal, Token, caller
from canhgiac.kit.exact import ExactDecoder, plain
from canhgiac.kit.sheets import CSV

from .models import FormField, ReportDuty, ReportRound, Submission
from .selectors.asked import asked_fields
from .selectors.duties import duties_for
from .selectors.exports import wide_csv, wide_table
from .selectors.figures import FigureState, figure_field, figure_rows
from .selectors.prefill import prefill
from .selectors.rounds import round_for
from .selectors.submissions import report_for
from .services.drafts import Changes
from .services.filing import Filling, filling_send, submission_take_back
from .services.review import submission_accept, submission_return

router = Router(tags=["reports"])
READ, WRITE = Token("reports:read"), Token("reports:write")
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
REFUSALS = {401: Refusal, 403: Refusal, 404: Refusal, 422: Invalid}
ACTS = {**REFUSALS, 409: Refusal}


def _number(value: Decimal) -> int | float | str:
    """A JSON number where one holds every digit, else a string of digits."""
    kept = plain(value)
    if isinstance(kept, int):
        return kept
    return float(kept) if Decimal(str(float(kept))) == kept else f"{kept:f}"


# The published schema names a type by its class alone, and other capabilities have a Kind and a State too.
DutyState = Literal["waiting", "filed", "returned", "accepted", "excused"]
ReportState = Literal["draft", "filed", "returned", "accepted"]
FieldKind = Literal["figure", "text", "table", "file"]
Figure = Annotated[Decimal, PlainSerializer(_number, return_type=int | float | str)]


def _answers(answers: dict[str, Any]) -> dict[str, Any]:
    def out(value: Any) -> Any:
        if isinstance(value, Decimal):
            return _number(value)
        return [out(one) for one in value] if isinstance(value, list) else value

    return {code: out(value) for code, value in answers.items()}


class DutyOut(Schema):
    """One report that an agency owes."""

    id: int
    round_id: int
    round: str = Field(alias="round.title")
    agency_id: int
    agency: str = Field(alias="agency.name")
    reports_to_id: int
    data_from: dt.date = Field(alias="round.data_from")
    data_until: dt.date = Field(alias="round.data_until")
    due_date: dt.date
    state: DutyState


class FieldOut(Schema):
    """One thing the form asks."""

    code: str
    section: FormField.Section
    group: str
    label: str
    help: str
    kind: FieldKind
    unit: str
    required: bool
    minimum: Figure | None
    maximum: Figure | None
    total_of: list[str]
    needs_evidence: bool
    columns: list[dict[str, Any]]


class PrefilledOut(Schema):
    """What a field starts with, and from how many rows. ``value`` null: nobody counted, which is not zero."""

    code: str
    source: str
    value: Figure | None
    text: str
    rows: int
    missing: list[str]


class ReportOut(Schema):
    """One revision. In ``answers`` null says "chưa có số liệu", a missing code "not answered"."""

    id: int
    number: int
    state: ReportState
    answers: dict[str, Any]
    version: int
    is_empty: bool
    on_time: bool | None
    filed_at: dt.datetime | None
    filed_by: str | None

    @staticmethod
    def resolve_answers(report: Submission) -> dict[str, Any]:
        """Decimals as numbers, or as text where a number would lose digits."""
        return _answers(report.answers)

    @staticmethod
    def resolve_filed_by(report: Submission) -> str | None:
        """The member's name."""
        return report.filed_by.full_name if report.filed_by else None


class DutyWithReport(Schema):
    """What is owed, what the form asks, and what was written so far, the newest revision first."""

    duty: DutyOut
    fields: list[FieldOut]
    revisions: list[ReportOut]


class CommentIn(Schema):
    """What should be mended, at a field's code or ("") on the whole."""

    code: str = Field("", max_length=40)
    text: str = Field(min_length=1, max_length=1000)


class ReturnIn(Schema):
    """Why a report goes back."""

    number: int = Field(ge=1, le=32767)
    comments: list[CommentIn] = Field([], max_length=200)
    note: str = Field("", max_length=500)


class AcceptIn(Schema):
    """Which revision is accepted."""

    number: int = Field(ge=1, le=32767)


Cell = float | str | None
Answer = float | str | list[list[Cell]] | None


class AnswersIn(Schema):
    """Answers by code; those left out stay as they are, "" takes one away, null says "chưa có số liệu".

    ``version`` is the report's when it was read, 0 before the first; ``uid`` names the sending device, so that the
    same call sent twice is one. Send numbers with more than fifteen digits as they are: every digit is kept.
    """

    answers: dict[str, Answer] = Field({}, max_length=1000)
    reasons: dict[str, str] = Field({}, max_length=1000)
    jumps: dict[str, str] = Field({}, max_length=1000)
    version: int = Field(ge=0, le=2_147_483_647)
    uid: uuid.UUID | None = None
    file: bool = False
    allow_empty: bool = False

    def changes(self, request: HttpRequest) -> Changes:
        """As the services take them; the answers are read once more, so that no digit is lost in a float."""
        exact: dict[str, Any] = json.loads(request.body, cls=ExactDecoder).get("answers", {})
        return Changes(exact, self.reasons, self.jumps)


class DutyQuery(Schema):
    """What the list is narrowed to."""

    round_id: int | None = Field(None, ge=1, le=2**63 - 1)
    agency_id: int | None = Field(None, ge=1, le=2**63 - 1)
    state: DutyState | None = None


class FigureOut(Schema):
    """What one agency's report says of a figure."""

    duty_id: int = Field(alias="pk")
    agency_id: int
    agency: str = Field(alias="agency.name")
    value: Figure | None
    state: FigureState = Field(alias="figure_state")
    sources: int
    filed_at: dt.datetime | None


@router.get("/reports/duties", response={200: list[DutyOut], 401: Refusal, 422: Invalid}, auth=READ)
@paginate(Page)
def duty_list(request: HttpRequest, wanted: Query[DutyQuery]) -> QuerySet[ReportDuty]:
    """Reports owed that the token's member may read, the nearest due date first."""
    exact = {"round_id": wanted.round_id, "agency_id": wanted.agency_id, "state": wanted.state}
    rows = duties_for(caller(request)).filter(**{name: value for name, value in exact.items() if value is not None})
    return rows.select_related("round", "agency").order_by("due_date", "pk")


@router.get("/reports/duties/{duty_id}", response={200: DutyWithReport, **REFUSALS}, auth=READ)
def duty_detail(request: HttpRequest, duty_id: Id) -> dict[str, Any]:
    """One report owed with its form and revisions."""
    report = report_for(caller(request), duty_id)
    fields = asked_fields(report.duty, report.form_version_id, report=report.latest)
    return {"duty": report.duty, "fields": fields, "revisions": report.revisions}


@router.get("/reports/duties/{duty_id}/prefill", response={200: list[PrefilledOut], **REFUSALS}, auth=READ)
def duty_prefill(request: HttpRequest, duty_id: Id) -> list[Any]:
    """What the fields with a source start with, as the rows stand now."""
    return list(prefill(report_for(caller(request), duty_id).duty).values())


@router.put("/reports/duties/{duty_id}/draft", response={200: ReportOut, **ACTS}, auth=WRITE)
def draft_put(request: HttpRequest, duty_id: Id, given: AnswersIn) -> Submission:
    """Saves answers into the draft, and files it with ``file``.

    409 where another writer changed the same field since, where the report is filed already, where the round is not
    open, or where the form's rules are broken: the message names the fields.
    """
    member = caller(request)
    duty = report_for(member, duty_id).duty
    filling = Filling(member, duty, given.changes(request), given.version, given.uid, given.allow_empty)
    return filling_send(filling, file=given.file)


@router.post("/reports/duties/{duty_id}/take-back", response={200: ReportOut, **ACTS}, auth=WRITE)
def take_back(request: HttpRequest, duty_id: Id, given: AcceptIn) -> Submission:
    """Makes a filed report a draft again, before it is reviewed."""
    report = report_for(caller(request), duty_id)
    return submission_take_back(by=caller(request), submission=report.of_number(given.number))


@router.post("/reports/duties/{duty_id}/return", response={200: ReportOut, **ACTS}, auth=WRITE)
def report_return(request: HttpRequest, duty_id: Id, given: ReturnIn) -> Submission:
    """Sends a report back with comments at its fields."""
    report = report_for(caller(request), duty_id)
    comments = {one.code: one.text for one in given.comments}
    found = report.of_number(given.number)
    return submission_return(by=caller(request), submission=found, comments=comments, note=given.note)


@router.post("/reports/duties/{duty_id}/accept", response={200: ReportOut, **ACTS}, auth=WRITE)
def report_accept(request: HttpRequest, duty_id: Id, given: AcceptIn) -> Submission:
    """Accepts a filed report."""
    report = report_for(caller(request), duty_id)
    return submission_accept(by=caller(request), submission=report.of_number(given.number))


@router.get("/reports/rounds/{round_id}/figures/{code}", response={200: list[FigureOut], **REFUSALS}, auth=READ)
@paginate(Page)
def figure_list(request: HttpRequest, round_id: Id, code: str) -> QuerySet[ReportDuty]:
    """What a consolidated figure opens: one row an agency."""
    of = _asking(request, round_id, code)
    return figure_rows(of, code, caller(request))


def _asking(request: HttpRequest, round_id: int, code: str) -> ReportRound:
    """The round, when its form asks the code. Raises Http404."""
    of = round_for(caller(request), round_id)
    figure_field(of, code)
    return of


@router.get("/reports/rounds/{round_id}/export.csv", response={200: None, **REFUSALS}, auth=READ)
def round_export(request: HttpRequest, round_id: Id) -> HttpResponseBase:
    """The round as one wide CSV table: one row a report, one column a field."""
    table = wide_table(round_for(caller(request), round_id), caller(request))
    return StreamingHttpResponse(wide_csv(table), content_type=CSV)
