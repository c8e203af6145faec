"""Recognition built from the library's own messages: those in use, of forms that are published."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.recognition import build
from canhgiac.engines.recognition.fingerprint import fingerprint
from canhgiac.kit import clock
from canhgiac.library.models import ExampleMessage, FormEdition, RecognitionBuild
from canhgiac.library.selectors.editions import require_standing
from canhgiac.library.selectors.recognition import build_current, build_lock, judge_forget
from canhgiac.library.services.starter import TEACHING, descriptions_of

KEPT = 12
"""Builds kept, to look at how the measures moved."""


@transaction.atomic
def build_make(*, by: Member | None = None) -> RecognitionBuild:
    """Learns from the examples in use and makes the result current; the same examples make the same build.

    A form that was withdrawn is still learned: its trick has not gone away. Takes some ten seconds. ``by`` needs to be
    an editor, approver or coordinator; None is the system. Raises ValueError when there is nothing to learn from.
    """
    if by is not None:
        require_standing(by, Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
    build_lock()
    lessons = _lessons()
    if len({form is None for _, form in lessons.messages}) < 2:
        raise ValueError("there must be scam and genuine messages to learn from")
    row = RecognitionBuild.objects.filter(version=lessons.version).defer("data").first()
    if row is None:
        model = build(lessons.messages, lessons.descriptions)
        row = RecognitionBuild(version=lessons.version, data=model.to_bytes(), measures=model.measures, built_by=by)
    if not row.is_current:
        RecognitionBuild.objects.filter(is_current=True).update(is_current=False)
        row.is_current, row.built_at = True, clock.now()
        row.save()
        _thin_out()
        facts = {"version": row.version, "examples": len(lessons.messages)}
        audit_record(by=by, act="library.build_make", subject=row, facts=facts)
    judge_forget()
    return row


@transaction.atomic
def build_request(*, by: Member) -> bool:
    """Has the worker learn anew; False when the current build learned all there is. Roles as ``build_make``."""
    require_standing(by, Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR)
    row = build_current()
    if row is not None and row.version == _lessons().version:
        return False
    work.enqueue("library.recognition_build", by=by.pk)
    audit_record(by=by, act="library.build_request", subject=by)
    return True


def build_ensure(*, by_id: int | None = None) -> RecognitionBuild | None:
    """The current build if this software made it of what is in use now, else a new one; None without examples.

    ``by_id`` is the member who asked for it; None: a change of the library did.
    """
    row, lessons = build_current(), _lessons()
    by = Member.objects.filter(pk=by_id).first() if by_id else None
    if not lessons.messages:
        return None
    return row if row is not None and row.version == lessons.version else build_make(by=by)


@dataclass(frozen=True, slots=True)
class _Lessons:
    """What there is to learn from."""

    messages: list[tuple[str, str | None]]
    descriptions: list[tuple[str, str]]
    version: str
    """Twelve hexadecimal digits over the engine and what it learns from."""


def _lessons() -> _Lessons:
    in_use = ExampleMessage.objects.filter(state=ExampleMessage.State.IN_USE).annotate(code=F("form__code"))
    messages: list[tuple[str, str | None]] = [(row.text, row.code) for row in in_use.only("text").order_by("pk")]
    told = FormEdition.objects.filter(state=FormEdition.State.PUBLISHED).values_list("form__code", *TEACHING)
    descriptions = [row for code, *parts in told for row in descriptions_of(code, parts)]
    digest = hashlib.sha256(fingerprint().encode())
    for text, form in sorted((*messages, *descriptions), key=lambda pair: (pair[1] or "", pair[0])):
        digest.update(f"{form}|{text}\n".encode())
    return _Lessons(messages, descriptions, digest.hexdigest()[:12])


def _thin_out() -> None:
    kept = RecognitionBuild.objects.order_by("-built_at").values_list("pk", flat=True)[:KEPT]
    RecognitionBuild.objects.exclude(pk__in=list(kept)).filter(is_current=False).delete()
