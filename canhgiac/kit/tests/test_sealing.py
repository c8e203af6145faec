"""Sealing: what goes in comes out with the right key, and with no other; shares on paper."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.kit import sealing
from canhgiac.kit.sealing import BrokenSealError, Cost, KeyPair
from canhgiac.kit.shares import BadShareError, join_secret, share_digest, split_secret

CHEAP = Cost(1, 8 * 1024)


@given(st.binary(max_size=3000))
def test_sealed_data_open_with_the_private_half_alone(data: bytes) -> None:
    pair, other = KeyPair.new(), KeyPair.new()
    sealed = sealing.seal(pair.public, data)
    assert sealing.open_sealed(pair.private, sealed) == data
    assert sealing.sealed_for(pair.public, sealed)
    assert not sealing.sealed_for(other.public, sealed)
    with pytest.raises(BrokenSealError):
        sealing.open_sealed(other.private, sealed)


@given(st.binary(max_size=3000), st.text(max_size=20))
def test_a_box_is_padded_and_opens_as_what_it_is(data: bytes, what: str) -> None:
    key = sealing.new_key()
    boxed = sealing.box(key, data, what=what)
    assert (len(boxed) - 1 - 40) % sealing.PAD == 0
    assert sealing.unbox(key, boxed, what=what) == data
    with pytest.raises(BrokenSealError):
        sealing.unbox(key, boxed, what=what + "x")
    with pytest.raises(BrokenSealError):
        sealing.unbox(sealing.new_key(), boxed, what=what)


def test_texts_of_near_lengths_give_boxes_of_one_length() -> None:
    key = sealing.new_key()
    assert len({len(sealing.box(key, b"x" * length)) for length in range(1000)}) == 1


@given(st.binary(min_size=1, max_size=200), st.data())
@settings(max_examples=60)
def test_one_altered_bit_is_noticed(data: bytes, draw: st.DataObject) -> None:
    pair, key = KeyPair.new(), sealing.new_key()
    ways: list[tuple[bytes, Callable[[bytes], bytes]]] = [
        (sealing.seal(pair.public, data), partial(sealing.open_sealed, pair.private)),
        (sealing.box(key, data), partial(sealing.unbox, key)),
    ]
    for whole, opened in ways:
        at = draw.draw(st.integers(0, len(whole) * 8 - 1))
        if opened(whole) == data and 8 <= at < 40 and whole[0] == 0x11:
            continue  # the name of the receiver only helps to choose a key
        bad = bytearray(whole)
        bad[at // 8] ^= 1 << at % 8
        with pytest.raises(BrokenSealError):
            opened(bytes(bad))


@pytest.mark.parametrize("rubbish", [b"", b"\x11", b"\x21", b"\x21" + bytes(10), b"\x11" + bytes(60), b"{}"])
def test_rubbish_is_one_clear_error(rubbish: bytes) -> None:
    with pytest.raises(BrokenSealError, match="Không mở được niêm phong"):
        sealing.unbox(bytes(32), rubbish)
    with pytest.raises(BrokenSealError, match="Không mở được niêm phong"):
        sealing.open_sealed(bytes(range(32)), rubbish)
    with pytest.raises(BrokenSealError):
        KeyPair.of(rubbish[:31])


def test_a_passphrase_wraps_a_key() -> None:
    wrapped = sealing.wrap_by_passphrase("bốn con trâu đi chợ", b"secret", cost=CHEAP)
    assert sealing.unwrap_by_passphrase("bốn con trâu đi chợ", wrapped) == b"secret"
    with pytest.raises(BrokenSealError):
        sealing.unwrap_by_passphrase("bốn con trâu đi chơ", wrapped)
    again = sealing.wrap_by_passphrase("bốn con trâu đi chợ", b"secret", cost=CHEAP)
    assert again.salt != wrapped.salt


def test_the_default_costs_are_those_of_a_running_site() -> None:
    """Tests run with cheap ones; what ships must stay dear."""
    assert sealing.PASSPHRASE_COST.memory >= 256 * 2**20
    assert sealing.CODE_COST.memory >= 64 * 2**20
    assert min(sealing.PASSPHRASE_COST.ops, sealing.CODE_COST.ops) >= 3


def test_a_code_gives_the_same_two_keys_and_another_code_others() -> None:
    salt = bytes(16)
    first, again = (sealing.code_keys("1234567890123456", salt, cost=CHEAP) for _ in range(2))
    assert first == again
    assert first.digest != first.wrap.hex()
    assert sealing.code_keys("1234567890123457", salt, cost=CHEAP).digest != first.digest
    assert sealing.code_keys("1234567890123456", b"x" * 16, cost=CHEAP).digest != first.digest
    assert "wrap" not in repr(first)


def test_a_code_is_read_however_it_was_typed() -> None:
    code = sealing.code_new()
    assert sealing.code_read(sealing.code_shown(code)) == code
    assert sealing.code_read(" 1234-5678.9012 3456 ") == "1234567890123456"
    assert [sealing.code_read(bad) for bad in ("", "123", "1" * 17, "a" * 16, "١" * 16)] == [None] * 5
    assert len({sealing.code_new() for _ in range(1000)}) == 1000


@given(st.binary(min_size=1, max_size=64), st.integers(2, 6), st.integers(0, 4), st.randoms())
@settings(max_examples=60)
def test_any_enough_shares_give_the_secret(secret: bytes, threshold: int, more: int, random: object) -> None:
    shares = split_secret(secret, shares=threshold + more, threshold=threshold)
    for chosen in itertools.islice(itertools.combinations(shares, threshold), 12):
        assert join_secret(chosen) == secret
    with pytest.raises(BadShareError, match="khác nhau"):
        join_secret(shares[: threshold - 1])
    with pytest.raises(BadShareError):
        join_secret([shares[0]] * threshold)


def test_fewer_shares_tell_nothing_of_the_secret() -> None:
    """One share of two: over many splits of one secret every byte value comes up in the same place."""
    from canhgiac.kit.shares import _read

    seen = {_read(split_secret(b"\x07", shares=2, threshold=2)[0], 1).data[0] for _ in range(4000)}
    assert len(seen) == 256


def test_a_share_is_read_as_people_copy_it() -> None:
    secret = bytes(range(32))
    shares = split_secret(secret, shares=3, threshold=2)
    sloppy = shares[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert join_secret([sloppy, shares[2]]) == secret
    assert share_digest(sloppy) == share_digest(shares[0])
    assert share_digest(shares[1]) != share_digest(shares[0])


def test_a_mistyped_share_is_named() -> None:
    shares = split_secret(bytes(32), shares=3, threshold=2)
    swapped = "7" if shares[1][20] != "7" else "8"
    bad = shares[1][:20] + swapped + shares[1][21:]
    with pytest.raises(BadShareError, match="Mảnh thứ 2 gõ chưa đúng"):
        join_secret([shares[0], bad])
    for rubbish in ("", "@@@@", "ABCD-EFGH", "Z" * 90):
        with pytest.raises(BadShareError, match="Mảnh thứ 1 gõ chưa đúng"):
            join_secret([rubbish])
    other = split_secret(bytes(32), shares=3, threshold=2)
    with pytest.raises(BadShareError, match="Mảnh thứ 2 thuộc bộ khác"):
        join_secret([shares[0], other[1]])
    with pytest.raises(BadShareError, match="Chưa có mảnh"):
        join_secret([])
    with pytest.raises(ValueError, match="threshold"):
        split_secret(b"x", shares=3, threshold=1)


@given(st.text(max_size=120))
def test_any_text_as_a_share_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadShareError):
        join_secret([text])
