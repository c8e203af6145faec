"""The starter questions in the bank: added, renewed, or proposed beside the province's own."""

from __future__ import annotations

from django.conf import settings

from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.editions import content_sha256
from canhgiac.training.models import Question, QuestionEdition
from canhgiac.training.selectors.questions import item_words
from canhgiac.training.services.questions import content_of

from .pictures import draw, drawable
from .texts import StarterQuestion

State = QuestionEdition.State
BATCH = 500


class QuestionShelf:
    """One load of questions: the texts by code, each with its digest."""

    def __init__(self, given: list[StarterQuestion]) -> None:
        self.now = clock.now()
        can_draw = drawable()
        self._given = {told.code: told for told in given if can_draw or not told.picture}
        self._digests = {told.code: told.sha256 for told in self._given.values()}
        self._forms = {form.code: form for form in ScamForm.objects.all()}

    def load(self) -> tuple[int, int]:
        """Adds and renews; returns how many, and how many wait as proposals. Few statements but for news."""
        held = {row.code: row for row in Question.objects.select_related("published").filter(code__in=self._given)}
        added = self._add([code for code in self._given if code not in held])
        renewed = proposed = 0
        for code, row in held.items():
            if (
                row.starter_sha256 == self._digests[code]
                or row.editions.filter(state__in=QuestionEdition.OPEN).exists()
            ):
                continue  # where people are writing, it is offered when they are done
            ours = row.published is not None and row.published.is_starter
            self._renew(row) if ours else self._edition(row, State.DRAFT)
            row.starter_sha256 = self._digests[code]
            row.save(update_fields=["published", "starter_sha256"])
            renewed, proposed = renewed + ours, proposed + (not ours)
        return added + renewed, proposed

    def _add(self, codes: list[str]) -> int:
        made = [Question(code=code, starter_sha256=self._digests[code], created_at=self.now) for code in codes]
        Question.objects.bulk_create(made, batch_size=BATCH)
        rows = [self._row(question, State.PUBLISHED, 1) for question in made]
        QuestionEdition.objects.bulk_create(rows, batch_size=BATCH)
        for question, row in zip(made, rows, strict=True):
            question.published = row
        Question.objects.bulk_update(made, ["published"], batch_size=BATCH)
        return len(rows)

    def _renew(self, question: Question) -> None:
        """A newer text of ours in place of an older one of ours that nobody of the province touched."""
        former = question.published
        assert former is not None
        former.state, former.ended_at = State.SUPERSEDED, self.now
        former.save(update_fields=["state", "ended_at"])
        question.published = self._edition(question, State.PUBLISHED)

    def _edition(self, question: Question, state: QuestionEdition.State) -> QuestionEdition:
        number = max(question.editions.values_list("number", flat=True), default=0) + 1
        row = self._row(question, state, number)
        row.save(force_insert=True)
        return row

    def _row(self, question: Question, state: QuestionEdition.State, number: int) -> QuestionEdition:
        told, shown = self._given[question.code], state == State.PUBLISHED
        item = told.item
        picture = FileStore(settings.FILES_ROOT).put(draw(told.picture)) if told.picture else ""
        row = QuestionEdition(
            question=question,
            number=number,
            state=state,
            is_starter=True,
            kind=item.kind,
            prompt=item.prompt,
            content=item.to_json(),
            explanation=item.explanation,
            form=self._forms[told.form] if told.form else None,
            audiences=list(told.audiences),
            difficulty=told.difficulty,
            picture_sha256=picture,
            folded=item_words(item),
            created_at=self.now,
            updated_at=self.now,
            published_at=self.now if shown else None,
        )
        row.sha256 = content_sha256(content_of(row)) if shown else ""
        return row
