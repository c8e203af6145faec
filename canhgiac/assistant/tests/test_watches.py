"""Who asked and agreed hears once when it becomes known; nothing that was asked stands anywhere in clear."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import threading

import pytest
from django.db import connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from canhgiac.assistant.models import Talk, TalkTurn, Watch
from canhgiac.assistant.selectors.boxes import words_box
from canhgiac.assistant.selectors.check import Answer
from canhgiac.assistant.selectors.replies import Reply, reply_told
from canhgiac.assistant.selectors.watches import (
    About,
    about_of,
    chat_about,
    consent_sentence,
    news_since,
    wants_watch,
    watch_offer,
    watch_offer_of_tip,
)
from canhgiac.assistant.services.refusals import AssistantRefused
from canhgiac.assistant.services.talks import talk_of
from canhgiac.assistant.services.watches import (
    watch_code,
    watch_confirm,
    watch_confirm_code,
    watch_make,
    watch_stop,
    watch_tell,
    watches_forget,
    watches_tell,
)
from canhgiac.engines.dialogue import Slots
from canhgiac.engines.lookup.keys import key_of
from canhgiac.engines.recognition import DANGER, SUSPICIOUS, UNCLEAR
from canhgiac.indicators.models import Decision, Indicator
from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Consent, SendingRules, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.subscribers import subscriber_stop
from canhgiac.outreach.services.templates import WATCH_TEMPLATES, template_content
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.blind import key_tokens
from tests.factories import indicators, library, outreach, radar, tips
from tests.factories.agencies import Cast

_people = itertools.count(1)
PHONE, MAIL, TO = "0900000214", "an@vinhan.test", "+84900000777"
ASKED = (
    f"Có người gọi từ số {PHONE} xưng nhân viên chuyển phát, bảo em mở trang phat-hang.test/nhan rồi đóng ba mươi "
    "nghìn tiền phí thì mới nhận được hàng, em không đặt hàng gì cả"
)


@pytest.fixture
def carried(db: None) -> None:
    """Mail, SMS and Zalo are carried at any hour."""
    for way in (Way.EMAIL, Way.SMS, Way.ZALO):
        outreach.provider(way)
    hours = {"sms_from": 0, "sms_until": 24, "zalo_from": 0, "zalo_until": 24}
    SendingRules.objects.update_or_create(pk=1, defaults=hours)


def answered(words: str = ASKED, *, state: str = UNCLEAR, channel: str = "web", key: str = "") -> TalkTurn:
    """The assistant's turn after somebody asked."""
    told_apart = key or f"người {next(_people)}"
    talk = talk_of(channel=channel, key=told_apart, address="" if channel == "web" else "zalo-900214")
    checked = Answer(kind="message", state=state, word="Chưa kết luận được", say="Đừng làm theo tin này.", base="")
    reply = Reply(act="check", slots=Slots(), says=("Chưa đủ dấu hiệu.",), checked=checked)
    TalkTurn.objects.create(talk=talk, number=1, who="person", words_sealed=words_box(words))
    return TalkTurn.objects.create(talk=talk, number=2, who="assistant", words_sealed=words_box(reply_told(reply)))


def wish(words: str = ASKED, *, confirmed: bool = True, address: str = MAIL) -> Watch:
    """A watch by mail of this question."""
    about = about_of(answered(words))
    assert about is not None
    row = watch_make(about=about, way=Way.EMAIL, address=address)
    assert row is not None
    outreach.deliveries_empty()
    if not confirmed:
        return row
    done = watch_confirm(watch=row)
    assert done is not None
    return done


def decided(text: str, state: Indicator.State, cast: Cast, kind: str = "phone") -> Indicator:
    return indicators.indicator(key_of(kind, text), state=state, by=cast.coordinator, second=cast.officer)


def issued(cast: Cast, **given: object) -> Alert:
    row = outreach.draft(cast.coordinator, **given)  # type: ignore[arg-type]
    Alert.objects.filter(pk=row.pk).update(
        state=Alert.State.ISSUED, reviewer=cast.officer, issued_at=clock.now(), number=f"CB-2026-{row.pk}"
    )
    row.refresh_from_db()
    return row


