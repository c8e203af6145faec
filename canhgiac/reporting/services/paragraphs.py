"""Editing the report's text: each paragraph by itself, so that two people never overwrite each other; and whether it
prints the names of people."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.reporting.models import ConsolidatedRecord, Consolidation, FormField, Paragraph
from canhgiac.reporting.selectors.records import COUNTED

from .consolidations import consolidation_locked, sign_offs_withdraw
from .refusals import Refused, Stale

LONGEST = 5000


def _locked(by: Member, paragraph_id: int, version: int) -> tuple[Consolidation, Paragraph]:
    consolidation = Paragraph.objects.values_list("consolidation", flat=True).get(pk=paragraph_id)
    row = consolidation_locked(by, consolidation)
    paragraph = Paragraph.objects.select_for_update().get(pk=paragraph_id)
    if paragraph.version != version:
        raise Stale
    return row, paragraph


def _write(by: Member, row: Consolidation, paragraph: Paragraph, act: str) -> Paragraph:
    paragraph.version += 1
    paragraph.edited_by, paragraph.edited_at = by, clock.now()
    paragraph.save()
    Consolidation.objects.filter(pk=row.pk).update(version=F("version") + 1)
    withdrawn = sign_offs_withdraw(row, _("Lời văn được sửa sau khi ký"))
    audit_record(by=by, act=f"reporting.{act}", subject=paragraph, facts={"report": row.pk, "withdrawn": withdrawn})
    return paragraph


@transaction.atomic
def paragraph_edit(*, by: Member, paragraph_id: int, version: int, text: str, heading: str = "") -> Paragraph:
    """Writes a paragraph anew. Sign-offs given before are withdrawn. Raises NotAllowed, Refused, Stale."""
    row, paragraph = _locked(by, paragraph_id, version)
    words = text.replace("\r\n", "\n").strip()
    if not words or len(words) > LONGEST:
        raise Refused(_("Đoạn phải có chữ, dài nhất %s chữ cái.") % LONGEST, "text")
    paragraph.text, paragraph.heading = words, heading.strip()[:300]
    return _write(by, row, paragraph, "paragraph_edit")


@transaction.atomic
def paragraph_restore(*, by: Member, paragraph_id: int, version: int) -> Paragraph:
    """Puts back the text as the machine assembled it. Raises NotAllowed, Refused, Stale."""
    row, paragraph = _locked(by, paragraph_id, version)
    if not paragraph.assembled:
        raise Refused(_("Đoạn này do người soạn viết, không có bản ghép để trở về."))
    paragraph.text = paragraph.assembled
    return _write(by, row, paragraph, "paragraph_restore")


@transaction.atomic
def paragraph_leave_out(*, by: Member, paragraph_id: int, version: int, left_out: bool) -> Paragraph:
    """Takes a paragraph out of the report, or puts it in again; its words stay at hand. Raises NotAllowed, Refused,
    Stale."""
    row, paragraph = _locked(by, paragraph_id, version)
    paragraph.left_out = left_out
    return _write(by, row, paragraph, "paragraph_leave_out")


@transaction.atomic
def paragraph_add(*, by: Member, consolidation_id: int, section: str, text: str, after: int | None = None) -> Paragraph:
    """Adds a paragraph to a section, behind the one with id ``after`` or at its end. Raises NotAllowed, Refused."""
    row = consolidation_locked(by, consolidation_id)
    words = text.replace("\r\n", "\n").strip()
    if section not in FormField.Section.values or not words or len(words) > LONGEST:
        raise Refused(_("Đoạn phải có chữ, dài nhất %s chữ cái.") % LONGEST, "text")
    order = list(Paragraph.objects.filter(consolidation=row).order_by("position", "pk").only("pk", "section"))
    place = next((n for n, one in enumerate(order, start=1) if one.pk == after), None)
    if place is None:
        ranks = list(FormField.Section.values)
        before = [n for n, one in enumerate(order, start=1) if ranks.index(one.section) <= ranks.index(section)]
        place = max(before, default=0)
    paragraph = Paragraph(consolidation=row, section=section, position=0, text=words, version=0)
    _write(by, row, paragraph, "paragraph_add")
    _number([*(one.pk for one in order[:place]), paragraph.pk, *(one.pk for one in order[place:])])
    paragraph.refresh_from_db()
    return paragraph


@transaction.atomic
def paragraph_move(*, by: Member, paragraph_id: int, version: int, up: bool) -> Paragraph:
    """Changes places with the neighbour that is printed above or below it in its section; at the edge it stays.

    Raises NotAllowed, Refused, Stale.
    """
    row, paragraph = _locked(by, paragraph_id, version)
    order = list(
        Paragraph.objects.filter(consolidation=row).order_by("position", "pk").only("pk", "section", "left_out")
    )
    beside = [n for n, one in enumerate(order) if one.section == paragraph.section and not one.left_out]
    place = next((n for n, one in enumerate(order) if one.pk == paragraph.pk), 0)
    other = (
        max((n for n in beside if n < place), default=None)
        if up
        else min((n for n in beside if n > place), default=None)
    )
    if other is None:
        return paragraph
    ids = [one.pk for one in order]
    ids[place], ids[other] = ids[other], ids[place]
    _number(ids)
    paragraph.refresh_from_db()
    return _write(by, row, paragraph, "paragraph_move")


def _number(ids: list[int]) -> None:
    places = {pk: number for number, pk in enumerate(ids, start=1)}
    rows = list(Paragraph.objects.filter(pk__in=ids).only("pk", "position"))
    for one in rows:
        one.position = places[one.pk]
    Paragraph.objects.bulk_update(rows, ["position"], batch_size=500)


@transaction.atomic
def names_show(*, by: Member, consolidation_id: int, version: int, shown: bool) -> Consolidation:
    """Decides whether the report prints the names of private persons proposed for commendation; sign-offs given before
    are withdrawn. For the coordinator of the round's agency. Raises NotAllowed, Refused, Stale."""
    row = consolidation_locked(by, consolidation_id, version=version)
    require_role(by, Role.Kind.COORDINATOR, agency=row.round.agency)
    people = ConsolidatedRecord.objects.filter(COUNTED["_khen_ca_nhan"], consolidation=row).count()
    if shown and not people:
        raise Refused(_("Báo cáo không có cá nhân nào được đề xuất khen thưởng."))
    if row.with_names == shown:
        return row
    row.with_names, row.version = shown, row.version + 1
    row.save(update_fields=["with_names", "version"])
    sign_offs_withdraw(row, _("Đổi cách in họ tên cá nhân được đề xuất khen thưởng"))
    facts = {"shown": shown, "people": people, "version": row.version}
    audit_record(by=by, act="reporting.names_show", subject=row, facts=facts)
    return row
