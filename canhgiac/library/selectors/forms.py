"""Scam forms as people read them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Prefetch, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from canhgiac.library.models import Edition, FormEdition, FormLaw, Group, PublicationEntry, ScamForm

from .art import picture_of

_CARD = ("form__code", "form__slug", "name", "short", "group", "is_new", "situations", "targets")
NEAR = 4


class Ended(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The form is no longer public: it was withdrawn or its last day is over; ``edition`` is the one that was."""

    def __init__(self, edition: FormEdition) -> None:
        super().__init__(edition.name)
        self.edition = edition


@dataclass(frozen=True, slots=True)
class FormCard:
    """A published form in a list."""

    code: str
    slug: str
    name: str
    short: str
    group: str
    group_label: str
    is_new: bool
    situations: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def url(self) -> str:
        """Its public page."""
        return reverse("form_page", args=[self.slug])

    @property
    def picture(self) -> SafeString:
        """The illustration of its group."""
        return picture_of(Group(self.group))


def _cards(**narrowed: object) -> list[FormCard]:
    rows = FormEdition.objects.filter(state=Edition.State.PUBLISHED, **narrowed)
    labels = {group.value: str(group.label) for group in Group}
    return [
        FormCard(
            code=code,
            slug=slug,
            name=name,
            short=short,
            group=group,
            group_label=labels[group],
            is_new=is_new,
            situations=tuple(situations),
            targets=tuple(targets),
        )
        for code, slug, name, short, group, is_new, situations, targets in rows.order_by(
            "-is_new", "form__code"
        ).values_list(*_CARD)
    ]


def forms_published() -> list[FormCard]:
    """Every published form, the newly seen tricks first, then by code. One query."""
    return _cards()


def form_card(code: str) -> FormCard | None:
    """The published form of this code; None for one that is unknown or not public. One query."""
    return next(iter(_cards(form__code=code)), None)


def form_by_slug(slug: str) -> FormEdition:
    """The published edition at this address, its citations prefetched.

    Raises Ended for one that was withdrawn or expired, FormEdition.DoesNotExist.
    """
    laws = FormLaw.objects.select_related("law", "law__successor").order_by("pk")
    rows = FormEdition.objects.select_related("form").prefetch_related(Prefetch("law_links", laws))
    shown = rows.filter(form__slug=slug, state=Edition.State.PUBLISHED).first()
    if shown is not None:
        return shown
    last = rows.filter(form__slug=slug, state__in=(Edition.State.WITHDRAWN, Edition.State.EXPIRED))
    ended = last.order_by("-number").first()
    if ended is not None:
        raise Ended(ended)
    raise FormEdition.DoesNotExist


def forms_near(edition: FormEdition) -> list[FormCard]:
    """Published forms most like this one: shared situations first, then the same group, at most four. One query."""
    wanted = set(edition.situations)
    others = [card for card in forms_published() if card.slug != edition.form.slug]
    others.sort(key=lambda card: (-len(wanted & set(card.situations)), card.group != edition.group, card.code))
    return [card for card in others if wanted & set(card.situations) or card.group == edition.group][:NEAR]


def form_of(code: str) -> ScamForm:
    """The form of this code, with its published edition. Raises ScamForm.DoesNotExist."""
    return ScamForm.objects.select_related("published").get(code=code)


def forms_told(*, group: str = "", situation: str = "", since: dt.datetime | None = None) -> QuerySet[FormEdition]:
    """Published editions in full, citations prefetched, by code: what portals take over. Two queries.

    ``since``: only what was published at or after this moment.
    """
    laws = FormLaw.objects.select_related("law").order_by("pk")
    rows = FormEdition.objects.filter(state=Edition.State.PUBLISHED).select_related("form")
    if group:
        rows = rows.filter(group=group)
    if situation:
        rows = rows.filter(situations__contains=[situation])
    if since is not None:
        rows = rows.filter(published_at__gte=since)
    return rows.prefetch_related(Prefetch("law_links", laws)).order_by("form__code")


def form_told(code: str) -> FormEdition:
    """One published edition in full. Raises Ended for one that was withdrawn or expired, FormEdition.DoesNotExist."""
    shown = forms_told().filter(form__code=code.upper()).first()
    if shown is not None:
        return shown
    ended = FormEdition.objects.filter(form__code=code.upper(), state__in=Edition.ENDED).select_related("form")
    last = ended.exclude(state=Edition.State.SUPERSEDED).order_by("-number").first()
    if last is not None:
        raise Ended(last)
    raise FormEdition.DoesNotExist


def forms_stamp() -> str:
    """Changes whenever a form is published or ended: by it a program knows that it has the newest. One query."""
    told = PublicationEntry.objects.filter(form_edition__isnull=False).aggregate(last=Max("pk"))
    return f"{told['last'] or 0}"
