"""A bucket hides who asks among thousands, is always equally long, and says what the register says."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from ..buckets import BITS, SHARED, digest_of, prefix_of, read_bucket
from ..entries import REMOVED, Raw
from ..index import Index, State, changes_path, write_changes, write_index
from ..keys import Key, Kind, key_of, phone_ranges

DAY = date(2026, 11, 20).toordinal()
MOBILES = 5 * 10**8
"""Possible mobile numbers of Vietnam: 03, 05, 07, 08, 09 and eight digits."""


def raw(kind: str, value: str, state: int = State.CONFIRMED, tags: int = 2) -> Raw:
    return kind, value, state, tags, DAY - 30, DAY, 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index.cgi"


def test_what_could_have_been_asked_counts_in_thousands_in_every_phone_bucket() -> None:
    """Counted on numbers drawn from the whole space: the emptiest bucket, not the average, has to hide who asks."""
    draw = random.Random(11)  # invented numbers, no secret
    drawn = 400_000
    held = Counter(
        prefix_of(Key(Kind.PHONE, f"+84{draw.choice('35789')}{draw.randrange(10**8):08}")) for _ in range(drawn)
    )
    assert len(held) == 1 << BITS[Kind.PHONE]
    assert MOBILES / len(held) > 30_000
    assert min(held.values()) * MOBILES / drawn > 3_000


@pytest.mark.parametrize(
    ("kind", "space", "least"),
    [
        (Kind.PHONE, MOBILES, 30_000),
        (Kind.WALLET, MOBILES, 30_000),
        (Kind.ACCOUNT, 2 * 10**8, 6_000),
        (Kind.LINK, 35 * 10**7, 20_000),
        (Kind.SOCIAL, 7 * 10**7, 4_000),
        (Kind.APP, 3 * 10**6, 180),
    ],
)
def test_prefixes_are_as_short_as_the_space_wants(kind: Kind, space: int, least: int) -> None:
    assert 14 <= BITS[kind] <= 16
    assert space / (1 << BITS[kind]) >= least


def test_a_client_that_knows_only_sha256_finds_its_bucket_and_its_entry(path: Path) -> None:
    """As a browser would: no code of ours but the layout."""
    write_index(path, [raw("phone", "+84900000123", State.REVIEW, tags=9)], version=3)
    digest = sha256(b"phone:+84900000123").digest()
    prefix = int.from_bytes(digest[:2], "big") >> 2
    content = Index.open(path).bucket(Kind.PHONE, prefix)
    assert content[:4] == b"CGB1"
    assert (content[4], content[5], int.from_bytes(content[6:8])) == (3, 14, prefix)
    assert int.from_bytes(content[8:16]) == 3
    assert int.from_bytes(content[16:20]) == 1
    assert content[24:32] == digest[8:16]
    assert (content[32], int.from_bytes(content[33:37])) == (State.REVIEW, 9)
    assert int.from_bytes(content[37:39]) == (date(2026, 11, 20) - date(1970, 1, 1)).days // 7


def test_every_bucket_of_a_kind_is_equally_long_and_does_not_compress(path: Path) -> None:
    rows = [raw("phone", f"+84900{number:06}") for number in range(3000)]
    rows += [raw("account", f"970436:{number:08}") for number in range(500)]
    write_index(path, [*rows, raw("phone", "+8490000*")], version=1)
    write_changes(changes_path(path), [raw("phone", f"+84911{n:06}") for n in range(700)], since=1, version=2)
    index = Index.open(path)
    for kind in Kind:
        some = range(0, 1 << BITS[kind], 97)
        assert {len(index.bucket(kind, prefix)) for prefix in some} == {index.bucket_length(kind)}
    empty = next(p for p in range(1 << 14) if not read_bucket(index.bucket(Kind.PHONE, p))[0])
    filling = index.bucket(Kind.PHONE, empty)[24 + 15 :]
    assert max(Counter(filling).values()) < len(filling) / 8
    assert index.bucket(Kind.PHONE, empty) == index.bucket(Kind.PHONE, empty)


def test_buckets_together_hold_the_register_and_nothing_else(path: Path) -> None:
    states = list(State)
    keys = [Key(Kind.WALLET, f"momo:+84900{number:06}") for number in range(300)]
    write_index(path, [raw(key.kind, key.value, states[n % 5]) for n, key in enumerate(keys)], version=1)
    write_changes(
        changes_path(path),
        [raw("wallet", keys[0].value, State.CLEARED), raw("wallet", keys[1].value, REMOVED)],
        since=1,
        version=2,
    )
    index = Index.open(path)
    found = {}
    for prefix in range(1 << BITS[Kind.WALLET]):
        entries, ranges = read_bucket(index.bucket(Kind.WALLET, prefix))
        assert not ranges
        found.update({(prefix, digest): state for digest, (state, _, _) in entries.items()})
    expected = {
        (prefix_of(key), digest_of(key.kind, key.value)): entry.state
        for key in keys
        if (entry := index.get(key)) and entry.state in SHARED
    }
    assert found == expected
    assert State.CLEARED not in found.values()


def test_ranges_are_inside_every_phone_bucket_alike(path: Path) -> None:
    write_index(path, [raw("phone", "+84900000123"), raw("phone", "+8490000*"), raw("phone", "+44207*")], version=1)
    index = Index.open(path)
    asked = key_of(Kind.PHONE, "0900 009 999")
    buckets = [read_bucket(index.bucket(Kind.PHONE, prefix)) for prefix in (prefix_of(asked), 0, 1, 16383)]
    assert all(ranges == buckets[0][1] for _, ranges in buckets)
    covering = [digest_of(one.kind, one.value) for one in phone_ranges(asked)]
    assert [digest in buckets[0][1] for digest in covering].count(True) == 1


def test_one_bucket_answers_for_a_link_with_its_parents_and_for_an_account_without_its_bank() -> None:
    def prefixes(kind: Kind, *texts: str) -> set[int]:
        return {prefix_of(key_of(kind, text)) for text in texts}

    assert len(prefixes(Kind.LINK, "evil.test", "a.b.evil.test/x/y", "evil.test/z")) == 1
    assert len(prefixes(Kind.LINK, "evil.com.vn/a", "a.evil.com.vn")) == 1
    assert len(prefixes(Kind.ACCOUNT, "VCB 0123456789", "BIDV 0123456789", "0123456789")) == 1
    assert len(prefixes(Kind.LINK, *(f"facebook.com/ten{number}" for number in range(20)))) > 10


def test_what_is_no_bucket_is_refused(path: Path) -> None:
    write_index(path, [raw("phone", "+84900000123")], version=1)
    index = Index.open(path)
    for prefix in (-1, 1 << 14):
        with pytest.raises(ValueError, match="bucket"):
            index.bucket(Kind.PHONE, prefix)
    whole = index.bucket(Kind.PHONE, prefix_of(key_of(Kind.PHONE, "0900000123")))
    for content in (b"", b"x" * 100, whole[:30]):
        with pytest.raises(ValueError, match="bucket"):
            read_bucket(content)
