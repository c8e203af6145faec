"""Tips that speak of the same thing become one case: by themselves on receipt, by hand afterwards, and apart again."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction
from django.db.models import IntegerField, Max
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.tips.models import Case, CaseEvent, Handover, Tip, TipEvent
from canhgiac.tips.selectors.duplicates import IGNORED, Sharing, sharing
from canhgiac.tips.selectors.scope import TipScope, scope_of

from .errors import TipRefused, locked

JOIN_LOCK = 0x6361_7365  # "case": under it cases are chosen, made, merged and parted
MOST_TIPS = 500
"""Tips that one act by hand moves at most."""


@transaction.atomic
def tip_join(*, tip: Tip) -> Case | None:
    """Puts a tip just received into the case of the tips that share its tokens; None while it stands alone.

    Runs inside the transaction of the intake, after the tokens were written. First each token is locked (advisory, in
    one order, so that two intakes never wait for each other): of several people who send the same at once each next
    one sees those before. Only where something is shared the lock of the cases is taken and the case chosen: the one
    that shares most, the older of two. Tips that stood alone until now come in with it. Two cases that the new tip
    connects are not merged: their pages say what they share, and a person decides.
    """
    if tip.case_id is not None:
        return tip.case
    _tokens_lock(tip)
    if not sharing(tip):
        return None
    _cases_lock()
    alike = _without_parted(tip, sharing(tip))
    if not alike:
        return None
    case = _case_chosen(alike) or _case_new(by=None, like=Tip.objects.get(pk=alike[-1].tip_id))
    lone = [one.tip_id for one in alike if one.case_id is None]
    joined = [tip.pk, *Tip.objects.filter(pk__in=lone, case=None).order_by("pk").values_list("pk", flat=True)]
    Tip.objects.filter(pk__in=joined).update(case=case)
    tip.case = case
    why = sorted({kind for one in alike for kind in one.why})
    _note(case, "joined", by=None, tips=joined, why=why)
    return case


def _tokens_lock(tip: Tip) -> None:
    """Waits for every other transaction that holds one of the tip's tokens."""
    tokens = tip.tokens.values_list("token", flat=True)
    keys = sorted({int.from_bytes(bytes(token)[:8], "big", signed=True) for token in tokens})
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(pg_advisory_xact_lock(key)) FROM unnest(%s::bigint[]) AS key", [keys])


def _cases_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [JOIN_LOCK])


def _without_parted(tip: Tip, alike: list[Sharing]) -> list[Sharing]:
    """Without tips that a person took out of a case and that stand alone since: they are not drawn in again."""
    parted = set(
        TipEvent.objects.filter(tip__in=[one.tip_id for one in alike], what="parted").values_list("tip", flat=True)
    )
    out = set(TipEvent.objects.filter(tip=tip, what="parted").values_list("facts__case", flat=True))
    return [
        one for one in alike if not (one.case_id is None and one.tip_id in parted) and one.case_id not in (out or {0})
    ]


def _case_chosen(alike: Sequence[Sharing]) -> Case | None:
    """The case that shares most (the order of ``alike``), the older first among equals; reopened if it was closed."""
    held = [one for one in alike if one.case_id is not None]
    if not held:
        return None
    best = min(held, key=lambda one: (-one.firm, -one.bands, one.case_id or 0))
    case = Case.objects.select_for_update().get(pk=best.case_id or 0)
    if case.state == Case.State.CLOSED:
        case.state, case.closed_at, case.version = Case.State.OPEN, None, case.version + 1
        case.save(update_fields=["state", "closed_at", "version"])
        CaseEvent.objects.create(case=case, what="reopened", facts={"why": "new_tip"})
    return case


def _case_new(*, by: Member | None, like: Tip) -> Case:
    """A case with the next number of the year. The lock of the cases is held."""
    year = clock.today().year
    numbers = Case.objects.filter(number__startswith=f"VV-{year}-")
    last = numbers.aggregate(last=Max(Cast(Substr("number", 9), IntegerField())))["last"] or 0
    return Case.objects.create(
        number=f"VV-{year}-{last + 1:04}",
        form=like.form,
        area=like.area,
        opened_by=by,
        assigned_to=like.assigned_to,
        assigned_agency=like.assigned_agency,
    )


