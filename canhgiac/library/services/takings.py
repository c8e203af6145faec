"""What leaves the house is noted, and its end reaches where it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import NotAllowed, acting_for
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.library.models import Edition, FormEdition, HandbookBuild, MaterialEdition, Pack, Taking
from canhgiac.library.selectors.editions import AnyEdition, editions_of, kind_of, title_of, work_of
from canhgiac.library.selectors.takings import agencies_acting, edition_filter, may_urge

from .editions import EditionRefused

How = Taking.How
URGE_AGAIN = dt.timedelta(hours=20)
"""An agency is urged at most once a day."""
WHERE_LENGTH = 300


@transaction.atomic
def taking_note(
    *,
    how: str,
    edition: AnyEdition,
    agency: Agency | None = None,
    by: Member | None = None,
    pack: Pack | None = None,
    where: str = "",
) -> Taking:
    """Notes that a text was taken over: once for an agency, way and place; each time for people without an agency.

    Downloads are noted, not judged: no permission is asked and no audit row written. The same text taken again after
    it was taken down counts as in use again.
    """
    facts = {_field(edition): edition, "how": how, "where": where}
    if agency is None:
        return Taking.objects.create(**facts, by=by, pack=pack)
    row, is_new = Taking.objects.get_or_create(**facts, agency=agency, defaults={"by": by, "pack": pack})
    if not is_new and row.removed_at is not None and edition.state == Edition.State.PUBLISHED:
        row.removed_at = row.removed_by = None
        row.save(update_fields=["removed_at", "removed_by"])
    return row


def takings_note(*, how: str, editions: Iterable[AnyEdition], by: Member | None, pack: Pack | None = None) -> None:
    """Notes several texts taken at once by a member for the own agency, or by somebody unknown."""
    for edition in editions:
        taking_note(how=how, edition=edition, agency=by.agency if by else None, by=by, pack=pack)


@transaction.atomic
def taking_use(*, by: Member, edition: AnyEdition, where: str, agency: Agency | None = None) -> Taking:
    """States where an agency uses a text: an address, a notice board, a programme. Anybody who acts for the agency.

    Raises NotAllowed, EditionRefused for an empty place or a text that is not public.
    """
    holder = _acting(by, agency)
    place = " ".join(storable(where).split())
    if not place:
        raise EditionRefused(_("Ghi nơi đã dùng: trang, bảng tin, buổi phát."), "where")
    if len(place) > WHERE_LENGTH:
        raise EditionRefused(_("Dài nhất %d ký tự.") % WHERE_LENGTH, "where")
    if edition.state != Edition.State.PUBLISHED:
        raise EditionRefused(_("Bản này không còn được dùng. Lấy bản đang đăng."))
    row = taking_note(how=How.USED, edition=edition, agency=holder, by=by, where=place)
    audit_record(by=by, act="library.taking_use", subject=row, facts={"agency": holder, "edition": edition.pk})
    return row


@transaction.atomic
def taking_forget(*, by: Member, taking: Taking) -> None:
    """Takes a statement of use back that was a slip. Raises NotAllowed, EditionRefused for what was not stated."""
    _acting(by, taking.agency)
    if taking.how != How.USED:
        raise EditionRefused(_("Lượt tải thì giữ lại để còn báo khi tài liệu thu hồi."))
    audit_record(by=by, act="library.taking_forget", subject=taking, facts={"agency": taking.agency_id})
    taking.delete()


@transaction.atomic
def taking_remove(*, by: Member, edition: AnyEdition, agency: Agency | None = None) -> int:
    """The agency says that it took the text down everywhere; returns how many takings that settles.

    Raises NotAllowed.
    """
    holder = _acting(by, agency)
    rows = Taking.objects.filter(edition_filter(edition), agency=holder, removed_at=None)
    settled = rows.update(removed_at=clock.now(), removed_by=by)
    if settled:
        facts = {"agency": holder, "count": settled}
        audit_record(by=by, act="library.taking_remove", subject=edition, facts=facts)
    return settled


@transaction.atomic
def taking_restore(*, by: Member, edition: AnyEdition, agency: Agency | None = None) -> int:
    """Takes "taken down" back, when it was pressed by mistake. Raises NotAllowed."""
    holder = _acting(by, agency)
    rows = Taking.objects.filter(edition_filter(edition), agency=holder, removed_at__isnull=False)
    again = rows.update(removed_at=None, removed_by=None)
    if again:
        audit_record(by=by, act="library.taking_restore", subject=edition, facts={"agency": holder, "count": again})
    return again


@transaction.atomic
def takings_urge(*, by: Member, edition: AnyEdition) -> int:
    """Reminds the agencies that have not answered yet, each at most once a day; returns how many.

    Whoever looks after the text. Raises NotAllowed, EditionRefused while it is still in use.
    """
    if not may_urge(by, edition):
        raise NotAllowed(_("Đôn đốc gỡ tài liệu là việc của biên tập viên và người duyệt."))
    if edition.state not in Edition.ENDED:
        raise EditionRefused(_("Bản này vẫn đang dùng, chưa có gì phải gỡ."))
    urged = _tell(edition, before=clock.now() - URGE_AGAIN, is_again=True)
    audit_record(by=by, act="library.takings_urge", subject=edition, facts={"agencies": urged})
    return urged


@transaction.atomic
def edition_ended_tell(*, kind: str, edition_id: int) -> int:
    """After a text ended: every agency that took it is told what and why, books that hold it are marked.

    A second run tells nobody twice. Returns how many agencies were told; 0 where the edition is gone or in use.
    """
    model: type[FormEdition] | type[MaterialEdition] = FormEdition if kind == "form" else MaterialEdition
    edition = model._default_manager.filter(pk=edition_id, state__in=Edition.ENDED).first()
    if edition is None:
        return 0
    books = HandbookBuild.objects.filter(state=HandbookBuild.State.READY, **{f"{kind}_editions": edition})
    books.update(state=HandbookBuild.State.OUTDATED)
    told = _tell(edition, before=None, is_again=False)
    if told:
        facts = {"agencies": told, "state": edition.state}
        audit_record(by=None, act="library.edition_ended_tell", subject=edition, facts=facts)
    return told


def _tell(edition: AnyEdition, *, before: dt.datetime | None, is_again: bool) -> int:
    """Notices to the agencies that hold it and were not told (or not since ``before``); returns how many agencies."""
    rows = Taking.objects.select_for_update(of=("self",)).filter(
        edition_filter(edition), agency__isnull=False, removed_at=None
    )
    open_rows = list(rows.select_related("agency", "by").order_by("agency", "pk"))
    by_agency: dict[Agency, list[Taking]] = {}
    for row in open_rows:
        assert row.agency is not None
        by_agency.setdefault(row.agency, []).append(row)
    due = {
        agency: held
        for agency, held in by_agency.items()
        if all(row.told_at is None or (before is not None and row.told_at < before) for row in held)
    }
    acting = acting_for(list(due))
    for agency, held in due.items():
        people = {member.pk: member for member in acting.get(agency.pk, [])}
        people |= {row.by.pk: row.by for row in held if row.by is not None and row.by.is_active}
        if people:
            for member in people.values():
                with translation.override(member.language):
                    _send(edition, agency, held, member=member, is_again=is_again)
        elif agency.email:
            _send(edition, agency, held, address=agency.email, is_again=is_again)
    now = clock.now()
    Taking.objects.filter(pk__in=[row.pk for held in due.values() for row in held]).update(told_at=now)
    return len(due)


def _send(
    edition: AnyEdition,
    agency: Agency,
    held: list[Taking],
    *,
    is_again: bool,
    member: Member | None = None,
    address: str = "",
) -> None:
    """One notice: what ended, why, what replaces it, where the agency uses it, what to do."""
    title = title_of(edition)
    lines = [_what(edition, title, agency)]
    if edition.end_reason:
        lines.append(_("Lý do: %s") % edition.end_reason)
    if newer := editions_of(work_of(edition)).filter(state=Edition.State.PUBLISHED).first():
        lines.append(_("Thay bằng bản số %(number)d: %(title)s") % {"number": newer.number, "title": title_of(newer)})
    if places := [row.where for row in held if row.where]:
        lines.append(_("Đơn vị đã báo dùng ở: %s") % "; ".join(places))
    lines.append(_("Gỡ xuống hoặc thay, rồi bấm “Đã gỡ” ở trang dưới đây."))
    subject = _("Nhắc gỡ: %s") % title if is_again else _("Cần gỡ: %s") % title
    notice_send(
        kind="library.takings_urge" if is_again else "library.edition_ended",
        subject=subject,
        body="\n".join(lines),
        member=member,
        address=address,
        link=reverse("taking_mine"),
    )


def _what(edition: AnyEdition, title: str, agency: Agency) -> str:
    """The first line of a notice."""
    states = {
        Edition.State.WITHDRAWN: _("“%(title)s” (bản số %(number)d) mà %(agency)s đã lấy nay thu hồi."),
        Edition.State.EXPIRED: _("“%(title)s” (bản số %(number)d) mà %(agency)s đã lấy nay hết hạn."),
        Edition.State.SUPERSEDED: _("“%(title)s” (bản số %(number)d) mà %(agency)s đã lấy nay có bản mới."),
    }
    words = states[Edition.State(edition.state)]
    return words % {"title": title, "number": edition.number, "agency": agency.name}


def _field(edition: AnyEdition) -> str:
    return f"{kind_of(edition)}_edition"


def _acting(by: Member, agency: Agency | None) -> Agency:
    """The agency for which the member speaks: the named one, else the own. Raises NotAllowed."""
    holder = agency or by.agency
    if holder is None or holder.pk not in agencies_acting(by):
        raise NotAllowed(_("Bạn không thuộc đơn vị này."))
    return holder
