"""Forms and materials of the starter library on the shelf: added, renewed, or proposed beside the province's own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    Edition,
    FormEdition,
    FormLaw,
    Law,
    Material,
    MaterialEdition,
    PublicationEntry,
    ScamForm,
)
from canhgiac.library.selectors.editions import content_sha256, kind_of

from .forms import FormData, form_folded
from .materialwords import folded_of
from .starter import StarterForm, StarterMaterial

State, Act = Edition.State, PublicationEntry.Act
BATCH = 500


class Shelf(ABC):
    """One load of forms or of materials: the texts by code, each with its digest."""

    works: type[Any]
    editions: type[Any]
    parent: str
    """Name of the edition's key to its form or material."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.digests = {code: content_sha256(self.content(code)) for code in self.codes()}

    @abstractmethod
    def codes(self) -> list[str]:
        """Codes of the texts, in their order."""

    @abstractmethod
    def title(self, code: str) -> str:
        """What people call it; its address is made of it."""

    @abstractmethod
    def content(self, code: str) -> dict[str, Any]:
        """The text as ``content_of`` gives it."""

    @abstractmethod
    def new(self, code: str, facts: dict[str, Any]) -> Any:
        """The unsaved form or material."""

    @abstractmethod
    def text(self, row: Any, code: str) -> None:
        """Writes the text into an unsaved edition."""

    @abstractmethod
    def linked(self, rows: list[Any]) -> None:
        """Saves what hangs on saved editions."""

    def load(self) -> tuple[int, int]:
        """Adds and renews; returns how many, and how many wait as proposals. Few statements but for news."""
        held = {row.code: row for row in self.works.objects.select_related("published").filter(code__in=self.digests)}
        added = self._add([code for code in self.codes() if code not in held])
        news = [row for code, row in held.items() if row.starter_sha256 != self.digests[code]]
        proposed = renewed = 0
        for row in news:
            if row.editions.filter(state__in=Edition.OPEN).exists():
                continue  # people are writing; it is offered when they are done
            ours = row.published is not None and row.published.is_starter
            self._renew(row) if ours else self._edition(row, State.DRAFT)
            row.starter_sha256 = self.digests[row.code]
            row.save(update_fields=["published", "starter_sha256"])
            renewed, proposed = renewed + ours, proposed + (not ours)
        return added + renewed, proposed

    def _add(self, codes: list[str]) -> int:
        taken = set(self.works.objects.values_list("slug", flat=True))
        made = []
        for code in codes:
            slug = slugify(fold(self.title(code)))[:70].strip("-")
            slug = f"{slug}-{code.lower()}" if slug in taken else slug
            taken.add(slug)
            made.append(self.new(code, {"slug": slug, "starter_sha256": self.digests[code], "created_at": self.now}))
        self.works.objects.bulk_create(made, batch_size=BATCH)
        rows = [self._row(parent, State.PUBLISHED, 1) for parent in made]
        self.editions.objects.bulk_create(rows, batch_size=BATCH)
        self.linked(rows)
        for parent, row in zip(made, rows, strict=True):
            parent.published = row
        self.works.objects.bulk_update(made, ["published"], batch_size=BATCH)
        PublicationEntry.objects.bulk_create([self._entry(row, Act.PUBLISHED) for row in rows], batch_size=BATCH)
        return len(rows)

    def _row(self, parent: Any, state: Edition.State, number: int) -> Any:
        shown = state == State.PUBLISHED
        row = self.editions(
            number=number,
            state=state,
            is_starter=True,
            created_at=self.now,
            updated_at=self.now,
            published_at=self.now if shown else None,
            sha256=self.digests[parent.code] if shown else "",
            **{self.parent: parent},
        )
        self.text(row, parent.code)
        return row

    def _edition(self, parent: Any, state: Edition.State) -> Any:
        number = max(parent.editions.values_list("number", flat=True), default=0) + 1
        row = self._row(parent, state, number)
        row.save(force_insert=True)
        self.linked([row])
        return row

    def _renew(self, parent: Any) -> None:
        """A newer text of ours in place of an older one of ours that nobody of the province touched."""
        former = parent.published
        former.state, former.ended_at = State.SUPERSEDED, self.now
        former.save(update_fields=["state", "ended_at"])
        parent.published = self._edition(parent, State.PUBLISHED)
        for row, act in ((former, Act.SUPERSEDED), (parent.published, Act.PUBLISHED)):
            self._entry(row, act).save(force_insert=True)
        work.enqueue("library.edition_ended", kind=kind_of(former), edition_id=former.pk)

    def _entry(self, row: Any, act: PublicationEntry.Act) -> PublicationEntry:
        return PublicationEntry(act=act, title=str(row), at=self.now, **{f"{kind_of(row)}_edition": row})


