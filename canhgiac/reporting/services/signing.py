"""Who stands for the report: drafter, coordinator, signer; with the last one the files are frozen."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.selectors.access import in_force, lineage
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.sheets import xlsx
from canhgiac.reporting.models import Consolidation, SignOff
from canhgiac.reporting.selectors.workbook import workbook
from canhgiac.reporting.selectors.writing import document_of, report_pdf

from .refusals import Refused, Stale

Part = SignOff.Part
ROLES = {
    Part.DRAFTER: (Role.Kind.OFFICER, Role.Kind.COORDINATOR),
    Part.COORDINATOR: (Role.Kind.COORDINATOR,),
    Part.SIGNER: (Role.Kind.APPROVER,),
}
"""Who may sign in which part, at the round's agency or above."""


@transaction.atomic
def sign_off(*, by: Member, consolidation_id: int, part: str, version: int) -> Consolidation:
    """Signs the draft of ``version`` in one part, in order: drafter, coordinator, signer. The coordinator's tells those
    who may sign last; the signer's freezes the files by their hash and locks the edition.

    Raises NotAllowed, Stale when the report changed after the page was opened, Refused out of order or twice.
    """
    rows = Consolidation.objects.select_for_update(of=("self",)).select_related("round__agency", "round__plan")
    row = rows.get(pk=consolidation_id)
    wanted = Part(part)
    require_role(by, *ROLES[wanted], agency=row.round.agency)
    if row.state != Consolidation.State.DRAFT:
        raise Refused(_("Chỉ ký được bản nháp đã tổng hợp xong."))
    if row.version != version:
        raise Stale
    held = set(SignOff.objects.filter(consolidation=row, withdrawn_at=None).values_list("part", flat=True))
    if wanted in held:
        raise Refused(_("Phần này đã ký."))
    missing = [one for one in list(Part)[: list(Part).index(wanted)] if one not in held]
    if missing:
        raise Refused(_("Chờ ký trước: %s.") % ", ".join(str(one.label) for one in missing))
    SignOff.objects.create(consolidation=row, part=wanted, by=by, at=clock.now())
    facts: dict[str, object] = {"part": wanted.value, "version": row.version}
    if wanted == Part.COORDINATOR:
        _tell_signers(row, by)
    if wanted == Part.SIGNER:
        facts |= _frozen(row)
    audit_record(by=by, act="reporting.sign_off", subject=row, facts=facts)
    return row


def _tell_signers(row: Consolidation, by: Member) -> None:
    """A notice to each who may sign as the last, at the round's agency or above."""
    roles = Role.objects.filter(
        in_force(clock.today()), kind__in=ROLES[Part.SIGNER], agency__in=lineage(row.round.agency)
    )
    for member in Member.objects.filter(is_active=True, pk__in=roles.values("member")).exclude(pk=by.pk).order_by("pk"):
        with translation.override(member.language):
            facts = {"title": row.round.title, "agency": row.round.agency.name, "by": by}
            notice_send(
                kind="reporting.sign_wanted",
                member=member,
                subject=_("Báo cáo chờ bạn ký: %(title)s") % facts,
                body=_("%(by)s đã ký phần điều phối viên của báo cáo tổng hợp “%(title)s” (%(agency)s).") % facts,
                link=reverse("consolidation_detail", args=[row.pk]),
            )


def _frozen(row: Consolidation) -> dict[str, object]:
    store = FileStore(settings.FILES_ROOT)
    row.docx_sha256 = store.put(to_docx(document_of(row)))
    row.pdf_sha256 = store.put(report_pdf(row))
    row.xlsx_sha256 = store.put(b"".join(xlsx(workbook(row))))
    row.state = Consolidation.State.SIGNED
    row.save(update_fields=["docx_sha256", "pdf_sha256", "xlsx_sha256", "state"])
    return {"docx": row.docx_sha256, "pdf": row.pdf_sha256, "xlsx": row.xlsx_sha256}


@transaction.atomic
def sign_withdraw(*, by: Member, consolidation_id: int, part: str) -> None:
    """Takes back one's own sign-off while the report is not signed by the signer. Raises NotAllowed, Refused."""
    row = Consolidation.objects.select_for_update(of=("self",)).select_related("round__agency").get(pk=consolidation_id)
    require_role(by, *ROLES[Part(part)], agency=row.round.agency)
    if row.state == Consolidation.State.SIGNED:
        raise Refused(_("Báo cáo đã ký, không rút được nữa. Lập lần mới để sửa."))
    later = list(Part)[list(Part).index(Part(part)) :]
    held = SignOff.objects.filter(consolidation=row, part__in=later, withdrawn_at=None)
    count = held.update(withdrawn_at=clock.now(), note=_("Rút lại"))
    audit_record(by=by, act="reporting.sign_withdraw", subject=row, facts={"part": part, "withdrawn": count})
