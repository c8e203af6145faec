"""Activities for programs: read, recorded once, with evidence. Same selectors and services as the pages."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, File, Form, Path, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.pagination import paginate
from pydantic import WithJsonSchema

from canhgiac.agencies.api import Invalid, Page, Refusal, Token, caller
from canhgiac.agencies.selectors.register import agency_for

from .models import Activity, Audience, Evidence, Kind
from .selectors.activities import ActivityFilter, activities_for, activity_for, filtered, ordered
from .selectors.choices import area_for
from .services import evidence as pieces
from .services.record import ActivityData, activity_record

router = Router(tags=["activities"])
READ, WRITE = Token("activities:read"), Token("activities:write")

# Named types would share one name in the published schema with those of other capabilities ("Kind", "State").
KindName = Annotated[Kind, WithJsonSchema({"type": "string", "enum": Kind.values})]
AudienceName = Annotated[Audience, WithJsonSchema({"type": "string", "enum": Audience.values})]
StateName = Annotated[Activity.State, WithJsonSchema({"type": "string", "enum": Activity.State.values})]
OriginName = Annotated[Activity.Origin, WithJsonSchema({"type": "string", "enum": Activity.Origin.values})]
PieceKind = Annotated[Evidence.Kind, WithJsonSchema({"type": "string", "enum": Evidence.Kind.values})]
Key = Annotated[int, Field(ge=1, le=2**63 - 1)]
Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)] | None
REFUSALS = {401: Refusal, 403: Refusal, 404: Refusal, 422: Invalid}


class Facts(Schema):
    """What is told of an activity. A count left null was not made, which is not zero."""

    kind: KindName
    on: dt.date
    until: dt.date | None = None
    agency_id: Key
    area_id: Key
    title: str = Field("", max_length=200)
    description: str = Field("", max_length=10_000)
    place: str = Field("", max_length=200)
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    audiences: list[AudienceName] = Field(default_factory=list, max_length=50)
    people: Count = None
    copies: Count = None
    minutes: Count = None
    times: Count = None
    views: Count = None
    messages: Count = None
    households: Count = None
    links: list[str] = Field(default_factory=list, max_length=20)


class ActivityIn(Facts):
    """A new activity. The same ``uid`` sent again answers the activity already recorded."""

    uid: uuid.UUID
    tasks: list[Key] = Field(default_factory=list, max_length=50)
    areas: list[Key] = Field(default_factory=list, max_length=2000)
    """Areas reached besides ``area_id``."""


class ActivityOut(Facts):
    """An activity as it stands."""

    id: int
    uid: uuid.UUID
    state: StateName
    origin: OriginName
    version: int
    return_reason: str
    duplicate_of_id: int | None
    created_at: dt.datetime
    received_at: dt.datetime


class EvidenceOut(Schema):
    """One piece of evidence. ``same_as_id`` names the piece of another activity that was here first."""

    id: int
    uid: uuid.UUID
    kind: PieceKind
    file_name: str
    content_type: str
    size: int
    sha256: str
    same_as_id: int | None


class ActivityWithMore(ActivityOut):
    """An activity with what it is linked to."""

    tasks: list[int]
    areas: list[int]
    evidence: list[EvidenceOut]

    @staticmethod
    def resolve_tasks(activity: Activity) -> list[int]:
        """Ids of the tasks it serves."""
        return list(activity.task_links.order_by("task").values_list("task", flat=True))

    @staticmethod
    def resolve_areas(activity: Activity) -> list[int]:
        """Ids of the areas it reached, its own among them."""
        return list(activity.area_links.order_by("area").values_list("area", flat=True))


class ActivityQuery(Schema):
    """What the list is narrowed to; without a state all but those taken back."""

    since: dt.date | None = None
    until: dt.date | None = None
    kind: KindName | None = None
    state: StateName | None = None
    audience: AudienceName | None = None
    evidence: bool | None = None
    q: str = Field("", max_length=200)


@router.get("/activities", response={200: list[ActivityOut], 401: Refusal, 422: Invalid}, auth=READ)
@paginate(Page)
def activity_list(request: HttpRequest, wanted: Query[ActivityQuery]) -> QuerySet[Activity]:
    """Activities that the token's member may read, the latest day first."""
    narrowed = ActivityFilter(
        q=wanted.q,
        kind=wanted.kind or "",
        audience=wanted.audience or "",
        state=wanted.state or "",
        since=wanted.since,
        until=wanted.until,
        evidence=wanted.evidence,
    )
    return ordered(filtered(activities_for(caller(request)), narrowed), "")


@router.get("/activities/{activity_id}", response={200: ActivityWithMore, **REFUSALS}, auth=READ)
def activity_detail(request: HttpRequest, activity_id: Id) -> Activity:
    """One activity with its links and evidence."""
    return activity_for(caller(request), activity_id)


@router.post("/activities", response={200: ActivityWithMore, **REFUSALS, 409: Refusal}, auth=WRITE)
def activity_create(request: HttpRequest, given: ActivityIn) -> Activity:
    """Records an activity, once for a uid; refused with 409 where the facts cannot be."""
    told = given.dict(
        exclude={"latitude", "longitude", "uid", "agency_id", "area_id", "kind", "audiences", "tasks", "areas", "links"}
    )
    data = ActivityData(
        **told,
        agency=agency_for(given.agency_id),
        area=area_for(given.area_id),
        kind=given.kind,
        latitude=_degrees(given.latitude),
        longitude=_degrees(given.longitude),
        audiences=tuple(given.audiences),
        tasks=tuple(given.tasks),
        areas=tuple(given.areas),
        links=tuple(given.links),
    )
    return activity_record(by=caller(request), data=data, uid=given.uid, origin=Activity.Origin.API)


def _degrees(number: float | None) -> Decimal | None:
    """As kept: five digits, about a metre."""
    return None if number is None else Decimal(f"{number:.5f}")


@router.post("/activities/{activity_id}/evidence", response={200: EvidenceOut, **REFUSALS, 409: Refusal}, auth=WRITE)
def evidence_add(request: HttpRequest, activity_id: Id, file: File[UploadedFile], uid: Form[uuid.UUID]) -> Evidence:
    """Adds a photo or file, once for a uid; refused with 409 where the content is of no known kind."""
    member = caller(request)
    activity = activity_for(member, activity_id)
    return pieces.evidence_add(by=member, activity=activity, data=file.read(), file_name=file.name or "", uid=uid)
