"""Files of questions as staff look at them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import agencies_of, require_role
from canhgiac.engines.quizzes.items import item_of
from canhgiac.training.models import BankImport, QuestionKind

from .banktext import Face, face_of, picture_url
from .questions import WRITERS

SURE = 0.9
"""Likeness from which a question of a file is not ticked by itself."""


def imports_for(member: Member) -> QuerySet[BankImport]:
    """The files of the agencies where the member writes, the latest first. Raises NotAllowed."""
    require_role(member, *WRITERS)
    rows = BankImport.objects.filter(agency__in=agencies_of(member, *WRITERS)).select_related("made_by", "agency")
    return rows.order_by("-made_at", "-pk")


def import_for(member: Member, import_id: int) -> BankImport:
    """One file. Raises NotAllowed, Http404."""
    return get_object_or_404(imports_for(member), pk=import_id)


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A question of a file."""

    at: int
    """Its place in ``BankImport.items``, from 0."""
    told: dict[str, Any]
    kind: str
    face: Face
    ticked: bool
    nearest: int
    """Likeness in percent to the nearest one that it repeats; 0 for none."""


def import_rows(one: BankImport, chosen: Collection[int] | None = None) -> list[ImportRow]:
    """The questions with what they repeat; ticked are those ``chosen``, before a choice all that repeat none."""
    found = []
    for at, told in enumerate(one.items):
        nearest = max((twin["likeness"] for twin in told["twins"]), default=0.0)
        item = item_of(told["kind"], told["prompt"], told["content"], told["explanation"])
        face = face_of(item, picture=picture_url(told["picture"]), answers=True)
        ticked = nearest < SURE if chosen is None else at in chosen
        found.append(ImportRow(at, told, str(QuestionKind(told["kind"]).label), face, ticked, round(nearest * 100)))
    return found
