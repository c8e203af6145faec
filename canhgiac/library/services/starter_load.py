"""Puts the starter library into the tables: on a first start all of it, after an upgrade what is new.

What the province made its own stays: an act, a line or a text that a person touched is not written over. A newer text
of a form that the province edited or withdrew waits as a draft edition for its people to judge.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from canhgiac import work
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    Edition,
    ExampleMessage,
    FormEdition,
    FormLaw,
    Law,
    LawArticle,
    PublicationEntry,
    ScamForm,
)
from canhgiac.library.selectors.editions import content_sha256

from .forms import FormData, form_folded
from .starter import StarterForm, StarterLaw, starter_forms, starter_laws, starter_messages

State = Edition.State
LOCK = 7_210_041
"""Number of the advisory lock that lets one machine load at a time."""
BATCH = 1000


@dataclass(frozen=True, slots=True)
class StarterLoaded:
    """Rows that a load added or renewed; ``proposals`` wait for the province's people."""

    laws: int = 0
    forms: int = 0
    proposals: int = 0
    examples: int = 0

    def __bool__(self) -> bool:
        return any((self.laws, self.forms, self.proposals, self.examples))


@transaction.atomic
def starter_load() -> StarterLoaded:
    """Loads what is missing or newer; running it again adds nothing. A constant number of statements but for news."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    laws = _laws(starter_laws())
    forms, proposals = _Forms(starter_forms()).load()
    examples = _examples()
    loaded = StarterLoaded(laws=laws, forms=forms, proposals=proposals, examples=examples)
    if loaded:
        facts = {"laws": laws, "forms": forms, "proposals": proposals, "examples": examples}
        first = ScamForm.objects.order_by("pk").first()
        assert first is not None
        audit_record(by=None, act="library.starter_load", subject=first, facts=facts)
    if forms or examples:
        work.enqueue("library.recognition_build")
    return loaded


# Acts ---------------------------------------------------------------------------------------------------------------


def _laws(given: list[StarterLaw]) -> int:
    """Acts nobody touched are as the starter library says; returns how many were added or changed."""
    held = {law.code: law for law in Law.objects.all()}
    fresh, changed = [], []
    for told in given:
        facts: dict[str, Any] = {
            "number": told.number,
            "name": told.name,
            "issued": dt.date.fromisoformat(told.issued),
            "from_day": dt.date.fromisoformat(told.from_day),
            "until_day": dt.date.fromisoformat(told.until_day) if told.until_day else None,
            "to_review": list(told.to_review),
            "folded": fold(f"{told.code} {told.number} {told.name} {' '.join((told.articles or {}).values())}"),
        }
        law = held.get(told.code)
        if law is None:
            fresh.append(Law(code=told.code, **facts))
        elif law.edited_by_id is None and law.confirmed_by_id is None and _differs(law, facts):
            changed.append(law)
    Law.objects.bulk_create(fresh)
    Law.objects.bulk_update(changed, ["number", "name", "issued", "from_day", "until_day", "to_review", "folded"])
    held |= {law.code: law for law in fresh}
    _successors(given, held)
    _articles(given, held)
    return len(fresh) + len(changed)


def _differs(row: Any, facts: dict[str, Any]) -> bool:
    """Sets what differs and says whether anything did."""
    names = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, facts[name])
    return bool(names)


def _successors(given: list[StarterLaw], held: dict[str, Law]) -> None:
    linked = []
    for told in given:
        law, successor = held[told.code], held.get(told.successor)
        if law.edited_by_id is None and law.successor_id != (successor.pk if successor else None):
            law.successor = successor
            linked.append(law)
    Law.objects.bulk_update(linked, ["successor"])


def _articles(given: list[StarterLaw], held: dict[str, Law]) -> None:
    rows = [
        LawArticle(law=held[told.code], article=str(article), says=says)
        for told in given
        if held[told.code].edited_by_id is None and held[told.code].confirmed_by_id is None
        for article, says in (told.articles or {}).items()
    ]
    LawArticle.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["law", "article"], update_fields=["says"], batch_size=BATCH
    )


# Forms --------------------------------------------------------------------------------------------------------------


class _Forms:
    """The forms of one load, and what is known of each."""

    def __init__(self, given: list[StarterForm]) -> None:
        self._given = {told.code: told for told in given}
        self._data = {told.code: form_data(told) for told in given}
        self._digests = {code: content_sha256(_content(data)) for code, data in self._data.items()}
        self._now = clock.now()
        self._laws = {law.code: law for law in Law.objects.all()}

    def load(self) -> tuple[int, int]:
        """New and renewed forms, proposals."""
        held = {row.code: row for row in ScamForm.objects.select_related("published").filter(code__in=self._given)}
        added = self._add([code for code in self._given if code not in held])
        news = [form for code, form in held.items() if form.starter_sha256 != self._digests[code]]
        proposed = renewed = 0
        for form in news:
            if form.published is not None and form.published.is_starter and not self._has_open(form):
                self._renew(form, form.published)
                renewed += 1
            elif not self._has_open(form):
                self._edition(form, State.DRAFT, self._number(form))
                self._mark(form)
                proposed += 1
        return added + renewed, proposed

    def _add(self, codes: list[str]) -> int:
        taken = set(ScamForm.objects.values_list("slug", flat=True))
        forms = []
        for code in codes:
            slug = slugify(fold(self._data[code].name))[:70].strip("-")
            slug = f"{slug}-{code.lower()}" if slug in taken else slug
            taken.add(slug)
            forms.append(ScamForm(code=code, slug=slug, created_at=self._now, starter_sha256=self._digests[code]))
        ScamForm.objects.bulk_create(forms)
        rows = FormEdition.objects.bulk_create(self._row(form, State.PUBLISHED, 1) for form in forms)
        FormLaw.objects.bulk_create(link for row in rows for link in self._links(row))
        for form, row in zip(forms, rows, strict=True):
            form.published = row
        ScamForm.objects.bulk_update(forms, ["published"])
        PublicationEntry.objects.bulk_create(
            PublicationEntry(act=PublicationEntry.Act.PUBLISHED, form_edition=row, title=row.name, at=self._now)
            for row in rows
        )
        return len(rows)

    def _row(self, form: ScamForm, state: Edition.State, number: int) -> FormEdition:
        content = self._data[form.code].content()
        shown = state == State.PUBLISHED
        return FormEdition(
            form=form,
            number=number,
            state=state,
            is_starter=True,
            to_review=list(self._given[form.code].to_review),
            folded=form_folded(form.code, content),
            created_at=self._now,
            updated_at=self._now,
            published_at=self._now if shown else None,
            sha256=self._digests[form.code] if shown else "",
            **content,
        )

    def _links(self, row: FormEdition) -> list[FormLaw]:
        return [
            FormLaw(edition=row, law=self._laws[code], article=article)
            for code, article in self._data[row.form.code].laws
        ]

    def _edition(self, form: ScamForm, state: Edition.State, number: int) -> FormEdition:
        row = self._row(form, state, number)
        row.save(force_insert=True)
        FormLaw.objects.bulk_create(self._links(row))
        return row

    def _renew(self, form: ScamForm, former: FormEdition) -> None:
        """A newer text of ours in place of an older one of ours that nobody of the province touched."""
        Act = PublicationEntry.Act  # noqa: N806  # a class
        former.state, former.ended_at = State.SUPERSEDED, self._now
        former.save(update_fields=["state", "ended_at"])
        row = self._edition(form, State.PUBLISHED, self._number(form))
        form.published = row
        self._mark(form)
        for edition, act in ((former, Act.SUPERSEDED), (row, Act.PUBLISHED)):
            PublicationEntry.objects.create(act=act, form_edition=edition, title=edition.name, at=self._now)
        work.enqueue("library.edition_ended", kind="form", edition_id=former.pk)

    def _mark(self, form: ScamForm) -> None:
        form.starter_sha256 = self._digests[form.code]
        form.save(update_fields=["published", "starter_sha256"])

    @staticmethod
    def _has_open(form: ScamForm) -> bool:
        return form.editions.filter(state__in=Edition.OPEN).exists()

    @staticmethod
    def _number(form: ScamForm) -> int:
        return max(form.editions.values_list("number", flat=True), default=0) + 1


def form_data(told: StarterForm) -> FormData:
    """The starter text as an edition's content."""
    return FormData(
        name=told.name,
        short=told.short,
        group=told.group,
        is_new=told.new,
        situations=told.situations,
        summary=told.summary,
        truth=told.truth,
        happens=told.happens,
        sign_titles=told.sign_titles,
        signs=told.signs,
        talk=tuple({"who": turn.who, "text": turn.text, "note": turn.note} for turn in told.talk),
        targets=told.targets,
        before=told.before,
        during=told.during,
        after=told.after,
        dont=told.dont,
        breaks=told.breaks,
        laws=tuple(_cited(told.laws)),
    )


