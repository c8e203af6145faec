"""Coverage-guided fuzzing of what comes from outside: MP3, WAV, play reports, CAP, and any text to be said.

python -m canhgiac.channels.speech.tests.fuzz_outside [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import sys
import tempfile
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import atheris

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.channels"]):
    from canhgiac.channels.feeds.cap import CapError, alert_read, alert_written
    from canhgiac.channels.speech.mp3 import duration, mp3_made
    from canhgiac.channels.speech.pcm import AudioError, Pcm, wav_read, wav_written
    from canhgiac.channels.speech.schedule import ReportError, report_read
    from canhgiac.channels.speech.spoken import spoken

SHORT = Pcm(8000, array("h", range(-400, 400)))
ALERT = b"""<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender>
<sent>2026-12-18T17:30:00+07:00</sent><status>Actual</status><msgType>Cancel</msgType><scope>Public</scope>
<references>b,c,2026-12-18T17:30:00+07:00</references></alert>"""
REPORT = b'{"speaker":"a","area":"b","plays":[{"id":"c","at":"2026-12-18T17:30:00+07:00","seconds":1,"done":true}]}'
SAID = "Ngày 18/12/2026, 17h30, số 0900 000 123 đòi 2.000.000 đ qua a-b.vn/c; mã OTP 1,5% quý IV [nghỉ]".encode()


def sound(data: bytes) -> None:
    """A length is above nothing, and no longer than the smallest frames make it."""
    with suppress(AudioError):
        if not 0 < duration(data) <= len(data):
            raise AssertionError("a length that no frames make")


def wave(data: bytes) -> None:
    """What is read is written and read again the same."""
    with suppress(AudioError):
        pcm = wav_read(data)
        if pcm.samples and wav_read(wav_written(pcm)) != pcm:
            raise AssertionError("not the same sound")


def report(data: bytes) -> None:
    """Read or refused."""
    with suppress(ReportError):
        report_read(data)


def alert(data: bytes) -> None:
    """What is read can be told again, but for names that only our side forbids."""
    with suppress(CapError, ValueError):
        read = alert_read(data)
        if alert_read(alert_written(read)) != read:
            raise AssertionError("not the same alert")


def words(data: bytes) -> None:
    """No digit is left, and the same words said again stay."""
    said = spoken(data.decode(errors="replace"))
    if any(sign in "0123456789" for sign in said):
        raise AssertionError(f"digits left: {said!r}")


TARGETS: tuple[tuple[Callable[[bytes], None], bytes], ...] = (
    (sound, mp3_made(SHORT, "a")),
    (wave, wav_written(SHORT)),
    (report, REPORT),
    (alert, ALERT),
    (words, SAID),
)


def one_input(data: bytes) -> None:
    """The fuzz target: the first byte picks the parser, the rest is its input."""
    if data:
        TARGETS[data[0] % len(TARGETS)][0](data[1:])


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            for number, (_check, seed) in enumerate(TARGETS):
                (Path(folder) / str(number)).write_bytes(bytes([number]) + seed)
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
