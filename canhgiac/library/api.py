"""The library for portals and press: published forms as data, without a token, to be taken over under its licence."""

import datetime as dt
import json
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import condition
from ninja import Field, Path, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import HttpError
from ninja.pagination import paginate
from pydantic import WithJsonSchema, field_validator

from canhgiac.agencies.api import Invalid, Page, Refusal, Token
from canhgiac.agencies.models import Audience, Member
from canhgiac.agencies.selectors import province

from .models import (
    OWN_LICENCE,
    Channel,
    FormEdition,
    Group,
    Language,
    MaterialEdition,
    MaterialFile,
    MaterialKind,
    Situation,
    Taking,
)
from .selectors.feeds import material_told, materials_changed, tag_of
from .selectors.forms import Ended, form_told, forms_stamp, forms_told
from .selectors.materials import MaterialEnded, material_by_code, materials_published
from .services.materialfiles import store
from .services.takings import taking_note

router = Router(tags=["library"])
AGE = 300
"""Seconds for which an answer may be kept without asking again."""

# Named types would share one name in the published schema with those of other capabilities.
GroupName = Annotated[Group, WithJsonSchema({"type": "string", "enum": Group.values})]
FormCode = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,12}$")]
SituationName = Annotated[Situation, WithJsonSchema({"type": "string", "enum": Situation.values})]


class LawCited(Schema):
    """An act that the text rests on, and the article where it names one."""

    number: str
    name: str
    article: str
    until_day: dt.date | None


class SignOut(Schema):
    """One sign by which people know it."""

    title: str
    text: str


class FormOut(Schema):
    """A published scam form. ``sha256`` names the text: another digest, another text."""

    code: str
    edition: int
    name: str
    short: str
    group: str
    is_new: bool
    situations: list[str]
    summary: str
    truth: str
    signs: list[SignOut]
    happens: list[str]
    talk: list[dict[str, Any]]
    before: list[str]
    during: list[str]
    after: list[str]
    dont: list[str]
    targets: list[str]
    rules_broken: list[str]
    laws: list[LawCited]
    url: str
    published_at: dt.datetime
    review_by: dt.date | None
    expires_on: dt.date | None
    reviewed: bool
    """Whether a second person of the province has approved it; else it is the text that came with the software."""
    sha256: str
    licence: str

    @staticmethod
    def resolve_code(row: FormEdition) -> str:
        """The form's code."""
        return row.form.code

    @staticmethod
    def resolve_edition(row: FormEdition) -> int:
        """The edition's number."""
        return row.number

    @staticmethod
    def resolve_signs(row: FormEdition) -> list[dict[str, str]]:
        """Titles with their sentences."""
        return [{"title": title, "text": text} for title, text in row.signs_shown]

    @staticmethod
    def resolve_rules_broken(row: FormEdition) -> list[str]:
        """Codes of "4 không, 2 phải"."""
        return list(row.breaks)

    @staticmethod
    def resolve_laws(row: FormEdition) -> list[dict[str, Any]]:
        """The citations in their order."""
        return [
            {"number": link.law.number, "name": link.law.name, "article": link.article, "until_day": link.law.until_day}
            for link in row.law_links.all()
        ]

    @staticmethod
    def resolve_url(row: FormEdition) -> str:
        """The public page in full."""
        return f"{settings.BASE_URL.rstrip('/')}/hinh-thuc/{row.form.slug}/"

    @staticmethod
    def resolve_reviewed(row: FormEdition) -> bool:
        """Whether somebody of the province approved it."""
        return row.reviewer_id is not None

    @staticmethod
    def resolve_licence(row: FormEdition) -> str:  # noqa: ARG004  # ninja's signature
        """What may be done with it."""
        return str(OWN_LICENCE)


class FormQuery(Schema):
    """What the list is narrowed to."""

    group: GroupName | None = None
    situation: SituationName | None = None
    since: dt.datetime | None = None

    @field_validator("since")
    @classmethod
    def universal(cls, value: dt.datetime | None) -> dt.datetime | None:
        """In UTC, as the database refuses offsets that Python takes. Raises ValueError outside the calendar."""
        if value is None or value.tzinfo is None:
            return value
        try:
            return value.astimezone(dt.UTC)
        except OverflowError:
            raise ValueError("the moment lies outside the calendar") from None


