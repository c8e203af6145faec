"""Many phones of a live event in one process, on plain sockets: each asks, waits, answers, sends again as a page does.

``python -m tests.livephones HOST PORT PIN COUNT PACE``: phones with the keys k0, k1 … (already joined) play until the
event ends, each answering within PACE seconds of a question's opening; a JSON of ``Heard`` comes on standard output.
With the PIN "hello" they make the same requests of a server that knows no event, for PEER seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any

PEER = float(os.environ.get("PEER", "25"))
PEER_ROUND = 9.0
"""Seconds from one answer of a phone to its next, when nobody asks questions."""


@dataclass
class Heard:
    """What all phones together heard."""

    taken: list[tuple[int, int]] = field(default_factory=list)
    """Phone and question of every answer that the server said it kept."""
    milliseconds: list[tuple[int, float]] = field(default_factory=list)
    """Question, and time from sending to that word where the first sending was enough."""
    again: list[tuple[int, float]] = field(default_factory=list)
    """The same where it had to be sent more than once, from the first sending."""
    late: int = 0
    asked: int = 0
    """Questions about the state."""
    broken: int = 0
    """Connections that ended before their answer."""


class Phone:
    """One of them, with one connection at a time."""

    def __init__(self, number: int, host: str, port: int, pin: str, heard: Heard) -> None:
        self.number, self.host, self.port, self.pin, self.heard = number, host, port, pin, heard
        self.chance = random.Random(number)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.lock = asyncio.Lock()

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """One request; status and JSON. Raises OSError where the connection ends."""
        async with self.lock:
            try:
                return await asyncio.wait_for(self._asked(method, path, body), 10)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                if self.writer is not None:
                    self.writer.close()
                    self.heard.broken += 1
                self.writer = None
                raise OSError(str(error)) from error

    async def _asked(self, method: str, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        head = (
            f"{method} /cuoc-thi/phong/{self.pin}/{path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: phong=k{self.number}"
        )
        head += f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
        lengths = [int(line.split(":")[1]) for line in lines if line.startswith("content-length:")]
        if not lengths:  # the last words of a server that dies
            raise ValueError(lines[0])
        told = await self.reader.readexactly(lengths[0])
        return int(lines[0].split()[1]), json.loads(told) if told[:1] == b"{" else {}

    async def play(self, pace: float) -> None:
        """Until the event ends."""
        seen, waiting, failures = 0, None, 0
        await asyncio.sleep(self.chance.uniform(0, 2))
        while True:
            try:
                self.heard.asked += 1
                status, told = await self.ask("GET", f"trang-thai.json?co={seen}")
                if status != 200:
                    raise OSError(str(status))
                failures = 0
            except OSError:
                failures += 1
                await asyncio.sleep(min(0.7 * 1.6**failures, 5) * self.chance.uniform(0.75, 1.25))
                continue
            if told["v"] != seen:
                seen = told["v"]
                if told["state"] == "ended":
                    break
                if told["state"] == "asking" and not told["you"].get("done"):
                    opens = time.monotonic() + told["opens"] / 1000
                    waiting = asyncio.ensure_future(self.answer(told, opens + self.chance.uniform(0.2, pace)))
            await asyncio.sleep(told["again"] / 1000 * self.chance.uniform(0.75, 1.25))
        if waiting is not None:
            await waiting

    async def answer(self, told: dict[str, Any], at: float) -> None:
        """One answer, sent until the server has it."""
        await asyncio.sleep(max(at - time.monotonic(), 0))
        question, tries, began = told["n"] - 1, 0, time.perf_counter()
        body = json.dumps({"position": question, "given": self.chance.choice(told["q"]["options"])[0]}).encode()
        while True:
            tries += 1
            try:
                status, said = await self.ask("POST", "tra-loi.json", body)
                if status == 200 and said["answer"] in ("taken", "late"):
                    break
            except OSError:
                pass
            await asyncio.sleep(min(0.25 * 1.6**tries, 3))
        if said["answer"] == "late":
            self.heard.late += 1
            return
        took = (time.perf_counter() - began) * 1000
        self.heard.taken.append((self.number, question))
        (self.heard.milliseconds if tries == 1 else self.heard.again).append((question, took))

    async def repeat(self, pace: float) -> None:
        """The same requests of a server that knows no event."""
        ends = time.monotonic() + PEER
        body = json.dumps({"position": 0, "given": "a"}).encode()
        turn = self.chance.uniform(0, 2)
        following = time.monotonic() + self.chance.uniform(0.2, pace)
        await asyncio.sleep(turn)
        while time.monotonic() < ends:
            self.heard.asked += 1
            await self.ask("GET", "trang-thai.json?co=2")
            if time.monotonic() >= following:
                following += PEER_ROUND
                began = time.perf_counter()
                await self.ask("POST", "tra-loi.json", body)
                self.heard.milliseconds.append((0, (time.perf_counter() - began) * 1000))
            await asyncio.sleep(2 * self.chance.uniform(0.75, 1.25))


async def crowd(host: str, port: int, pin: str, count: int, pace: float) -> Heard:
    """All of them at once."""
    heard = Heard()
    phones = [Phone(number, host, port, pin, heard) for number in range(count)]
    await asyncio.gather(*(phone.repeat(pace) if pin == "hello" else phone.play(pace) for phone in phones))
    return heard


if __name__ == "__main__":
    arguments = sys.argv[1:]
    told = asyncio.run(crowd(arguments[0], int(arguments[1]), arguments[2], int(arguments[3]), float(arguments[4])))
    print(json.dumps(asdict(told)))
