"""Pages of the radar: who opens them, what they show, what they refuse, how many queries they need."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from canhgiac.agencies.models import Member, Role
from canhgiac.outreach.models import Warning as Alert
from canhgiac.radar.models import Card, Cluster, Collaborator, Signal
from canhgiac.radar.services.gathering import observations_gather
from tests.factories import agencies, library, radar
from tests.factories.agencies import Cast

MaxQueries = Callable[[int], AbstractContextManager[Any]]


def _in(client: Client, member: Member) -> Client:
    client.force_login(member)
    return client


@pytest.fixture
def page(client: Client, cast: Cast) -> Client:
    return _in(client, cast.coordinator)


STAFF = ("card_list", "cluster_list", "collaborator_list", "signal_list")


@pytest.mark.parametrize("name", STAFF)
def test_an_empty_list_says_what_to_do_next(page: Client, name: str) -> None:
    answer = page.get(reverse(name))
    assert answer.status_code == 200
    assert "cg-empty" in answer.content.decode()


@pytest.mark.parametrize("name", STAFF)
def test_who_has_no_part_in_it_is_kept_out(client: Client, cast: Cast, name: str) -> None:
    assert client.get(reverse(name)).status_code == 302
    assert _in(client, cast.officer).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", STAFF[:2])
def test_an_auditor_reads_and_finds_no_buttons(client: Client, cast: Cast, name: str) -> None:
    card = radar.card(area=cast.commune_area)
    _in(client, cast.auditor)
    assert client.get(reverse(name)).status_code == 200
    text = client.get(reverse("card_detail", args=[card.pk])).content.decode()
    assert "Soạn cảnh báo" not in text
    answer = client.post(reverse("card_draft", args=[card.pk]), {"version": 1})
    assert answer.status_code == 403


def test_the_list_tells_what_where_and_why(page: Client, cast: Cast) -> None:
    radar.card(of=radar.cluster(name="Giả công an xã"), area=cast.commune_area)
    radar.card(of=radar.cluster(name="Giả ngân hàng"))
    text = page.get(reverse("card_list")).content.decode()
    assert "ở Xã Đồi Mây có 6 lượt “Giả công an xã”; bình thường chỉ khoảng 0,2." in text
    assert "ở toàn tỉnh có 6 lượt “Giả ngân hàng”" in text
    assert "1 thẻ đang mở" in text, "the map says it too"
    only = page.get(reverse("card_list"), {"q": "ngân hàng"}).content.decode()
    assert "Giả ngân hàng" in only
    assert "Giả công an xã" not in only
    by_area = page.get(reverse("card_list"), {"area": cast.commune_area.code, "sort": "-so"}).content.decode()
    assert "Giả công an xã" in by_area
    nonsense = page.get(reverse("card_list"), {"state": "bogus", "since": "x", "page": "99999", "sort": "'--"})
    assert nonsense.status_code == 200


def test_lists_need_no_more_queries_for_more_rows(
    page: Client, cast: Cast, django_assert_max_num_queries: MaxQueries
) -> None:
    sender = radar.collaborator(cast.commune, cast.commune_area)
    most = {"card_list": 22, "cluster_list": 17, "collaborator_list": 16, "signal_list": 16}
    for number in range(4):
        area = agencies.area(name=f"Xã Thêm {number}", parent=cast.province_area)
        cluster = radar.cluster(name=f"Cụm {number}")
        radar.card(of=cluster, area=area)
        radar.collaborator(cast.commune, area, full_name=f"Người {number}")
        radar.signal(sender, area=area, form=library.form().form)
        if number in (0, 3):
            for name in STAFF:
                with django_assert_max_num_queries(most[name]):
                    page.get(reverse(name))


def test_a_card_is_drafted_in_one_tap(page: Client, cast: Cast) -> None:
    card = radar.card(of=radar.cluster(name="Giả công an xã"), area=cast.commune_area)
    url = reverse("card_detail", args=[card.pk])
    assert "Soạn cảnh báo" in page.get(url).content.decode()
    answer = page.post(reverse("card_draft", args=[card.pk]), {"version": card.version}, follow=True)
    text = answer.content.decode()
    assert "Đã có bản nháp cảnh báo." in text
    assert "Từ tin đầu tiên đến bản nháp: 8,0 giờ." in text
    assert Alert.objects.get().title == "Cảnh báo: Giả công an xã tại Xã Đồi Mây"
    assert f'href="{reverse("warning_detail", args=[Alert.objects.get().pk])}"' in text


def test_a_dismissal_keeps_what_was_typed_and_can_be_taken_back(page: Client) -> None:
    card = radar.card()
    url = reverse("card_dismiss", args=[card.pk])
    refused = page.post(url, {"version": 7, "reason": "Diễn tập của xã", "right": "no"})
    assert refused.status_code == 422
    assert "Diễn tập của xã" in refused.content.decode()
    assert "Người khác vừa xử lý" in refused.content.decode()
    assert page.post(url, {"version": 1, "reason": ""}).status_code == 422
    page.post(url, {"version": 1, "reason": "Diễn tập của xã", "right": "no"})
    card.refresh_from_db()
    assert (card.state, card.was_right, card.decision) == (Card.State.DISMISSED, False, "Diễn tập của xã")
    page.post(reverse("card_reopen", args=[card.pk]), {"version": card.version})
    card.refresh_from_db()
    assert card.state == Card.State.WATCHED
    page.post(reverse("card_watch", args=[card.pk]), {"version": "x"})


def test_a_card_is_watched(page: Client) -> None:
    card = radar.card()
    answer = page.post(reverse("card_watch", args=[card.pk]), {"version": 1}, follow=True)
    assert "theo dõi tiếp" in answer.content.decode()
    assert page.get(reverse("card_detail", args=[10**9])).status_code == 404


def test_a_cluster_shows_why_each_stands_there_and_no_sealed_word(page: Client, cast: Cast) -> None:
    radar.observation(words=radar.WORDS, area=cast.commune_area, phones=["+84900"], origin="tips.tip:7")
    radar.observation(words=radar.WORDS, consented=True)
    radar.observation(phones=["+84900"])
    observations_gather()
    cluster = Cluster.objects.get()
    text = page.get(reverse("cluster_detail", args=[cluster.pk])).content.decode()
    for words in ("mở cụm", "lời gần giống, giống 100", "chung dấu vết", "Xã Đồi Mây", "chưa rõ nơi", "Tin báo"):
        assert words in text, words
    assert text.count("xưng công an xã bảo cập nhật") == 1, "only the words that were let read"
    assert ">Tin báo</a>" not in text.split("<main")[1], "a coordinator is not led to the tip"


def test_merge_split_rename_and_undo_by_hand(page: Client, cast: Cast) -> None:
    for words in (radar.WORDS, radar.WORDS, radar.OTHER_WORDS):
        radar.observation(words=words, area=cast.commune_area)
    observations_gather()
    big, small = Cluster.objects.order_by("-size")
    assert page.get(reverse("cluster_detail", args=[big.pk])).status_code == 200
    page.post(reverse("clusters_merge", args=[big.pk]), {"gone": small.pk})
    big.refresh_from_db()
    assert big.size == 3
    page.post(reverse("move_undo", args=[big.moves.get().pk]))
    big.refresh_from_db()
    assert big.size == 2
    one = big.members.first()
    assert one
    page.post(reverse("cluster_split", args=[big.pk]), {"observations": [one.observation_id]})
    assert Cluster.objects.filter(size=1).count() == 3
    refused = page.post(reverse("cluster_split", args=[big.pk]), {"observations": ["abc"]}, follow=True)
    assert "Chọn ít nhất một lượt" in refused.content.decode()
    page.post(reverse("cluster_rename", args=[big.pk]), {"name": "Giả công an"})
    text = page.get(reverse("cluster_detail", args=[big.pk])).content.decode()
    assert "Giả công an" in text
    assert text.count("Hoàn tác") >= 1
    assert page.post(reverse("cluster_rename", args=[big.pk]), {"name": ""}).status_code == 422
    twice = page.post(reverse("move_undo", args=[big.moves.order_by("pk")[0].pk]), follow=True)
    assert "gần nhất" in twice.content.decode()


@pytest.mark.parametrize("name", ["card", "cluster", "signal"])
def test_lists_come_as_files(page: Client, cast: Cast, name: str) -> None:
    radar.card(of=radar.cluster(name="=1+1"), area=cast.commune_area)
    radar.signal(radar.collaborator(cast.commune, cast.commune_area), area=cast.commune_area, words="=cmd thấy lạ quá")
    book = page.get(reverse(f"{name}_export", args=["xlsx"]), {"state": "all"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active  # type: ignore[attr-defined]
    assert isinstance(sheet, Worksheet)
    assert sheet.max_row == 2
    lines = b"".join(page.get(reverse(f"{name}_export", args=["csv"])).streaming_content)  # type: ignore[attr-defined]
    assert len(lines.decode("utf-8-sig").splitlines()) == 2
    assert b"\n=" not in lines
    assert b",=" not in lines


def test_the_register_is_kept_on_its_pages(page: Client, cast: Cast) -> None:
    url = reverse("collaborator_add")
    assert "Chưa có thành viên nào để thêm" in page.get(url).content.decode()
    someone = agencies.member(full_name="Bà Trưởng Thôn", agency=cast.commune)
    agencies.role(someone, Role.Kind.COLLABORATOR, cast.commune)
    bad = page.post(url, {"member": someone.pk, "areas": "Xã Không Có", "standing": "Trưởng thôn"})
    assert bad.status_code == 422
    assert "Xã Không Có" in bad.content.decode()
    page.post(url, {"member": someone.pk, "areas": "Xã Đồi Mây", "standing": "Trưởng thôn"})
    row = Collaborator.objects.get()
    assert list(row.areas.all()) == [cast.commune_area]
    text = page.get(reverse("collaborator_list")).content.decode()
    assert "Bà Trưởng Thôn" in text
    assert "75 %" in text
    edit = reverse("collaborator_edit", args=[row.pk])
    assert "Trưởng thôn" in page.get(edit).content.decode()
    assert page.post(edit, {"areas": "Xã Đồi Mây", "standing": "Bí thư", "version": 9}).status_code == 422
    assert page.post(edit, {"areas": "Xã Đồi Mây", "standing": "Bí thư", "version": 1}).status_code == 302
    page.post(reverse("collaborator_end", args=[row.pk]), {"version": 2})
    row.refresh_from_db()
    assert row.ended_on


def test_a_signal_is_answered_on_its_page(page: Client, cast: Cast) -> None:
    signal = radar.signal(radar.collaborator(cast.commune, cast.commune_area), area=cast.commune_area)
    url = reverse("signal_decide", args=[signal.pk])
    assert "Có người gọi xưng công an" in page.get(url).content.decode()
    assert page.post(url, {"feedback": "Cảm ơn chị"}).status_code == 422
    page.post(url, {"state": "confirmed", "feedback": "Cảm ơn chị"})
    signal.refresh_from_db()
    assert (signal.state, signal.feedback) == (Signal.State.CONFIRMED, "Cảm ơn chị")
    assert page.get(reverse("signal_photo", args=[signal.pk])).status_code == 404


def test_a_collaborator_sends_without_a_script_and_sees_what_became_of_it(client: Client, cast: Cast) -> None:
    sender = radar.collaborator(cast.commune, cast.commune_area)
    edition = library.form(name="Giả danh công an")
    _in(client, sender.member)
    url = reverse("signal_send")
    text = client.get(url).content.decode()
    assert "Giả danh công an" in text
    assert "Xã Đồi Mây" in text
    key = uuid.uuid4()
    sent = {"uid": key, "form": edition.form.code, "area": cast.commune_area.pk}
    for _ in range(2):
        assert client.post(url, sent).status_code == 302
    signal = Signal.objects.get()
    assert signal.client_key == key
    assert "Bạn đã báo" in client.get(url).content.decode()
    refused = client.post(url, {"form": "", "area": cast.commune_area.pk, "words": ""})
    assert refused.status_code == 422
    client.post(reverse("signal_withdraw", args=[signal.pk]))
    signal.refresh_from_db()
    assert signal.state == Signal.State.WITHDRAWN
    again = client.post(reverse("signal_withdraw", args=[signal.pk]), follow=True)
    assert again.status_code == 200


def test_who_is_not_in_the_register_is_told_where_to_go(page: Client) -> None:
    text = page.get(reverse("signal_send")).content.decode()
    assert "Bạn chưa có trong danh sách cộng tác viên" in text


def test_the_door_of_the_queue(client: Client, cast: Cast) -> None:
    sender = radar.collaborator(cast.commune, cast.commune_area)
    url, key = reverse("signal_send_queued"), uuid.uuid4()
    sent = {"uid": key, "form": "", "area": cast.commune_area.pk, "words": "Có người gọi lạ"}
    assert client.post(url, sent).status_code == 401
    _in(client, sender.member)
    first, again = client.post(url, sent), client.post(url, sent)
    assert first.json() == again.json()
    assert Signal.objects.count() == 1
    assert client.post(url, {"uid": uuid.uuid4(), "form": "ZZ", "area": cast.commune_area.pk}).status_code == 422
    assert client.post(url, {"uid": uuid.uuid4(), "form": "", "area": cast.commune_area.pk}).status_code == 422
    photo = reverse("signal_photo_queued", args=[key])
    assert client.post(photo).status_code == 422
    assert client.post(photo, {"file": io.BytesIO(b"<svg/>")}).status_code == 422
    _in(client, cast.officer)
    assert (
        client.post(url, {"uid": uuid.uuid4(), "form": "", "area": cast.commune_area.pk, "words": "x"}).status_code
        == 422
    )
    assert client.post(photo).status_code == 404
