"""Coverage-guided fuzzing of the keys: whatever the text, a key that reads back as itself, or ``BadKeyError``.

python -m canhgiac.engines.lookup.tests.fuzz_keys [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

from .seeds import SEEDS

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.engines.lookup"]):
    from ..keys import BadKeyError, Kind, key_of, keys_in, link_parents, masked, owner_of, phone_ranges, shown

_KINDS = tuple(Kind)


def check(kind: Kind, text: str, bank: str = "") -> None:
    """What has to hold for any text; raises AssertionError where it does not."""
    try:
        key = key_of(kind, text, bank=bank)
    except BadKeyError as error:
        if not str(error).endswith("."):
            raise AssertionError("a refusal is a sentence") from error
        return
    for written in (shown(key), key.value):
        if key_of(key.kind, written) != key:
            raise AssertionError(f"{text!r} → {key} → {written!r} → {key_of(key.kind, written)}")
    for other in (*link_parents(key), *phone_ranges(key), owner_of(key)):
        if key_of(other.kind, other.value) != other:
            raise AssertionError(f"{key} → {other} → {key_of(other.kind, other.value)}")
    if not masked(key).strip():
        raise AssertionError(f"{key} is masked away")


def one_input(data: bytes) -> None:
    """The fuzz target: the first byte picks the kind, the rest is the text; a zero byte cuts off the bank."""
    text, _, bank = data[1:].decode("utf-8", "surrogateescape").partition("\0")
    check(_KINDS[data[0] % len(_KINDS)] if data else Kind.LINK, text, bank)
    for key in keys_in(text):
        if key_of(key.kind, key.value) != key:
            raise AssertionError(f"{text!r} holds {key}")


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, kind in enumerate(_KINDS):
                for place, text in enumerate(SEEDS[kind]):
                    (Path(folder) / f"{number}-{place}").write_bytes(bytes([number]) + text.encode())
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