class FormShelf(Shelf):
    """The scam forms."""

    works, editions, parent = ScamForm, FormEdition, "form"

    def __init__(self, given: list[StarterForm]) -> None:
        self._given = {told.code: told for told in given}
        self._data = {told.code: form_data(told) for told in given}
        self._laws = {law.code: law for law in Law.objects.all()}
        super().__init__()

    def codes(self) -> list[str]:
        """As given."""
        return list(self._given)

    def title(self, code: str) -> str:
        """The form's name."""
        return self._data[code].name

    def content(self, code: str) -> dict[str, Any]:
        """The text with its citations."""
        data = self._data[code]
        return data.content() | {"laws": [list(cited) for cited in data.laws]}

    def new(self, code: str, facts: dict[str, Any]) -> ScamForm:
        """A form."""
        return ScamForm(code=code, **facts)

    def text(self, row: FormEdition, code: str) -> None:
        """The content, what to confirm, the words it is found by."""
        content = self._data[code].content()
        for name, value in content.items():
            setattr(row, name, value)
        row.to_review, row.folded = list(self._given[code].to_review), form_folded(code, content)

    def linked(self, rows: list[FormEdition]) -> None:
        """The citations."""
        FormLaw.objects.bulk_create(
            FormLaw(edition=row, law=self._laws[code], article=article)
            for row in rows
            for code, article in self._data[row.form.code].laws
        )


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


class MaterialShelf(Shelf):
    """The materials."""

    works, editions, parent = Material, MaterialEdition, "material"

    def __init__(self, given: list[StarterMaterial]) -> None:
        self._given = {told.code: told for told in given}
        super().__init__()

    def codes(self) -> list[str]:
        """As given."""
        return list(self._given)

    def title(self, code: str) -> str:
        """The material's title."""
        return self._given[code].title

    def content(self, code: str) -> dict[str, Any]:
        """The text; ours come without files."""
        told = self._given[code]
        fields: dict[str, Any] = {name: getattr(told, name, "") for name in MaterialEdition.CONTENT}
        return fields | {"points": list(told.points), "files": []}

    def new(self, code: str, facts: dict[str, Any]) -> Material:
        """A material."""
        told = self._given[code]
        return Material(
            code=code,
            kind=told.kind,
            language=told.language,
            audiences=list(told.audiences),
            channels=list(told.channels),
            **facts,
        )

    def text(self, row: MaterialEdition, code: str) -> None:
        """The content, what to confirm, the words it is found by."""
        for name, value in self.content(code).items():
            if name != "files":
                setattr(row, name, value)
        row.to_review, row.folded = list(self._given[code].to_review), folded_of(row)

    def linked(self, rows: list[MaterialEdition]) -> None:
        """The forms they warn of, and what they translate; only of materials just added."""
        fresh = [row.material for row in rows if row.number == 1]
        forms = dict(ScamForm.objects.values_list("code", "pk"))
        through = Material.forms.through
        through.objects.bulk_create(
            [
                through(material_id=material.pk, scamform_id=forms[code])
                for material in fresh
                for code in self._given[material.code].forms
            ],
            ignore_conflicts=True,
        )
        originals = dict(Material.objects.filter(code__in=self._given).values_list("code", "pk"))
        translated = [material for material in fresh if self._given[material.code].translation_of]
        for material in translated:
            material.translation_of_id = originals[self._given[material.code].translation_of]
        Material.objects.bulk_update(translated, ["translation_of"])
