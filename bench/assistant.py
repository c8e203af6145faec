"""Fifty talks at once with the assistant, through the page of a real web server.

First what one answer costs by itself, in processor time (``reply_to``). Then fifty people, each with a browser's
cookies and an address of their own: in a closed loop, each writing as soon as the answer is there, which is the most
that two processes can do; and as people do, with some seconds of reading and typing between. Each message is
understood, looked up, kept boxed with its answer, and comes back as a piece of the page.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import re
import statistics
import threading
import time
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from bench._province import database
from bench.live import Server
from tests.ports import free_ports

Row = tuple[str, float, str, float]
TALKS, LOOP, PACED = 50, 12.0, 25.0
"""People at once; seconds of each part."""
TYPING = (3.0, 7.0)
AIM_MS, OWN_MS, PAGE_MS = 150, 6, 40
WORDS = (
    "chao ban",
    "Vietcombank: Tai khoan cua Quy khach bi khoa, xac minh tai vcb-xacminh.test hoac goi 0900 000 214",
    "co nguoi xung cong an goi bao toi lien quan rua tien, bat chuyen tien vao tai khoan tam giu",
    "toi vua chuyen 20 trieu cho no, cach day 30 phut",
    "vietcombank",
    "0900 000 123",
    "lừa đảo qua mạng bị phạt tù mấy năm",
    "trình báo ở đâu, mang theo những gì",
    "làm sao để bố mẹ tôi không bị lừa",
    "gần đây có cảnh báo gì mới không",
    "con trai e bi bat coc doi tien chuoc",
    "đố tôi một câu",
    "cho tôi gặp người thật",
    "thời tiết mai thế nào",
    "cam on nhe",
)
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def _own() -> float:
    """Milliseconds of processor time that one answer takes, on the mean."""
    from canhgiac.assistant.selectors.answering import reply_to
    from canhgiac.engines.dialogue import Memory

    for words in WORDS:
        reply_to([words], memory=Memory())
    begun = time.process_time()
    for words in WORDS * 10:
        reply_to([words], memory=Memory())
    return (time.process_time() - begun) / (len(WORDS) * 10) * 1000


class Person:
    """One browser: its connection, its cookies, its address behind the proxy."""

    def __init__(self, port: int, number: int) -> None:
        self.port, self.address, self.cookies = port, f"10.20.{number // 250}.{number % 250 + 1}", SimpleCookie()
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.words = itertools.cycle(random.Random(number).sample(WORDS, len(WORDS)))  # an order
        self.token = _TOKEN.findall(self._sent("GET", "/hoi/")[1])[0]

    def say(self) -> float:
        """Writes the next words; milliseconds until the answer is there."""
        body = urlencode({"csrfmiddlewaretoken": self.token, "noi_dung": next(self.words)})
        begun = time.perf_counter()
        status, told = self._sent("POST", "/hoi/noi/", body)
        if status != 200 or not told:
            raise RuntimeError(f"answer {status}")
        return (time.perf_counter() - begun) * 1000

    def _sent(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        cookies = "; ".join(f"{name}={one.value}" for name, one in self.cookies.items())
        headers = {"X-Forwarded-For": self.address, "Cookie": cookies, "Referer": f"http://127.0.0.1:{self.port}/hoi/"}
        if method == "POST":
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-Talk-Part": "0"}
        self.line.request(method, path, body or None, headers)
        answer = self.line.getresponse()
        for value in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(value)
        return answer.status, answer.read().decode()


def _talked(people: list[Person], seconds: float, typing: tuple[float, float]) -> list[float]:
    """What every answer took while all of them talk."""
    taken: list[float] = []
    faults: list[Exception] = []
    until = time.monotonic() + seconds

    def talk(person: Person, chance: random.Random) -> None:
        try:
            time.sleep(chance.uniform(0, typing[1]))
            while time.monotonic() < until:
                taken.append(person.say())
                time.sleep(chance.uniform(*typing))
        except (OSError, RuntimeError, http.client.HTTPException) as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=talk, args=(person, random.Random(number)))  # a pace
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return taken


def _processor(server: Server) -> float:
    """Seconds of processor time that the server's processes have used so far."""
    assert server.process is not None
    children = Path(f"/proc/{server.process.pid}/task").glob("*/children")
    used = 0.0
    for number in (number for path in children for number in path.read_text().split()):
        fields = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
        used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def _told(name: str, taken: list[float]) -> float:
    cuts = statistics.quantiles(taken, n=100)
    print(
        f"  {name}: {len(taken)} answers, ms p50 {cuts[49]:.0f}, p95 {cuts[94]:.0f}, p99 {cuts[98]:.0f};"
        f" load of the machine {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return cuts[94]


def main() -> list[Row]:
    """Measures."""
    with database("bench_assistant"):
        from tests.factories.library import library
        from tests.factories.recognition import recognition_ready

        library()
        recognition_ready()
        own = _own()
        server = Server(free_ports(1)[0])
        server.start()
        try:
            server.wait()
            people = [Person(server.port, number) for number in range(TALKS)]
            _talked(people, 4.0, (0.0, 0.5))  # each process reads its library and its judge once
            begun, used = time.monotonic(), _processor(server)
            loop = _talked(people, LOOP, (0.0, 0.0))
            rate = len(loop) / (time.monotonic() - begun)
            page = (_processor(server) - used) / len(loop) * 1000
            _told("closed loop", loop)
            paced = _told(f"{TYPING[0]:g} to {TYPING[1]:g} s of typing", _talked(people, PACED, TYPING))
        finally:
            server.kill()
    return [
        ("assistant_answer_processor_ms", round(own, 2), "<=", OWN_MS),
        ("assistant_page_processor_ms", round(page, 1), "<=", PAGE_MS),
        ("assistant_answers_a_second_closed_loop", round(rate, 1), ">=", 20),
        ("assistant_answer_p95_ms_50_talks", round(paced, 1), "<=", AIM_MS),
    ]
