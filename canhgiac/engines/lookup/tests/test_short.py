"""The short way tells what the long way tells, word for word, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ..accounts import WALLET_BINS
from ..answers import CANONICAL, JSON_HEAD, NOT_FOUND, TAGS_TOLD, answer, raw_key
from ..entries import EPOCH, MARK, REMOVED, Raw, pack, place, spot
from ..index import Index, changes_path, write_changes, write_index
from ..keys import Kind, key_of
from ..partners import Partners
from ..short import PATH, short_way
from .conftest import BANK, DAY, TOKENS, put_tokens

HOMES = [f"9000001{number:02}" for number in range(40)]
NUMBERS = ["12345", "0123456789", "123456789", "0012345678901234567", "9704360123456"]
BANKS = ["970436", "970418", "999999"]


def row(kind: str, value: str, number: int = 1, state: int = 0) -> Raw:
    facts = (
        state or 1 + number % 5,
        number * 2_654_435 % (1 << 31),
        DAY - number * 37 % 9000,
        DAY + 3 - number * 11 % 800,
    )
    return kind, value, *facts, number * 97 % 5000


def questions() -> Iterator[tuple[str, str]]:
    for home in [*HOMES, "311111111", "599999999"]:
        yield "phone", f"+84{home}"
    for bank, number in product([*BANKS, "970415"], [*NUMBERS, "555555"]):
        yield "account", f"{bank}:{number}"


@dataclass
class Asked:
    """A request as granian hands it over."""

    path: str
    method: str = "GET"
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=lambda: {"authorization": f"Bearer {BANK}"})


class Wire:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        assert (status, headers) == (200, JSON_HEAD)
        self.sent.append(body)


class Asker:
    """A partner who is known, and the short way of an index."""

    def __init__(self, index: Path) -> None:
        put_tokens(index.parent, TOKENS)
        self.index = Index.open(index)
        self.partners = Partners(index.parent / "tokens.json")
        self.partners.tick()
        self.partner = self.partners.of(f"Bearer {BANK}")
        self.short = short_way(self.index, DAY, self.partners)

    def ask(self, path: str, **facts: Any) -> bytes | None:
        """What the short way tells; None where it does nothing."""
        wire, count = Wire(), self.partners.count(self.partner, "check")
        before = count.short
        told = self.short(cast("Any", Asked(path, **facts)), cast("Any", wire))
        assert told is (count.short > before) is bool(wire.sent)
        return wire.sent[0] if told else None

    def both_ways(self) -> dict[str, bytes | None]:
        """Key to what the short way said, after a look at what the long way says."""
        told = {}
        for kind, value in questions():
            found, expected = answer(self.index, kind, value, DAY)
            one = told[f"{kind}:{value}"] = self.ask(f"{PATH}{kind}/{value}")
            assert one in {None, expected}
            assert one is None or (one is NOT_FOUND) is not found
        return told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Half the phones, and some accounts, one of them also without its bank; many keys around them."""
    listed = [row("phone", f"+84{home}", at) for at, home in enumerate(HOMES) if at % 2]
    listed += [
        row("account", f"{bank}:{number}", at) for at, (bank, number) in enumerate(product(BANKS, NUMBERS)) if at % 3
    ]
    listed += [row("account", "?:12345", 5)]
    others = [row("phone", f"+84{300_000_000 + at * 7919}", at) for at in range(3000)]
    others += [row("account", f"970436:{at * 7919}00", at) for at in range(3000)]
    write_index(tmp_path / "index.cgi", [*others, *listed], version=1)
    return tmp_path / "index.cgi"


def test_both_ways_tell_the_same_of_a_key_that_stands_alone(path: Path) -> None:
    told = Asker(path).both_ways()
    unknown = [key for key, one in told.items() if one is NOT_FOUND]
    assert len(unknown) > 25
    assert [key for key, one in told.items() if one is None] == [f"account:{bank}:12345" for bank in [*BANKS, "970415"]]
    assert len(told) - len(unknown) > 25


def test_where_a_range_covers_a_number_the_long_way_tells(path: Path) -> None:
    ranged = path.with_name("ranged.cgi")
    write_index(ranged, [*(row("phone", f"+84{home}") for home in HOMES), row("phone", "+8490000010*")], version=1)
    told = Asker(ranged).both_ways()
    assert [key for key, one in told.items() if one is None] == [f"phone:+8490000010{at}" for at in range(10)]


