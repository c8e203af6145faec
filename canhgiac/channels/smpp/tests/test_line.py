"""The line over real sockets: binds, windows, pace, long texts, what comes in, and everything that breaks."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import logging
from collections.abc import Callable, Sequence

import pytest

from canhgiac.channels.contract import Event, Inbound, Outcome, Pace, Receipt, Recipient
from canhgiac.channels.smpp import SmppLine, SmsContent, open_line
from canhgiac.channels.smpp.paces import Backoff, Bucket
from canhgiac.channels.tests.contract_suite import PATIENCE, Events
from simulators.phones import Phones

from .conftest import Stage, settings, use

SHORT = SmsContent(text="Cong an khong lam viec qua dien thoai.", sender="CONGAN XA")
LONG = SmsContent(text="Cảnh báo: kẻ gian giả danh công an xã. " * 5, sender="CONGAN XA")


def people(count: int, *, ending: str = "10") -> list[Recipient]:
    return [Recipient(100 + at, f"+849{at:06}{ending}") for at in range(count)]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # the simulator lives in another thread
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("bind", ["transceiver", "split"])
@pytest.mark.parametrize("window", [1, 7, 300])
def test_a_thousand_over_several_binds(stage: Stage, bind: str, window: int) -> None:
    smsc, port = stage.smsc()
    batch = people(1000)

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(SHORT, batch)
        assert {result.outcome for result in results} == {Outcome.TAKEN}
        refs = {result.ref for result in results}
        assert len(refs) == 1000
        await events.until(lambda seen: len(seen) >= 1000)
        assert {event.ref for event in events.seen} == refs
        assert {event.to for event in events.seen} == {person.to for person in batch}
        await until(lambda: line.tally.links == 3 * (1 + (bind == "split")))

    use(settings(port, bind=bind, pace=Pace(window=window, connections=3)), what)
    assert set(stage.phones.counts().values()) == {1}
    assert smsc.counts.binds == smsc.counts.unbinds == 3 * (1 + (bind == "split"))


@pytest.mark.parametrize("window", [1, 5, 100])
@pytest.mark.parametrize("long", ["udh", "udh16", "payload"])
def test_a_long_text_arrives_whole_with_one_receipt(stage: Stage, window: int, long: str) -> None:
    smsc, port = stage.smsc()
    content = SmsContent(text=LONG.text, sender=LONG.sender, long=long)  # type: ignore[arg-type]

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(content, people(50))
        assert {result.outcome for result in results} == {Outcome.TAKEN}
        await events.until(lambda seen: {event.ref for event in seen} == {result.ref for result in results})

    use(settings(port, pace=Pace(window=window, connections=2 if window > 1 else 1)), what)
    assert {message.text for message in stage.phones.messages()} == {LONG.text}
    assert set(stage.phones.counts().values()) == {1}
    assert smsc.counts.acknowledged == 50


def test_places_are_filled_and_alphabets_chosen_for_each_person(stage: Stage) -> None:
    _, port = stage.smsc()
    names = ["Lan", "Nguyễn Thị Ánh", "B" * 170]
    batch = [Recipient(at, f"+8490000001{at}", (name,)) for at, name in enumerate(names)]

    async def what(line: SmppLine, events: Events) -> None:
        await line.send(SmsContent(text="Chao {0}", sender="8099"), batch)
        with pytest.raises(ValueError, match="1 places"):
            await line.send(SmsContent(text="Chao {0}", sender="8099"), people(1))

    use(settings(port), what)
    for person, name in zip(batch, names, strict=True):
        [message] = stage.phones.messages(person.to)
        assert (message.text, message.sender) == (f"Chao {name}", "8099")
        assert (message.coding, message.parts) == (8 if "ễ" in name else 0, 2 if len(name) > 100 else 1)


def test_an_address_that_is_no_number_never_reaches_the_wire(stage: Stage) -> None:
    smsc, port = stage.smsc()

    async def what(line: SmppLine, events: Events) -> None:
        for content in (SHORT, LONG):
            batch = [Recipient(1, "an@vinhan.test"), *people(1), Recipient(2, "+84 900"), Recipient(3, "")]
            results = await line.send(content, batch)
            assert [result.outcome for result in results] == [
                Outcome.REFUSED, Outcome.TAKEN, Outcome.REFUSED, Outcome.REFUSED,
            ]  # fmt: skip
            assert results[0].code == "smpp:no-number"

    use(settings(port), what)
    assert smsc.counts.statuses == {0: 1 + 3}


def test_what_somebody_answers_is_kept_before_it_is_acknowledged(stage: Stage) -> None:
    smsc, port = stage.smsc()
    seen: list[Event] = []
    tries = itertools.count()

    async def keep(events: Sequence[Event]) -> None:
        assert smsc.counts.acknowledged == 0
        if next(tries) < 2:
            raise OSError("the disk is full")
        seen.extend(events)

    async def what() -> None:
        line = await open_line(settings(port), keep)
        stage.phones.reply("+84900000123", "8099", "TỪ CHỐI")
        await until(lambda: smsc.counts.acknowledged == 1)
        assert line.tally.unsaved == 2
        await line.close()

    asyncio.run(what())
    [event] = seen
    assert isinstance(event, Inbound)
    assert (event.sender, event.to, event.text, event.kind) == ("+84900000123", "8099", "TỪ CHỐI", "text")


def test_a_reply_that_nobody_acknowledged_comes_again_and_has_the_same_number(stage: Stage) -> None:
    smsc, port = stage.smsc()
    seen: list[Event] = []

    async def keep(events: Sequence[Event]) -> None:
        seen.extend(events)
        if len(seen) == 1:
            smsc.call("end")

    async def what() -> None:
        line = await open_line(settings(port), keep)
        stage.phones.reply("+84900000123", "8099", "STOP")
        await until(lambda: len(seen) == 2)
        await until(lambda: smsc.counts.acknowledged == 1)
        await line.close()

    asyncio.run(what())
    first, second = seen
    assert (first.ref == second.ref) == (f"{first.at:%H%M}" == f"{second.at:%H%M}")


def test_a_long_reply_comes_part_by_part(stage: Stage) -> None:
    _, port = stage.smsc()
    words = "Tôi nhận cuộc gọi lạ. " * 10

    async def what(line: SmppLine, events: Events) -> None:
        stage.phones.reply("+84900000123", "8099", words)
        seen = await events.until(lambda seen: len(seen) == 4)
        parts = [event for event in seen if isinstance(event, Inbound)]
        assert "".join(part.text for part in parts) == words
        assert [part.ref.split("-")[2:] for part in parts] == [[str(number), "4"] for number in range(1, 5)]

    use(settings(port), what)


@pytest.mark.parametrize("hexed", [False, True])
@pytest.mark.parametrize("tlvs", [False, True])
def test_receipts_meet_their_answers_whatever_the_base(stage: Stage, hexed: bool, tlvs: bool) -> None:
    _, port = stage.smsc(hex_answers=hexed, tlvs=tlvs)

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(SHORT, people(20))
        seen = await events.until(lambda seen: len(seen) == 20)
        assert {event.ref for event in seen} == {result.ref for result in results}
        assert all(isinstance(event, Receipt) for event in seen)
        assert max(abs(event.at - dt.datetime.now(dt.UTC)) for event in seen) < dt.timedelta(minutes=2)

    use(settings(port, ref_base="hex_to_dec" if hexed else "as_is"), what)


def test_no_receipt_is_asked_for_when_none_is_wanted(stage: Stage) -> None:
    smsc, port = stage.smsc(receipt_after=0)

    async def what(line: SmppLine, events: Events) -> None:
        await line.send(SmsContent(text="Thu", sender="8099", registered=False), people(5))
        await line.send(SHORT, people(1))
        await events.until(lambda seen: len(seen) == 1)

    use(settings(port), what)
    assert smsc.counts.acknowledged == 1


def test_a_wrong_password_is_said_at_once_and_not_hammered(stage: Stage) -> None:
    smsc, port = stage.smsc(password="khac")

    async def what(line: SmppLine, events: Events) -> None:
        for _ in range(3):
            results = await line.send(SHORT, people(3))
            assert {(result.outcome, result.code) for result in results} == {(Outcome.LATER, "smpp:0x0000000e")}
        await asyncio.sleep(1.5)

    use(settings(port), what)
    assert (smsc.counts.refused_binds, smsc.counts.submits) == (1, 0)


def test_an_smsc_that_comes_back_gets_the_rest_of_the_batch(stage: Stage) -> None:
    smsc, port = stage.smsc(answer_after=0.05, receipts=False)
    batch = people(400)

    async def what(line: SmppLine, events: Events) -> None:
        sending = asyncio.create_task(line.send(SHORT, batch))
        await until(lambda: smsc.counts.taken >= 100)
        stage.stop(smsc)
        stage.smsc(port, receipts=False)
        results = await sending
        said = {person.to: result.outcome for person, result in zip(batch, results, strict=True)}
        assert set(said.values()) == {Outcome.TAKEN, Outcome.UNSURE}
        assert list(said.values()).count(Outcome.UNSURE) <= 20, "only what was on the wire"
        for address, outcome in said.items():
            assert stage.phones.count(address) == 1 or (outcome is Outcome.UNSURE and not stage.phones.count(address))
        assert line.tally.lost >= 1

    use(settings(port, pace=Pace(window=20)), what)


@pytest.mark.parametrize("content", [SHORT, LONG])
def test_links_lost_again_and_again_double_nothing(stage: Stage, content: SmsContent) -> None:
    _, port = stage.smsc(drop_after=97, receipts=False)
    batch = people(400)

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(content, batch)
        for person, result in zip(batch, results, strict=True):
            count = stage.phones.count(person.to)
            assert count == (result.outcome is Outcome.TAKEN) or (result.outcome is Outcome.UNSURE and count <= 1)
        lost = [result.outcome for result in results if result.outcome is not Outcome.TAKEN]
        assert 0 < len(lost) <= line.tally.lost * 10

    use(settings(port, pace=Pace(window=10, connections=2), patience=10), what)


def test_half_a_message_lost_with_its_link_may_be_repeated(stage: Stage) -> None:
    """Its second part was never written, so no phone can show it: later, not unsure."""
    _, port = stage.smsc(drop_after=1)

    async def what(line: SmppLine, events: Events) -> None:
        [result] = await line.send(LONG, people(1))
        assert result.outcome is Outcome.LATER

    use(settings(port, pace=Pace(window=1)), what)


def test_a_throttling_smsc_slows_the_line_down(stage: Stage) -> None:
    smsc, port = stage.smsc(window=5, answer_after=0.02, receipts=False)

    async def what(line: SmppLine, events: Events) -> None:
        waiting, sent = people(60), 0
        while waiting:
            results = await line.send(SHORT, waiting)
            assert {result.outcome for result in results} <= {Outcome.TAKEN, Outcome.SLOW}
            assert Outcome.TAKEN in {result.outcome for result in results}
            again = {result.key for result in results if result.outcome is Outcome.SLOW}
            waiting, sent = [person for person in waiting if person.key in again], sent + 1
        assert line.tally.throttled > 0
        assert smsc.counts.submits < 300

    use(settings(port, pace=Pace(window=20)), what)
    assert set(stage.phones.counts().values()) == {1}


def test_the_rate_of_the_contract_is_kept(stage: Stage) -> None:
    _, port = stage.smsc(receipts=False)

    async def what(line: SmppLine, events: Events) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await line.send(LONG, people(20))  # three parts each
        assert loop.time() - begun >= (60 - 10 - 2) / 200

    use(settings(port, pace=Pace(rate=200, connections=2)), what)


def test_a_bucket_grants_its_rate_and_no_more() -> None:
    now, left, bucket = 0.0, 0, Bucket(100, 0.0)
    while now < 10:
        granted = bucket.grant(now)
        bucket.take(granted)
        left += granted
        now += max(bucket.wait(), 0.0001)
    assert 995 <= left <= 1006
    bucket.take(50)
    assert bucket.grant(now) == 0
    assert bucket.wait() == pytest.approx(0.5, abs=0.03)


def test_pauses_double_up_to_a_limit() -> None:
    pauses = [Backoff(0.5, 60).pause(tries) for tries in range(1, 40)]
    assert all(0 < pause <= 60 for pause in pauses)
    assert all(min(60, 0.5 * 2**at) / 2 <= pause <= 0.5 * 2**at for at, pause in enumerate(pauses))


def test_a_silent_smsc_is_asked_and_then_left(stage: Stage) -> None:
    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        bound = await reader.readexactly(36)
        writer.write(b"\0\0\0\x11\x80\0\0\x09\0\0\0\0" + bound[12:16] + b"\0")
        heard.append(await reader.readexactly(16))
        heard.append(await reader.read())
        writer.close()

    heard: list[bytes] = []

    async def what() -> None:
        server = await asyncio.start_server(deaf, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        line = await open_line(settings(port, enquire=0.2, timeout=1.0), Events())
        await until(lambda: line.tally.lost >= 1)
        server.close()
        await line.close()

    asyncio.run(what())
    assert heard[0][4:8] == b"\0\0\0\x15"


def test_the_smsc_may_ask_and_may_send_us_away(stage: Stage) -> None:
    smsc, port = stage.smsc(receipts=False)

    async def what(line: SmppLine, events: Events) -> None:
        smsc.call("enquire")
        smsc.call("unbind")
        await until(lambda: line.tally.links == 2)
        [result] = await line.send(SHORT, people(1))
        assert result.outcome is Outcome.TAKEN

    use(settings(port, enquire=0.1), what)
    assert smsc.counts.nacks == 0
    assert smsc.counts.enquiries >= 0


def test_nonsense_from_the_smsc_costs_a_link_and_no_more(stage: Stage) -> None:
    smsc, port = stage.smsc(receipts=False)

    async def what(line: SmppLine, events: Events) -> None:
        smsc.inject(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await until(lambda: line.tally.links == 2)
        [result] = await line.send(SHORT, people(1))
        assert result.outcome is Outcome.TAKEN

    use(settings(port), what)
    assert smsc.counts.nacks == 1


def test_neither_numbers_nor_texts_are_logged(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    smsc, port = stage.smsc(drop_after=30)

    async def fail(events: Sequence[Event]) -> None:
        raise ValueError(events)

    async def what() -> None:
        line = await open_line(settings(port), fail)
        stage.phones.reply("+84900000123", "8099", "TU CHOI")
        await line.send(SHORT, people(40))
        await line.close()

    asyncio.run(what())
    assert smsc.counts.taken
    logged = "\n".join(record.getMessage() + str(record.exc_info or "") for record in caplog.records)
    assert "smpp: lost a link" in logged
    for secret in ("0900", "+849", "849", "Cong an", "TU CHOI", "bimat"):
        assert secret not in logged.replace(f":{port}", "")  # whose digits are anybody's


def test_the_password_does_not_show() -> None:
    assert "bimat" not in repr(settings(1))
    with pytest.raises(ValueError, match="window"):
        settings(1, pace=Pace(window=0))


def test_two_senders_can_use_two_lines_to_one_smsc(stage: Stage) -> None:
    _, port = stage.smsc()
    halves = [people(200)[:100], people(200)[100:]]

    async def what() -> None:
        lines = await asyncio.gather(*(open_line(settings(port), Events()) for _ in halves))
        await asyncio.gather(*(line.send(SHORT, half) for line, half in zip(lines, halves, strict=True)))
        await asyncio.gather(*(line.close() for line in lines))

    asyncio.run(what())
    phones: Phones = stage.phones
    assert set(phones.counts().values()) == {1}
    assert len(phones.counts()) == 200