def told() -> list[tuple[str, list[str]]]:
    """What is on its way: template and fields."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.template, d.fields FROM outreach_delivery d JOIN outreach_lane l ON l.id = lane_id ORDER BY d.id"
        )
        return [(template, list(fields)) for template, fields in cursor.fetchall()]


# What may be watched --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_only_what_is_left_open_can_be_watched() -> None:
    about = about_of(answered())
    assert about is not None
    token = key_tokens([key_of("phone", PHONE)])[key_of("phone", PHONE)].hex()
    host = key_tokens([key_of("link", "phat-hang.test")])[key_of("link", "phat-hang.test")].hex()
    assert {token, host} <= set(about.tokens)
    assert about.sketch
    assert about_of(answered("một tin khác hẳn", state=DANGER)) is None
    assert about_of(answered("tin", state=SUSPICIOUS)) is None  # neither number nor enough words
    assert watch_offer(answered("x 0900000215")) is None  # nobody carries a message


@pytest.mark.django_db
def test_nothing_asked_stands_in_clear_in_any_column(carried: None) -> None:
    row = wish()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(w)::text FROM assistant_watch w")
        [(kept,)] = cursor.fetchall()
        cursor.execute("SELECT string_agg(row_to_json(c)::text, '') FROM outreach_consent c")
        [(consents,)] = cursor.fetchall()
    for clear in (PHONE, PHONE[1:], "phat-hang", "chuyển phát", MAIL):
        assert clear not in kept + consents
        assert clear.encode().hex() not in kept
    proofs = Consent.objects.filter(digest=row.digest).order_by("pk").values_list("act", "means", "proof")
    assert [*proofs] == [("asked", "web", {"watch": "watch-1"}), ("given", "link", {"watch": "watch-1"})]


@pytest.mark.django_db
def test_the_words_of_each_channel_fit(cast: Cast) -> None:
    provider = outreach.provider(Way.SMS)
    link = "https://canhgiac.vinhan.test/hoi/hen/abcdefghijklmnopqrstuvwx/"
    for template in WATCH_TEMPLATES:
        text = template_content(template, Way.SMS, "vi", provider)["text"].replace("{0}", link).replace("{1}", "1234")
        assert sms.length(text).alphabet == sms.GSM7
        assert sms.length(text).parts <= 2
        mail = template_content(template, Way.EMAIL, "en", outreach.provider(Way.EMAIL))
        assert "{0}" in mail["text"]
        assert "!" not in mail["text"]
        assert "an toàn" not in template_content(template, Way.EMAIL, "vi", provider)["text"]


# Agreeing -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_typed_address_is_asked_first_and_told_nothing_until_it_says_yes(carried: None, cast: Cast) -> None:
    row = wish(confirmed=False)
    decided(PHONE, Indicator.State.CONFIRMED, cast)
    assert watches_tell() == 0
    assert watch_confirm_code(digest=bytes(row.digest), code="12") is None
    assert watch_confirm_code(digest=bytes(row.digest), code=watch_code(row)) == row
    assert watches_tell() == 1  # known between the question and the yes: it is told
    [(template, [link])] = told()
    assert template == "watch_listed"
    assert link.endswith(reverse("golden_hour"))


@pytest.mark.django_db
def test_the_same_wish_twice_is_one_and_many_are_too_many(carried: None) -> None:
    row = wish()
    about = about_of(answered())
    assert about is not None
    assert watch_make(about=about, way=Way.EMAIL, address=MAIL.upper()) == row
    for number in range(12):
        watch_make(about=About(tokens=(f"{number:032x}",)), way=Way.EMAIL, address=MAIL)
    assert Watch.objects.count() <= 4  # no more than the questions of a day
    with pytest.raises(AssistantRefused, match="Địa chỉ thư chưa đúng"):
        watch_make(about=about, way=Way.EMAIL, address="không phải thư")
    with pytest.raises(AssistantRefused, match="không có gì"):
        watch_make(about=About(), way=Way.EMAIL, address=MAIL)
    with pytest.raises(AssistantRefused, match="Chọn cách nhận"):
        watch_make(about=about, way=Way.ZALO, address="123456789")


@pytest.mark.django_db
def test_whoever_refused_our_messages_is_neither_asked_nor_told(carried: None, cast: Cast) -> None:
    kept = wish()
    subscriber_stop(digest=bytes(kept.digest), means=Consent.Means.SMS)
    outreach.deliveries_empty()
    decided(PHONE, Indicator.State.CONFIRMED, cast)
    assert watches_tell() == 0
    assert watches_forget() == 1
    about = about_of(answered("0900000215 gọi em"))
    assert about is not None
    assert watch_make(about=about, way=Way.EMAIL, address=MAIL) is None
    assert not Watch.objects.exists()
    assert told() == []


@pytest.mark.django_db
def test_in_a_chat_a_word_is_enough_and_the_window_ends_it(carried: None, cast: Cast) -> None:
    turn = answered(channel="zalo")
    about = chat_about(turn.talk)
    assert about is not None
    assert wants_watch("Báo cho tôi khi có kết luận nhé")
    assert not wants_watch("kẻ gian báo cho tôi là con tôi gặp tai nạn")
    assert "7 ngày" in consent_sentence("zalo")
    assert "dấu nối tới tin báo" in consent_sentence(of_tip=True)
    row = watch_make(about=about, way=turn.talk.channel, talk=turn.talk)
    assert row is not None
    assert row.confirmed_at is not None
    assert row.until - row.made_at == dt.timedelta(days=7)
    decided("phat-hang.test", Indicator.State.CONFIRMED, cast, kind="link")
    assert watches_tell() == 1
    assert not Watch.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM outreach_delivery")
        assert cursor.fetchall() == [("zalo-900214",)]


# Telling --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_told_when_two_people_decided_either_way(carried: None, cast: Cast) -> None:
    for state, template in ((Indicator.State.CONFIRMED, "watch_listed"), (Indicator.State.CLEARED, "watch_cleared")):
        number = f"090000030{state}"
        wish(f"số {number} gọi em bảo nộp phạt")
        assert watches_tell() == 0
        decided(number, state, cast)
        assert watches_tell() == 1
        assert told()[-1][0] == template
        assert watches_tell() == 0
    assert not Watch.objects.exists()


@pytest.mark.django_db
def test_what_was_decided_before_the_question_is_no_news(carried: None, cast: Cast) -> None:
    decided(PHONE, Indicator.State.CONFIRMED, cast)
    wish()
    Decision.objects.update(decided_at=clock.now() - dt.timedelta(hours=1))
    assert watches_tell() == 0


@pytest.mark.django_db
def test_told_of_a_warning_of_the_form_or_of_a_text_alike_or_of_the_radars_cluster(carried: None, cast: Cast) -> None:
    form = library.form().form
    by_form = watch_make(about=About(form=form.code), way=Way.EMAIL, address="mot@vinhan.test")
    by_text, by_token = wish(address="hai@vinhan.test"), wish("số 0900000400 gọi em", address="ba@vinhan.test")
    other = wish("số 0900000401 gọi em", address="bon@vinhan.test")
    assert by_form is not None
    watch_confirm(watch=by_form)
    outreach.deliveries_empty()
    issued(cast, form=form, title="Giả danh công an")
    assert watches_tell() == 1
    issued(cast, title="Tin giả chuyển phát", happens=ASKED.replace("em", "người dân"))
    assert watches_tell() == 1
    cluster = radar.cluster()
    [token] = by_token.tokens
    cluster.tokens.create(token=bytes.fromhex(token))
    row = issued(cast, title="Số lạ gọi")
    Alert.objects.filter(pk=row.pk).update(origin=f"radar.card:{radar.card(of=cluster).pk}")
    assert watches_tell() == 1
    assert {template for template, _fields in told()} == {"watch_warned"}
    assert told()[-1][1][0].endswith(reverse("warning_public", args=[row.pk]))
    assert [*Watch.objects.all()] == [other]
    assert by_text.pk != other.pk


@pytest.mark.django_db
def test_of_a_tip_each_step_is_told_once_and_never_a_word_of_it(carried: None, cast: Cast) -> None:
    tips.vault_made(cast)
    tip = tips.tip()
    assert watch_offer_of_tip(tip) is not None
    row = watch_make(about=About(tip_id=tip.pk), way=Way.EMAIL, address=MAIL)
    assert row is not None
    watch_confirm(watch=row)
    outreach.deliveries_empty()
    steps = [(Tip.State.TRIAGE, 0), (Tip.State.ASKED, 1), (Tip.State.HANDED, 1), (Tip.State.CLOSED, 1)]
    for state, count in steps:
        Tip.objects.filter(pk=tip.pk).update(state=state)
        assert watches_tell() == count, state
        assert watches_tell() == 0
    assert not Watch.objects.exists()
    assert [template for template, _fields in told()] == ["watch_tip"] * 3
    assert all(re.fullmatch(r"https?://[^/]+/hoi/hen/[\w-]{24}/", fields[0]) for _template, fields in told())


@pytest.mark.django_db
def test_a_worker_that_dies_in_the_middle_tells_nobody_twice(carried: None, cast: Cast) -> None:
    rows = [wish(f"số 090000050{number} gọi em", address=f"n{number}@vinhan.test") for number in range(3)]
    for number in range(3):
        decided(f"090000050{number}", Indicator.State.CONFIRMED, cast)
    news = news_since(clock.now() - dt.timedelta(days=1))
    assert watch_tell(watch_id=rows[0].pk, news=news)

    class Died(Exception):  # noqa: N818
        pass

    def die() -> None:
        with transaction.atomic():
            assert watch_tell(watch_id=rows[1].pk, news=news)
            raise Died  # after the message was written, before the commit

    with pytest.raises(Died):
        die()
    assert len(told()) == 1
    assert watches_tell() == 2
    assert watches_tell() == 0
    assert len(told()) == 3
    assert not watch_tell(watch_id=rows[0].pk, news=news)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(carried: None, cast: Cast) -> None:
    try:
        for number in range(6):
            wish(f"số 090000060{number} gọi em", address=f"n{number}@vinhan.test")
            decided(f"090000060{number}", Indicator.State.CONFIRMED, cast)
        both = threading.Barrier(2)

        def work() -> None:
            both.wait()
            try:
                watches_tell()
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        watches_tell()
        assert len(told()) == 6
        assert not Watch.objects.exists()
    finally:
        outreach.deliveries_empty()


@pytest.mark.django_db
def test_the_cost_of_looking_does_not_grow_with_who_waits(carried: None, cast: Cast) -> None:
    wish("số 0900000700 gọi em", address="n0@vinhan.test")
    decided("0900000799", Indicator.State.CONFIRMED, cast)
    issued(cast, title="Cảnh báo khác")
    with CaptureQueriesContext(connection) as first:
        assert watches_tell() == 0
    for number in range(1, 4):
        wish(f"số 090000070{number} gọi em", address=f"n{number}@vinhan.test")
    with CaptureQueriesContext(connection) as second:
        assert watches_tell() == 0
    assert len(second) == len(first)


@pytest.mark.django_db
def test_it_goes_when_its_time_is_over_or_nobody_said_yes(carried: None) -> None:
    kept, asked = wish(), wish("số 0900000215 gọi em", confirmed=False)
    now = clock.now()
    assert watches_forget(now=now + dt.timedelta(days=3)) == 1
    assert [*Watch.objects.all()] == [kept]
    assert watches_forget(now=now + dt.timedelta(days=91)) == 1
    assert not Watch.objects.filter(pk=asked.pk).exists()


# Pages ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_from_the_offer_to_the_page_and_its_end(carried: None, client: Client) -> None:
    offer = watch_offer(answered())
    assert offer is not None
    address = reverse("watch_make")
    page = client.get(address, {"ve": offer.ticket})
    assert offer.sentence in page.content.decode()
    bad = client.post(address, {"ve": offer.ticket, "kenh": "sms", "dia_chi": "0281234567", "dong_y": "on"})
    assert bad.status_code == 422
    assert "0281234567" in bad.content.decode()
    assert "Cần số di động Việt Nam" in bad.content.decode()
    without = client.post(address, {"ve": offer.ticket, "kenh": "sms", "dia_chi": TO})
    assert "Cần bạn đồng ý" in without.content.decode()
    sent = client.post(address, {"ve": offer.ticket, "kenh": "sms", "dia_chi": "0900 000 777", "dong_y": "on"})
    assert sent.status_code == 302
    row = Watch.objects.get()
    assert bytes(row.digest) == address_digest(Way.SMS, TO)
    [(template, fields)] = told()
    assert (template, fields[1]) == ("watch_ask", watch_code(row))
    wrong = client.post(sent["Location"], {"ve": sent["Location"].partition("ve=")[2], "ma": "x"})
    assert wrong.status_code == 422
    right = client.post(sent["Location"], {"ve": sent["Location"].partition("ve=")[2], "ma": watch_code(row)})
    own = reverse("watch_page", args=[row.token])
    assert right["Location"] == own
    shown = client.get(own).content.decode()
    assert "0900 *** 777" in shown or "777" in shown
    assert PHONE not in shown
    assert "chuyển phát" not in shown
    assert client.get(reverse("watch_stop", args=[row.token])).status_code == 405
    bare = Client(enforce_csrf_checks=True)
    assert "Đã dừng và xóa" in bare.post(reverse("watch_stop", args=[row.token])).content.decode()
    assert not Watch.objects.exists()
    assert client.get(own).status_code == 410
    watch_stop(watch=row)  # twice is once


@pytest.mark.django_db
def test_refused_and_new_addresses_see_the_same_page(carried: None, client: Client) -> None:
    offer = watch_offer(answered())
    assert offer is not None
    subscriber_stop(digest=address_digest(Way.EMAIL, "tu-choi@vinhan.test"), means=Consent.Means.SMS)
    pages = []
    for mail in ("tu-choi@vinhan.test", "chua-biet@vinhan.test"):
        given = {"ve": offer.ticket, "kenh": "email", "dia_chi": mail, "dong_y": "on"}
        page = client.post(reverse("watch_make"), given, follow=True).content.decode()
        pages.append(re.sub(r'value="[^"]{20,}"|nonce="[^"]+"', "", page))
    assert pages[0] == pages[1]
    assert Watch.objects.count() == 1


@pytest.mark.django_db
def test_an_offer_of_a_talk_that_is_gone_is_over(carried: None, client: Client) -> None:
    turn = answered()
    offer = watch_offer(turn)
    assert offer is not None
    Talk.objects.all().delete()
    assert client.get(reverse("watch_make"), {"ve": offer.ticket}).status_code == 410
    assert client.get(reverse("watch_make"), {"ve": "bịa"}).status_code == 410
    assert client.post(reverse("watch_confirm", args=["a" * 24])).status_code == 410