def _note(case: Case, what: str, *, by: Member | None, tips: Sequence[int], **facts: object) -> None:
    """Writes one act into the case's and each tip's story."""
    CaseEvent.objects.create(case=case, what=what, by=by, facts={"tips": list(tips), **facts})
    TipEvent.objects.bulk_create(
        TipEvent(tip_id=tip, what=what, by=by, facts={"case": case.pk, "number": case.number, **facts}) for tip in tips
    )


# By hand ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def tip_link(*, by: Member, tip: Tip, case: Case | None = None, other: Tip | None = None, reason: str = "") -> Case:
    """Puts a tip into a case by hand; into the case of ``other``, or a new one of both.

    Raises TipRefused, NotAllowed.
    """
    _cases_lock()
    scope = _require_work(by, *filter(None, (tip, other)))
    row = locked(Tip, tip.pk, None)
    if case is None and other is not None:
        mate = locked(Tip, other.pk, None)
        if mate.pk == row.pk:
            raise TipRefused(_("Chọn một tin báo khác."), "other")
        case = mate.case
        if case is None:
            case = _case_new(by=by, like=mate)
            mate.case = case
            mate.save(update_fields=["case", "version"])
            _note(case, "linked", by=by, tips=[mate.pk])
    if case is None:
        case = _case_new(by=by, like=row)
    else:
        case = _standing(case)
        _require_case(scope, case, allow_empty=True)
    if row.case_id == case.pk:
        raise TipRefused(_("Tin này đã ở trong vụ %s.") % case.number)
    if row.case_id is not None:
        raise TipRefused(_("Tin này đang ở vụ khác; bỏ ghép trước."))
    row.case = case
    row.save(update_fields=["case", "version"])
    _note(case, "linked", by=by, tips=[row.pk], reason=reason.strip()[:300])
    audit_record(by=by, act="tips.tip_link", subject=row, facts={"case": case.pk})
    return case


@transaction.atomic
def tip_unlink(*, by: Member, tip: Tip) -> Tip:
    """Takes a tip out of its case; it is not drawn into that case again by itself. A case left empty is closed."""
    _cases_lock()
    _require_work(by, tip)
    row = locked(Tip, tip.pk, None)
    if row.case is None:
        raise TipRefused(_("Tin này không ở vụ nào."))
    case, row.case = row.case, None
    row.save(update_fields=["case", "version"])
    _note(case, "parted", by=by, tips=[row.pk])
    _close_if_empty(case)
    audit_record(by=by, act="tips.tip_unlink", subject=row, facts={"case": case.pk})
    return row


@transaction.atomic
def case_merge(*, by: Member, case: Case, into: Case) -> Case:
    """Makes two cases one: tips and packs go to ``into``. ``case_unmerge`` takes it back. Raises TipRefused."""
    _cases_lock()
    scope = scope_of(by)
    first, second = sorted((case.pk, into.pk))
    rows = {pk: locked(Case, pk, None) for pk in dict.fromkeys((first, second))}
    gone, kept = rows[case.pk], rows[into.pk]
    if gone.pk == kept.pk:
        raise TipRefused(_("Chọn một vụ khác."), "into")
    if Case.State.MERGED in (gone.state, kept.state):
        raise TipRefused(_("Vụ này đã nhập vào vụ khác. Tải lại trang."))
    for one in (gone, kept):
        _require_case(scope, one)
    tips = list(Tip.objects.filter(case=gone).order_by("pk").values_list("pk", flat=True))
    packs = list(Handover.objects.filter(case=gone).values_list("pk", flat=True))
    was = gone.state
    Tip.objects.filter(pk__in=tips).update(case=kept)
    Handover.objects.filter(pk__in=packs).update(case=kept)
    gone.state, gone.merged_into = Case.State.MERGED, kept
    gone.save(update_fields=["state", "merged_into", "version"])
    kept.save(update_fields=["version"])
    _note(kept, "merged", by=by, tips=tips, gone=gone.pk)
    CaseEvent.objects.create(
        case=gone, what="merged", by=by, facts={"into": kept.pk, "tips": tips, "packs": packs, "was": was}
    )
    audit_record(by=by, act="tips.case_merge", subject=gone, facts={"into": kept.pk, "tips": tips})
    return kept


