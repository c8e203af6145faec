"""The library for portals and press: published forms as data, without a token, to be taken over under its licence."""

import datetime as dt
from typing import Annotated, Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition
from ninja import Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.pagination import paginate
from pydantic import WithJsonSchema

from canhgiac.agencies.api import Invalid, Page, Refusal

from .models import OWN_LICENCE, FormEdition, Group, Situation
from .selectors.forms import Ended, form_told, forms_stamp, forms_told

router = Router(tags=["library"])
AGE = 300
"""Seconds for which an answer may be kept without asking again."""

# Named types would share one name in the published schema with those of other capabilities.
GroupName = Annotated[Group, WithJsonSchema({"type": "string", "enum": Group.values})]
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


class EndedOut(Schema):
    """A form that is no longer public: take it off your pages."""

    detail: str
    code: str
    ended_at: dt.datetime | None
    reason: str


def _stamp(request: HttpRequest, *args: Any, **kwargs: Any) -> str:
    """The same while no form was published or ended; each address has answers of its own."""
    return f'"{forms_stamp()}"'


@router.get("/library/forms", response={200: list[FormOut], 422: Invalid}, auth=None)
@decorate_view(condition(etag_func=_stamp))
@paginate(Page)
def library_form_list(request: HttpRequest, wanted: Query[FormQuery]) -> QuerySet[FormEdition]:
    """Every published form in full, by code. The answer carries an ETag; ask again with If-None-Match."""
    return forms_told(group=wanted.group or "", situation=wanted.situation or "", since=wanted.since)


@router.get("/library/forms/{code}", response={200: FormOut, 404: Refusal, 410: EndedOut, 422: Invalid}, auth=None)
@decorate_view(condition(etag_func=_stamp))
def library_form_detail(request: HttpRequest, code: str, response: HttpResponse) -> Any:
    """One published form; 410 with the reason for one that was withdrawn or expired."""
    response["Cache-Control"] = f"public, max-age={AGE}"
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