def test_what_changed_since_the_index_was_written_is_told_the_long_way(path: Path) -> None:
    changed = [
        row("phone", f"+84{HOMES[1]}", state=REMOVED),
        row("phone", f"+84{HOMES[2]}"),
        row("phone", f"+84{HOMES[3]}", 9, state=4),
        row("account", f"?:{NUMBERS[1]}"),
        row("account", f"970418:{NUMBERS[2]}", state=REMOVED),
        row("account", f"970415:{NUMBERS[3]}"),
    ]
    write_changes(changes_path(path), changed, since=1, version=2)
    told = Asker(path).both_ways()
    silent = {key for key, one in told.items() if one is None} - {
        f"account:{bank}:12345" for bank in [*BANKS, "970415"]
    }
    assert silent == {
        *(f"phone:+84{home}" for home in HOMES[1:4]),
        *(f"account:{bank}:{NUMBERS[1]}" for bank in [*BANKS, "970415"]),
        f"account:970418:{NUMBERS[2]}",
        f"account:970415:{NUMBERS[3]}",
    }


facts = st.tuples(
    st.integers(1, 5),
    st.integers(0, (1 << 31) - 1),
    st.integers(EPOCH, EPOCH + 0xFFFF),
    st.integers(EPOCH, EPOCH + 0xFFFF),
    st.integers(0, (1 << 32) - 1),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(facts, min_size=20, max_size=40))
def test_every_record_is_told_alike(
    tmp_path_factory: pytest.TempPathFactory, records: list[tuple[int, int, int, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("record") / "index.cgi"
    values = [f"+849000001{at:02}" for at in range(len(records))]
    write_index(path, [("phone", value, *record) for value, record in zip(values, records, strict=True)], version=1)
    asker = Asker(path)
    for value in values:
        found, expected = answer(asker.index, "phone", value, DAY)
        assert found
        assert asker.ask(f"{PATH}phone/{value}") == expected


def test_texts_of_tags_stay_few() -> None:
    told = [TAGS_TOLD[mask] for mask in range(40_000)]
    assert len(TAGS_TOLD) < len(told)
    assert TAGS_TOLD[3] == b'["authority","bank"]'


@pytest.mark.parametrize("text", ["970436:0123456789", *(f"{number}:0900000123" for number in WALLET_BINS)])
def test_the_short_way_and_the_long_way_give_one_key(text: str) -> None:
    key = key_of(Kind.ACCOUNT, text)
    assert raw_key("account", text) == (key.kind, key.value)


nearly = st.one_of(
    st.from_regex(r"phone/\+84[0-9]{8,10}\n?", fullmatch=True),
    st.from_regex(r"account/(97(0436|1005|1011|1025)|[0-9?]{0,7}):[0-9A-Za-z ]{3,21}\n?", fullmatch=True),
    st.from_regex(r"(phone|account|link|wallet|x)/[+0-9:?٠-٩²]{0,24}", fullmatch=True),
    st.text(max_size=30),
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Asker:
    path = tmp_path_factory.mktemp("empty") / "index.cgi"
    write_index(path, [], version=1)
    return Asker(path)


@settings(max_examples=500, deadline=None)
@given(asked=nearly)
@example(asked="phone/+84900000123")
@example(asked="account/970436:0123456789")
@example(asked="account/971025:0900000123")
@example(asked="phone/+8490000012٣")
@example(asked="account/97043²:0123456789")
def test_the_short_way_is_taken_only_where_the_long_way_ends_there_too(empty: Asker, asked: str) -> None:
    canonical = CANONICAL(asked)
    assert (empty.ask(f"{PATH}{asked}") is None) is (canonical is None)
    if canonical is None:
        return
    key = key_of(*asked.split("/", 1))
    assert (canonical.lastgroup, canonical[canonical.lastindex or 0]) == (key.kind.value, key.value)
    assert spot(key.kind, key.value) == (place(key.kind, key.value), MARK + pack(key.kind, key.value) + MARK)


def test_all_else_goes_the_long_way_and_is_not_counted_here(empty: Asker) -> None:
    path = f"{PATH}account/970436:0123456789"
    assert empty.ask(path) is NOT_FOUND
    assert empty.ask(path, method="POST") is None
    assert empty.ask(path, query_string="bank=970418") is None
    assert empty.ask(path, headers={}) is None
    assert empty.ask(path, headers={"authorization": "Bearer wrong"}) is None
    assert empty.ask(f"/v1/other/{path[10:]}") is None
    assert empty.partner is not None
    empty.partner.most, most = empty.partner.used, empty.partner.most
    assert empty.ask(path) is None
    empty.partner.most = most
