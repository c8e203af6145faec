"""Mailings: letters to people whom another capability knows, by the journal, the refusals and the hours of all."""

from __future__ import annotations

import pytest
from django.db import connection

from canhgiac.outreach.models import Attempt, Chunk, Delivery, InboundMessage, Lane, Suppression, Way
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.mailings import (
    Letter,
    Words,
    inbound_taken,
    mailing_content,
    mailing_send,
    mailings_hold,
    mailings_stop,
)
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.sender.store import _CLAIM
from tests.factories import outreach
from tests.factories.agencies import Cast

from .sending import centre, sent, standing

NAME = "drill-1-2"
WORDS = Words("Chao {1}, xem tai {0}")


def letters(*phones: str) -> list[Letter]:
    return [Letter(phone, (f"https://vinhan.test/{at}", f"Người {at}")) for at, phone in enumerate(phones)]


@pytest.mark.django_db
def test_a_letter_is_journalled_in_a_lane_of_its_own() -> None:
    outreach.provider(Way.SMS, window=16)
    keys = mailing_send(
        name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000001", "khong phai so", "0900000003")
    )
    assert keys[1] is None
    lane = Lane.objects.get()
    assert (lane.template, lane.broadcast_id, lane.keeps_hours, lane.priority) == (NAME, None, True, 6)
    rows = {row.pk: (row.address, row.fields) for row in Delivery.objects.all()}
    assert rows == {
        keys[0]: ("+84900000001", ["https://vinhan.test/0", "Người 0"]),
        keys[2]: ("+84900000003", ["https://vinhan.test/2", "Người 2"]),
    }
    assert sorted(key for chunk in Chunk.objects.all() for key in chunk.ids or []) == sorted(rows)
    mailing_send(name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000005"))
    assert Lane.objects.count() == 1
    with pytest.raises(ProviderRefused, match="không đổi được"):
        mailing_send(name=NAME, way=Way.SMS, words=Words("Lời khác {0}"), letters=letters("0900000005"))
    assert mailings_stop(names=[NAME]) == 1
    with pytest.raises(ProviderRefused, match="đã dừng"):
        mailing_send(name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000005"))


@pytest.mark.django_db
def test_no_provider_no_letter_and_a_name_is_no_template_of_ours() -> None:
    with pytest.raises(ProviderRefused, match="Chưa có nhà cung cấp"):
        mailing_send(name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000001"))
    for name in ("stopped", "optin", "drill-1-2-3-4-5-6-7-8-9-10", "drill-x"):
        with pytest.raises(ValueError, match="not a name"):
            mailing_send(name=name, way=Way.SMS, words=WORDS, letters=[])


@pytest.mark.django_db
def test_a_mail_comes_from_our_own_box_and_its_html_is_escaped() -> None:
    provider = outreach.provider(Way.EMAIL, sender="Công an tỉnh <canh-bao@vinhan.test>")
    words = Words("Chào {1}\n\n<b>Xem</b> {0}", "Lịch họp", 'Văn phòng "A" <gia@ngoai.test>')
    content = mailing_content(Way.EMAIL, words, provider)
    assert content["sender"].endswith("<canh-bao@vinhan.test>")
    assert content["sender"].count("<") == 1
    assert content["html"] == ('<p>Chào {1}</p><p>&lt;b&gt;Xem&lt;/b&gt; <a href="{0}">{0}</a></p>')
    assert mailing_content(Way.ZALO, words, outreach.provider(Way.ZALO)) == {"text": words.text}
    with pytest.raises(ProviderRefused, match="không gửi được"):
        mailing_content(Way.EMAIL, Words("a", "dòng\nhai"), provider)


@pytest.mark.django_db
def test_outside_the_hours_and_while_held_nothing_is_claimed() -> None:
    provider = outreach.provider(Way.SMS)
    mailing_send(name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000001"))
    Chunk.objects.update(due_at="2020-01-01T00:00:00Z")

    def claimed(*, hours_ok: bool) -> int:
        facts = {"provider": provider.pk, "node": None, "hours_ok": hours_ok, "most": 9, "room": 9, "strict": False}
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, facts)
            found = len(cursor.fetchall())
        Chunk.objects.update(state=Chunk.State.WAITING)
        return found

    assert claimed(hours_ok=False) == 0
    assert claimed(hours_ok=True) == 1
    assert mailings_hold(names=[NAME], held=True) == 1
    assert claimed(hours_ok=True) == 0
    assert mailings_hold(names=[NAME], held=False) == 1
    assert claimed(hours_ok=True) == 1


@pytest.mark.django_db(transaction=True)
def test_it_leaves_by_the_real_sender_but_not_to_who_refused(cast: Cast) -> None:
    standing(cast)
    with centre() as smsc:
        Suppression.objects.create(digest=address_digest(Way.SMS, "+84900000002"), why=Suppression.Why.STOPPED)
        keys = mailing_send(name=NAME, way=Way.SMS, words=WORDS, letters=letters("0900000001", "0900000002"))
        sent(lambda: Attempt.objects.count() == 2)
        outcomes = dict(Attempt.objects.values_list("delivery_id", "outcome"))
        assert outcomes == {keys[0]: "taken", keys[1]: "skipped"}
        assert [row.text for row in smsc.phones.messages()] == ["Chao Người 0, xem tai https://vinhan.test/0"]
    outreach.deliveries_empty()


@pytest.mark.django_db
def test_a_kept_message_is_taken_by_who_understands_it() -> None:
    provider = outreach.provider(Way.SMS)
    kept, stop = outreach.heard(provider, "+84900000001", "BAO"), outreach.heard(provider, "+84900000002", "TC")
    assert (kept.act, stop.act) == ("kept", "stop")
    assert inbound_taken(inbound_ids=[kept.pk, stop.pk], act="drill") == 1
    assert dict(InboundMessage.objects.values_list("pk", "act")) == {kept.pk: "drill", stop.pk: "stop"}
