"""Many activities changed at once: shown first, done by the rules of one, undone."""

from __future__ import annotations

import pytest
from django.test import Client

from canhgiac.activities.models import Activity, Audience, Kind
from canhgiac.activities.services.bulk import (
    BulkChange,
    activities_edit_many,
    activities_edit_many_undo,
    bulk_preview,
    bulk_rows,
)
from canhgiac.activities.services.record import ActivityRefused
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories import plans as make_plan
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
HERE = "/hoat-dong/sua-nhieu/"


def test_many_are_changed_and_put_back_as_they_were(cast: Cast) -> None:
    plan = make_plan.plan(by=cast.coordinator, agency=cast.province)
    task = make_plan.task(plan, code="NV7")
    make_plan.assignment(task, cast.commune)
    other = make_area.area(name="Xã Khác", parent=cast.province_area)
    one = make.activity(by=cast.commune_officer, state=Activity.State.ACCEPTED)
    two = make.activity(by=cast.commune_officer, audiences=(Audience.PUPILS,))
    Activity.objects.filter(pk=one.pk).update(reviewed_by=cast.coordinator, reviewed_at=one.created_at)
    change = BulkChange(kind=Kind.TRAINING, area=other, audiences=(Audience.ELDERLY,), tasks=(task.pk,))
    shown = bulk_preview(bulk_rows(Activity.objects.all()), change)
    assert ("Đối tượng", "Học sinh", "Người cao tuổi") in shown[1].changes
    assert [label for label, _before, _after in shown[0].changes] == ["Hình thức", "Địa bàn", "Đối tượng", "Nhiệm vụ"]
    done = activities_edit_many(by=cast.commune_officer, ids=[one.pk, two.pk], change=change)
    assert (done.changed, done.refused) == (2, [])
    one.refresh_from_db()
    assert (one.kind, one.area, one.audiences, one.state) == (Kind.TRAINING, other, [Audience.ELDERLY], "submitted")
    assert one.title == "Lớp tập huấn tại Xã Khác"
    assert one.tasks.get() == task
    assert list(one.areas.all()) == [other]
    undone = activities_edit_many_undo(by=cast.commune_officer, undo=done.undo)
    assert (undone.changed, undone.refused) == (2, [])
    for row, audiences, state in ((one, [], "accepted"), (two, [Audience.PUPILS], "submitted")):
        row.refresh_from_db()
        assert (row.kind, row.area, row.audiences, row.state) == (
            Kind.CONFERENCE, cast.commune_area, audiences, state,
        )  # fmt: skip
        assert not row.tasks.exists()
        assert list(row.areas.all()) == [cast.commune_area]
    assert one.reviewed_by == cast.coordinator


def test_what_cannot_be_is_left_and_named(cast: Cast) -> None:
    talk = make.activity(by=cast.commune_officer, people=40)
    theirs = make.activity(by=cast.officer)
    change = BulkChange(kind=Kind.BANNER)
    done = activities_edit_many(by=cast.coordinator, ids=[talk.pk, theirs.pk], change=change)
    assert done.changed == 0
    assert "không đếm bằng lượt người" in done.refused[0]
    hidden = activities_edit_many(by=cast.commune_officer, ids=[theirs.pk], change=BulkChange(kind=Kind.TRAINING))
    assert (hidden.changed, hidden.refused) == (0, [])
    with pytest.raises(ActivityRefused, match="ít nhất một điều"):
        activities_edit_many(by=cast.commune_officer, ids=[talk.pk], change=BulkChange())
    with pytest.raises(ActivityRefused, match="nhiều nhất"):
        activities_edit_many(by=cast.commune_officer, ids=range(501), change=change)


def test_what_was_changed_since_is_not_undone(cast: Cast) -> None:
    talk = make.activity(by=cast.commune_officer)
    done = activities_edit_many(by=cast.commune_officer, ids=[talk.pk], change=BulkChange(kind=Kind.TRAINING))
    activities_edit_many(by=cast.commune_officer, ids=[talk.pk], change=BulkChange(audiences=(Audience.PUPILS,)))
    undone = activities_edit_many_undo(by=cast.commune_officer, undo=done.undo)
    assert undone.changed == 0
    assert "vừa thay đổi" in undone.refused[0]


def test_the_page_shows_first_then_does_then_undoes(client: Client, cast: Cast) -> None:
    talk = make.activity(by=cast.commune_officer, title="Buổi nói chuyện")
    make.activity(by=cast.commune_officer, kind=Kind.SOCIAL, title="Bài đăng")
    client.force_login(cast.commune_officer)
    html = client.get(HERE, {"kind": "conference"}).content.decode()
    assert "Buổi nói chuyện" in html
    assert "Bài đăng<br>" not in html
    empty = client.post(HERE, {"hd": [talk.pk]})
    assert empty.status_code == 422
    html = client.post(HERE, {"hd": [talk.pk, "x"], "kind": "training", "xem": "1"}).content.decode()
    assert "1 hoạt động sẽ đổi" in html
    talk.refresh_from_db()
    assert talk.kind == Kind.CONFERENCE
    html = client.post(HERE, {"hd": [talk.pk], "kind": "training", "luu": "1"}, follow=True).content.decode()
    assert "Đã sửa 1 hoạt động" in html
    assert "Hoàn tác lần sửa vừa rồi (1 hoạt động)" in html
    html = client.post(f"{HERE}hoan-tac/", follow=True).content.decode()
    assert "Đã hoàn tác 1 hoạt động" in html
    talk.refresh_from_db()
    assert talk.kind == Kind.CONFERENCE
    client.force_login(cast.outsider)
    assert "Không có hoạt động nào sửa được" in client.get(HERE).content.decode()
