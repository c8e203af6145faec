"""The public pages: how, form, sending, following, with and without a vault."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from canhgiac.agencies.models import AuditEntry
from canhgiac.kit.proofofwork import solve
from canhgiac.tips.models import Tip, TipMessage
from canhgiac.tips.services.opening import tip_open
from tests.factories import tips
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def sent(client: Client, **fields: object) -> str:
    """Sends the form as a browser without scripts and answers the code."""
    page = client.get("/bao-tin/gui/").content.decode()
    key = re.search(r'name="khoa" value="([0-9a-f-]{36})"', page)
    assert key
    data = {"khoa": key[1], "ke": tips.STORY, "dong_y": "on", "viec": "gui"} | fields
    answer = client.post("/bao-tin/da-gui/", data)
    assert answer.status_code == 200, answer.content.decode()[:3000]
    found = re.search(r"\b(\d{4} \d{4} \d{4} \d{4})\b", answer.content.decode())
    assert found
    return found[1]


def test_without_a_vault_the_form_says_how_else(client: Client, cast: Cast) -> None:
    for path in ("/bao-tin/", "/bao-tin/gui/"):
        page = client.get(path).content.decode()
        assert "chưa mở" in page
        assert "113" in page
    answer = client.post("/bao-tin/da-gui/", {"ke": tips.STORY, "dong_y": "on"})
    assert "chưa mở" in answer.content.decode()
    assert not Tip.objects.exists()


def test_a_person_tells_and_follows_by_code(client: Client, cast: Cast) -> None:
    vault = tips.vault_made(cast)
    code = sent(client, mat_tien="vua", so_tien="15 triệu", xa=cast.commune_area.pk, ten="Người Báo", goi="on")
    tip = Tip.objects.get()
    assert (tip.loss, tip.area, tip.is_named, tip.channel) == (Tip.Loss.UNDER_50M, cast.commune_area, True, "web")
    assert tip.sent_money_at is not None
    opened = tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked)
    assert opened.identity is not None
    assert (opened.identity.name, opened.identity.may_call) == ("Người Báo", True)
    page = client.post("/theo-doi/", {"ma": code}).content.decode()
    assert "Đã nhận, chờ cán bộ xem" in page
    assert tips.STORY not in page
    assert "Người Báo" not in page
    said = client.post("/theo-doi/", {"ma": code, "viec": "nhan", "loi": "Tôi nhớ thêm một số"}).content.decode()
    assert "Tôi nhớ thêm một số" in said
    assert TipMessage.objects.get().from_sender
    refused = client.post("/theo-doi/", {"ma": code, "viec": "rut"})
    assert "Đánh dấu" in refused.content.decode()
    client.post("/theo-doi/", {"ma": code, "viec": "rut", "chac": "1"})
    tip.refresh_from_db()
    assert tip.state == Tip.State.WITHDRAWN


def test_the_answer_to_the_words_comes_as_chips(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    page = client.post("/bao-tin/gui/", {"ke": tips.STORY, "viec": "tim", "ten": "giữ lại"}).content.decode()
    assert 'value="phone:+84900000111"' in page
    assert 'value="account:970436:1234567890123"' in page
    assert "giữ lại" in page
    piece = client.post("/bao-tin/gui/tim/", {"ke": tips.STORY}).content.decode()
    assert "<html" not in piece
    assert "dichvucong-vn.test/tai" in piece


def test_only_ticked_chips_are_kept(client: Client, cast: Cast) -> None:
    vault = tips.vault_made(cast)
    sent(client, da_xem="1", dau=["account:970436:1234567890123"], them="0900 000 222")
    opened = tip_open(by=vault.officer, tip=Tip.objects.get(), unlocked=vault.unlocked)
    assert [str(key) for key in opened.facts.keys] == ["account:970436:1234567890123", "phone:+84900000222"]


def test_prefilled_from_the_answer_page(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    page = client.post("/bao-tin/gui/", {"san": "Tin nhắn lạ 0900 000 333"}).content.decode()
    assert "Tin nhắn lạ 0900 000 333</textarea>" in page
    assert 'name="tu" value="tro-ly"' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ke": ""}, "Kể vài câu"),
        ({"dong_y": ""}, "Cần bạn đồng ý"),
        ({"so_tien": "nhiều lắm"}, "Chưa đọc được số tiền"),
        ({"ngay": "2999-01-01"}, "Ngày này chưa tới"),
        ({"luc": "2999-01-01T10:00"}, "Giờ này chưa tới"),
        ({"khoa": "x"}, "Có chỗ cần sửa"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: Client, cast: Cast, fields: dict[str, str], words: str
) -> None:
    tips.vault_made(cast)
    answer = client.post("/bao-tin/da-gui/", {"ke": tips.STORY, "dong_y": "on", "noi": "chợ Đồi Mây"} | fields)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "chợ Đồi Mây" in answer.content.decode()
    assert not Tip.objects.exists()


def test_sent_twice_is_one_tip_and_one_code(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    key = "7d1f3a52-5a2b-4a3c-9a51-0d3c1a8b7e11"
    assert sent(client, khoa=key) == sent(client, khoa=key)
    assert Tip.objects.count() == 1
    assert not TipMessage.objects.exists()
    sent(client, khoa=key, ke=tips.STORY + " Họ gọi lại lúc 9 giờ.")
    assert Tip.objects.count() == 1
    assert TipMessage.objects.count() == 1


def test_without_the_little_work_an_address_sends_three_an_hour_with_it_more(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    for _ in range(3):
        sent(client)
    form = {"ke": tips.STORY, "dong_y": "on"}
    refused = client.post("/bao-tin/da-gui/", form)
    assert refused.status_code == 429
    assert "Nội dung vẫn còn" in refused.content.decode()
    challenge = client.get("/bao-tin/gui/thu-thach.json").json()["challenge"]
    proof = {"thu_thach": challenge, "loi_giai": solve(challenge)}
    assert client.post("/bao-tin/da-gui/", form | proof).status_code == 200
    assert client.post("/bao-tin/da-gui/", form | proof).status_code == 429
    assert client.post("/bao-tin/da-gui/", form | {"thu_thach": challenge, "loi_giai": "1"}).status_code == 429


def test_the_code_stands_in_no_row_and_no_log(client: Client, cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    tips.vault_made(cast)
    code = sent(client)
    client.post("/theo-doi/", {"ma": code})
    assert code.replace(" ", "") not in str(list(AuditEntry.objects.values_list("facts", flat=True)))
    for word in (code, code.replace(" ", ""), "0900 000 111", "rửa tiền"):
        assert word not in caplog.text


def test_the_pages_are_not_kept_by_any_cache(client: Client, cast: Cast) -> None:
    tips.vault_made(cast)
    for answer in (client.get("/bao-tin/gui/"), client.get("/theo-doi/"), client.post("/theo-doi/", {"ma": "1"})):
        assert "no-store" in answer["Cache-Control"]
