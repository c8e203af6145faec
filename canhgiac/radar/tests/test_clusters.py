"""Clusters put right by hand, and each act taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.radar.models import Card, Cluster, ClusterDay, ClusterToken
from canhgiac.radar.services.clusters import cluster_rename, cluster_split, clusters_merge, move_undo
from canhgiac.radar.services.gathering import observations_gather
from canhgiac.radar.services.refusals import RadarRefused
from canhgiac.tips.models import Observation
from tests.factories import radar
from tests.factories.agencies import Cast


def _two(cast: Cast) -> tuple[Cluster, Cluster]:
    for _ in range(3):
        radar.observation(words=radar.WORDS, area=cast.commune_area, phones=["+84900000001"])
    radar.observation(words=radar.OTHER_WORDS, area=cast.commune_area, phones=["+84900000002"])
    observations_gather()
    big, small = Cluster.objects.order_by("-size")
    return big, small


def _sums() -> list[tuple[str, int, int]]:
    days = {row.cluster_id: row.count for row in ClusterDay.objects.all()}
    return [(row.state, row.size, days.get(row.pk, 0)) for row in Cluster.objects.order_by("pk")]


def test_a_merge_moves_everything_and_is_taken_back(cast: Cast) -> None:
    big, small = _two(cast)
    before = _sums()
    card = radar.card(of=small, area=cast.commune_area)
    move = clusters_merge(by=cast.coordinator, kept=big, gone=small)
    big.refresh_from_db()
    assert big.size == 4
    assert ClusterDay.objects.get().count == 4
    assert ClusterToken.objects.filter(cluster=big).count() == 2
    assert Card.objects.get(pk=card.pk).cluster == big
    radar.observation(phones=["+84900000002"])
    observations_gather()
    big.refresh_from_db()
    assert big.size == 5, "what comes follows"
    Observation.objects.order_by("-pk")[0].delete()
    move_undo(by=cast.coordinator, move=move)
    assert _sums() == before
    assert Card.objects.get(pk=card.pk).cluster == small
    with pytest.raises(RadarRefused, match="gần nhất"):
        move_undo(by=cast.coordinator, move=move)


def test_of_two_open_cards_the_kept_clusters_stays_open(cast: Cast) -> None:
    big, small = _two(cast)
    kept, gone = radar.card(of=big, area=cast.commune_area), radar.card(of=small, area=cast.commune_area)
    clusters_merge(by=cast.coordinator, kept=big, gone=small)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert kept.state == Card.State.NEW
    assert gone.state == Card.State.DISMISSED
    assert "Đã nhập" in gone.decision


def test_a_cluster_is_not_merged_with_itself_or_twice(cast: Cast) -> None:
    big, small = _two(cast)
    with pytest.raises(RadarRefused, match="cụm khác"):
        clusters_merge(by=cast.coordinator, kept=big, gone=big)
    clusters_merge(by=cast.coordinator, kept=big, gone=small)
    with pytest.raises(RadarRefused, match="đã được nhập"):
        clusters_merge(by=cast.coordinator, kept=big, gone=small)


def test_a_split_takes_its_own_numbers_along_and_is_taken_back(cast: Cast) -> None:
    big, small = _two(cast)
    clusters_merge(by=cast.coordinator, kept=big, gone=small)
    stray = Observation.objects.order_by("-pk")[0]
    before = _sums()
    move = cluster_split(by=cast.coordinator, cluster=big, observations=[stray.pk])
    made = Cluster.objects.get(pk=move.facts["made"])
    assert (made.size, made.first_at) == (1, stray.at)
    assert bytes(made.leader) == bytes(stray.sketch)
    assert {bytes(one.token) for one in ClusterToken.objects.filter(cluster=made)} == {bytes(stray.tokens[0])}
    radar.observation(phones=["+84900000002"])
    observations_gather()
    made.refresh_from_db()
    assert made.size == 2
    Observation.objects.order_by("-pk")[0].delete()
    move_undo(by=cast.coordinator, move=move)
    assert _sums()[:2] == before
    assert Cluster.objects.get(pk=made.pk).state == Cluster.State.MERGED


def test_a_split_needs_some_and_leaves_some(cast: Cast) -> None:
    big, _small = _two(cast)
    with pytest.raises(RadarRefused, match="ít nhất một lượt để tách"):
        cluster_split(by=cast.coordinator, cluster=big, observations=[])
    everyone = Observation.objects.filter(membership__cluster=big).values_list("pk", flat=True)
    with pytest.raises(RadarRefused, match="Để lại"):
        cluster_split(by=cast.coordinator, cluster=big, observations=list(everyone))


def test_a_name_by_hand_and_back(cast: Cast) -> None:
    cluster = radar.cluster(name="Tên máy đặt")
    move = cluster_rename(by=cast.coordinator, cluster=cluster, name="  Giả   công an xã ")
    cluster.refresh_from_db()
    assert (cluster.name, cluster.named_by_hand) == ("Giả công an xã", True)
    later = cluster_rename(by=cast.coordinator, cluster=cluster, name="Khác")
    with pytest.raises(RadarRefused, match="gần nhất"):
        move_undo(by=cast.coordinator, move=move)
    move_undo(by=cast.coordinator, move=later)
    move_undo(by=cast.coordinator, move=move)
    cluster.refresh_from_db()
    assert (cluster.name, cluster.named_by_hand) == ("Tên máy đặt", False)
    with pytest.raises(RadarRefused, match="Nhập tên"):
        cluster_rename(by=cast.coordinator, cluster=cluster, name=" ")


@pytest.mark.parametrize("who", ["officer", "auditor", "admin", "outsider"])
def test_who_may_not_rearrange(cast: Cast, who: str) -> None:
    member, cluster = cast.everyone[who], radar.cluster()
    move = cluster_rename(by=cast.coordinator, cluster=cluster, name="Tên")
    acts: tuple[Callable[[], object], ...] = (
        lambda: clusters_merge(by=member, kept=cluster, gone=radar.cluster()),
        lambda: cluster_split(by=member, cluster=cluster, observations=[1]),
        lambda: cluster_rename(by=member, cluster=cluster, name="x"),
        lambda: move_undo(by=member, move=move),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            act()
