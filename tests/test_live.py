"""``make live-check`` as an operator runs it, pointed at our simulators: a process with variables and a table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators import facebook as pages
from simulators import smsc, smtp
from simulators import zalo as accounts
from simulators.api import Caller
from simulators.mailbox import Mailbox
from simulators.phones import Phones
from tests.ports import free_ports
from tests.simulated import KEY, World, world

ROOT = Path(__file__).parents[1]
OURS = "LIVE_"


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


def checked(given: dict[str, str]) -> tuple[int, dict[tuple[str, str], str], str]:
    """Exit code, the table as {(channel, what): the rest}, and what stood on standard error."""
    known = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.live"],
        cwd=ROOT,
        env=known | given,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    table = {(line[:10].strip(), line[11:37].strip()): line[38:].strip() for line in done.stdout.splitlines()}
    return done.returncode, table, done.stderr


def test_nothing_is_sent_without_an_address() -> None:
    code, table, said = checked({"LIVE_SMPP_HOST": "127.0.0.1"})
    assert (code, table) == (2, {})
    assert "LIVE_TO" in said


def test_a_channel_without_credentials_is_passed_over_and_says_which_it_lacks() -> None:
    code, table, _said = checked({"LIVE_TO": "zalo=123"})
    assert code == 0
    assert table["sms", ""] == "bỏ qua  chưa có LIVE_SMPP_HOST"
    assert table["zalo", ""] == "bỏ qua  chưa có LIVE_ZALO_APP_ID"
    assert {channel for channel, _what in table} == {"sms", "email", "zalo", "zns", "messenger", "push", "facebook"}
    code, table, _said = checked({"LIVE_TO": "an@vinhan.test", "LIVE_SMPP_HOST": "a", "LIVE_SMPP_SYSTEM_ID": "b",
                                  "LIVE_SMPP_SENDER": "CA THU"})  # fmt: skip
    assert table["sms", ""].startswith("bỏ qua  LIVE_TO viết sai")


def test_all_channels_against_the_simulators(simulated: World, tmp_path: Path) -> None:
    hook, door = free_ports(2)
    caller = Caller(f"http://127.0.0.1:{hook}")
    simulated.zalo.caller = simulated.facebook.caller = caller
    tokens, good, bad = tmp_path / "zalo.json", tmp_path / "may.json", tmp_path / "tuchoi.json"
    tokens.write_text(json.dumps({"refresh": simulated.zalo.tokens(60)["refresh_token"]}))
    good.write_text(json.dumps(simulated.push.subscribe("may-1")))
    bad.write_text(json.dumps(simulated.push.subscribe("tuchoi-1")))
    phones, box = Phones(), Mailbox(None)
    centre, sms_port = smsc.serve(phones, "127.0.0.1", 0)
    mail, mail_port = smtp.serve(box, "127.0.0.1", 0, bounces_to=("127.0.0.1", door))
    given = {
        "LIVE_TO": f"sms=+84900000110 email=an@vinhan.test zalo=8400000000100 zns=+84900000110"
        f" messenger=500100 push={good}",
        "LIVE_REFUSED": f"sms=+84900000197 email=dsn.1@vinhan.test zalo=tuchoi1 zns=+84900000197"
        f" messenger=tuchoi1 push={bad}",
        "LIVE_SMPP_HOST": "127.0.0.1", "LIVE_SMPP_PORT": str(sms_port), "LIVE_SMPP_SYSTEM_ID": "thu",
        "LIVE_SMPP_SENDER": "CA THU",
        "LIVE_EMAIL_HOST": "127.0.0.1", "LIVE_EMAIL_PORT": str(mail_port), "LIVE_EMAIL_SENDER": "thu@vinhan.test",
        "LIVE_EMAIL_BOUNCE": "hoi-am@vinhan.test", "LIVE_EMAIL_INBOUND_PORT": str(door),
        "LIVE_ZALO_APP_ID": accounts.APP_ID, "LIVE_ZALO_SECRET": accounts.SECRET, "LIVE_ZALO_OA_ID": accounts.OA_ID,
        "LIVE_ZALO_OA_SECRET": accounts.OA_SECRET, "LIVE_ZALO_TOKENS": str(tokens),
        "LIVE_ZALO_API": f"{simulated.api.url}/zalo", "LIVE_ZNS_TEMPLATE": "316002",
        "LIVE_ZNS_PARAMS": json.dumps({"ma_canh_bao": "CB-2026-1", "ly_do": "thu"}),
        "LIVE_FACEBOOK_PAGE_ID": pages.PAGE_ID, "LIVE_FACEBOOK_TOKEN": pages.TOKEN,
        "LIVE_FACEBOOK_APP_SECRET": pages.APP_SECRET, "LIVE_FACEBOOK_API": f"{simulated.api.url}/facebook",
        "LIVE_FACEBOOK_POST": "1",
        "LIVE_PUSH_KEY": KEY, "LIVE_PUSH_SUBJECT": "mailto:an@vinhan.test", "LIVE_PUSH_LOOPBACK": "1",
        "LIVE_WEBHOOK_PORT": str(hook), "LIVE_WAIT": "20",
    }  # fmt: skip
    try:
        code, table, said = checked(given)
    finally:
        centre.stop()
        mail.stop()
    assert code == 0, ([row for row in table.items() if not row[1].startswith("đạt")], said)
    assert all(rest.startswith("đạt") for rest in table.values()), table
    for channel in ("sms", "email", "zalo", "zns", "messenger", "push"):
        assert (channel, "một tin được nhận") in table
        assert (channel, "địa chỉ bị từ chối") in table
    for channel in ("sms", "zalo", "messenger"):
        assert "delivered" in table[channel, "phiếu nhận"]
    assert "báo sau: failed smtp:550 5.1.1" in table["email", "địa chỉ bị từ chối"]
    assert ("facebook", "bài đã gỡ") in table
    assert phones.count("+84900000110") == 1
    assert simulated.facebook.posts() == [], "the page is left as it was"
    renewed = json.loads(tokens.read_text())
    assert renewed["access"]
    assert renewed["expires"]

    code, table, said = checked(given | {"LIVE_SMPP_PORT": str(free_ports(1)[0]), "LIVE_FACEBOOK_TOKEN": "sai"})
    assert code == 1
    assert table["sms", "một tin được nhận"].startswith("HỎNG")
    assert table["messenger", "một tin được nhận"].startswith("HỎNG")
