"""The check for other programs: the same answer that the page shows."""

import datetime as dt

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema
from ninja.errors import HttpError

from canhgiac.agencies.api import Invalid, Refusal
from canhgiac.agencies.services import Limit, quota_take

from .selectors.check import Answer, check
from .services import message_observe

router = Router(tags=["check"])
ASKS = Limit("api-check", 60, 60)
MOST = 100_000


class CheckIn(Schema):
    """What is asked about."""

    text: str = Field(max_length=MOST, description="Tin nhắn, số điện thoại, số tài khoản, đường link, nội dung mã QR")


class SegmentOut(Schema):
    """A stretch of the masked message; ``number`` is that of the reason it belongs to."""

    text: str
    number: int | None


class WhyOut(Schema):
    """One reason."""

    code: str
    number: int | None
    title: str
    text: str
    calms: bool


class StepOut(Schema):
    """One thing to do."""

    act: str
    text: str


class FormOut(Schema):
    """A published scam form."""

    code: str
    slug: str
    name: str
    short: str
    url: str


class FoundOut(Schema):
    """A number, account, link or code; masked."""

    kind: str
    label: str
    shown: str
    told: str
    state: str
    bank: str
    noted: str
    """What the register of indicators says: reports, no verdict; empty where it has nothing."""


class LineOut(Schema):
    """A real line to call, with where it was seen and whether the province compared it."""

    name: str
    phones: list[str]
    hours: str
    note: str
    source: str
    checked_on: dt.date | None
    is_confirmed: bool


class AnswerOut(Schema):
    """The answer. ``state`` is danger, suspicious, unclear or official; no state says that something is safe."""

    kind: str
    state: str
    word: str
    say: str
    base: str
    segments: list[SegmentOut]
    reasons: list[WhyOut]
    steps: list[StepOut]
    form: FormOut | None
    near: list[FormOut]
    found: list[FoundOut]
    lines: list[LineOut]
    lookup: str
    cut: bool
    version: str
    built_at: dt.datetime | None
    at: dt.datetime


@router.post("/check", response={200: AnswerOut, 422: Invalid, 429: Refusal}, auth=None)
def check_text(request: HttpRequest, payload: CheckIn) -> Answer:
    """Judges a text. No token is needed; the text is not kept. At most 60 a minute from one address."""
    if not quota_take(limit=ASKS, address=request.META["REMOTE_ADDR"]):
        raise HttpError(429, _("Hỏi quá 60 lượt một phút từ một địa chỉ. Đợi một phút rồi gọi lại."))
    answer = check(payload.text)
    message_observe(text=payload.text, answer=answer)
    return answer
