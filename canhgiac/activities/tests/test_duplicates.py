"""Activities that may be the same: found, joined, told apart, and all of it undone."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.selectors.counted import activities_counted
from canhgiac.activities.selectors.duplicates import duplicate_pairs
from canhgiac.activities.services.duplicates import activities_join, activity_part, pair_part, pair_recall
from canhgiac.activities.services.evidence import evidence_add
from canhgiac.activities.services.record import ActivityRefused
from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
TALK = "Hội nghị tuyên truyền phòng chống lừa đảo trực tuyến cho người cao tuổi"


def talk(cast: Cast, *, days: int = 0, title: str = TALK, **facts: Any) -> Activity:
    return make.activity(by=cast.commune_officer, on=clock.today() - dt.timedelta(days=days), title=title, **facts)


def pairs(cast: Cast) -> list[tuple[int, int]]:
    return [(pair.first.pk, pair.second.pk) for pair in duplicate_pairs(cast.coordinator)[0]]


def test_near_words_within_two_days_are_suggested(cast: Cast) -> None:
    one = talk(cast)
    two = talk(cast, days=2, title=f"{TALK} xã")
    talk(cast, days=5)
    talk(cast, title="Họp tổ công nghệ số cộng đồng về việc khác hẳn")
    talk(cast, kind=Kind.TRAINING)
    assert pairs(cast) == [(one.pk, two.pk)]


def test_the_same_words_in_another_area_are_no_pair_but_within_the_commune_are(cast: Cast) -> None:
    groups = [make_area.area(name=f"Tổ {n}", level=Area.Level.GROUP, parent=cast.commune_area) for n in (1, 2)]
    first, second = (talk(cast, area=group) for group in groups)
    assert pairs(cast) == []
    whole = talk(cast)
    assert set(pairs(cast)) == {(first.pk, whole.pk), (second.pk, whole.pk)}


def test_the_same_evidence_is_a_pair_whatever_the_words(cast: Cast) -> None:
    one, two = talk(cast), talk(cast, title="Một buổi khác hẳn về chuyện khác", days=1)
    for activity in (one, two):
        evidence_add(by=cast.commune_officer, activity=activity, data=make.photo(3), file_name="anh.jpg")
    [pair] = duplicate_pairs(cast.coordinator)[0]
    assert (pair.first, pair.second, pair.same_evidence) == (one, two, True)
    assert [pieces for _activity, pieces in pair.sides] == [1, 1]


def test_joined_ones_are_not_counted_and_parting_brings_them_back(cast: Cast) -> None:
    one, two, three = (talk(cast, state=Activity.State.ACCEPTED) for _number in range(3))

    def counted() -> set[int]:
        rows = activities_counted(since=clock.today(), until=clock.today())
        return set(rows.values_list("pk", flat=True))

    activities_join(by=cast.commune_officer, keep=two, other=three)
    activities_join(by=cast.commune_officer, keep=one, other=two)
    assert counted() == {one.pk}
    three.refresh_from_db()
    assert three.duplicate_of == one
    assert pairs(cast) == []
    with pytest.raises(ActivityRefused, match="đã gộp"):
        activities_join(by=cast.commune_officer, keep=two, other=one)
    activity_part(by=cast.commune_officer, activity=two)
    three.refresh_from_db()
    assert three.duplicate_of == two
    assert counted() == {one.pk, two.pk}
    with pytest.raises(ActivityRefused, match="không gộp"):
        activity_part(by=cast.commune_officer, activity=two)


def test_two_told_apart_are_asked_no_more_until_recalled(cast: Cast) -> None:
    one, two = talk(cast), talk(cast)
    pair_part(by=cast.commune_officer, first=two, second=one)
    pair_part(by=cast.commune_officer, first=one, second=two)
    assert pairs(cast) == []
    pair_recall(by=cast.commune_officer, first=one, second=two)
    assert pairs(cast) == [(one.pk, two.pk)]
    with pytest.raises(ActivityRefused, match="chưa được ghi"):
        pair_recall(by=cast.commune_officer, first=one, second=two)


def test_one_is_no_pair_and_a_withdrawn_one_is_not_joined(cast: Cast) -> None:
    one, gone = talk(cast), talk(cast, state=Activity.State.WITHDRAWN)
    for act in (
        lambda: activities_join(by=cast.commune_officer, keep=one, other=one),
        lambda: pair_part(by=cast.commune_officer, first=one, second=one),
        lambda: activities_join(by=cast.commune_officer, keep=one, other=gone),
    ):
        with pytest.raises(ActivityRefused):
            act()


def test_only_who_may_change_both_decides(cast: Cast) -> None:
    one, two = talk(cast), talk(cast)
    for member in (cast.officer, cast.auditor, cast.outsider):
        with pytest.raises(NotAllowed):
            activities_join(by=member, keep=one, other=two)
        with pytest.raises(NotAllowed):
            pair_part(by=member, first=one, second=two)
    assert duplicate_pairs(cast.outsider) == ([], 0)


def test_a_series_of_one_day_is_not_compared_each_with_each(cast: Cast) -> None:
    for _number in range(61):
        talk(cast)
    assert pairs(cast) == []


def test_the_page_joins_and_undoes(client: Client, cast: Cast) -> None:
    one, two = talk(cast), talk(cast)
    client.force_login(cast.commune_officer)
    assert "Là một, giữ hoạt động này" in client.get("/hoat-dong/trung/").content.decode()
    html = client.post(f"/hoat-dong/trung/{one.pk}/{two.pk}/gop/", follow=True).content.decode()
    assert "Hoàn tác quyết định vừa rồi" in html
    assert "Không thấy hoạt động nào có thể trùng" in html
    client.post(f"/hoat-dong/trung/{one.pk}/{two.pk}/bo-gop/")
    assert pairs(cast) == [(one.pk, two.pk)]
    client.post(f"/hoat-dong/trung/{one.pk}/{two.pk}/khac/")
    assert pairs(cast) == []
    client.post(f"/hoat-dong/trung/{one.pk}/{two.pk}/hoi-lai/")
    assert pairs(cast) == [(one.pk, two.pk)]
    client.force_login(cast.officer)
    assert client.post(f"/hoat-dong/trung/{one.pk}/{two.pk}/gop/").status_code == 404
