"""Recognition's model, kept between tests: learning takes sixteen seconds and the same lessons make the same model."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterable
from pathlib import Path

from canhgiac.engines.recognition import Model, build
from canhgiac.engines.recognition.fingerprint import fingerprint

KEPT = Path(__file__).parents[1] / "var" / "test-models"


def learned(messages: Iterable[tuple[str, str | None]], descriptions: Iterable[tuple[str, str]] = ()) -> Model:
    """What ``engines.recognition.build`` makes of these lessons, made once by whoever asks first.

    Several runs ask at once, so one learns and the others wait for its file.
    """
    told, described = sorted(set(messages), key=repr), sorted(set(descriptions))
    digest = hashlib.sha256("\n".join([fingerprint(), *map(repr, told), *map(repr, described)]).encode()).hexdigest()
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / digest[:24]
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            fresh = path.with_suffix(".fresh")
            fresh.write_bytes(build(told, described).to_bytes())
            fresh.replace(path)
    return Model.from_bytes(path.read_bytes())
