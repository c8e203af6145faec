"""What people write on Zalo and Messenger is answered there: together, in order, once, kept no longer than needed."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import time
import uuid as uuids

import pytest
from django.core.signing import TimestampSigner, b62_encode
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn, Watch
from canhgiac.assistant.selectors.chatfates import with_fates
from canhgiac.assistant.selectors.chattext import MOST, messages_of_reply, messages_of_words
from canhgiac.assistant.selectors.replies import Choice, Reply
from canhgiac.assistant.selectors.talks import turns_of
from canhgiac.assistant.services.chatting import inbound_answer
from canhgiac.assistant.services.talks import reply_add, turn_add
from canhgiac.assistant.services.threads import chats_forget, thread_tell, turn_deliver
from canhgiac.channels.contract import Attachment, Inbound
from canhgiac.engines.dialogue import Slots
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.outreach.models import Attempt, Chunk, Delivery, InboundMessage, Provider, Suppression, Way
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.inbound import inbound_handle, inbound_keep
from canhgiac.outreach.services.retention import deliveries_forget
from canhgiac.tips.models import Tip
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.factories.recognition import recognition_ready
from tests.factories.tips import vault_made

PERSON = "8400000000123"
LOST = "toi vua chuyen 5 trieu cho ke lua dao"
SECOND = dt.timedelta(seconds=1)
_number = itertools.count(1)


@pytest.fixture
def account(db: None) -> Provider:
    outreach.deliveries_empty()
    return outreach.provider(Way.ZALO, wire="zalo", sender="301")


def wrote(
    account: Provider,
    text: str = "",
    *attachments: Attachment,
    at: dt.datetime | None = None,
    person: str = PERSON,
) -> InboundMessage:
    """A message as the webhook brings it, kept and looked at."""
    told = Inbound(person, text, at or clock.now(), f"z{next(_number)}", attachments=attachments)
    [kept] = inbound_keep(provider=account, way=account.way, events=[told])
    inbound_handle(inbound_id=kept)
    return InboundMessage.objects.get(pk=kept)


def answered(*rows: InboundMessage) -> None:
    """The jobs of these messages, a little later."""
    for row in rows:
        inbound_answer(inbound_id=row.pk, now=clock.now() + 4 * SECOND)


def words_out() -> list[str]:
    """What is on its way or was carried, in order."""
    return [one.fields[0] for one in Delivery.objects.order_by("id") if one.fields]


def talk_words() -> list[tuple[str, str]]:
    return [(turn.row.who, turn.words) for turn in turns_of(Talk.objects.get())]


def test_a_text_that_outreach_made_nothing_of_is_answered_on_the_thread_it_came_by(account: Provider) -> None:
    outreach.provider(Way.ZALO, wire="zalo", sender="302")
    row = wrote(account, LOST)
    [job] = ProcrastinateJob.objects.filter(task_name="assistant.inbound_answer")
    assert job.args == {"inbound_id": row.pk}
    due = inbound_answer(inbound_id=row.pk)
    assert due is not None
    assert ProcrastinateJob.objects.filter(task_name="assistant.inbound_answer", scheduled_at=due).exists()
    assert not Delivery.objects.exists(), "more may be coming"
    answered(row, row)
    delivery = Delivery.objects.get()
    assert (delivery.address, delivery.lane.provider, delivery.lane.keeps_hours) == (PERSON, account, False)
    assert "Gọi ngân hàng ngay" in delivery.fields[0]
    assert len(delivery.fields) % 2 == 1
    talk = Talk.objects.get()
    assert (talk.channel, talk.provider) == (Talk.Channel.ZALO, account)
    theirs, ours = talk.turns.order_by("number")
    assert (theirs.inbound, ours.delivery, ours.act) == (row.pk, delivery.pk, "happened")
    row.refresh_from_db()
    assert (row.act, row.text) == ("assistant", ""), "people need not do it again, nor read it"


@pytest.mark.parametrize("words", ["TC", "DK", "Y"])
def test_words_that_outreach_acts_on_are_not_answered_a_second_time(account: Provider, words: str) -> None:
    if words == "Y":
        outreach.subscriber(Way.ZALO, to=PERSON, active=False)
    row = outreach.heard(account, PERSON, words)
    assert row.act != "kept"
    answered(row)
    assert not ProcrastinateJob.objects.filter(task_name="assistant.inbound_answer").exists()
    assert not Talk.objects.exists()


def test_an_sms_stays_for_a_person_to_read(account: Provider) -> None:
    row = outreach.heard(outreach.provider(Way.SMS), "+84900000123", LOST)
    assert row.act == "kept"
    assert not ProcrastinateJob.objects.filter(task_name="assistant.inbound_answer").exists()


def test_messages_in_a_row_are_answered_as_one_by_the_time_they_were_written(account: Provider) -> None:
    now = clock.now()
    second = wrote(account, "vua mat 5 trieu", at=now - 2 * SECOND)
    first = wrote(account, "alo", at=now - 3 * SECOND)
    third = wrote(account, "lam sao gio", at=now - SECOND)
    other = wrote(account, "xin chao", person="8400000000124")
    assert inbound_answer(inbound_id=second.pk, now=now + 4 * SECOND) is None, "the last one's job answers"
    assert not Delivery.objects.exists()
    answered(third, first, second, other)
    assert Delivery.objects.filter(address=PERSON).count() == 1
    said = Talk.objects.get(provider=account, turns__inbound=second.pk).turns.order_by("number")
    assert [turn.who for turn in said] == ["person", "assistant"]
    assert turns_of(said[0].talk)[0].words == "alo\nvua mat 5 trieu\nlam sao gio"
    assert set(InboundMessage.objects.values_list("act", flat=True)) == {"assistant"}


def test_who_goes_on_and_on_is_answered_after_ten_seconds_all_the_same(account: Provider) -> None:
    row = wrote(account, LOST)
    InboundMessage.objects.filter(pk=row.pk).update(came_at=clock.now() - 11 * SECOND)
    wrote(account, "oi oi")
    assert inbound_answer(inbound_id=row.pk) is None
    assert Delivery.objects.count() == 1


def test_the_number_of_a_choice_waits_for_nothing_and_means_that_choice(account: Provider) -> None:
    answered(wrote(account, "xin chào"))
    first = Delivery.objects.get()
    number = 1 + first.fields[2::2].index("Tôi vừa bị lừa")
    assert f"{number}. Tôi vừa bị lừa" in first.fields[0]
    assert inbound_answer(inbound_id=wrote(account, str(number)).pk, now=clock.now()) is None
    assert Talk.objects.get().turns.order_by("-number")[0].act == "happened"


def test_a_refusal_of_warnings_does_not_silence_answers(account: Provider) -> None:
    Suppression.objects.create(digest=address_digest(Way.ZALO, PERSON), why=Suppression.Why.STOPPED)
    answered(wrote(account, LOST))
    assert Delivery.objects.get().lane.template == "answer"


def test_while_an_officer_holds_the_talk_the_assistant_is_silent_and_their_words_go_out(account: Provider) -> None:
    answered(wrote(account, LOST))
    Talk.objects.update(state=Talk.State.HELD)
    answered(wrote(account, "con day khong"), wrote(account, "", Attachment("audio")))
    assert Delivery.objects.count() == 1
    turn = turn_add(talk=Talk.objects.get(), who=TalkTurn.Who.OFFICER, words="Chị gọi ngân hàng chưa?")
    job = ProcrastinateJob.objects.get(task_name="assistant.turn_deliver")
    assert job.args == {"turn_id": turn.pk}
    assert [turn_deliver(turn_id=turn.pk), turn_deliver(turn_id=turn.pk)] == ["sent", "sent"]
    assert words_out()[1:] == ["Người trực: Chị gọi ngân hàng chưa?"]
    first, second = Chunk.objects.order_by("pk")
    assert second.after_id == first.pk, "behind what was said before"


def test_outside_the_platforms_window_nothing_is_sent_and_the_caller_hears_it(account: Provider) -> None:
    answered(wrote(account, LOST))
    turn = turn_add(talk=Talk.objects.get(), who=TalkTurn.Who.OFFICER, words="Chị còn cần gì không?")
    assert turn_deliver(turn_id=turn.pk, now=clock.now() + dt.timedelta(days=7)) == "late"
    Talk.objects.update(channel=Talk.Channel.MESSENGER)
    assert turn_deliver(turn_id=turn.pk, now=clock.now() + dt.timedelta(hours=24)) == "late"
    assert TalkTurn.objects.get(pk=turn.pk).delivery is None
    assert thread_tell(talk=Talk.objects.get(), words="Mã theo dõi: 1234") == "sent"
    Talk.objects.update(said_at=clock.now() - dt.timedelta(hours=25))
    assert thread_tell(talk=Talk.objects.get(), words="Mã theo dõi: 1234") == "late"
    Talk.objects.all().delete()
    assert turn_deliver(turn_id=turn.pk) == "nobody", "erased meanwhile"


def test_a_message_that_took_long_to_come_leaves_less_of_the_window(account: Provider) -> None:
    at = clock.now() - dt.timedelta(hours=2)
    answered(wrote(account, LOST, at=at))
    assert Talk.objects.get().said_at == at
    answered(wrote(account, "alo", at=at - dt.timedelta(hours=1)))
    assert Talk.objects.get().said_at == at, "one out of order takes nothing of it away"


def test_a_message_a_day_late_goes_before_a_person_and_a_greeting_does_not(account: Provider) -> None:
    at = clock.now() - dt.timedelta(days=8)
    answered(wrote(account, "xin chào", at=at))
    assert not DutyTalk.objects.exists()
    answered(wrote(account, LOST, at=at))
    assert DutyTalk.objects.get().why == DutyTalk.Why.LOSS
    assert not Delivery.objects.exists()


def test_who_wrote_is_forgotten_with_the_journal(account: Provider) -> None:
    row = wrote(account, LOST)
    answered(row)
    deliveries_forget()
    assert InboundMessage.objects.get().sender == PERSON
    InboundMessage.objects.update(came_at=clock.now() - dt.timedelta(days=400), handled_at=clock.now())
    deliveries_forget()
    assert not InboundMessage.objects.exists()


def test_who_asks_for_a_person_is_put_into_the_queue_and_told_their_place(account: Provider) -> None:
    answered(wrote(account, "cho toi gap nguoi truc"))
    assert DutyTalk.objects.get().talk == Talk.objects.get()
    for turn in TalkTurn.objects.filter(who="assistant", delivery=None):
        turn_deliver(turn_id=turn.pk)
    [out] = words_out()
    assert "Bấm" not in out
    answered(wrote(account, "cho toi gap nguoi truc"))
    assert DutyTalk.objects.count() == 1


@pytest.mark.parametrize("kind", ["audio", "video", "file", "location", "other"])
def test_what_cannot_be_read_is_said_so(account: Provider, kind: str) -> None:
    answered(wrote(account, "", Attachment(kind, "https://files.zdn.vn/a.bin")))
    [(first, _kept), (second, said)] = talk_words()
    assert (first, second) == ("person", "assistant")
    assert "chưa" in said or "không" in said or "chỉ" in said
    assert InboundMessage.objects.get().attachments == []


def test_a_picture_from_elsewhere_is_not_asked_for(account: Provider) -> None:
    answered(wrote(account, "", Attachment("image", "http://169.254.169.254/latest/meta-data")))
    assert "chưa tải được ảnh" in talk_words()[1][1]


def test_an_account_out_of_use_leaves_the_message_to_people(account: Provider) -> None:
    Provider.objects.update(is_active=False)
    row = wrote(account, LOST)
    answered(row)
    row.refresh_from_db()
    assert (row.act, row.text) == ("kept", LOST)


def test_the_journal_forgets_the_words_once_they_are_through(account: Provider) -> None:
    answered(wrote(account, LOST))
    assert chats_forget() == 0
    Chunk.objects.update(state=Chunk.State.DONE, taken=1, at=clock.now())
    assert [chats_forget(), chats_forget()] == [1, 0]
    assert words_out() == []


def test_a_long_answer_is_cut_where_a_reader_pauses_and_loses_nothing() -> None:
    says = tuple(f"Câu {at} dài vừa phải về việc nên làm khi nhận tin nhắn lạ." for at in range(90))
    reply = Reply("protect", Slots(), says, choices=(Choice("Trang", url="/x/"), Choice("Có"), Choice("Không")))
    messages = messages_of_reply(reply)
    assert len(messages) == 3
    assert all(len(one.text) <= MOST for one in messages)
    assert "\n".join(one.text for one in messages).count("Câu ") == 90
    assert not messages[0].taps
    assert messages[-1].taps == (("Có", "Có"), ("Không", "Không"))
    assert messages[-1].text.endswith("Trả lời 2 hoặc 3:\n2. Có\n3. Không")
    assert all(len(one.text) <= MOST for one in messages_of_words("x" * 5000))


def test_a_long_answer_leaves_in_order(account: Provider) -> None:
    answered(wrote(account, "xin chào"))
    talk = Talk.objects.get()
    turn = reply_add(talk=talk, reply=Reply("protect", Slots(), tuple("dòng chữ" * 9 for _ in range(60))))
    assert turn_deliver(turn_id=turn.pk) == "sent"
    chunks = list(Chunk.objects.order_by("pk"))
    assert [one.after_id for one in chunks] == [None, *(one.pk for one in chunks[:-1])]
    assert len(chunks) == 4


def tip_page(account: Provider) -> str:
    """The path of the link in the answer to somebody who lost money."""
    answered(wrote(account, LOST))
    found = re.search(r"(/hoi/bao-tin/\S+)", Delivery.objects.order_by("-id")[0].fields[0])
    assert found is not None
    return found[1]


@pytest.fixture
def vault(cast: Cast) -> None:
    vault_made(cast)


class Earlier(TimestampSigner):
    """Signs as if it were half an hour ago."""

    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - 31 * 60)


@pytest.mark.usefixtures("vault")
def test_a_tip_from_a_chat_is_sent_once_from_the_page_behind_the_link(account: Provider, client: Client) -> None:
    path = tip_page(account)
    shown = client.get(path)
    assert LOST in shown.content.decode()
    sent = {"khoa": str(uuids.uuid4()), "ke": LOST, "dong_y": "1", "mat_tien": "vua", "gui_ma": "1", "bao_lai": "1"}
    answer = client.post(path, sent)
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    tip = Tip.objects.get()
    assert tip.channel == Tip.Channel.ASSISTANT
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", answer.content.decode())
    assert code is not None
    assert any(code[0] in words for words in words_out()), "the person wanted it in the thread"
    assert all(code[0] not in words for _who, words in talk_words())
    watch = Watch.objects.get()
    assert (watch.tip, watch.way, watch.confirmed_at is not None) == (tip, "zalo", True)
    assert client.get(path).status_code == 410
    assert "mot chuyen khac" in fold(client.get(path).content.decode())
    answered(wrote(account, "toi vua mat them 2 trieu"))
    assert "/hoi/bao-tin/" not in words_out()[-1], "one tip a talk"


@pytest.mark.usefixtures("vault")
def test_a_link_opens_for_half_an_hour_and_only_as_we_signed_it(account: Provider, client: Client) -> None:
    path = tip_page(account)
    number, _colon, rest = path.rpartition("/hoi/bao-tin/")[2].partition(":")
    assert client.get(path.replace(f"/{number}:", f"/{int(number) + 1}:")).status_code == 410
    assert client.get("/hoi/bao-tin/xyz/").status_code == 410
    assert client.get(path).status_code == 200
    old = Earlier(salt="canhgiac.assistant.tip-link").sign(number)
    assert rest != old.partition(":")[2]
    assert client.get(path.replace(f"{number}:{rest}", f"{old}/")).status_code == 410
    Talk.objects.all().delete()
    assert client.get(path).status_code == 410


def test_who_wants_to_hear_when_more_is_known_says_so_in_the_chat(account: Provider) -> None:
    recognition_ready()
    answered(wrote(account, "so 0900 000 111 nay la cua ai vay"))
    assert "nhắn: báo cho tôi khi có tin mới" in words_out()[-1]
    answered(wrote(account, "Báo cho tôi khi có tin mới nhé"))
    watch = Watch.objects.get()
    assert (watch.way, watch.tip, len(watch.tokens)) == ("zalo", None, 1)
    said = talk_words()
    assert said[-2] == ("person", "Báo cho tôi khi có tin mới nhé")
    assert "7 ngày" in said[-1][1]


def test_what_stands_just_above_is_not_said_again(account: Provider) -> None:
    answered(wrote(account, LOST))
    answered(wrote(account, "techcombank"))
    first, second = words_out()
    assert "Bước 1. " in first
    assert "Bước 1. " not in second
    assert second.startswith("Gọi ngân hàng ngay")
    TalkTurn.objects.update(at=clock.now() - dt.timedelta(hours=1))
    answered(wrote(account, "vua moi thoi"))
    assert "Bước 1. " in words_out()[-1], "an hour later it is"


def test_an_officer_sees_whether_their_words_arrived(account: Provider) -> None:
    answered(wrote(account, LOST))
    talk = Talk.objects.get()
    turn = turn_add(talk=talk, who=TalkTurn.Who.OFFICER, words="Chị gọi ngân hàng chưa?")

    def fates(now: dt.datetime | None = None) -> list[str]:
        return [one.fate for one in with_fates(talk, turns_of(talk), now=now)]

    assert fates() == ["", "đang gửi", "đang gửi"]
    assert fates(clock.now() + dt.timedelta(minutes=1))[2].startswith("không gửi được")
    turn_deliver(turn_id=turn.pk)
    turn.refresh_from_db()
    assert turn.delivery is not None
    chunk = Chunk.objects.latest("pk")
    facts = {"lane": chunk.lane, "chunk_id": chunk.pk, "provider": account, "digest": b"x", "at": clock.now()}
    Attempt.objects.create(
        delivery_id=turn.delivery, tries=1, outcome="taken", is_last=True, ref="m", arrival="seen", **facts
    )
    assert fates()[2] == "đã xem"
