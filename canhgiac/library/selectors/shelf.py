"""The scam forms as the staff keep them: one row a form, narrowed, in order, with what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.areas import words_query
from canhgiac.kit import clock
from canhgiac.library.models import Edition, ExampleMessage, FormEdition, Law, ScamForm, Taking

from .editions import sees_drafts

State = Edition.State
ORDERS: dict[str, tuple[str, ...]] = {
    "ma": ("form__code",),
    "ten": ("name", "form__code"),
    "nhom": ("group", "form__code"),
    "ngay": ("published_at", "form__code"),
    "trang-thai": ("state", "form__code"),
    "luot-lay": ("takings_count", "form__code"),
}
STATES = (
    ("published", _("Đang đăng")),
    ("open", _("Có bản đang soạn")),
    ("in_review", _("Chờ duyệt")),
    ("returned", _("Trả lại để sửa")),
    ("withdrawn", _("Đã thu hồi")),
    ("expired", _("Hết hạn")),
    ("unpublished", _("Chưa đăng lần nào")),
)
NEEDS = (
    ("statements", _("Có điều cần xác nhận")),
    ("review", _("Đến hạn xem lại")),
    ("expiring", _("Sắp hết hạn")),
    ("new", _("Mới nổi")),
    ("starter", _("Lời có sẵn, tỉnh chưa duyệt")),
)
SOON = dt.timedelta(days=30)


@dataclass(frozen=True)
class FormFilter:
    """What the list is narrowed to."""

    q: str = ""
    group: str = ""
    state: str = ""
    needs: str = ""


def forms_shelf(*, drafts: bool) -> QuerySet[Any]:
    """One edition a form: the published one, else the latest that was; with ``drafts`` else the one being written.

    Annotations: ``open_state``, ``open_number`` (of the open edition), ``statements`` (to confirm),
    ``takings_count``, ``examples_count``.
    """
    of_form = FormEdition.objects.filter(form=OuterRef("form"))
    opened = of_form.filter(state__in=Edition.OPEN)
    latest = FormEdition.objects.filter(form=OuterRef("pk")).order_by("-number")
    face = (latest if drafts else latest.exclude(published_at=None)).values("pk")[:1]
    faces = ScamForm.objects.annotate(face=Coalesce("published_id", Subquery(face))).values("face")
    return FormEdition.objects.filter(pk__in=faces).annotate(
        open_state=Subquery(opened.values("state")[:1]),
        open_number=Subquery(opened.values("number")[:1]),
        statements=Func(F("to_review"), function="jsonb_array_length", output_field=IntegerField()),
        takings_count=_count(Taking.objects.filter(form_edition__form=OuterRef("form")), "form_edition__form"),
        examples_count=_count(
            ExampleMessage.objects.filter(form=OuterRef("form"), state=ExampleMessage.State.IN_USE), "form"
        ),
    )


def _count(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def forms_list(member: Member, wanted: FormFilter, *, sort: str = "") -> QuerySet[Any]:
    """What the member sees of the shelf, narrowed and in order; by code when no order is asked for."""
    rows = forms_shelf(drafts=sees_drafts(member)).select_related("form", "author")
    if wanted.group:
        rows = rows.filter(group=wanted.group)
    rows = rows.filter(_in_state(wanted.state), _in_need(wanted.needs))
    if (query := words_query(wanted.q)) is not None:
        rows = rows.filter(search=query)
    keys = ORDERS.get(sort.removeprefix("-"), ORDERS["ma"])
    first, *rest = keys
    return rows.order_by(f"-{first}" if sort.startswith("-") else first, *rest)


def _in_state(state: str) -> Q:
    if state in {"in_review", "returned"}:
        return Q(open_state=state)
    if state == "open":
        return Q(open_state__isnull=False)
    if state == "unpublished":
        return Q(published_at__isnull=True)
    return Q(state=state) if state else Q()


def _in_need(needs: str) -> Q:
    today = clock.today()
    return {
        "statements": Q(statements__gt=0),
        "review": Q(state=State.PUBLISHED, review_by__lte=today),
        "expiring": Q(state=State.PUBLISHED, expires_on__lte=today + SOON),
        "new": Q(is_new=True),
        "starter": Q(state=State.PUBLISHED, is_starter=True),
    }.get(needs, Q())


@dataclass(frozen=True)
class FormPage:
    """A form as its staff page shows it."""

    form: ScamForm
    published: FormEdition | None
    opened: FormEdition | None
    last: FormEdition
    """The published one, else the newest of any state."""
    editions: list[FormEdition]
    """The newest first."""
    takings: int
    examples: int


def form_for(member: Member, code: str) -> FormPage:
    """One form with the editions that the member sees. Raises Http404, for one never public too. Six queries."""
    form = get_object_or_404(ScamForm, code=code.upper())
    rows = FormEdition.objects.filter(form=form).select_related("form", "author", "reviewer", "responsible", "ended_by")
    editions = list((rows if sees_drafts(member) else rows.exclude(published_at=None)).order_by("-number"))
    if not editions:
        raise Http404
    published = next((row for row in editions if row.state == State.PUBLISHED), None)
    return FormPage(
        form=form,
        published=published,
        opened=next((row for row in editions if row.state in Edition.OPEN), None),
        last=published or editions[0],
        editions=editions,
        takings=Taking.objects.filter(form_edition__form=form).count(),
        examples=ExampleMessage.objects.filter(form=form, state=ExampleMessage.State.IN_USE).count(),
    )


def edition_of(page: FormPage, number: int) -> FormEdition:
    """One edition of the page by its number. Raises Http404. No query."""
    for row in page.editions:
        if row.number == number:
            return row
    raise Http404


def laws_cited() -> list[Law]:
    """Every act that a text can cite, those in force first: what the editor suggests. One query."""
    return list(
        Law.objects.only("code", "number", "name", "until_day").order_by(F("until_day").desc(nulls_first=True), "code")
    )
