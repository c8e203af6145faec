"""Real worker and sender, simulated Zalo and Messenger on real sockets: repeats, a hurry, any order, taps, a closed
window, a worker killed meanwhile."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import segno
from django.db import connection, transaction
from pytest_django.live_server_helper import LiveServer

from canhgiac.assistant.models import DutyTalk, Talk, TalkTurn
from canhgiac.assistant.selectors.chatfates import with_fates
from canhgiac.assistant.selectors.talks import turns_of
from canhgiac.kit import clock
from canhgiac.outreach.models import Delivery, InboundMessage, Way
from canhgiac.outreach.services.partitions import partitions_make
from canhgiac.outreach.services.providers import provider_secret_keep
from simulators import facebook, zalo
from tests import inbox as simulators
from tests.factories import outreach
from tests.worker import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
Start = Callable[..., "subprocess.Popen[bytes]"]
WORKER = (sys.executable, "-m", "canhgiac.cli", "worker", "--stalled-after", "1")


class People:
    """People with a phone, and what stands on it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def do(self, **given: Any) -> None:
        """What somebody does."""
        book = given.pop("book", "zalo")
        body = json.dumps(given).encode()
        request = urllib.request.Request(f"{self.url}api/{book}", body, {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=10).close()

    def shown(self, person: str, book: str = "zalo") -> list[dict[str, Any]]:
        """The messages that this person received, oldest first."""
        with urllib.request.urlopen(f"{self.url}api/{book}?to={person}", timeout=10) as answer:
            return [row for row in json.load(answer) if row["ours"]]

    def got(self, person: str, book: str = "zalo") -> list[str]:
        """Their texts."""
        return [row["text"] for row in self.shown(person, book)]


@pytest.fixture
def people(live_server: LiveServer, settings: Any) -> Iterator[People]:
    """The simulators with an account on each platform that is ours, whose webhooks come to this server."""
    process, inbox = simulators.start("--callback", f"{live_server.url}/v1/webhooks", "--shuffle")
    try:
        settings.BASE_URL = live_server.url
        outreach.deliveries_empty()
        partitions_make()
        api = inbox.places["zalo"]
        places = {"app_id": zalo.APP_ID, "api": api, "business": api, "oauth": api, "media_hosts": ["127.0.0.1"]}
        account = outreach.provider(Way.ZALO, wire="zalo", sender=zalo.OA_ID, settings=places, rate=0)
        secret = {"secret": zalo.SECRET, "oa_secret": zalo.OA_SECRET, "refresh": zalo.FIRST_REFRESH}
        provider_secret_keep(provider_id=account.pk, secret=secret)
        places = {"api": inbox.places["facebook"], "media_hosts": ["127.0.0.1"]}
        page = outreach.provider(Way.MESSENGER, sender=facebook.PAGE_ID, settings=places, rate=0)
        keys = {"token": facebook.TOKEN, "app_secret": facebook.APP_SECRET, "verify_token": facebook.VERIFY_TOKEN}
        provider_secret_keep(provider_id=page.pk, secret=keys)
        yield People(inbox.url)
    finally:
        simulators.stop(process)


def said(person: str) -> list[tuple[str, str]]:
    """Who said what in this person's talk."""
    talk = Talk.objects.distinct().get(turns__inbound__in=_ids(person))
    return [(turn.row.who, turn.words) for turn in turns_of(talk)]


def picture(words: str) -> str:
    """A picture of a code, in base64."""
    drawn = io.BytesIO()
    segno.make(words, error="m").save(drawn, kind="png", scale=6, border=4)
    return base64.b64encode(drawn.getvalue()).decode()


def waiting_for_deliveries() -> int:
    """Backends that stand before the journal's table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'outreach_delivery'::regclass AND pid <>"
            " pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


MESSENGER = "messenger"


def messenger_writes(people: People) -> None:
    """A resent webhook, a picture, and a message that comes a day late."""
    people.do(book=MESSENGER, person="2001", text="bi lua mat tien roi lam sao", times=3)
    code = picture("https://vietcombank-xacminh.test/dang-nhap")
    people.do(book=MESSENGER, person="2002", act="send", data=code, text="mã này là gì")
    people.do(book=MESSENGER, person="2003", text="bi lua mat 30 trieu roi, so toi 0900000214", ago=25 * 3600)


def messenger_is_answered(people: People) -> None:
    """The answers with their quick replies, one of them tapped; the late one is not answered but stands on the desk."""
    wait_until(lambda: all(people.got(one, MESSENGER) for one in ("2001", "2002")), 60)
    [first] = people.shown("2001", MESSENGER)
    assert "ngân hàng" in first["text"]
    title, means = first["about"]["buttons"][0], first["about"]["taps"][0]["say"]
    people.do(book=MESSENGER, person="2001", act="tap", text=title, say=means)
    wait_until(lambda: len(people.got("2001", MESSENGER)) == 2, 60)
    assert [words for who, words in said("2001") if who == "person"][1] == means
    assert "[Ảnh]" in said("2002")[0][1]
    assert TalkTurn.objects.get(talk__turns__inbound__in=_ids("2002"), who="assistant").act == "check"

    wait_until(DutyTalk.objects.exists, 60)
    duty = DutyTalk.objects.get()
    assert (duty.talk.channel, duty.why) == (Talk.Channel.MESSENGER, DutyTalk.Why.LOSS)
    turns = with_fates(duty.talk, turns_of(duty.talk), now=clock.now() + dt.timedelta(minutes=1))
    assert "0900000214" in turns[0].words
    assert {turn.fate for turn in turns if not turn.is_person} == {"không gửi được: quá hạn của kênh"}


def test_everybody_is_answered_once_and_in_order(people: People, start_worker: Start, settings: Any) -> None:
    ours = {"BASE_URL": settings.BASE_URL, "SECRET_KEY": settings.SECRET_KEY, "ASSISTANT_QUIET": "4"}
    worker = start_worker(*WORKER, **ours)
    start_worker(sys.executable, "-m", "canhgiac.cli", "sender", **ours)

    messenger_writes(people)
    people.do(person="1001", text="toi vua chuyen 5 trieu cho ke lua dao", times=3)
    people.do(book="hooks", act="hold")
    people.do(person="1002", text="alo", ago=3)
    people.do(person="1002", text="tôi vừa bị lừa mất tiền", ago=2)
    people.do(person="1002", text="phải làm sao", ago=1)
    people.do(person="trung-3", act="send", data=picture("https://vietcombank-xacminh.test/dang-nhap"), text="mã này?")
    people.do(book="hooks", act="backwards")
    people.do(person="1004", act="send", kind="audio")
    wait_until(lambda: all(people.got(one) for one in ("1001", "1002", "trung-3", "1004")), 60)

    messenger_is_answered(people)

    assert [who for who, _words in said("1001")] == ["person", "assistant"]
    assert said("1002")[0][1] == "alo\ntôi vừa bị lừa mất tiền\nphải làm sao"
    assert "[Ảnh]" in said("trung-3")[0][1]
    assert TalkTurn.objects.get(talk__turns__inbound__in=_ids("trung-3"), who="assistant").act == "check"
    assert "tin nhắn thoại" in people.got("1004")[0]

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outreach_delivery IN SHARE MODE")
        people.do(person="1005", text="tôi vừa chuyển 20 triệu cho kẻ xưng công an")
        wait_until(lambda: waiting_for_deliveries() > 0, 60)
        os.killpg(worker.pid, signal.SIGKILL)
    assert not TalkTurn.objects.filter(talk__turns__inbound__in=_ids("1005")).exists(), "all of it or nothing"
    people.do(person="1005", text="alo còn đó không")
    start_worker(*WORKER, **ours)
    wait_until(lambda: InboundMessage.objects.filter(sender="1005").count() == 2, 60)
    wait_until(lambda: not InboundMessage.objects.filter(act="kept").exists(), 60)
    wait_until(lambda: Delivery.objects.filter(address="1005").count() == len(people.got("1005")) > 0, 60)
    assert sum("20 triệu" in words for who, words in said("1005") if who == "person") == 1

    time.sleep(1)
    for one in ("1001", "1002", "trung-3", "1004"):
        assert len(people.got(one)) == 1, one
    assert len(people.got("2001", MESSENGER)) == 2, "the resent message and the tap, each answered once"
    assert people.got("2003", MESSENGER) == []
    assert len(people.got("1005")) == sum(who == "assistant" for who, _words in said("1005"))
    assert not re.search(r"https?://(?!127\.0\.0\.1|localhost)", " ".join(people.got("1001")))


def _ids(person: str) -> list[int]:
    return list(InboundMessage.objects.filter(sender=person).values_list("pk", flat=True))
