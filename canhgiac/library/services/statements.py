"""Statements from memory: confirmed one by one with a source, or put back."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.library.models import Edition, FormEdition, MaterialEdition
from canhgiac.library.selectors.editions import AnyEdition, may_approve, may_write, work_of

from .editions import EditionRefused

SOURCE_LENGTH = 300


@transaction.atomic
def statement_confirm(*, by: Member, edition: AnyEdition, statement: str, source: str) -> None:
    """Takes a statement off what waits to be confirmed, in this edition and the open one; the log keeps the source.

    What a published text says stays untouched: only the mark goes. Raises NotAllowed, EditionRefused.
    """
    _require(by, edition)
    told = source.strip()
    if not told:
        raise EditionRefused(_("Ghi nguồn đã đối chiếu: văn bản, trang, người xác nhận."), "source")
    if len(told) > SOURCE_LENGTH:
        raise EditionRefused(_("Dài nhất %d ký tự.") % SOURCE_LENGTH, "source")
    rows = [row for row in _rows(edition) if statement in row.to_review]
    if not rows:
        raise EditionRefused(_("Điều này đã được xác nhận hoặc không còn trong bài."), "statement")
    for row in rows:
        row.to_review = [said for said in row.to_review if said != statement]
        row.save(update_fields=["to_review"])
    facts = {"statement": statement, "source": told}
    audit_record(by=by, act="library.statement_confirm", subject=edition, facts=facts)


@transaction.atomic
def statement_reopen(*, by: Member, edition: AnyEdition, statement: str) -> None:
    """Says that a statement has to be confirmed, also one that was confirmed by mistake. Raises as above."""
    _require(by, edition)
    told = " ".join(statement.split())
    if not told or len(told) > SOURCE_LENGTH:
        raise EditionRefused(_("Ghi điều cần xác nhận, dài nhất %d ký tự.") % SOURCE_LENGTH, "statement")
    for row in _rows(edition):
        if told not in row.to_review:
            row.to_review = [*row.to_review, told]
            row.save(update_fields=["to_review"])
    audit_record(by=by, act="library.statement_reopen", subject=edition, facts={"statement": told})


def _require(by: Member, edition: AnyEdition) -> None:
    holder = work_of(edition)
    if not (may_write(by, holder) or may_approve(by, holder)):
        raise NotAllowed(_("Xác nhận nội dung là việc của biên tập viên, người duyệt."))


def _rows(edition: AnyEdition) -> list[AnyEdition]:
    """The edition and the open and published ones beside it, locked."""
    live = (*Edition.OPEN, Edition.State.PUBLISHED)
    if isinstance(edition, FormEdition):
        forms = FormEdition.objects.select_for_update().filter(form=edition.form_id)
        return [row for row in forms if row.pk == edition.pk or row.state in live]
    materials = MaterialEdition.objects.select_for_update().filter(material=edition.material_id)
    return [row for row in materials if row.pk == edition.pk or row.state in live]
