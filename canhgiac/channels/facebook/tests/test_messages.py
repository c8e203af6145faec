"""What Messenger refuses and why, and what a message may hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from canhgiac.channels.contract import Outcome, Recipient, Result
from canhgiac.channels.facebook import Button, MessengerMessage, open_line
from canhgiac.channels.facebook.codes import is_gone, outcome_of
from tests.simulated import World, world


@pytest.fixture
def simulated() -> Iterator[World]:
    with world() as made:
        yield made


async def nobody(events: object) -> None:
    """Hears nothing."""


def sent(simulated: World, content: MessengerMessage, *people: Recipient, token: str = "") -> list[Result]:
    async def whole() -> list[Result]:
        settings = simulated.facebook_settings(**({"token": token} if token else {}))
        line = await open_line(settings, nobody)
        try:
            return list(await line.send(content, people))
        finally:
            await line.close()

    return asyncio.run(whole())


def test_outside_the_24_hours_a_person_is_refused_until_they_write(simulated: World) -> None:
    simulated.facebook.fall_silent("7001")
    content = MessengerMessage("Cảnh báo")
    [result] = sent(simulated, content, Recipient(1, "7001"))
    assert (result.outcome, result.code) == (Outcome.REFUSED, "facebook:10/2018278")
    assert not is_gone(result.code)
    simulated.facebook.reply("7001", "vâng")
    [result] = sent(simulated, content, Recipient(2, "7001"))
    assert result.outcome is Outcome.TAKEN


def test_a_tag_goes_outside_the_24_hours(simulated: World) -> None:
    simulated.facebook.fall_silent("7001")
    content = MessengerMessage("Trả lời tin báo", messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    [result] = sent(simulated, content, Recipient(1, "7001"))
    assert result.outcome is Outcome.TAKEN


def test_the_key_goes_along_and_places_are_filled(simulated: World) -> None:
    buttons = (Button("Xem", url="https://canhgiac.test/{1}"), Button("Thôi nhận", say="TC"))
    content = MessengerMessage("Cảnh báo cho {0}", buttons)
    sent(simulated, content, Recipient(7_000_000_003, "7001", ("xã An Hòa", "a")))
    [row] = simulated.facebook.messages("7001")
    assert row["text"] == "Cảnh báo cho xã An Hòa"
    taps = [{"url": "https://canhgiac.test/a"}, {"say": "TC"}]
    assert row["about"] == {"key": "7000000003", "buttons": ["Xem", "Thôi nhận"], "taps": taps}


def test_a_token_that_is_no_more_is_for_later(simulated: World) -> None:
    [result] = sent(simulated, MessengerMessage("a"), Recipient(1, "7001"), token="khac")
    assert (result.outcome, result.code) == (Outcome.LATER, "facebook:190")


@pytest.mark.parametrize(
    ("code", "subcode", "outcome"),
    [
        (4, 0, Outcome.SLOW),
        (32, 0, Outcome.SLOW),
        (613, 0, Outcome.SLOW),
        (100, 2018001, Outcome.REFUSED),
        (551, 0, Outcome.REFUSED),
        (200, 2018108, Outcome.REFUSED),
        (10, 0, Outcome.LATER),
        (190, 460, Outcome.LATER),
        (368, 0, Outcome.LATER),
        (1200, 0, Outcome.LATER),
        (424242, 7, Outcome.LATER),
    ],
)
def test_codes(code: int, subcode: int, outcome: Outcome) -> None:
    assert outcome_of(code, subcode) is outcome


@pytest.mark.parametrize(
    "content",
    [
        MessengerMessage(""),
        MessengerMessage("x" * 2001),
        MessengerMessage("x" * 641, (Button("a", say="b"),)),
        MessengerMessage("{0}"),
        MessengerMessage("a", (Button("x" * 21, say="b"),)),
        MessengerMessage("a", (Button("x", say="b", url="https://a.test"),)),
        MessengerMessage("a", (Button("x", say="b"),) * 4),
        MessengerMessage("a", tag="HUMAN_AGENT"),
        MessengerMessage("a", messaging_type="MESSAGE_TAG"),
    ],
)
def test_what_cannot_be_carried_is_said_before_anything_leaves(simulated: World, content: MessengerMessage) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        sent(simulated, content, Recipient(1, "7001"))
    assert simulated.facebook.talk.total() == 0


def test_quick_replies_are_each_persons_own_and_open_nothing(simulated: World) -> None:
    content = MessengerMessage("{0}", messaging_type="RESPONSE", choices_from=1)
    fields = ("Mất gì?", "Đã chuyển tiền cho họ rồi", "Đã chuyển tiền", "Trang", "https://canhgiac.test/")
    results = sent(simulated, content, Recipient(1, "7001", fields), Recipient(2, "7002", ("Chào",)))
    assert {result.outcome for result in results} == {Outcome.TAKEN}
    [asked], [greeted] = simulated.facebook.messages("7001"), simulated.facebook.messages("7002")
    assert (asked["text"], asked["about"]["taps"]) == ("Mất gì?", [{"say": "Đã chuyển tiền"}])
    assert asked["about"]["buttons"] == ["Đã chuyển tiền cho…"]
    assert greeted["about"]["taps"] == []