def _cited(laws: Iterable[str]) -> Iterable[tuple[str, str]]:
    for law in laws:
        code, _hash, article = law.partition("#")
        yield code, article


def _content(data: FormData) -> dict[str, Any]:
    return data.content() | {"laws": [list(cited) for cited in data.laws]}


# Messages -----------------------------------------------------------------------------------------------------------


def example_sha256(text: str) -> str:
    """By this a message is learned once: over the folded text."""
    return hashlib.sha256(fold(text).encode()).hexdigest()


def _examples() -> int:
    """Messages not there yet; one that a person removed stays removed."""
    forms = {form.code: form for form in ScamForm.objects.all()}
    known = set(ExampleMessage.objects.values_list("sha256", flat=True))
    rows: dict[str, ExampleMessage] = {}
    for told in starter_messages():
        digest = example_sha256(told.text)
        if digest not in known and digest not in rows:
            rows[digest] = ExampleMessage(
                form=forms[told.form] if told.form else None,
                register=told.register,
                text=told.text,
                sha256=digest,
                source=ExampleMessage.Source.STARTER,
                state=ExampleMessage.State.IN_USE,
                folded=fold(told.text),
            )
    ExampleMessage.objects.bulk_create(rows.values(), batch_size=BATCH)
    return len(rows)
