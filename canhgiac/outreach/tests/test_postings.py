"""Places where a warning stands, against the simulated Facebook and Zalo: put up once, recalled, taken down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach.models import Posting, Provider, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.postings import (
    posting_put,
    posting_remove,
    posting_retry,
    posting_settle,
    posting_take_down,
    postings_make,
    postings_mend,
    warning_places,
)
from canhgiac.outreach.services.providers import provider_secret_keep
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.succession import warning_cancel_begin, warning_update_begin, warnings_expire
from simulators import facebook, zalo
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.simulated import NOWHERE, World, world

from .sending import settled, standing
from .test_public import REASON, let_out, text

pytestmark = pytest.mark.django_db
Place, State = Posting.Place, Posting.State
BOTH = [Place.FACEBOOK, Place.ZALO]


@pytest.fixture
def approver(cast: Cast) -> Member:
    return standing(cast)


@pytest.fixture
def net() -> Iterator[World]:
    with world() as made:
        page = outreach.provider(Way.MESSENGER, sender=facebook.PAGE_ID, settings={"api": f"{made.api.url}/facebook"})
        keys: dict[str, Any] = {"token": facebook.TOKEN, "app_secret": facebook.APP_SECRET}
        provider_secret_keep(provider_id=page.pk, secret=keys)
        base = f"{made.api.url}/zalo"
        given = {"app_id": zalo.APP_ID, "api": base, "business": base, "oauth": base}
        account = outreach.provider(Way.ZALO, sender=zalo.OA_ID, settings=given)
        tokens = made.tokens()
        keys = {"secret": zalo.SECRET, "oa_secret": zalo.OA_SECRET, "access": tokens.access, "refresh": tokens.refresh}
        provider_secret_keep(provider_id=account.pk, secret={**keys, "expires": tokens.expires.isoformat()})
        yield made


def ready(cast: Cast, approver: Member, **given: Any) -> Alert:
    """An approved warning."""
    facts: dict[str, Any] = {
        "title": "Giả điện lực dọa cắt điện",
        "happens": "Kẻ xấu xưng nhân viên điện lực, dọa cắt điện rồi bảo cài một ứng dụng lạ.",
        "advice": "Không cài ứng dụng lạ.",
    }
    row = outreach.draft(cast.coordinator, **(facts | given))
    row.number, row.expires_at = f"CB-2026-{row.pk}", clock.now() + dt.timedelta(days=9)
    return settled(row, approver)


def work_off() -> None:
    """Does what was put on the queue, until there is nothing more."""
    acts: dict[str, Callable[..., None]] = {
        "outreach.posting_put": posting_put,
        "outreach.posting_remove": posting_remove,
        "outreach.warning_places": warning_places,
    }
    done: set[int] = set()
    while jobs := list(ProcrastinateJob.objects.filter(task_name__in=acts).exclude(id__in=done).order_by("id")):
        for job in jobs:
            done.add(job.id)
            [(name, pk)] = job.args.items()
            model = Alert if name == "warning_id" else Posting
            if model.objects.filter(pk=pk).exists():  # tests in the browser leave jobs of theirs behind
                acts[job.task_name](**job.args)


def at(row: Alert, place: str) -> Posting:
    return row.postings.get(place=place)


def test_posting_issues_the_warning_and_it_stands_at_every_chosen_place(
    cast: Cast, approver: Member, net: World
) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=BOTH)
    assert "Giả điện lực" in text(f"/canh-bao/{row.pk}/"), "our own page waits for no worker"
    work_off()
    assert {one.place: one.state for one in row.postings.all()} == dict.fromkeys(
        [Place.PORTAL, Place.FACEBOOK, Place.ZALO], State.UP
    )
    [post] = net.facebook.posts()
    assert "Không cài ứng dụng lạ." in post["text"]
    assert f"/canh-bao/{row.pk}/" in post["text"]
    assert post["picture"], "the card goes with it"
    [article] = net.zalo.posts()
    assert "Giả điện lực dọa cắt điện" in article["body"]["title"]
    assert at(row, Place.FACEBOOK).ref == post["id"]
    assert AuditEntry.objects.filter(act="outreach.posting_up").count() == 2
    postings_make(by=cast.coordinator, warning=row, places=BOTH)
    work_off()
    assert len(net.facebook.posts()) == len(net.zalo.posts()) == 1


def test_who_may_not_send_may_not_post_and_nothing_unapproved_goes_up(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    with pytest.raises(NotAllowed):
        postings_make(by=approver, warning=row, places=[])
    with pytest.raises(WarningRefused, match="danh sách"):
        postings_make(by=cast.coordinator, warning=row, places=["bang-ron"])
    draft = outreach.draft(cast.coordinator)
    with pytest.raises(WarningRefused, match="chưa được duyệt"):
        postings_make(by=cast.coordinator, warning=draft, places=[])
    Provider.objects.filter(way=Way.ZALO).delete()
    with pytest.raises(WarningRefused, match="Zalo"):
        postings_make(by=cast.coordinator, warning=row, places=[Place.ZALO])
    row.refresh_from_db()
    assert row.state == Alert.State.APPROVED
    assert not Posting.objects.exists()
    assert net.facebook.posts() == []


def test_a_recall_stands_wherever_the_warning_stood(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=BOTH)
    work_off()
    recall = let_out(warning_cancel_begin(by=cast.coordinator, warning=row, reason=REASON), approver)
    work_off()
    assert {one.state for one in row.postings.all()} == {State.DOWN}
    new, old = net.facebook.posts()
    assert old["id"] == at(row, Place.FACEBOOK).ref
    assert old["text"].startswith("ĐÃ THU HỒI ngày ")
    assert REASON in old["text"]
    assert "dọa cắt điện rồi bảo cài" not in old["text"]
    assert f"/canh-bao/{recall.pk}/" in old["text"]
    assert new["id"] == at(recall, Place.FACEBOOK).ref
    assert REASON in new["text"]
    by_id = {article["id"]: article["body"] for article in net.zalo.posts()}
    assert by_id[at(row, Place.ZALO).ref]["title"].startswith("ĐÃ THU HỒI")
    assert at(recall, Place.ZALO).state == State.UP
    assert "ĐÃ THU HỒI" in text(f"/canh-bao/{row.pk}/")
    warning_places(warning_id=recall.pk)
    work_off()
    assert len(net.facebook.posts()) == len(net.zalo.posts()) == 2


def test_an_update_goes_where_its_alert_stood_and_nowhere_else(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    work_off()
    update = let_out(warning_update_begin(by=cast.coordinator, warning=row), approver)
    work_off()
    new, old = net.facebook.posts()
    assert old["text"].startswith("ĐÃ CÓ BẢN CẬP NHẬT")
    assert "Cập nhật: " in new["text"]
    assert net.zalo.posts() == []
    recall = let_out(warning_cancel_begin(by=cast.coordinator, warning=update, reason=REASON), approver)
    work_off()
    assert [post["text"][:10] for post in net.facebook.posts()][1:] == ["ĐÃ THU HỒI", "ĐÃ CÓ BẢN "]
    assert at(recall, Place.FACEBOOK).state == State.UP


def test_what_expired_is_taken_down_everywhere(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=BOTH)
    work_off()
    Alert.objects.filter(pk=row.pk).update(expires_at=clock.now() - dt.timedelta(minutes=1))
    assert warnings_expire() == 1
    work_off()
    assert net.facebook.posts() == net.zalo.posts() == []
    assert {one.state for one in row.postings.all()} == {State.DOWN}
    assert warnings_expire() == 0


def test_a_lost_answer_does_not_post_twice(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    net.facebook.loses_next_answer = net.zalo.loses_next_answer = True
    postings_make(by=cast.coordinator, warning=row, places=BOTH)
    work_off()
    assert at(row, Place.FACEBOOK).state == at(row, Place.ZALO).state == State.UNSURE
    assert len(net.facebook.posts()) == len(net.zalo.posts()) == 1
    Posting.objects.update(tried_at=clock.now() - dt.timedelta(minutes=5))
    assert postings_mend() == 2
    work_off()
    assert at(row, Place.FACEBOOK).state == at(row, Place.ZALO).state == State.UP
    assert at(row, Place.FACEBOOK).ref == net.facebook.posts()[0]["id"]
    assert len(net.facebook.posts()) == len(net.zalo.posts()) == 1


def test_a_dead_worker_before_or_after_the_call_leaves_one_post(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    posting = at(row, Place.FACEBOOK)
    Posting.objects.filter(pk=posting.pk).update(state=State.POSTING, tried_at=clock.now())
    posting_put(posting_id=posting.pk)
    assert net.facebook.posts() == [], "another worker may be at it just now"
    long_ago = clock.now() - dt.timedelta(minutes=5)
    Posting.objects.filter(pk=posting.pk).update(tried_at=long_ago)
    posting_put(posting_id=posting.pk)
    assert len(net.facebook.posts()) == 1, "it died before the call"
    Posting.objects.filter(pk=posting.pk).update(state=State.POSTING, tried_at=long_ago, ref="", up_at=None)
    posting_put(posting_id=posting.pk)
    assert len(net.facebook.posts()) == 1, "it died after the call"
    assert at(row, Place.FACEBOOK).state == State.UP


def test_a_post_under_way_when_the_recall_comes_is_found_and_recalled(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    net.facebook.loses_next_answer = True
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    work_off()
    let_out(warning_cancel_begin(by=cast.coordinator, warning=row, reason=REASON), approver)
    work_off()
    assert [post["text"].startswith("ĐÃ THU HỒI") for post in net.facebook.posts()] == [False, True]
    assert at(row, Place.FACEBOOK).state == State.DOWN


def test_a_platform_that_is_away_is_tried_again_and_one_that_refuses_says_why(
    cast: Cast, approver: Member, net: World
) -> None:
    page = Provider.objects.get(way=Way.MESSENGER)
    Provider.objects.filter(pk=page.pk).update(settings={"api": NOWHERE})
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    work_off()
    posting = at(row, Place.FACEBOOK)
    assert posting.state == State.QUEUED
    assert "http:ConnectError" in posting.error
    Posting.objects.filter(pk=posting.pk).update(made_at=clock.now() - dt.timedelta(hours=13))
    posting_put(posting_id=posting.pk)
    assert at(row, Place.FACEBOOK).state != State.UP
    Posting.objects.filter(pk=posting.pk).update(state=State.FAILED)
    Provider.objects.filter(pk=page.pk).update(settings={"api": f"{net.api.url}/facebook"})
    posting_retry(by=cast.coordinator, posting=posting)
    work_off()
    assert at(row, Place.FACEBOOK).state == State.UP
    assert at(row, Place.FACEBOOK).error == ""


def test_a_person_takes_one_post_down_or_says_that_it_is_gone(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    work_off()
    with pytest.raises(NotAllowed):
        posting_take_down(by=approver, posting=at(row, Place.FACEBOOK))
    with pytest.raises(WarningRefused, match="Trang cảnh báo"):
        posting_take_down(by=cast.coordinator, posting=at(row, Place.PORTAL))
    posting_take_down(by=cast.coordinator, posting=at(row, Place.FACEBOOK))
    work_off()
    assert net.facebook.posts() == []
    assert at(row, Place.FACEBOOK).state == State.DOWN
    postings_make(by=cast.coordinator, warning=row, places=[Place.FACEBOOK])
    work_off()
    assert len(net.facebook.posts()) == 1
    Provider.objects.filter(way=Way.MESSENGER).update(settings={"api": NOWHERE})
    posting_take_down(by=cast.coordinator, posting=at(row, Place.FACEBOOK))
    work_off()
    assert at(row, Place.FACEBOOK).state == State.REMOVING
    assert at(row, Place.FACEBOOK).error
    posting_settle(by=cast.coordinator, posting=at(row, Place.FACEBOOK))
    assert at(row, Place.FACEBOOK).state == State.DOWN


def test_the_card_offers_what_can_be_chosen_and_shows_what_stands(cast: Cast, approver: Member, net: World) -> None:
    row = ready(cast, approver)
    client = Client()
    client.force_login(cast.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(f"/phat-canh-bao/{row.pk}/").content.decode()
    assert 'id="noi-dang"' in page
    assert 'name="places" value="facebook"' in page
    answer = client.post(f"/phat-canh-bao/{row.pk}/noi-dang/dang/", {"places": ["facebook"]}, follow=True)
    assert "Đã đăng trang cảnh báo" in answer.content.decode()
    card = client.get(f"/phat-canh-bao/{row.pk}/noi-dang/").content.decode()
    assert 'hx-trigger="every 3s"' in card
    assert "Chờ đăng" in card
    work_off()
    card = client.get(f"/phat-canh-bao/{row.pk}/noi-dang/").content.decode()
    assert "hx-trigger" not in card
    assert card.count("Đang hiện") == 2
    assert 'value="facebook"' not in card
    posting = at(row, Place.FACEBOOK)
    client.post(f"/phat-canh-bao/noi-dang/{posting.pk}/go/")
    work_off()
    assert net.facebook.posts() == []
    client.post(f"/phat-canh-bao/noi-dang/{posting.pk}/da-go/")
    Posting.objects.filter(pk=posting.pk).update(state=State.FAILED, error="Trang từ chối")
    assert "Trang từ chối" in client.get(f"/phat-canh-bao/{row.pk}/noi-dang/").content.decode()
    client.post(f"/phat-canh-bao/noi-dang/{posting.pk}/thu-lai/")
    work_off()
    assert at(row, Place.FACEBOOK).state == State.UP
