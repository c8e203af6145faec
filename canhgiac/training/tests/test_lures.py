"""Lures: what their words may be, who approves them, how a page marks the cues."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.indicators.models import KnownGood
from canhgiac.training.models import Lure
from canhgiac.training.selectors.lures import lure_face
from canhgiac.training.services.lures import (
    lure_approve,
    lure_copy,
    lure_edit,
    lure_end,
    lure_new,
    lure_rework,
)
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import drills as made
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"body": "Xem tại http://noi-khac.test {lien_ket}"}, "body"),
        ({"body": "Vào trang vinhan-uu-dai.com hoặc {lien_ket}"}, "body"),
        ({"body": "Viết cho ai-do(a)noi.test {lien_ket}"}, "body"),
        ({"body": "Viết cho toi@noi {lien_ket}"}, "body"),
        ({"body": "Gọi 0912 345 678 ngay, {lien_ket}"}, "body"),
        ({"body": "Nộp vào 1234567890 rồi xem {lien_ket}"}, "body"),
        ({"body": "Không có liên kết nào"}, "body"),
        ({"body": "{lien_ket} và {lien_ket}"}, "body"),
        ({"body": "{lien_ket} {mat_khau}"}, "body"),
        ({"body": "{lien_ket} {0}"}, "body"),
        ({"subject": "Chào {ho_ten}"}, "body"),
        ({"subject": "Xem www.noi-khac.test"}, "subject"),
        ({"subject": ""}, "subject"),
        ({"sender_name": ""}, "sender_name"),
        ({"sender_name": "Vietcombank"}, "sender_name"),
        ({"sender_name": "Trung tâm MoMo hỗ trợ"}, "sender_name"),
        ({"sender_name": "Ngân hàng của bạn"}, "sender_name"),
        ({"sender_name": "Bộ Công an"}, "sender_name"),
        ({"sender_name": "CÔNG  AN huyện"}, "sender_name"),
        ({"sender_name": "Sở Y tế"}, "sender_name"),
        ({"sender_name": "Nguyễn Văn Thử"}, "sender_name"),
        ({"sender_name": "Điều phối"}, "sender_name"),
        ({"sender_name": "Sở Giáo dục và Đào tạo"}, "sender_name"),
        ({"sender_name": "Điện lực Thử Nghiệm"}, "sender_name"),
        ({"sender_name": "ho-tro@vinhan.test"}, "sender_name"),
        ({"cues": ()}, "cues"),
        ({"cues": ({"kind": "la", "words": "Chào", "why": "x"},)}, "cues"),
        ({"cues": ({"kind": "link", "words": "không có ở đó", "why": "x"},)}, "cues"),
        ({"cues": ({"kind": "link", "words": "{lien_ket}", "why": " "},)}, "cues"),
        ({"premise": {"process": 7}}, "premise"),
        ({"way": "sms", "subject": "Tiêu đề"}, "subject"),
        ({"way": "sms", "body": "dài " * 120 + "{lien_ket}"}, "body"),
        ({"way": "voice", "body": "Bấm {lien_ket}"}, "body"),
        ({"way": "telex"}, "way"),
    ],
)
def test_words_that_could_harm_somebody_are_refused(given: dict[str, Any], field: str, cast: Cast) -> None:
    KnownGood.objects.create(kind="phone", value="+84900000001", owner="Điện lực Thử Nghiệm")
    with pytest.raises(TrainingRefused) as refusal:
        lure_new(by=cast.coordinator, data=made.lure_data(**given))
    assert refusal.value.field == field


def test_a_second_person_approves_and_the_words_then_stay(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        lure_new(by=cast.officer, data=made.lure_data())
    row = lure_new(by=cast.coordinator, data=made.lure_data())
    assert (row.code, row.state) == ("M0001", Lure.State.DRAFT)
    row = lure_edit(by=cast.coordinator, lure=row, data=made.lure_data(title="Tên khác"), version=1)
    with pytest.raises(TrainingRefused) as stale:
        lure_edit(by=cast.coordinator, lure=row, data=made.lure_data(), version=1)
    assert stale.value.version == 2
    with pytest.raises(NotAllowed):
        lure_approve(by=cast.coordinator, lure=row, version=2)
    second = made.approver(cast)
    row = lure_approve(by=second, lure=row, version=2)
    with pytest.raises(TrainingRefused, match="đã duyệt"):
        lure_edit(by=cast.coordinator, lure=row, data=made.lure_data(), version=2)
    copy = lure_copy(by=cast.coordinator, lure=row)
    assert (copy.code, copy.state, copy.body) == ("M0002", Lure.State.DRAFT, row.body)
    row = lure_rework(by=cast.coordinator, lure=row, version=2)
    assert (row.state, row.version, row.reviewer) == (Lure.State.DRAFT, 3, None)
    row = lure_approve(by=second, lure=row, version=3)
    assert lure_end(by=cast.coordinator, lure=row, version=3).state == Lure.State.ENDED


def test_who_wrote_it_never_approves_it(cast: Cast) -> None:
    second = made.approver(cast)
    from canhgiac.agencies.models import Role
    from tests.factories import agencies

    agencies.role(second, Role.Kind.EDITOR, cast.province)
    row = lure_new(by=second, data=made.lure_data())
    with pytest.raises(TrainingRefused, match="không tự duyệt"):
        lure_approve(by=second, lure=row, version=1)


def test_cues_are_marked_on_the_very_words_and_everything_is_escaped(cast: Cast) -> None:
    cues = (
        {"kind": "urgency", "words": "<b>ngay</b>", "why": "Giục."},
        {"kind": "link", "words": "{lien_ket}", "why": "Lạ."},
        {"kind": "detail", "words": "b>ng", "why": "Chồng lên."},
    )
    row = lure_new(
        by=cast.coordinator, data=made.lure_data(body="Chào {ho_ten}, xem <b>ngay</b>: {lien_ket}", cues=cues)
    )
    face = lure_face(row)
    assert '<mark class="cg-hit">&lt;b&gt;ngay&lt;/b&gt;<sup>1</sup></mark>' in face.body
    assert "(tên bạn)" in face.body
    assert face.body.count("<mark") == 2
    assert "/dien-tap/" in face.body
    assert "<b>" not in face.body
    assert [cue["number"] for cue in face.cues] == [1, 2, 3]


def test_it_is_written_and_approved_on_its_pages(cast: Cast, client: Client) -> None:
    form = made.scam_form()
    client.force_login(cast.coordinator, backend=BACKEND)
    data = {
        "title": "Đổi lịch", "way": "email", "form": form.pk, "subject": "Lịch họp", "sender_name": "Bộ phận lịch",
        "body": "Xem ngay {lien_ket}", "kind_0": "urgency", "words_0": "Xem ngay", "why_0": "Giục gấp.",
        "premise_process": 4, "premise_relevance": 4, "premise_events": 0, "premise_concern": 2, "premise_training": 0,
    }  # fmt: skip
    bad = client.post("/tap-huan/dien-tap/moi/soan/", {**data, "sender_name": "Vietcombank"})
    assert bad.status_code == 422
    assert "Xem ngay {lien_ket}" in bad.content.decode()
    made_at = client.post("/tap-huan/dien-tap/moi/soan/", data)
    row = Lure.objects.get()
    assert made_at.headers["Location"] == f"/tap-huan/dien-tap/moi/{row.pk}/"
    assert row.premise == {"process": 4, "relevance": 4, "events": 0, "concern": 2, "training": 0}
    client.post(f"/tap-huan/dien-tap/moi/{row.pk}/sua/", {**data, "title": "Tên mới", "version": 1})
    client.force_login(made.approver(cast), backend=BACKEND)
    page = client.get(f"/tap-huan/dien-tap/moi/{row.pk}/").content.decode()
    assert "Bảng chấm độ khó" in page
    client.post(f"/tap-huan/dien-tap/moi/{row.pk}/viec/duyet/", {"version": 2})
    row.refresh_from_db()
    assert (row.title, row.state) == ("Tên mới", Lure.State.APPROVED)


def test_the_list_takes_as_many_queries_for_three_as_for_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.coordinator, backend=BACKEND)
    made.lure(cast, title="Một")
    client.get("/tap-huan/dien-tap/moi/")
    before = _count(client)
    made.lure(cast, title="Hai")
    made.lure(cast, title="Ba", way="sms")
    assert _count(client) == before
    assert "Hai" in client.get("/tap-huan/dien-tap/moi/?q=hai&sort=-ten").content.decode()
    assert "Không có mồi nào khớp" in client.get("/tap-huan/dien-tap/moi/?q=zzz").content.decode()


def _count(client: Client) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get("/tap-huan/dien-tap/moi/")
    return len(queries)
