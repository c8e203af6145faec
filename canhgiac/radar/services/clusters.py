"""Clusters put right by hand: merged, split, renamed, and each of these taken back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.radar.models import Card, Cluster, ClusterMove, ClusterToken, Membership
from canhgiac.radar.selectors.scope import ACTING
from canhgiac.tips.models import Observation

from .gathering import clusters_name, clusters_recount, lock_wait
from .refusals import RadarRefused

MERGE, SPLIT, RENAME = "merge", "split", "rename"
OPEN = (Card.State.NEW, Card.State.WATCHED)


@transaction.atomic
def clusters_merge(*, by: Member, kept: Cluster, gone: Cluster) -> ClusterMove:
    """Everything of ``gone`` belongs to ``kept`` from now on, also what comes. COORDINATOR or TIP_OFFICER."""
    first, second = _both(by, kept, gone)
    if first.pk == second.pk:
        raise RadarRefused(_("Chọn một cụm khác để nhập."), "gone")
    if Cluster.State.MERGED in (first.state, second.state):
        raise RadarRefused(_("Cụm này đã được nhập vào cụm khác."), "gone")
    members = list(Membership.objects.filter(cluster=second).values_list("observation_id", flat=True))
    tokens = list(ClusterToken.objects.filter(cluster=second).values_list("pk", flat=True))
    Membership.objects.filter(cluster=second).update(cluster=first)
    ClusterToken.objects.filter(cluster=second).update(cluster=first)
    facts = {"gone": second.pk, "members": members, "tokens": tokens, "cards": _cards_move(by, first, second)}
    facts["leader_taken"] = not first.leader and bool(second.leader)
    if facts["leader_taken"]:
        first.leader = second.leader
        first.save(update_fields=["leader"])
    second.state, second.merged_into, second.version = Cluster.State.MERGED, first, second.version + 1
    second.save(update_fields=["state", "merged_into", "version"])
    clusters_recount([first.pk, second.pk])
    clusters_name([first.pk])
    move = ClusterMove.objects.create(what=MERGE, by=by, cluster=first, facts=facts)
    audit_record(by=by, act="radar.clusters_merge", subject=first, facts={"gone": second.pk, "members": len(members)})
    return move


@transaction.atomic
def cluster_split(*, by: Member, cluster: Cluster, observations: Collection[int]) -> ClusterMove:
    """Some of a cluster's members become a cluster of their own. COORDINATOR or TIP_OFFICER.

    Indicators that only they named lead to the new cluster.
    """
    row, _same = _both(by, cluster, cluster)
    members = Membership.objects.filter(cluster=row, observation_id__in=set(observations))
    chosen = list(members.select_related("observation").order_by("observation__at", "observation_id"))
    if not chosen:
        raise RadarRefused(_("Chọn ít nhất một lượt để tách."), "observations")
    if len(chosen) == row.members.count():
        raise RadarRefused(_("Để lại ít nhất một lượt trong cụm này."), "observations")
    seen = [one.observation for one in chosen]
    forms = [one.form for one in seen if one.form]
    made = Cluster.objects.create(
        name=row.name,
        form=max(sorted(set(forms)), key=forms.count) if forms else row.form,
        leader=next((bytes(one.sketch) for one in seen if one.sketch), b""),
        first_at=seen[0].at,
        last_at=seen[-1].at,
    )
    taken = [(one.observation_id, one.reason, one.likeness) for one in chosen]
    members.update(cluster=made, reason=Membership.Reason.HAND, likeness=None)
    tokens = _tokens_split(row, made, {bytes(token) for one in seen for token in one.tokens})
    clusters_recount([row.pk, made.pk])
    clusters_name([row.pk, made.pk])
    move = ClusterMove.objects.create(
        what=SPLIT, by=by, cluster=row, facts={"made": made.pk, "members": taken, "tokens": tokens}
    )
    audit_record(by=by, act="radar.cluster_split", subject=row, facts={"made": made.pk, "members": len(taken)})
    return move


@transaction.atomic
def cluster_rename(*, by: Member, cluster: Cluster, name: str) -> ClusterMove:
    """Gives a cluster a name by hand, which the machine then leaves alone. COORDINATOR or TIP_OFFICER."""
    row, _same = _both(by, cluster, cluster)
    name = " ".join(name.split())[:160]
    if not name:
        raise RadarRefused(_("Nhập tên cụm."), "name")
    facts = {"before": row.name, "by_hand": row.named_by_hand}
    row.name, row.named_by_hand, row.version = name, True, row.version + 1
    row.save(update_fields=["name", "named_by_hand", "version"])
    move = ClusterMove.objects.create(what=RENAME, by=by, cluster=row, facts=facts)
    audit_record(by=by, act="radar.cluster_rename", subject=row, facts={})
    return move


@transaction.atomic
def move_undo(*, by: Member, move: ClusterMove) -> ClusterMove:
    """Takes back a merge, split or renaming; only the last one of a cluster. COORDINATOR or TIP_OFFICER."""
    require_role(by, *ACTING)
    lock_wait()
    row = ClusterMove.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=move.pk)
    later = ClusterMove.objects.filter(cluster=row.cluster, undone_at__isnull=True, pk__gt=row.pk)
    if row.undone_at is not None or later.exists():
        raise RadarRefused(_("Chỉ hoàn tác được lần xếp lại gần nhất."))
    undo = {MERGE: _merge_undo, SPLIT: _split_undo, RENAME: _rename_undo}[row.what]
    undo(row)
    row.undone_at = clock.now()
    row.save(update_fields=["undone_at"])
    audit_record(by=by, act="radar.move_undo", subject=row.cluster, facts={"what": row.what, "move": row.pk})
    return row


def _both(by: Member, first: Cluster, second: Cluster) -> tuple[Cluster, Cluster]:
    """Both locked in one order, with nobody else gathering meanwhile."""
    require_role(by, *ACTING)
    lock_wait()
    rows = {
        row.pk: row for row in Cluster.objects.select_for_update().filter(pk__in={first.pk, second.pk}).order_by("pk")
    }
    return rows[first.pk], rows[second.pk]


def _cards_move(by: Member, kept: Cluster, gone: Cluster) -> list[int]:
    """Cards of ``gone`` follow; an open one where ``kept`` has one too is closed."""
    has_open = set(Card.objects.filter(cluster=kept, state__in=OPEN).values_list("area_id", flat=True))
    rows = list(Card.objects.select_for_update().filter(cluster=gone).order_by("pk"))
    for row in rows:
        if row.state in OPEN and row.area_id in has_open:
            row.state, row.decided_by, row.decided_at = Card.State.DISMISSED, by, clock.now()
            row.decision = _("Đã nhập vào cụm “%(name)s”.") % {"name": kept.name}
        row.cluster = kept
    Card.objects.bulk_update(rows, ["state", "decided_by", "decided_at", "decision", "cluster"])
    return [row.pk for row in rows]


def _tokens_split(row: Cluster, made: Cluster, named: set[bytes]) -> list[int]:
    """Tokens that only the split members named go with them."""
    left = Observation.objects.filter(membership__cluster=row, tokens__overlap=sorted(named)) if named else None
    kept = {bytes(token) for one in left or [] for token in one.tokens}
    tokens = list(ClusterToken.objects.filter(cluster=row, token__in=named - kept).values_list("pk", flat=True))
    ClusterToken.objects.filter(pk__in=tokens).update(cluster=made)
    return tokens


def _merge_undo(move: ClusterMove) -> None:
    facts = move.facts
    gone = Cluster.objects.select_for_update().get(pk=facts["gone"])
    Membership.objects.filter(cluster=move.cluster, observation_id__in=facts["members"]).update(cluster=gone)
    ClusterToken.objects.filter(cluster=move.cluster, pk__in=facts["tokens"]).update(cluster=gone)
    Card.objects.filter(cluster=move.cluster, pk__in=facts["cards"]).update(cluster=gone)
    if facts["leader_taken"]:
        Cluster.objects.filter(pk=move.cluster_id).update(leader=b"")
    gone.state, gone.merged_into = Cluster.State.LIVE, None
    gone.save(update_fields=["state", "merged_into"])
    clusters_recount([move.cluster_id, gone.pk])
    clusters_name([move.cluster_id])


def _split_undo(move: ClusterMove) -> None:
    made = Cluster.objects.select_for_update().get(pk=move.facts["made"])
    for observation, reason, likeness in move.facts["members"]:
        Membership.objects.filter(cluster=made, observation_id=observation).update(
            cluster=move.cluster, reason=reason, likeness=likeness
        )
    Membership.objects.filter(cluster=made).update(cluster=move.cluster)  # what came to it since
    ClusterToken.objects.filter(cluster=made).update(cluster=move.cluster)
    Card.objects.filter(cluster=made, state__in=OPEN).update(state=Card.State.DISMISSED, decided_at=clock.now())
    made.state, made.merged_into = Cluster.State.MERGED, move.cluster
    made.save(update_fields=["state", "merged_into"])
    clusters_recount([move.cluster_id, made.pk])
    clusters_name([move.cluster_id])


def _rename_undo(move: ClusterMove) -> None:
    Cluster.objects.filter(pk=move.cluster_id).update(name=move.facts["before"], named_by_hand=move.facts["by_hand"])
