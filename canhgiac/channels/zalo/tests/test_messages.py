"""What Zalo refuses and why, and what a message may hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from canhgiac.channels.contract import Outcome, Pace, Recipient, Result
from canhgiac.channels.zalo import Button, ZaloMessage, ZnsTemplate, open_line
from canhgiac.channels.zalo.codes import is_gone
from canhgiac.channels.zalo.messages import Content
from tests.simulated import World, world

WORDS = {"tieu_de": "Giả danh công an", "noi_dung": "Gác máy, gọi 113", "ma_canh_bao": "12"}


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


async def nobody(events: object) -> None:
    """Hears nothing."""


def sent(simulated: World, content: Content, *people: Recipient, window: int = 20) -> list[Result]:
    async def whole() -> list[Result]:
        line = await open_line(simulated.zalo_settings(pace=Pace(window=window)), nobody)
        try:
            return list(await line.send(content, people))
        finally:
            await line.close()

    return asyncio.run(whole())


def test_who_does_not_follow_or_was_silent_for_a_week_is_refused(simulated: World) -> None:
    simulated.zalo.unfollow("1001")
    simulated.zalo.fall_silent("1002")
    simulated.zalo.reply("1003", "xin chào")
    people = [Recipient(at, f"100{at}") for at in (1, 2, 3)]
    results = sent(simulated, ZaloMessage("Cảnh báo"), *people)
    assert [(result.outcome, result.code) for result in results] == [
        (Outcome.REFUSED, "zalo:-213"),
        (Outcome.REFUSED, "zalo:-230"),
        (Outcome.TAKEN, "zalo:0"),
    ]
    assert not any(is_gone(result.code) for result in results)


def test_a_promotion_reaches_a_follower_who_was_silent(simulated: World) -> None:
    simulated.zalo.fall_silent("1002")
    content = ZaloMessage(kind="promotion", elements=({"type": "header", "content": "Cảnh báo số 12"},))
    [result] = sent(simulated, content, Recipient(1, "1002"))
    assert result.outcome is Outcome.TAKEN
    [row] = simulated.zalo.messages("1002")
    assert (row["text"], row["about"]["kind"]) == ("Cảnh báo số 12", "promotion")


def test_places_and_buttons_are_each_persons_own(simulated: World) -> None:
    content = ZaloMessage(
        "Cảnh báo cho {0}",
        (Button("Xem", url="https://canhgiac.test/s/{1}"), Button("Gọi 113", phone="113"), Button("Thôi", say="TC")),
    )
    results = sent(simulated, content, Recipient(1, "1001", ("xã An Hòa", "aa")), Recipient(2, "1002", ("xã B", "bb")))
    assert {result.outcome for result in results} == {Outcome.TAKEN}
    [first], [second] = simulated.zalo.messages("1001"), simulated.zalo.messages("1002")
    assert (first["text"], second["text"]) == ("Cảnh báo cho xã An Hòa", "Cảnh báo cho xã B")
    assert first["about"]["buttons"] == ["Xem", "Gọi 113", "Thôi"]


def test_a_template_carries_the_deliverys_key_and_its_receipt_names_the_phone(simulated: World) -> None:
    [result] = sent(simulated, ZnsTemplate("316001", WORDS), Recipient(7_000_000_001, "+84900000123"))
    [row] = simulated.zalo.messages("+84900000123")
    assert row["about"]["tracking"] == "7000000001"
    assert row["ref"] == result.ref
    assert row["text"] == "Giả danh công an\nGác máy, gọi 113\nMã cảnh báo: 12"


@pytest.mark.parametrize(
    ("template", "params", "phone", "expected"),
    [
        ("316001", WORDS, "+84900000197", (Outcome.REFUSED, "zns:-118")),
        ("316001", WORDS, "+841", (Outcome.REFUSED, "zns:-108")),
        ("316001", {"tieu_de": "a"}, "+84900000123", (Outcome.REFUSED, "zns:-112")),
        ("999999", WORDS, "+84900000123", (Outcome.LATER, "zns:-109")),
    ],
)
def test_templates_that_are_refused(
    simulated: World, template: str, params: dict[str, str], phone: str, expected: tuple[Outcome, str]
) -> None:
    [result] = sent(simulated, ZnsTemplate(template, params), Recipient(1, phone))
    assert (result.outcome, result.code) == expected
    assert simulated.zalo.talk.total() == 0


def test_a_quota_that_is_used_up_is_not_hammered(simulated: World) -> None:
    simulated.zalo.quota = 2
    people = [Recipient(at, f"+8490000{at:04d}0") for at in range(40)]
    results = sent(simulated, ZnsTemplate("316001", WORDS), *people, window=1)
    assert [result.outcome for result in results] == [Outcome.TAKEN] * 2 + [Outcome.SLOW] * 38
    codes = [result.code for result in results]
    assert codes.count("zns:-144") == 5
    assert codes.count("http:held") == 33


@pytest.mark.parametrize(
    "content",
    [
        ZaloMessage(""),
        ZaloMessage("x" * 2001),
        ZaloMessage("thiếu {3}"),
        ZaloMessage("a", (Button("Xem"),)),
        ZaloMessage("a", (Button("Xem", url="https://a.test", phone="113"),)),
        ZaloMessage("a", (Button("", say="b"),)),
        ZaloMessage("a", (Button("b", say="b"),) * 6),
        ZaloMessage("a", kind="promotion"),
        ZnsTemplate("", WORDS),
        ZnsTemplate("316001", WORDS | {"tieu_de": "x" * 401}),
    ],
)
def test_what_cannot_be_carried_is_said_before_anything_leaves(simulated: World, content: Content) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sent(simulated, content, Recipient(1, "1001"))
    assert simulated.zalo.talk.total() == 0
