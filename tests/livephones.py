"""Many phones of a live event in one process, on plain sockets: each asks, waits, answers, sends again as a page does.

``python -m tests.livephones HOST PORT PIN COUNT PACE [DOOR]``: phones with the keys k0, k1 … (already joined) play
until the event ends, each answering within PACE seconds of a question's opening; a JSON of ``Heard`` comes on standard
output. With DOOR they come in by the page first, all within so many seconds: page, cookie, name, page of the room. With
the PIN "hello" they make the same requests of a server that knows no event, for PEER seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import quote

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
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
    doors: list[float] = field(default_factory=list)
    """Milliseconds from asking for the page of the room to its first answer."""
    joins: list[float] = field(default_factory=list)
    """Milliseconds from sending the name to standing in the room."""


class Phone:
    """One of them, with one connection at a time."""

    def __init__(self, number: int, host: str, port: int, pin: str, heard: Heard) -> None:
        self.number, self.host, self.port, self.pin, self.heard = number, host, port, pin, heard
        self.cookies = {"phong": f"k{number}"}
        self.chance = random.Random(number)
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None
        self.lock = asyncio.Lock()

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """One request; status and JSON. Raises OSError where the connection ends."""
        status, told = await self.fetch(method, path, body, "application/json")
        return status, json.loads(told) if told[:1] == b"{" else {}

    async def fetch(self, method: str, path: str, body: bytes, kind: str, patience: float = 10) -> tuple[int, bytes]:
        """One request; status and what came, cookies kept. Raises OSError where the connection ends."""
        async with self.lock:
            try:
                return await asyncio.wait_for(self._asked(method, path, body, kind), patience)
            except (TimeoutError, OSError, EOFError, ValueError) as error:
                if self.writer is not None:
                    self.writer.close()
                    self.heard.broken += 1
                self.writer = None
                raise OSError(str(error)) from error

    async def _asked(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, bytes]:
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        assert self.reader is not None
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{method} /cuoc-thi/phong/{self.pin}/{path} HTTP/1.1\r\nHost: {self.host}\r\nCookie: {cookies}"
        head += f"\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        lengths = [int(value) for name, value in named if name == "content-length"]
        self.cookies |= dict(value.partition(";")[0].split("=", 1) for name, value in named if name == "set-cookie")
        if not lengths:  # the last words of a server that dies
            raise ValueError(lines[0])
        told = await self.reader.readexactly(lengths[0])
        return int(lines[0].split()[1]), told

    async def come_in(self, within: float) -> None:
        """Through the page, some time within so many seconds, tried again like a person who sees no room."""
        self.cookies = {}
        await asyncio.sleep(self.chance.uniform(0, within))
        form = "application/x-www-form-urlencoded"
        while True:
            try:
                began = time.perf_counter()
                _status, page = await self.fetch("GET", "", b"", form, 60)
                self.heard.doors.append((time.perf_counter() - began) * 1000)
                if (found := TOKEN.search(page)) is None:
                    return  # the room already
                await asyncio.sleep(self.chance.uniform(0.5, 1.5))  # the name is typed
                began, name = time.perf_counter(), quote(f"Máy {self.number}")
                body = f"csrfmiddlewaretoken={found[1].decode()}&name={name}&team=".encode()
                status, _told = await self.fetch("POST", "", body, form, 60)
                if status == 302:
                    await self.fetch("GET", "", b"", form, 60)
                    self.heard.joins.append((time.perf_counter() - began) * 1000)
                    return
            except OSError:
                pass
            await asyncio.sleep(1)

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


async def crowd(host: str, port: int, pin: str, count: int, *, pace: float, door: float = 0) -> Heard:
    """All of them at once."""
    heard = Heard()
    phones = [Phone(number, host, port, pin, heard) for number in range(count)]
    if door:
        await asyncio.gather(*(phone.come_in(door) for phone in phones))
    await asyncio.gather(*(phone.repeat(pace) if pin == "hello" else phone.play(pace) for phone in phones))
    return heard


if __name__ == "__main__":
    arguments = sys.argv[1:]
    host, port, pin, count, pace, door = (*arguments, "0")[:6]
    told = asyncio.run(crowd(host, int(port), pin, int(count), pace=float(pace), door=float(door)))
    print(json.dumps(asdict(told)))
