"""What pages of classes share: addresses as pictures, and the person whom this phone knows."""

from __future__ import annotations

from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.safestring import mark_safe

from canhgiac.agencies.models import Member
from canhgiac.training.models import Learner, TrainingClass
from canhgiac.training.selectors.classes import qr_of
from canhgiac.training.selectors.learners import learner_of_token
from canhgiac.training.services.learners import learner_of

COOKIE = "cg_hoc"
"""Holds the person's own token on their phone, so that they say their name once."""
REMEMBERED = 180 * 24 * 3600
Answer = TypeVar("Answer", bound=HttpResponseBase)


def site_address(view: str, *args: object) -> str:
    """The whole address of one of our pages."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse(view, args=args)}"


def class_invitation(room: TrainingClass) -> dict[str, Any]:
    """The code of a class, its address in words and as a picture."""
    address = site_address("class_join", room.join_code)
    return {
        "join_address": address.split("//", 1)[-1],
        "join_qr": mark_safe(qr_of(address)),  # noqa: S308  # our own drawing of our own address
        "spoken_code": f"{room.join_code[:3]} {room.join_code[3:]}",
    }


def learner_here(request: HttpRequest) -> Learner | None:
    """Who this browser is: the member who is logged in, else the person whose token it keeps."""
    if isinstance(request.user, Member):
        return learner_of(request.user)
    return learner_of_token(request.COOKIES.get(COOKIE, "")[:40])


def remember(response: Answer, learner: Learner) -> Answer:
    """The answer with the person's token for this browser alone; members are known by their login."""
    if learner.member_id is None:
        response.set_cookie(
            COOKIE, learner.token, max_age=REMEMBERED, httponly=True, samesite="Lax", secure=settings.SECURE
        )
    return response


def forget(response: Answer) -> Answer:
    """The answer that makes this browser forget the person."""
    response.delete_cookie(COOKIE)
    return response