class EndedOut(Schema):
    """A form that is no longer public: take it off your pages."""

    detail: str
    code: str
    ended_at: dt.datetime | None
    reason: str


def _stamp(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """The same while no form was published or ended; each address has answers of its own."""
    return f'"{forms_stamp()}"'


def _kept(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answers 304 to who has the newest, and lets others keep the answer for a while."""
    conditional = condition(etag_func=_stamp)(view)

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = conditional(request, *args, **kwargs)
        answer["Cache-Control"] = f"public, max-age={AGE}"
        return answer

    return kept


@router.get("/library/forms", response={200: list[FormOut], 422: Invalid}, auth=None)
@decorate_view(_kept)
@paginate(Page)
def library_form_list(request: HttpRequest, wanted: Query[FormQuery]) -> QuerySet[FormEdition]:
    """Every published form in full, by code. The answer carries an ETag; ask again with If-None-Match."""
    return forms_told(group=wanted.group or "", situation=wanted.situation or "", since=wanted.since)


@router.get("/library/forms/{code}", response={200: FormOut, 404: Refusal, 410: EndedOut, 422: Invalid}, auth=None)
@decorate_view(_kept)
def library_form_detail(request: HttpRequest, code: FormCode) -> Any:
    """One published form; 410 with the reason for one that was withdrawn or expired."""
    try:
        return form_told(code)
    except FormEdition.DoesNotExist:
        return 404, {"detail": _("Không có hình thức này.")}
    except Ended as ended:
        row = ended.edition
        return 410, {
            "detail": str(row.get_state_display()), "code": row.form.code, "ended_at": row.ended_at,
            "reason": row.end_reason,
        }  # fmt: skip


# Materials ----------------------------------------------------------------------------------------------------------

KindName = Annotated[MaterialKind, WithJsonSchema({"type": "string", "enum": MaterialKind.values})]
AudienceName = Annotated[Audience, WithJsonSchema({"type": "string", "enum": Audience.values})]
LanguageName = Annotated[Language, WithJsonSchema({"type": "string", "enum": Language.values})]
ChannelName = Annotated[Channel, WithJsonSchema({"type": "string", "enum": Channel.values})]
Code = Annotated[str, Path(pattern=r"^[-A-Za-z0-9_]{1,24}$")]
FileId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Reader(Token):
    """A token that holds the scope, or nobody: without the header the call is of the public. A bad token is refused."""

    def __call__(self, request: HttpRequest) -> Any:
        """The member, True for the public, None (401) for a token that does not hold."""
        return super().__call__(request) if request.headers.get("Authorization") else True


OPEN: dict[str, Any] = {"auth": Reader("library:read"), "openapi_extra": {"security": [{}]}}
"""Of an address for everybody that notes who asks with a token (OpenAPI 3.1, optional security)."""


class MaterialOut(Schema):
    """A published material. ``sha256`` names the text: another digest, another text."""

    code: str
    url: str
    kind: KindName
    language: LanguageName
    audiences: list[AudienceName]
    channels: list[ChannelName]
    title: str
    lead: str
    edition: int
    sha256: str
    published_at: dt.datetime | None
    review_by: dt.date | None
    expires_on: dt.date | None
    credit: str
    licence: str


class MaterialFileOut(Schema):
    """A picture, sound or file of a material."""

    id: int
    role: str
    name: str
    content_type: str
    size: int
    """Bytes."""
    sha256: str
    caption: str
    url: str


class RenderingOut(Schema):
    """A layout in which the material can be had."""

    layout: str
    pdf: str
    png: str


class MaterialWithMore(MaterialOut):
    """A published material with its words, files and layouts."""

    body: str
    html: str
    points: list[str]
    call: str
    link: str
    forms: list[str]
    files: list[MaterialFileOut]
    renderings: list[RenderingOut]


class MaterialPage(Schema):
    """A page of the list."""

    items: list[MaterialOut]
    count: int


class MaterialQuery(Schema):
    """What the list is narrowed to."""

    kind: KindName | None = None
    audience: AudienceName | None = None
    language: LanguageName | None = None
    channel: ChannelName | None = None
    form: str = Field("", max_length=12)
    q: str = Field("", max_length=200)
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)


ENDS = {304: None, 401: Refusal, 404: Refusal, 410: EndedOut, 422: Invalid}


@router.get(
    "/library/materials", response={200: MaterialPage, 304: None, 401: Refusal, 422: Invalid}, **OPEN
)  # fmt: skip
def library_material_list(request: HttpRequest, wanted: Query[MaterialQuery]) -> Any:
    """Published materials, the newest first. The answer carries an ETag; ask again with If-None-Match."""
    rows = materials_published(
        kind=wanted.kind, audience=wanted.audience, language=wanted.language, channel=wanted.channel,
        form=_words(wanted.form) or None, query=_words(wanted.q),
    )  # fmt: skip
    page, profile = list(rows[wanted.offset : wanted.offset + wanted.limit]), province()
    told = {"items": [material_told(edition, profile) for edition in page], "count": rows.count()}
    return _told(request, told, materials_changed())


@router.get("/library/materials/{code}", response={200: MaterialWithMore, **ENDS}, **OPEN)
def library_material_detail(request: HttpRequest, code: Code) -> Any:
    """One published material with words, files and layouts; 410 with the reason for one that ended.

    With a token it is noted that the agency took it over, and the agency is told when it is withdrawn.
    """
    try:
        edition = _taken(request, code)
    except MaterialEnded as ended:
        return 410, _ended(ended)
    return _told(request, material_told(edition, province(), full=True), edition.published_at)


@router.get(
    "/library/materials/{code}/files/{file_id}", response={200: bytes, **ENDS}, **OPEN,
    url_name="library_material_file",
)  # fmt: skip
def library_material_file(request: HttpRequest, code: Code, file_id: FileId) -> Any:
    """A file of a published material, noted as the material itself."""
    try:
        edition = _taken(request, code)
    except MaterialEnded as ended:
        return 410, _ended(ended)
    file = get_object_or_404(MaterialFile, pk=file_id, edition=edition)
    body = store().path(file.sha256).open("rb")
    response = FileResponse(body, as_attachment=True, filename=file.file_name, content_type=file.content_type)
    return _conditional(request, response, f'"{file.sha256[:32]}"', edition.published_at)


def _words(text: str) -> str:
    return text.replace("\0", "").strip()


def _taken(request: HttpRequest, code: str) -> MaterialEdition:
    """The published edition of this code, noted for the caller's agency. Raises HttpError 404, MaterialEnded."""
    try:
        edition = material_by_code(code)
    except MaterialEdition.DoesNotExist:
        raise HttpError(404, _("Không có tài liệu này.")) from None
    member = getattr(request, "auth", None)
    if isinstance(member, Member) and member.agency is not None:
        taking_note(how=Taking.How.API, edition=edition, agency=member.agency, by=member)
    return edition


def _ended(ended: MaterialEnded) -> dict[str, Any]:
    row = ended.edition
    return {
        "detail": str(row.get_state_display()), "code": row.material.code, "ended_at": row.ended_at,
        "reason": row.end_reason,
    }  # fmt: skip


def _told(request: HttpRequest, told: dict[str, Any], changed: dt.datetime | None) -> Any:
    body = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False).encode()
    return _conditional(request, HttpResponse(body, content_type="application/json"), tag_of(body), changed)


def _conditional(request: HttpRequest, response: Any, tag: str, changed: dt.datetime | None) -> Any:
    """The answer with its tag and day, or 304 for who has it (RFC 9110 §13)."""
    response["ETag"], response["Cache-Control"] = tag, f"public, max-age={AGE}"
    response["Vary"] = "Authorization"
    at = int(changed.timestamp()) if changed else None
    if at is not None:
        response["Last-Modified"] = http_date(at)
    return get_conditional_response(request, etag=tag, last_modified=at, response=response)
