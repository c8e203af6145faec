"""The index gives back what was put in, refuses what was altered, and shows changes without being rebuilt."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..entries import EPOCH, MARK, REMOVED, Raw, mask_of, pack, place, raw_of, spot, tags_of, unpack
from ..index import TAGS, BadIndexError, Entry, Index, State, changes_path, write_changes, write_index
from ..keys import BadKeyError, Key, Kind, key_of
from .seeds import SEEDS

FIRST, LAST = date(2026, 3, 1), date(2026, 11, 20)


def entry(kind: Kind, text: str, state: State = State.CONFIRMED, **facts: int) -> Entry:
    return Entry(key_of(kind, text), state, facts.get("tags", 5), FIRST, LAST, facts.get("sightings", 3))


def raw(kind: str, value: str, state: int = 1) -> Raw:
    return kind, value, state, 5, FIRST.toordinal(), LAST.toordinal(), 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.cgi"


def seeds() -> Iterator[Key]:
    for kind, texts in SEEDS.items():
        for text in texts:
            try:
                yield key_of(Kind(kind), text)
            except BadKeyError:
                continue


@given(st.sampled_from(sorted(set(seeds()), key=str)).filter(lambda key: not key.value.endswith("*")))
def test_a_value_survives_packing(key: Key) -> None:
    packed = pack(key.kind, key.value)
    assert unpack(packed) == key.value
    assert b"\xff" not in packed
    assert spot(key.kind, key.value) == (place(key.kind, key.value), MARK + packed + MARK)


entries_ = st.builds(
    Entry,
    st.sampled_from(sorted(set(seeds()), key=str)),
    st.sampled_from(list(State)),
    st.integers(0, (1 << 31) - 1),
    st.dates(date(1990, 1, 1), date(2169, 1, 1)),
    st.dates(date(1990, 1, 1), date(2169, 1, 1)),
    st.integers(0, (1 << 32) - 1),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(entries_, max_size=30))
def test_all_that_was_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, entries: list[Entry]) -> None:
    path = tmp_path_factory.mktemp("index") / "index.cgi"
    expected = {one.key: one for one in entries}
    written = write_index(path, entries, version=7)
    index = Index.open(path)
    assert (index.version, index.count, written.keys) == (7, len(expected), len(expected))
    assert index.digest == written.sha256
    assert {key: index.get(key) for key in expected} == expected
    assert {one.key: one for one in index} == expected
    for key in set(seeds()) - expected.keys():
        assert index.get(key) is None


def test_rows_and_entries_are_written_alike(path: Path, tmp_path: Path) -> None:
    entries = [entry(Kind.PHONE, f"0900{number:06}") for number in range(2000)]
    first = write_index(path, entries, version=1)
    assert write_index(tmp_path / "other.cgi", map(raw_of, entries), version=1) == first
    assert path.stat().st_size == first.size


def test_many_keys_are_told_apart(path: Path) -> None:
    """Enough for groups of many keys; neighbours in every digit, and numbers that end alike."""
    numbers = random.Random(3).sample(range(10**9), 60_000)  # invented numbers, no secret
    listed, others = numbers[:30_000], numbers[30_000:]
    write_index(path, (raw("account", f"970436:{number}") for number in listed), version=1)
    index = Index.open(path)
    assert all(index.find("account", f"970436:{number}") for number in listed)
    assert not any(index.find("account", f"970436:{number}") for number in others)
    assert not any(index.find("account", f"970418:{number}") for number in listed)
    assert not any(index.find("account", f"970436:0{number}") for number in listed)


def test_what_a_record_cannot_hold_goes_as_far_as_it_can(path: Path) -> None:
    key = Key(Kind.PHONE, "+84900000123")
    write_index(path, [(*raw("phone", key.value)[:4], 5, 9_999_999, 1 << 40)], version=1)
    found = Index.open(path).get(key)
    assert found is not None
    assert (found.first, found.last) == (date(1990, 1, 1), date.fromordinal(EPOCH + 0xFFFF))
    assert found.sightings == (1 << 32) - 1


@pytest.mark.parametrize(
    "row",
    [raw("thing", "+84900000123"), raw("phone", "0900 ooo"), raw("account", "abc:123"), raw("link", "")],
    ids=["kind", "phone", "bank", "empty"],
)
def test_a_value_that_is_not_canonical_stops_the_writing_and_the_old_index_stays(path: Path, row: Raw) -> None:
    write_index(path, [raw("phone", "+84900000123")], version=1)
    with pytest.raises(ValueError, match="canonical"):
        write_index(path, [row], version=2)
    assert Index.open(path).version == 1
    assert [file.name for file in path.parent.iterdir()] == ["index.cgi"]


def test_a_key_is_looked_up_with_all_that_stands_above_it(path: Path) -> None:
    write_index(
        path,
        [
            entry(Kind.PHONE, "0900 00*", State.REVIEW),
            entry(Kind.PHONE, "0900 000 123"),
            entry(Kind.LINK, "evil.test"),
            entry(Kind.LINK, "sub.evil.test/a", State.REPORTED),
            entry(Kind.SOCIAL, "facebook:ten.ai"),
            entry(Kind.ACCOUNT, "970436:0123456789"),
            entry(Kind.ACCOUNT, "?:0123456789", State.REPORTED),
            entry(Kind.ACCOUNT, "999999:0123456789"),
            entry(Kind.ACCOUNT, "970436:VCBPAY99"),
            entry(Kind.ACCOUNT, "?:VCBPAY99"),
        ],
        version=1,
    )
    index = Index.open(path)

    def found(kind: Kind, text: str) -> list[str]:
        return [str(one.key) for one in index.look(key_of(kind, text))]

    assert found(Kind.PHONE, "0900000123") == ["phone:+84900000123", "phone:+8490000*"]
    assert found(Kind.PHONE, "0900000124") == ["phone:+8490000*"]
    assert found(Kind.PHONE, "0900000*") == ["phone:+8490000*"]
    assert found(Kind.PHONE, "0900100123") == []
    assert found(Kind.ACCOUNT, "999999:0123456789") == ["account:999999:0123456789", "account:?:0123456789"]
    assert found(Kind.ACCOUNT, "970436:VCBPAY99") == ["account:970436:VCBPAY99", "account:?:VCBPAY99"]
    assert found(Kind.ACCOUNT, "970418:VCBPAY99") == ["account:?:VCBPAY99"]
    assert found(Kind.LINK, "a.sub.evil.test/x") == ["link:evil.test"]
    assert found(Kind.LINK, "sub.evil.test/a/b") == ["link:sub.evil.test/a", "link:evil.test"]
    assert found(Kind.LINK, "https://facebook.com/Ten.Ai") == ["social:facebook:ten.ai"]
    assert found(Kind.LINK, "another.test") == []
    assert found(Kind.ACCOUNT, "VCB 0123456789") == ["account:970436:0123456789", "account:?:0123456789"]
    assert found(Kind.ACCOUNT, "BIDV 0123456789") == ["account:?:0123456789"]
    assert found(Kind.ACCOUNT, "0123456789") == [
        *("account:?:0123456789", "account:970436:0123456789", "account:999999:0123456789")
    ]


@pytest.mark.parametrize(
    "damage", ["cut", "cut to the head", "one bit", "another format", "not ours", "longer", "gone"]
)
def test_a_cut_off_or_altered_file_is_refused(path: Path, damage: str) -> None:
    write_index(path, (raw("phone", f"+84900{number:06}") for number in range(500)), version=1)
    content = bytearray(path.read_bytes())
    match damage:
        case "cut":
            content = content[:-40]
        case "cut to the head":
            content = content[:100]
        case "one bit":
            content[len(content) // 2] ^= 4
        case "another format":
            struct.pack_into("<H", content, 8, 99)
        case "not ours":
            content[:4] = b"\x7fELF"
        case "longer":
            content += b"\0"
    path.write_bytes(content)
    if damage == "gone":
        path.unlink()
    with pytest.raises(BadIndexError, match="index"):
        Index.open(path)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 255))
def test_no_altered_byte_goes_unseen(tmp_path_factory: pytest.TempPathFactory, place_: int, change: int) -> None:
    path = tmp_path_factory.getbasetemp() / "one.cgi"
    if not path.exists():
        write_index(path, [raw("phone", "+84900000123"), raw("phone", "+8490000*")], version=1)
    content = bytearray(path.read_bytes())
    content[place_ % len(content)] ^= change
    altered = path.with_name("altered.cgi")
    altered.write_bytes(content)
    with pytest.raises(BadIndexError):
        Index.open(altered)


def test_changes_are_seen_without_a_rebuild_and_what_was_removed_is_gone(path: Path) -> None:
    write_index(
        path,
        [raw("phone", "+84900000001"), raw("phone", "+84900000002"), raw("phone", "+8490000*"), raw("link", "a.test")],
        version=10,
    )
    written = write_changes(
        changes_path(path),
        [
            raw("phone", "+84900000001", State.CLEARED),
            raw("phone", "+84900000002", REMOVED),
            raw("phone", "+84900000003"),
            raw("phone", "+8490000*", REMOVED),
            raw("phone", "+8490011*"),
            raw("account", "970436:12345678"),
        ],
        since=10,
        version=12,
    )
    index = Index.open(path)
    assert (index.version, index.base_version, written.keys) == (12, 10, 6)
    states = {str(one.key): one.state for one in index}
    assert states == {
        "phone:+84900000001": State.CLEARED,
        "phone:+84900000003": State.REPORTED,
        "phone:+8490011*": State.REPORTED,
        "link:a.test": State.REPORTED,
        "account:970436:12345678": State.REPORTED,
    }
    assert index.look(key_of(Kind.PHONE, "0900000002")) == []
    assert [str(one.key) for one in index.look(key_of(Kind.PHONE, "0900110002"))] == ["phone:+8490011*"]
    assert [str(one.key) for one in index.look(key_of(Kind.ACCOUNT, "12345678"))] == ["account:970436:12345678"]


def test_changes_lie_over_an_account_and_over_the_same_number_without_its_bank(path: Path) -> None:
    write_index(path, [raw("account", "970436:12345678"), raw("account", "?:12345678")], version=1)
    changed = [raw("account", "?:12345678", REMOVED), raw("account", "970436:12345678", State.CLEARED)]
    write_changes(changes_path(path), changed, since=1, version=2)
    found = Index.open(path).look(Key(Kind.ACCOUNT, "970436:12345678"))
    assert [(str(one.key), one.state) for one in found] == [("account:970436:12345678", State.CLEARED)]


@pytest.mark.parametrize(
    ("base", "since", "version", "counts"),
    [(10, 10, 11, True), (10, 5, 11, True), (10, 11, 12, False), (10, 5, 10, False), (12, 10, 11, False)],
    ids=["next", "older start", "a gap between", "already inside", "newer base"],
)
def test_changes_count_only_for_a_base_that_they_join(
    path: Path, base: int, since: int, version: int, *, counts: bool
) -> None:
    write_index(path, [raw("phone", "+84900000001")], version=base)
    write_changes(changes_path(path), [raw("phone", "+84900000002")], since=since, version=version)
    index = Index.open(path)
    assert (index.find("phone", "+84900000002") is not None) is counts
    assert index.version == (version if counts else base)


def test_changes_that_end_before_they_begin_are_a_fault_of_the_writer(path: Path) -> None:
    with pytest.raises(ValueError, match="begin"):
        write_changes(path, [], since=2, version=1)


def test_altered_changes_are_refused_too(path: Path) -> None:
    write_index(path, [raw("phone", "+84900000001")], version=1)
    write_changes(changes_path(path), [raw("phone", "+84900000002")], since=1, version=2)
    changes_path(path).write_bytes(changes_path(path).read_bytes()[:-1])
    with pytest.raises(BadIndexError, match="delta"):
        Index.open(path)


def test_who_reads_an_index_keeps_it_while_another_takes_its_place(path: Path) -> None:
    write_index(path, [raw("phone", "+84900000001")], version=1)
    old = Index.open(path)
    write_index(path, [raw("phone", "+84900000002")], version=2)
    assert old.find("phone", "+84900000001")
    assert Index.open(path).find("phone", "+84900000001") is None


def test_tags_have_places_that_fit_the_register() -> None:
    assert len(set(TAGS)) == len(TAGS) <= 31
    assert tags_of(mask_of(["bank", "phishing"])) == ["bank", "phishing"]
    assert entry(Kind.PHONE, "113", tags=mask_of(["bank"])).tag_names == ["bank"]
    with pytest.raises(ValueError, match="not in tuple"):
        mask_of(["nonsense"])