@transaction.atomic
def case_unmerge(*, by: Member, case: Case) -> Case:
    """Takes a merging back: tips and packs that came with the case return, as far as they still stand there."""
    _cases_lock()
    row = locked(Case, case.pk, None)
    if row.merged_into is None:
        raise TipRefused(_("Vụ này không nhập vào vụ nào."))
    kept = row.merged_into
    _require_case(scope_of(by), kept, allow_empty=True)
    merged = CaseEvent.objects.filter(case=row, what="merged").order_by("-at", "-pk").first()
    facts = merged.facts if merged else {"tips": [], "packs": [], "was": Case.State.OPEN}
    tips = list(Tip.objects.filter(pk__in=facts["tips"], case=kept).order_by("pk").values_list("pk", flat=True))
    Tip.objects.filter(pk__in=tips).update(case=row)
    Handover.objects.filter(pk__in=facts["packs"], case=kept).update(case=row)
    row.state, row.merged_into = facts["was"], None
    row.save(update_fields=["state", "merged_into", "version"])
    _note(row, "unmerged", by=by, tips=tips, out=kept.pk)
    _close_if_empty(kept)
    audit_record(by=by, act="tips.case_unmerge", subject=row, facts={"out": kept.pk, "tips": tips})
    return row


@transaction.atomic
def case_split(*, by: Member, case: Case, tips: Sequence[Tip], version: int | None = None) -> Case:
    """Takes some tips of a case into a new one of their own. Raises TipRefused."""
    _cases_lock()
    row = locked(Case, case.pk, version)
    _require_case(scope_of(by), row)
    wanted = sorted({tip.pk for tip in tips})[:MOST_TIPS]
    moved = list(Tip.objects.select_for_update().filter(pk__in=wanted, case=row).order_by("pk"))
    left = Tip.objects.filter(case=row).count() - len(moved)
    if not moved:
        raise TipRefused(_("Đánh dấu ít nhất một tin báo để tách."))
    if not left:
        raise TipRefused(_("Để lại ít nhất một tin báo trong vụ cũ."))
    new = _case_new(by=by, like=moved[0])
    ids = [tip.pk for tip in moved]
    _note(row, "parted", by=by, tips=ids, into=new.pk)
    Tip.objects.filter(pk__in=ids).update(case=new)
    row.save(update_fields=["version"])
    _note(new, "split", by=by, tips=ids, out=row.pk)
    audit_record(by=by, act="tips.case_split", subject=row, facts={"into": new.pk, "tips": ids})
    return new


def _standing(case: Case) -> Case:
    """The case as it stands, or the one it went into."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    return _standing(row.merged_into) if row.merged_into is not None else row


def _close_if_empty(case: Case) -> None:
    row = Case.objects.select_for_update().get(pk=case.pk)
    if row.state in (Case.State.OPEN, Case.State.HANDED) and not Tip.objects.filter(case=row).exists():
        row.state, row.closed_at, row.version = Case.State.CLOSED, clock.now(), row.version + 1
        row.save(update_fields=["state", "closed_at", "version"])
        CaseEvent.objects.create(case=row, what="closed", facts={"why": "empty"})


def _require_work(by: Member, *tips: Tip) -> TipScope:
    scope = scope_of(by)
    for tip in tips:
        if not scope.works(tip):
            raise NotAllowed(_("Việc này cần vai trò %s ở địa bàn của tin báo.") % Role.Kind.TIP_OFFICER.label)
        if tip.state in IGNORED:
            raise TipRefused(_("Tin rác và tin đã rút không ghép vào vụ nào."))
    return scope


def _require_case(scope: TipScope, case: Case, *, allow_empty: bool = False) -> None:
    """Raises NotAllowed unless the member works on a tip of the case."""
    if scope.works_all:
        return
    tips = Tip.objects.filter(case=case).select_related("area", "assigned_agency")
    if not any(scope.works(tip) for tip in tips) and not (allow_empty and scope.works_any and not tips):
        raise NotAllowed(_("Vụ này không có tin báo nào thuộc địa bàn của bạn."))
