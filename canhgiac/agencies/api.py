"""Access tokens of programs, and the register for them."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from ninja.pagination import LimitOffsetPagination, paginate
from ninja.security import HttpBearer

from canhgiac.kit import clock
from canhgiac.kit.text import fold

from .models import Agency, Member
from .selectors import agencies_on, token_member

router = Router(tags=["agencies"])


class Token(HttpBearer):
    """``Authorization: Bearer …`` with a token that holds ``scope``; the call then acts as the token's member."""

    openapi_name = "Token"

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Member | None:
        """The member, or None, which answers 401."""
        return token_member(token, self.scope)


def caller(request: HttpRequest) -> Member:
    """The member whose token came with the request."""
    member = getattr(request, "auth", None)
    assert isinstance(member, Member)
    return member


class Refusal(Schema):
    """Why a call was refused, in Vietnamese."""

    detail: str


class Invalid(Schema):
    """Which inputs are out of bounds, as pydantic lists them."""

    detail: list[dict[str, Any]]


class AgencyOut(Schema):
    """One body of the register."""

    id: int
    name: str
    short_name: str
    kind: Agency.Kind
    parent_id: int | None
    area_code: str | None
    valid_from: dt.date | None
    valid_until: dt.date | None

    @staticmethod
    def resolve_area_code(agency: Agency) -> str | None:
        """The General Statistics Office's code of its area."""
        return agency.area.code if agency.area else None


class AgencyQuery(Schema):
    """What the list is narrowed to."""

    on: dt.date | None = None
    q: str = Field("", max_length=100)


class Page(LimitOffsetPagination):
    """100 a page unless told, 500 at most."""

    class Input(Schema):
        """Where the page starts and how long it is."""

        limit: int = Field(100, ge=1, le=500)
        offset: int = Field(0, ge=0, le=10_000_000)


@router.get("/agencies", response={200: list[AgencyOut], 401: Refusal, 422: Invalid}, auth=Token("agencies:read"))
@paginate(Page)
def agency_list(request: HttpRequest, wanted: Query[AgencyQuery]) -> QuerySet[Agency]:
    """The register as of a date (today unless told)."""
    agencies = agencies_on(wanted.on or clock.today()).select_related("area").order_by("path")
    for word in fold(wanted.q.replace("\x00", "")).split():
        agencies = agencies.filter(folded__contains=word)
    return agencies
