"""Observations come into clusters once, by indicator, words or form, and are counted by day and commune."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from canhgiac.agencies.models import Area
from canhgiac.kit import clock
from canhgiac.radar.models import Cluster, ClusterDay, ClusterToken, Membership
from canhgiac.radar.services.gathering import (
    clusters_mend,
    clusters_name,
    clusters_recount,
    clusters_settle,
    days_add,
    lock_taken,
    lock_wait,
    observations_gather,
)
from tests.factories import agencies, library, radar
from tests.factories.agencies import Cast


def test_alike_words_and_shared_numbers_make_clusters(cast: Cast) -> None:
    first = radar.observation(words=radar.WORDS, area=cast.commune_area)
    again = radar.observation(words=radar.WORDS + " nhé bà con", area=cast.commune_area)
    other = radar.observation(words=radar.OTHER_WORDS, phones=["+84900000001"])
    same_phone = radar.observation(phones=["+84900000001"])
    assert observations_gather() == 4
    assert first.membership.cluster == again.membership.cluster
    assert again.membership.reason == Membership.Reason.TEXT
    assert (again.membership.likeness or 0) > 0.6
    assert same_phone.membership.cluster == other.membership.cluster != first.membership.cluster
    assert same_phone.membership.reason == Membership.Reason.TOKEN
    cluster = first.membership.cluster
    assert (cluster.size, cluster.weight) == (2, 2.0)


def test_what_came_is_gathered_once_and_later_ones_join(cast: Cast) -> None:
    first = radar.observation(words=radar.WORDS)
    assert observations_gather() == 1
    assert observations_gather() == 0
    later = radar.observation(words=radar.WORDS)
    assert observations_gather() == 1
    assert later.membership.cluster == first.membership.cluster
    assert Cluster.objects.get().size == 2
    assert ClusterDay.objects.get().count == 2


def test_signals_of_a_form_alone_stand_in_the_cluster_of_the_form(cast: Cast) -> None:
    edition = library.form()
    one, two = (radar.observation(form=edition.form.code) for _ in range(2))
    observations_gather()
    three = radar.observation(form=edition.form.code)
    observations_gather()
    assert one.membership.cluster == two.membership.cluster == three.membership.cluster
    assert three.membership.reason == Membership.Reason.FORM
    cluster = one.membership.cluster
    assert cluster.of_form
    assert cluster.name == edition.name


def test_a_number_seen_with_many_forms_leads_nowhere(cast: Cast) -> None:
    for form in ("A1", "A2", "A3"):
        radar.observation(
            words=f"{form} " * 3 + " ".join(f"{form}{n}" for n in range(12)), form=form, phones=["+84900"]
        )
    observations_gather()
    late = radar.observation(phones=["+84900"], form="A4", words=radar.OTHER_WORDS)
    observations_gather()
    assert late.membership.reason == Membership.Reason.FIRST
    assert len(ClusterToken.objects.get().forms) == 3


def test_names_come_from_the_form_and_words_people_let_us_read(cast: Cast) -> None:
    edition = library.form(name="Giả danh công an")
    secret = radar.observation(words=radar.OTHER_WORDS)
    for _ in range(2):
        radar.observation(words=radar.WORDS, consented=True, form=edition.form.code)
    observations_gather()
    cluster = Cluster.objects.get(form=edition.form.code)
    assert cluster.name.startswith("Giả danh công an: ")
    assert len(cluster.keywords) == 3
    assert all(word in radar.WORDS for word in cluster.keywords)
    assert secret.membership.cluster.name.startswith("Chưa rõ hình thức, từ ")
    assert not secret.membership.cluster.keywords


def test_a_name_given_by_hand_stays(cast: Cast) -> None:
    row = radar.observation(words=radar.WORDS, consented=True)
    observations_gather()
    Cluster.objects.update(name="Tên đặt tay", named_by_hand=True)
    radar.observation(words=radar.WORDS, consented=True)
    observations_gather()
    clusters_name([row.membership.cluster_id])
    assert Cluster.objects.get().name == "Tên đặt tay"


def test_counts_stand_at_communes_and_days_of_viet_nam(cast: Cast) -> None:
    group = agencies.area(level=Area.Level.GROUP, kind="thôn", parent=cast.commune_area)
    midnight = dt.datetime(2026, 3, 10, 0, 30, tzinfo=clock.VIETNAM)  # still the ninth in UTC
    radar.observation(words=radar.WORDS, area=group, at=midnight)
    radar.observation(words=radar.WORDS, area=cast.commune_area, at=midnight, weight=0.5)
    radar.observation(words=radar.WORDS, area=cast.province_area, at=midnight)
    observations_gather()
    counts = {(row.area_id, row.day): (row.count, row.weight) for row in ClusterDay.objects.all()}
    assert counts == {
        (cast.commune_area.pk, dt.date(2026, 3, 10)): (2, 1.5),
        (None, dt.date(2026, 3, 10)): (1, 1.0),
    }
    clusters_recount(Cluster.objects.values_list("pk", flat=True))
    assert {(row.area_id, row.day): (row.count, row.weight) for row in ClusterDay.objects.all()} == counts


def test_days_add_up(cast: Cast) -> None:
    cluster = radar.cluster()
    row = radar.observation(area=cast.commune_area)
    days_add([(cluster.pk, row), (cluster.pk, row)])
    days_add([(cluster.pk, row)])
    assert ClusterDay.objects.get().count == 3


def test_a_cluster_unseen_becomes_quiet_and_wakes_again(cast: Cast) -> None:
    old = clock.now() - dt.timedelta(days=40)
    radar.observation(words=radar.WORDS, at=old)
    observations_gather()
    assert clusters_settle() == 1
    assert Cluster.objects.get().state == Cluster.State.QUIET
    radar.observation(words=radar.WORDS)
    observations_gather()
    assert Cluster.objects.get().state == Cluster.State.LIVE


def test_what_changed_under_a_cluster_is_counted_anew(cast: Cast) -> None:
    old = clock.now() - dt.timedelta(days=20)
    keeps, goes = (radar.observation(words=radar.WORDS, area=cast.commune_area, at=old) for _ in range(2))
    moved = radar.observation(words=radar.OTHER_WORDS)
    observations_gather()
    goes.delete()
    type(moved).objects.filter(pk=moved.pk).update(area=cast.commune_area)
    assert clusters_mend() == 2
    counts = {(row.cluster_id, row.area_id): row.count for row in ClusterDay.objects.all()}
    here = cast.commune_area.pk
    assert counts == {(keeps.membership.cluster_id, here): 1, (moved.membership.cluster_id, here): 1}
    assert clusters_mend() == 1, "only what was seen this week"


def test_a_slow_writers_row_is_found_by_the_look_at_all(cast: Cast) -> None:
    newest = radar.observation(words=radar.OTHER_WORDS)
    type(newest).objects.filter(pk=newest.pk).update(id=newest.pk + 50_000)
    assert observations_gather() == 1
    radar.observation(words=radar.WORDS)  # its number is far below the newest
    assert observations_gather() == 0
    assert observations_gather(everything=True) == 1


def test_work_grows_with_what_is_new_and_not_with_what_is_known(
    cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        radar.observation(words=" ".join(f"k{number}x{n}" for n in range(20)))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        observations_gather()
    for number in range(30):
        radar.observation(words=" ".join(f"k{number}x{n}" for n in range(20)))
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        observations_gather()
    assert Cluster.objects.aggregate(n=Sum("size"))["n"] == 60
    assert Cluster.objects.count() == 30


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_gather_each_observation_once() -> None:
    for _ in range(40):
        radar.observation(words=radar.WORDS)
    gathered: list[int] = []

    def work() -> None:
        gathered.append(observations_gather())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    observations_gather()
    assert sum(gathered) in (0, 40)
    assert Membership.objects.count() == 40
    assert Cluster.objects.get().size == 40


@pytest.mark.django_db(transaction=True)
def test_while_one_changes_clusters_another_gathers_nothing() -> None:
    radar.observation(words=radar.WORDS)
    answers: list[int] = []
    with transaction.atomic():
        lock_wait()
        assert lock_taken()

        def work() -> None:
            answers.append(observations_gather())
            connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    assert answers == [0]
    assert observations_gather() == 1
