"""The inbox's loudspeakers: hung by a form, heard in the tab and in JSON, taken down."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from simulators.speaker import VIETNAM
from simulators.tests.test_channels import form, page
from simulators.tests.test_speaker import KEY, House
from tests.inbox import SmtpInbox, start, stop


@pytest.fixture
def inbox() -> Iterator[SmtpInbox]:
    process, inbox = start()
    yield inbox
    stop(process)


@pytest.fixture
def house() -> Iterator[House]:
    server = House()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def heard(inbox: SmtpInbox) -> dict[str, Any]:
    with urllib.request.urlopen(f"{inbox.url}api/loa", timeout=60) as answer:
        told: dict[str, Any] = json.load(answer)
    return told


def test_a_loudspeaker_is_hung_heard_and_taken_down(inbox: SmtpInbox, house: House) -> None:
    now = dt.datetime.now(VIETNAM)
    day = dt.timedelta(days=1)
    later = (dt.time((now.hour + 12) % 24),)  # neither sounds by the clock while the test runs
    at_once = house.item("a", b"ID3 mp3 a", start=now - day, until=now + day, seconds=0.5, at_once=True, at=later)
    house.put(at_once, house.item("b", b"ID3 mp3 b", start=now - day, until=now + day, at=later))
    shown = form(f"{inbox.url}loa/treo", person="Loa chợ Đồn", schedule=f"{house.url}/lich.json", key=KEY, act="hang")
    assert "Loa-cho-Don" in shown
    deadline = time.monotonic() + 60
    while not (told := heard(inbox))["played"]:
        assert time.monotonic() < deadline, told
        time.sleep(0.1)
    [played] = told["played"]
    assert (played["id"], played["speaker"], played["done"]) == ("a", "Loa-cho-Don", True)
    assert told["speakers"] == [{"name": "Loa-cho-Don", "area": "Xã An Bình", "trouble": ""}]
    assert "b" in {row["id"] for row in told["queue"]}
    shown = page(inbox, "loa/")
    assert "Bài a" in shown
    assert "Xã An Bình" in shown
    assert f'src="/loa/tieng/{at_once.sha256}"' in shown
    with urllib.request.urlopen(f"{inbox.url}loa/tieng/{at_once.sha256}", timeout=60) as answer:
        assert (answer.headers["Content-Type"], answer.read()) == ("audio/mpeg", b"ID3 mp3 a")
    shown = form(f"{inbox.url}loa/Loa-cho-Don/viec", act="take_down")
    assert "đang hỏi lịch" not in shown
    assert heard(inbox)["speakers"] == []
