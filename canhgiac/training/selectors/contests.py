"""Contests as staff and the public read them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import agencies_of, has_role
from canhgiac.training.models import (
    Anomaly,
    Award,
    Contest,
    Contestant,
    Round,
    RoundEntry,
    Work,
)

MAKERS = (Role.Kind.TRAINER, Role.Kind.EDITOR, Role.Kind.COORDINATOR)
READERS = (*MAKERS, Role.Kind.APPROVER, Role.Kind.AUDITOR)
PUBLIC = (Contest.State.OPEN, Contest.State.CLOSED, Contest.State.ANNOUNCED, Contest.State.CALLED_OFF)
SORTS = {"ten": "title", "han": "joins_until", "trang-thai": "state", "nguoi": "people"}


def contests_for(member: Member, *, q: str = "", state: str = "", sort: str = "") -> QuerySet[Contest]:
    """Contests of the agencies where the member may read them, the newest first."""
    covered = agencies_of(member, *READERS).order_by()
    judged = Q(judges__member=member)
    rows = Contest.objects.filter(Q(agency__in=covered) | judged).select_related("agency", "made_by")
    rows = rows.annotate(people=Count("contestants", filter=Q(contestants__withdrawn_at=None), distinct=True))
    if state in Contest.State.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(title__icontains=q)
    order = SORTS.get(sort.lstrip("-"))
    return rows.order_by(f"{'-' if sort.startswith('-') else ''}{order}" if order else "-made_at", "-pk").distinct()


def contest_for(member: Member, contest_id: int) -> Contest:
    """The contest, for those who may read it; a judge alone has only the judging. Raises Http404."""
    covered = agencies_of(member, *READERS).order_by()
    found = Contest.objects.select_related("agency", "area", "made_by", "opened_by")
    row = found.filter(pk=contest_id, agency__in=covered).first()
    if row is None:
        raise Http404
    return row


def contest_rights(member: Member, contest: Contest) -> dict[str, bool]:
    """What the member may do with it, for the buttons of its page."""
    holds = has_role(member, Role.Kind.TRAINER, Role.Kind.COORDINATOR, agency=contest.agency)
    opens = has_role(member, Role.Kind.COORDINATOR, Role.Kind.APPROVER, agency=contest.agency)
    return {
        "may_edit": contest.state == Contest.State.DRAFT and has_role(member, *MAKERS, agency=contest.agency),
        "may_open": contest.state == Contest.State.DRAFT and opens and contest.made_by_id != member.pk,
        "may_hold": holds,
        "judges": contest.judges.filter(member=member).exists(),
    }


def rounds_of(contest: Contest) -> QuerySet[Round]:
    """Its rounds with how many sat each."""
    return contest.rounds.select_related("paper").annotate(sat=Count("entries")).order_by("number")


def anomalies_of(contest: Contest) -> QuerySet[Anomaly]:
    """Signs of its entries, those nobody looked at first; annulled ones stay with the reason."""
    rows = Anomaly.objects.filter(entry__round__contest=contest).select_related(
        "entry__contestant", "entry__round", "entry__sitting", "looked_by"
    )
    return rows.order_by("looked_at", "entry__round__number", "pk")


def anomaly_for(contest: Contest, anomaly_id: int) -> Anomaly:
    """One sign of this contest. Raises Http404."""
    found = anomalies_of(contest).filter(pk=anomaly_id).first()
    if found is None:
        raise Http404
    return found


def awards_of(contest: Contest) -> QuerySet[Award]:
    """Its awards by position."""
    return Award.objects.filter(contest=contest).select_related("contestant", "team").order_by("position", "pk")


# The public ---------------------------------------------------------------------------------------------------------


def contests_public() -> QuerySet[Contest]:
    """Those with a page of their own, the ones under way first."""
    rows = Contest.objects.filter(state__in=PUBLIC).exclude(state=Contest.State.CALLED_OFF).select_related("agency")
    return rows.order_by("-joins_until", "-pk")


def contest_by_slug(slug: str) -> Contest:
    """A contest that the public may see. Raises Http404."""
    rows = Contest.objects.select_related("agency", "area").prefetch_related("criteria")
    found = rows.filter(slug=slug, state__in=PUBLIC).first()
    if found is None:
        raise Http404
    return found


def contestant_by_token(contest: Contest, token: str) -> Contestant:
    """The person behind their own link. Raises Http404."""
    rows = Contestant.objects.select_related("learner__agency", "team", "contest")
    found = rows.filter(contest=contest, learner__token=token, learner__erased_at=None).first() if token else None
    if found is None:
        raise Http404
    return found


def rounds_own(contestant: Contestant) -> list[dict[str, Any]]:
    """The contest's rounds with the person's own entry in each. Two queries."""
    own = RoundEntry.objects.filter(contestant=contestant).select_related("sitting")
    rows = Round.objects.filter(contest=contestant.contest_id).select_related("paper")
    rows = rows.prefetch_related(Prefetch("entries", own, to_attr="mine")).order_by("number")
    return [{"round": row, "entry": row.mine[0] if row.mine else None} for row in rows]


def works_own(contestant: Contestant) -> QuerySet[Work]:
    """What the person sent."""
    return Work.objects.filter(contestant=contestant).order_by("-at")
