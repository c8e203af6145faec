"""Talks: boxed, in order, closed to others, forgotten; the page without JavaScript; a tip out of the talk."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.services import quota_take
from canhgiac.assistant.models import DutyTalk, GapQuestion, Talk, TalkTurn
from canhgiac.assistant.selectors.knowledge import knowledge_forget
from canhgiac.assistant.selectors.replies import Choice, Reply, reply_read, reply_told
from canhgiac.assistant.selectors.talks import reply_of, talk_open, texts_of, turns_of
from canhgiac.assistant.selectors.tipdrafts import tip_draft
from canhgiac.assistant.services import memory, talks
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.assistant.services.tipping import talk_tip
from canhgiac.assistant.views.public import SAYS
from canhgiac.engines.dialogue import Loss, Memory, Slots
from canhgiac.engines.lookup.keys import Kind
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.kit.templatetags.cg import vn_datetime
from canhgiac.library.selectors.recognition import judge_forget
from canhgiac.tips.models import Tip, TipToken
from canhgiac.tips.services.opening import tip_open
from tests.factories import tips
from tests.factories.agencies import Cast
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

pytestmark = pytest.mark.django_db
SCARED = "toi vua chuyen 20 trieu cho so tai khoan 0071000123456 vietcombank, bi lua roi gio lam sao"
WEB = Talk.Channel.WEB
OWN = {"Origin": "http://testserver"}


@pytest.fixture
def light(cast: Cast) -> Cast:
    """An empty library: most of what is shown here asks nothing of it."""
    knowledge_forget()
    judge_forget()
    return cast


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """The library, and recognition that learned from it."""
    library()
    recognition_ready()
    knowledge_forget()
    return cast


def begun(key: str = "a" * 43) -> Talk:
    return talks.talk_of(channel=WEB, key=key)


def said(client: Client, words: str, **more: object) -> str:
    """Says something as a browser without scripts does, and reads the page it is sent to."""
    answer = client.post("/hoi/noi/", {"noi_dung": words} | more, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_what_is_kept_cannot_be_read_without_the_key(settings: Settings, light: Cast) -> None:
    talk = begun()
    talks.talk_say(talk=talk, text=SCARED)
    rows = [bytes(turn.words_sealed) for turn in talk.turns.all()]
    talk.refresh_from_db()
    assert talk.memory_sealed is not None
    kept = b"".join([*rows, bytes(talk.memory_sealed), bytes(talk.person)])
    assert not any(word in kept for word in (b"20 trieu", b"0071000123456", b"happened", b"aaaa"))
    assert {len(row) % 256 for row in rows} == {1 + 24 + 16}
    with pytest.raises(BrokenSealError):
        memory.memory_unbox(rows[0])
    with pytest.raises(BrokenSealError):
        memory.address_unbox(rows[0])
    settings.SECRET_KEY = "another server's"
    with pytest.raises(BrokenSealError):
        turns_of(talk)


def test_a_box_gives_back_what_was_put_in() -> None:
    told = Memory("happened", Slots(form="F07", loss=Loss(("money",), 5_000_000), minutes_ago=20), "bank", ("Có",))
    assert memory.memory_unbox(memory.memory_box(told)) == told
    assert memory.memory_unbox(None) is None
    assert memory.words_unbox(memory.words_box("chị ơi")) == "chị ơi"
    assert memory.address_unbox(memory.address_box("9001")) == "9001"
    assert memory.address_unbox(None) == ""
    assert memory.person_digest("web", "x") != memory.person_digest("zalo", "x")


def test_a_reply_is_read_back_as_it_was_said(ready: Cast) -> None:
    talk = begun()
    turn = talks.talk_say(
        talk=talk, text="VCB: tai khoan bi khoa, bam https://vietcombank.vn-xacminh.test/kh 0900000214"
    )
    assert turn is not None
    reply = reply_of(turn)
    assert reply.checked is not None
    assert reply.checked.form is not None or reply.checked.reasons
    assert reply_read(reply_told(reply)) == reply
    assert all(thing.value == "" for thing in reply.checked.found)
    assert "0900000214" not in reply_told(reply)
    assert [source.id for source in reply.sources] == turn.sources
    with pytest.raises(ValueError, match="person"):
        reply_of(talk.turns.get(number=1))


def test_turns_stand_in_order_and_one_inbound_is_answered_once(light: Cast) -> None:
    talk = begun()
    first = talks.talk_say(talk=talk, text="chào", inbound=7)
    again = talks.talk_say(talk=talk, text="chào", inbound=7)
    assert first is not None
    assert again == first
    talks.talk_say(talk=talk, text="làm sao để mẹ tôi không bị lừa")
    assert [turn.row.number for turn in turns_of(talk)] == [1, 2, 3, 4]
    assert texts_of(turns_of(talk)) == ["chào", "làm sao để mẹ tôi không bị lừa"]
    assert begun() == talk
    with pytest.raises(AssistantRefused, match="Chưa có nội dung"):
        talks.talk_say(talk=talk, text=" \x00 ")


def test_an_answer_costs_few_queries(ready: Cast) -> None:
    talk = begun()
    talks.talk_say(talk=talk, text=SCARED)
    for number in range(4):
        talks.talk_say(talk=talk, text=f"{number} giờ trước")
    with CaptureQueriesContext(connection) as seen:
        talks.talk_say(talk=talk, text="rồi sao nữa")
    assert len(seen) <= 10, [one["sql"][:90] for one in seen]


def test_while_an_officer_holds_the_talk_the_assistant_is_silent(light: Cast) -> None:
    talk = begun()
    talks.talk_say(talk=talk, text="chào")
    Talk.objects.filter(pk=talk.pk).update(state=Talk.State.HELD)
    assert talks.talk_say(talk=talk, text="anh ơi em mất tiền rồi", inbound=9) is None
    assert talks.talk_say(talk=talk, text="anh ơi em mất tiền rồi", inbound=9) is None
    talks.turn_add(talk=talk, who=TalkTurn.Who.OFFICER, words="Bạn gọi ngân hàng chưa?", by=light.officer)
    whos = [turn.row.who for turn in turns_of(talk)]
    assert whos == ["person", "assistant", "person", "officer"]
    with pytest.raises(AssistantRefused):
        talks.turn_add(talk=talk, who=TalkTurn.Who.OFFICER, words=" ", by=light.officer)


def test_a_talk_is_forgotten_at_its_time_and_not_before(light: Cast) -> None:
    talk, now = begun(), clock.now()
    talks.talk_say(talk=talk, text="chào", now=now)
    assert talks.talks_forget(now=now + talks.KEPT - dt.timedelta(minutes=1)) == 0
    later = now + talks.KEPT + dt.timedelta(minutes=1)
    assert talk_open(channel=WEB, key="a" * 43, now=later) is None  # also before the job ran
    ended = begun("b" * 43)
    talks.talk_end(talk=ended, keep=talks.KEPT_AFTER_DUTY)
    with pytest.raises(AssistantRefused, match="đã kết thúc"):
        talks.talk_say(talk=ended, text="còn đó không")
    assert talks.talks_forget(now=later) == 1
    assert not TalkTurn.objects.exists()
    assert AuditEntry.objects.filter(act="assistant.talks_forget").count() == 1
    assert talks.talks_forget(now=later) == 0
    assert talks.talks_forget(now=now + talks.KEPT_AFTER_DUTY + dt.timedelta(hours=1)) == 1


def test_a_later_word_moves_the_forgetting_on_and_never_back(light: Cast) -> None:
    talk, now = begun(), clock.now()
    Talk.objects.filter(pk=talk.pk).update(forget_at=now + dt.timedelta(days=9))
    talks.reply_add(talk=talk, reply=Reply(act="human", slots=Slots(), says=("Đã báo người trực.",)), now=now)
    talk.refresh_from_db()
    assert talk.forget_at == now + dt.timedelta(days=9)
    fresh = talks.talk_of(channel=WEB, key="a" * 43, now=now + dt.timedelta(days=10))
    assert fresh.pk != talk.pk
    assert not Talk.objects.filter(pk=talk.pk).exists()


def test_a_mark_that_it_did_not_help_becomes_a_masked_question(light: Cast) -> None:
    talk = begun()
    turn = talks.talk_say(talk=talk, text="làm sao giúp ông Nguyễn Văn Mít số 0900 000 777 khỏi bị lừa")
    assert turn is not None
    before = GapQuestion.objects.count()
    talks.turn_mark(turn=turn, helpful=False)
    talks.turn_mark(turn=turn, helpful=False)
    row = GapQuestion.objects.latest("pk")
    assert GapQuestion.objects.count() == before + 1
    assert row.why == GapQuestion.Why.UNHELPFUL
    assert "777" not in row.words.replace("•", "") or "0900" not in row.words
    talks.turn_mark(turn=turn, helpful=True)
    turn.refresh_from_db()
    assert turn.helpful is True
    with pytest.raises(AssistantRefused):
        talks.turn_mark(turn=talk.turns.get(number=1), helpful=True)


# The page -----------------------------------------------------------------------------------------------------------


def test_a_person_asks_without_javascript(client: Client, ready: Cast) -> None:
    empty = client.get("/hoi/")
    assert "cg-hoi" not in client.cookies  # looking leaves nothing behind
    assert empty.content.decode().count('name="noi_dung" value="') == 6
    page = said(client, SCARED)
    cookie = client.cookies["cg-hoi"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/hoi/", "")
    assert cookie.value.encode() not in bytes(Talk.objects.get().person)
    for words in (SCARED, 'href="tel:113"', "Gọi ngân hàng", "Đã giúp được"):
        assert words in page
    assert "no-store" in client.get("/hoi/")["Cache-Control"]
    page = said(client, "hôm qua tôi lỡ đọc mã cho họ nữa, à không, bị lừa lúc nào không nhớ")
    choice = re.search(
        r'<button class="btn btn-quiet" name="noi_dung" value="([^"]+)"', said(client, "tin này có lừa không")
    )
    page = said(client, choice[1] if choice else "vừa xong")
    assert page.count("cg-chat-turn") == 8
    assert len(re.findall(r"cg-chat-choices", page)) <= 1  # only the newest answer's are open


def test_words_are_text_whatever_they_hold(client: Client, light: Cast) -> None:
    page = said(client, '<script>alert(1)</script><img src=x onerror="alert(1)"> {{ settings.SECRET_KEY }} </textarea>')
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ settings.SECRET_KEY }}" in page
    framed = Client().get("/hoi/khung/").content.decode()
    key = re.search(r'name="khoa" value="([^"]+)"', framed)
    assert key
    framed = Client().post("/hoi/khung/", {"khoa": key[1], "noi_dung": "<b onclick=x>a"}, headers=OWN).content.decode()
    assert "&lt;b onclick=x&gt;a" in framed


def test_another_browser_reads_and_does_nothing(client: Client, light: Cast) -> None:
    said(client, SCARED)
    talk, other = Talk.objects.get(), Client()
    assert SCARED not in other.get("/hoi/").content.decode()
    other.cookies["cg-hoi"] = "b" * 43
    assert SCARED not in other.get("/hoi/").content.decode()
    other.cookies["cg-hoi"] = "' OR 1=1 --"
    assert SCARED not in other.get("/hoi/").content.decode()
    other.post("/hoi/danh-gia/2/", {"giup": "0"})
    other.post("/hoi/gap-nguoi/", {})
    other.post("/hoi/xoa/", {})
    assert other.get("/hoi/bao-tin/").status_code == 302
    assert talk.turns.get(number=2).helpful is None
    assert Talk.objects.filter(pk=talk.pk, state=Talk.State.OPEN).exists()
    assert Talk.objects.count() == 1


def test_a_talk_of_staff_is_closed_to_whoever_comes_after_them(client: Client, light: Cast) -> None:
    client.force_login(light.officer)
    said(client, "việc của tôi hôm nay")
    assert Talk.objects.get().member == light.officer
    key = client.cookies["cg-hoi"].value
    after = Client()
    after.cookies["cg-hoi"] = key
    assert "việc của tôi hôm nay" not in after.get("/hoi/").content.decode()
    assert "việc của tôi hôm nay" in client.get("/hoi/").content.decode()


def test_forms_of_other_sites_are_refused(light: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    for path in ("/hoi/noi/", "/hoi/xoa/", "/hoi/gap-nguoi/", "/hoi/danh-gia/1/"):
        assert strict.post(path, {"noi_dung": "chào", "giup": "1"}).status_code == 403
    assert not Talk.objects.exists()


def test_too_much_and_too_long_are_told_and_nothing_typed_is_lost(client: Client, light: Cast) -> None:
    answer = client.post("/hoi/noi/", {"noi_dung": "a" * 10_001})
    assert answer.status_code == 422
    assert "10.000" in answer.content.decode()
    assert "a" * 10_001 in answer.content.decode()
    answer = client.post("/hoi/noi/", {"noi_dung": "  "})
    assert answer.status_code == 422
    assert "Chưa có nội dung" in answer.content.decode()
    quota_take(limit=SAYS, address="127.0.0.1", times=SAYS.most)
    answer = client.post("/hoi/noi/", {"noi_dung": "tôi bị lừa rồi"})
    assert answer.status_code == 429
    assert "Đợi một phút" in answer.content.decode()
    assert "tôi bị lừa rồi" in answer.content.decode()
    assert not TalkTurn.objects.exists()


def test_a_picture_is_read_in_memory_and_only_its_words_are_kept(client: Client, light: Cast) -> None:
    drawn = BytesIO()
    segno.make("https://vietcombank.vn-xacminh.test/kh").save(drawn, kind="png", scale=6, border=4)
    page = said(client, "mã này là gì", anh=SimpleUploadedFile("ma.png", drawn.getvalue(), "image/png"))
    assert "[Ảnh]" in page
    turns = turns_of(Talk.objects.get())
    assert turns[0].words.startswith("mã này là gì\n\n[Ảnh]")
    assert turns[1].row.act == "check"
    refused = client.post("/hoi/noi/", {"noi_dung": "xem giúp", "anh": SimpleUploadedFile("a.png", b"no picture")})
    assert refused.status_code == 422
    assert "không phải ảnh" in refused.content.decode()
    assert "xem giúp</textarea>" in refused.content.decode()
    assert Talk.objects.get().turns.count() == 2


def test_the_script_gets_the_talk_alone_and_nothing_while_nothing_is_new(client: Client, light: Cast) -> None:
    part = client.post("/hoi/noi/", {"noi_dung": "chào"}, HTTP_X_TALK_PART="")
    assert part.status_code == 200
    text = part.content.decode()
    assert "<html" not in text
    version = re.search(r'data-version="([^"]+)"', text)
    assert version
    assert client.get("/hoi/", HTTP_X_TALK_PART=version[1]).status_code == 204
    more = client.post("/hoi/noi/", {"noi_dung": "còn nữa"}, headers={"X-Talk-Part": "", "X-Talk-Have": "2"}).content
    assert re.findall(r'id="luot-(\d)"', more.decode()) == ["3", "4"]
    assert b'data-after="2"' in more
    talks.turn_add(talk=Talk.objects.get(), who=TalkTurn.Who.OFFICER, words="Tôi nghe đây", by=light.officer)
    news = client.get("/hoi/", HTTP_X_TALK_PART=version[1])
    assert "Tôi nghe đây" in news.content.decode()


def test_a_person_is_asked_for_and_the_place_is_told(client: Client, light: Cast) -> None:
    assert client.post("/hoi/gap-nguoi/", {}).status_code == 422
    said(client, SCARED)
    page = client.post("/hoi/gap-nguoi/", {}, follow=True).content.decode()
    assert "cg-desk" in page
    assert DutyTalk.objects.get().why == DutyTalk.Why.LOSS
    page = client.post("/hoi/gap-nguoi/", {"thoi": "1"}, follow=True).content.decode()
    assert "cg-desk" not in page
    assert DutyTalk.objects.get().ended_at is not None


def test_what_ended_is_read_again_until_the_next_word_and_erased_with_it(client: Client, light: Cast) -> None:
    said(client, SCARED)
    talks.turn_add(talk=Talk.objects.get(), who=TalkTurn.Who.OFFICER, words="Mai bạn ghé phường", by=light.officer)
    talks.talk_end(talk=Talk.objects.get(), keep=talks.KEPT_AFTER_DUTY)
    page = client.get("/hoi/").content.decode()
    assert "Mai bạn ghé phường" in page
    assert f"tự xóa lúc {vn_datetime(Talk.objects.get().forget_at)}" in page
    assert "đã kết thúc" in page
    assert client.post("/hoi/gap-nguoi/", {}).status_code == 422
    later = client.post("/hoi/noi/", {"noi_dung": "chào"}, headers={"X-Talk-Part": "", "X-Talk-Have": "3"})
    assert re.findall(r'id="luot-(\d)"', later.content.decode()) == ["1", "2"]  # another talk: nothing is joined
    assert Talk.objects.count() == 2
    client.post("/hoi/xoa/", {})
    assert not Talk.objects.exists()


def test_erasing_erases_at_once(client: Client, light: Cast) -> None:
    said(client, SCARED)
    client.post("/hoi/gap-nguoi/", {})
    answer = client.post("/hoi/xoa/", {}, follow=True)
    assert SCARED not in answer.content.decode()
    assert not Talk.objects.exists()
    assert client.cookies["cg-hoi"].value == ""


def test_however_long_a_talk_the_page_asks_as_little(client: Client, light: Cast) -> None:
    said(client, "chào")
    with CaptureQueriesContext(connection) as short:
        client.get("/hoi/")
    for words in ("số 0900 000 111 có lừa không", "mẹ tôi hay bị gọi", "lừa đảo phạt thế nào"):
        said(client, words)
    with CaptureQueriesContext(connection) as long:
        client.get("/hoi/")
    assert len(long) <= len(short)


# The frame ----------------------------------------------------------------------------------------------------------


def test_the_frame_keeps_a_thread_without_a_cookie_and_sends_no_tip(client: Client, light: Cast) -> None:
    tips.vault_made(light)
    page = client.get("/hoi/khung/")
    assert not page.cookies
    assert "X-Frame-Options" not in page
    key = re.search(r'name="khoa" value="([^"]+)"', page.content.decode())
    assert key
    answer = client.post("/hoi/khung/", {"khoa": key[1], "noi_dung": SCARED}, headers=OWN)
    text = answer.content.decode()
    assert SCARED in text
    assert "giờ vàng" in text
    assert "bao-tin" not in text
    assert not answer.cookies
    talk = Talk.objects.get()
    again = client.post("/hoi/khung/", {"khoa": key[1], "noi_dung": "hôm qua"}, headers=OWN)
    assert SCARED in again.content.decode()
    # Words from a page around the frame, or under a key that is not ours, are refused: nobody plants a talk.
    assert (
        client.post(
            "/hoi/khung/", {"khoa": key[1], "noi_dung": "x"}, headers={"Origin": "https://evil.test"}
        ).status_code
        == 403
    )
    assert client.post("/hoi/khung/", {"khoa": key[1], "noi_dung": "x"}).status_code == 403
    client.post("/hoi/khung/", {"khoa": "planted", "noi_dung": "x"}, headers=OWN)
    assert client.post("/hoi/mang-sang/", {"khoa": key[1]}, headers={"Origin": "https://evil.test"}).status_code == 403
    assert Talk.objects.get().turns.count() == 4
    moved = client.post("/hoi/mang-sang/", {"khoa": key[1]}, follow=True, headers=OWN)
    assert SCARED in moved.content.decode()
    assert Talk.objects.get() == talk
    assert SCARED not in client.post("/hoi/khung/", {"khoa": key[1], "noi_dung": "ai đó"}, headers=OWN).content.decode()
    for path in ("/hoi/", "/hoi/bao-tin/"):
        assert client.get(path)["X-Frame-Options"] == "DENY"


# The tip ------------------------------------------------------------------------------------------------------------


def test_a_draft_holds_the_persons_words_and_counts_back_from_when_they_were_said(light: Cast) -> None:
    talk, now = begun(), clock.now() - dt.timedelta(hours=1)
    talks.talk_say(talk=talk, text="chào bạn", now=now)
    talks.talk_say(talk=talk, text=SCARED, now=now)
    talks.talk_say(talk=talk, text="cách đây 30 phút, mã OTP là 482913", now=now)
    draft = tip_draft(talk)
    assert draft.story.startswith(SCARED)
    assert "482913" not in draft.story
    assert "chào bạn" not in draft.story
    assert (draft.amount, draft.lost_money) == (20_000_000, True)
    assert draft.sent_money_at is not None
    assert abs(draft.sent_money_at - (now - dt.timedelta(minutes=30))) < dt.timedelta(minutes=1)
    assert draft.just
    assert any("0071000123456" in key.value for key in draft.keys)


def test_a_tip_out_of_the_talk_in_one_tap(client: Client, ready: Cast) -> None:
    vault = tips.vault_made(ready)
    said(client, SCARED)
    assert "Báo công an, đã điền sẵn" in said(client, "cách đây 30 phút")
    page = client.get("/hoi/bao-tin/").content.decode()
    assert SCARED in page
    assert "20.000.000" in page
    key = re.search(r'name="khoa" value="([0-9a-f-]{36})"', page)
    assert key
    luc = re.search(r'name="luc" value="([^"]+)"', page)
    assert luc
    chips = re.findall(r'name="dau" value="([^"]+)"', page)
    assert any("0071000123456" in chip for chip in chips)
    told = {
        "khoa": key[1],
        "ke": SCARED,
        "da_xem": "1",
        "dau": chips,
        "mat_tien": "vua",
        "luc": luc[1],
        "so_tien": "20 triệu",
    }
    refused = client.post("/hoi/bao-tin/", told)
    assert refused.status_code == 422
    assert "Cần bạn đồng ý" in refused.content.decode()
    assert not Tip.objects.exists()
    receipt = client.post("/hoi/bao-tin/", told | {"dong_y": "on"})
    code = re.search(r"\b\d{4} \d{4} \d{4} \d{4}\b", receipt.content.decode())
    assert code
    again = client.post("/hoi/bao-tin/", told | {"dong_y": "on"})
    assert code[0] in again.content.decode()
    tip = Tip.objects.get()
    assert (tip.channel, tip.loss, tip.is_named) == (Tip.Channel.ASSISTANT, Tip.Loss.UNDER_50M, False)
    assert tip.sent_money_at is not None
    assert TipToken.objects.filter(tip=tip, kind=Kind.ACCOUNT.value).exists()
    assert tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked).story == SCARED
    thread = client.get("/hoi/").content.decode()
    assert "Tin báo của bạn đã gửi tới công an" in thread
    assert code[0] not in thread
    assert code[0].replace(" ", "") not in thread
    assert Talk.objects.get().turns.count() == 5  # one note, though it was sent twice
    followed = client.post("/theo-doi/", {"ma": code[0]}).content.decode()
    assert "Đã nhận, chờ cán bộ xem" in followed


def test_more_detail_leads_to_the_full_form_with_all_that_was_filled(client: Client, light: Cast) -> None:
    tips.vault_made(light)
    form = {"san": "", "ke": SCARED, "so_tien": "20 triệu", "mat_tien": "vua", "luc": "2026-01-02T10:30"}
    page = client.post("/bao-tin/gui/", form).content.decode()
    assert SCARED in page
    assert 'value="20 triệu"' in page
    assert 'value="2026-01-02T10:30"' in page
    assert "Có chỗ cần sửa" not in page


def test_in_a_chat_the_draft_goes_as_it_stands_and_once(light: Cast) -> None:
    tips.vault_made(light)
    talk = begun()
    talks.talk_say(talk=talk, text=SCARED)
    first = talk_tip(talk=talk)
    second = talk_tip(talk=talk)
    assert first.code == second.code
    assert second.again
    assert Tip.objects.count() == 1
    reply = turns_of(talk)[-1].reply
    assert reply is not None
    assert reply.choices == (Choice("Theo dõi tin đã báo", url="/theo-doi/"),)
    assert first.code not in reply.text
