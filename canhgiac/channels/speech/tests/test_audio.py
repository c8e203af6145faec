"""Sound in, sound out: WAV, MP3 and its length, chime, a script spoken from its first word to its last."""

from __future__ import annotations

import math
import random
import shutil
import struct
from array import array
from contextlib import suppress

import pytest

from canhgiac.channels.speech.audio import chime_made, joined, script_recorded, script_spoken
from canhgiac.channels.speech.loudness import loudness, true_peak
from canhgiac.channels.speech.mp3 import duration, mp3_made
from canhgiac.channels.speech.pcm import RATES, AudioError, Pcm, pcm_read, silence, wav_read, wav_written
from canhgiac.channels.speech.script import Pause, Script, reading_time, script_read
from canhgiac.channels.speech.voice import Accent, EspeakVoice

needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")


def tone(seconds: float, rate: int = 22050, hertz: float = 440) -> Pcm:
    step = 2 * math.pi * hertz / rate
    return Pcm(rate, array("h", [round(9000 * math.sin(step * at)) for at in range(round(seconds * rate))]))


# WAV ------------------------------------------------------------------------------------------------------------------


def wav(body: bytes, form: bytes, *, size: int | None = None, before: bytes = b"") -> bytes:
    told = len(body) if size is None else size
    return (
        b"RIFF\0\0\0\0WAVE"
        + before
        + b"fmt "
        + struct.pack("<I", len(form))
        + form
        + b"data"
        + (struct.pack("<I", told) + body)
    )


MONO = struct.pack("<HHIIHH", 1, 1, 16000, 32000, 2, 16)
STEREO = struct.pack("<HHIIHH", 1, 2, 16000, 64000, 4, 16)


def test_a_wav_comes_back_as_it_was_written() -> None:
    pcm = tone(0.1)
    assert wav_read(wav_written(pcm)) == pcm
    assert pcm.seconds == pytest.approx(0.1)


@pytest.mark.parametrize("size", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_length_that_a_pipe_could_not_know_means_to_the_end(size: int) -> None:
    assert list(wav_read(wav(b"\1\0\2\0\3\0", MONO, size=size)).samples) == [1, 2, 3]


def test_other_chunks_are_passed_and_half_a_sample_is_dropped() -> None:
    odd = b"LIST\3\0\0\0abc\0"
    assert list(wav_read(wav(b"\1\0\2\0\3", MONO, before=odd)).samples) == [1, 2]
    extensible = (
        struct.pack("<HHIIHH", 0xFFFE, 1, 16000, 32000, 2, 16) + struct.pack("<HHIH", 22, 16, 4, 1) + b"\0" * 14
    )
    assert list(wav_read(wav(b"\1\0", extensible)).samples) == [1]


def test_channels_are_mixed_to_one() -> None:
    assert list(wav_read(wav(struct.pack("<4h", 10, 20, -4, -8), STEREO)).samples) == [15, -6]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"ID3 what is this",
        wav(b"\1\0", MONO[:8]),
        wav(b"\1\0", struct.pack("<HHIIHH", 3, 1, 16000, 64000, 4, 32)),
        wav(b"\1\0", struct.pack("<HHIIHH", 1, 1, 16000, 16000, 1, 8)),
        wav(b"\1\0", struct.pack("<HHIIHH", 1, 0, 16000, 32000, 2, 16)),
        wav(b"\1\0", struct.pack("<HHIIHH", 1, 1, 7, 14, 2, 16)),
        b"RIFF\0\0\0\0WAVEdata\2\0\0\0\1\0",
    ],
)
def test_what_is_no_usable_wav_is_refused(data: bytes) -> None:
    with pytest.raises(AudioError):
        wav_read(data)


def test_mangled_wavs_are_read_or_refused() -> None:
    rng = random.Random(5)
    whole = wav_written(tone(0.02))
    for _number in range(2000):
        mangled = bytearray(whole[: rng.randrange(len(whole))])
        for _change in range(min(len(mangled), 4)):
            mangled[rng.randrange(min(len(mangled), 60))] = rng.randrange(256)
        with suppress(AudioError):
            assert wav_read(bytes(mangled)).rate in RATES


# MP3 ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", sorted(RATES))
def test_an_mp3_is_as_long_as_its_sound(rate: int) -> None:
    """But for the encoder's own delay and the last frame's rest, under a sixth of a second."""
    for seconds in (0.5, 3.21):
        mp3 = mp3_made(tone(seconds, rate), "Cảnh báo giả danh công an")
        assert seconds <= duration(mp3) <= seconds + 0.3
        assert mp3.startswith(b"ID3\3\0")
        assert "Cảnh báo giả danh công an".encode("utf-16") in mp3


def test_it_has_one_channel_and_64_kbit() -> None:
    mp3 = mp3_made(tone(10))
    assert len(mp3) == pytest.approx(10 * 8000, rel=0.03)
    assert mp3[0] == 0xFF
    assert mp3[3] >> 6 == 3


def frame(version: int = 3, bits: int = 9, rate: int = 0, *, notes: bytes = b"") -> bytes:
    """A frame of MPEG-1 at 44.1 kHz, 128 kbit/s, stereo: 417 bytes, 1152 samples."""
    head = (0x7FF << 21 | version << 19 | 1 << 17 | 1 << 16 | bits << 12 | rate << 10).to_bytes(4, "big")
    return (head + b"\0" * 32 + notes).ljust(417, b"\0")


def test_frames_of_several_bit_rates_are_counted_one_by_one() -> None:
    other = frame(bits=5).ljust(417, b"\0")[:208]  # 64 kbit/s: 144 * 64000 / 44100
    assert duration((frame() + other) * 50) == pytest.approx(100 * 1152 / 44100)


@pytest.mark.parametrize("notes", [b"Xing", b"Info", b"VBRI"])
def test_a_head_that_claims_an_hour_counts_nothing(notes: bytes) -> None:
    claim = frame(notes=notes + b"\0\0\0\1\xff\xff\xff\xff")
    assert duration(claim + frame() * 40) == pytest.approx(40 * 1152 / 44100)


def test_tags_before_and_after_are_no_sound() -> None:
    tags = b"ID3\4\0\0\0\0\1\0" + b"\xff\xfb" * 64
    after = b"TAG" + b"\xff" * 125
    assert duration(tags + tags + frame() * 40 + after) == pytest.approx(40 * 1152 / 44100)


def test_a_cut_off_end_is_not_counted() -> None:
    assert duration((frame() * 40)[:-100]) == pytest.approx(39 * 1152 / 44100)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ID3\3\0\0\0\0\0\1x",
        b"\xff" * 10_000,
        b"\xff\xfb\x90\0",
        b"<html>" + b"x" * 5000,
        b"\x89PNG\r\n" + frame() + b"\0" * 3000,
        frame(version=1) * 20,
        frame(bits=15) * 20,
        frame(bits=0) * 20,
        frame(rate=3) * 20,
        wav_written(tone(1)),
    ],
)
def test_what_is_no_mp3_is_refused(data: bytes) -> None:
    with pytest.raises(AudioError):
        duration(data)


def test_mangled_mp3s_are_measured_or_refused() -> None:
    rng = random.Random(9)
    whole = mp3_made(tone(1.5), "Bài thử")
    for _number in range(2000):
        mangled = bytearray(whole)
        for _change in range(rng.randint(1, 12)):
            at = rng.randrange(len(mangled))
            if rng.random() < 0.6:
                mangled[at] = rng.choice((0, 0xFF, rng.randrange(256)))
            else:
                del mangled[at : at + rng.randint(1, 900)]
            if not mangled:
                break
        with suppress(AudioError):
            assert 0 < duration(bytes(mangled)) < 20


def test_nothing_is_no_sound() -> None:
    with pytest.raises(AudioError):
        mp3_made(Pcm(22050, array("h")))
    with pytest.raises(AudioError):
        pcm_read(b"", 44)
    assert len(silence(16000, 0.5)) == 8000


# Scripts --------------------------------------------------------------------------------------------------------------


def test_pieces_and_pauses_are_joined_in_order() -> None:
    made = joined([tone(0.2), Pause(0.5), tone(0.3)])
    assert made.seconds == pytest.approx(1.0)
    assert not any(made.samples[4500:15000])
    with pytest.raises(AudioError):
        joined([Pause(1)])
    with pytest.raises(AudioError):
        joined([tone(0.1), tone(0.1, 16000)])


def test_the_chime_is_soft_short_and_begins_and_ends_without_a_click() -> None:
    chime = chime_made(22050)
    assert 1 < chime.seconds < 2
    assert -14.2 < true_peak(chime) < -13.5
    assert loudness(chime) < -18
    assert max(map(abs, chime.samples[:20])) < 200
    assert max(map(abs, chime.samples[-20:])) < 20


class Tone:
    """A voice that hums: a tenth of a second a word, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Accent]] = []

    def speak(self, text: str, accent: Accent) -> Pcm:
        self.asked.append((text, accent))
        return tone(0.1 * len(text.split()), 16000)

    def available(self) -> bool:
        return True


def test_a_script_is_spoken_piece_by_piece_at_one_loudness() -> None:
    voice = Tone()
    script = script_read("Có 2 vụ lừa đảo. [nghỉ 2 giây] Gọi 113.")
    made = script_spoken(script, voice, Accent.SOUTH, chime=False)
    assert voice.asked == [("Có hai vụ lừa đảo.", Accent.SOUTH), ("Gọi một một ba.", Accent.SOUTH)]
    assert made.seconds == pytest.approx(0.5 + 2 + 0.4 + 0.5)
    longer = script_spoken(script, voice, Accent.SOUTH)
    assert longer.seconds == pytest.approx(made.seconds + chime_made(16000).seconds + 0.6)
    with pytest.raises(AudioError):
        script_spoken(Script(()), voice, Accent.NORTH)


@needs_espeak
@pytest.mark.parametrize("accent", list(Accent))
def test_a_warning_is_spoken_for_people_of_each_region(accent: Accent) -> None:
    script = script_read(
        "Kính thưa bà con. [nghỉ 1 giây] Ngày 18/12/2026 có kẻ giả danh công an gọi từ số 0900 000 123, đòi chuyển"
        " 2.000.000 đ và đọc mã OTP.\n\nCông an không làm việc qua điện thoại. Bà con gọi 113."
    )
    made = script_spoken(script, EspeakVoice(), accent, chime=False)
    assert loudness(made) == pytest.approx(-16, abs=0.3)
    assert true_peak(made) <= -1
    recording = script_recorded(script, EspeakVoice(), accent, title="Cảnh báo")
    assert recording.seconds == pytest.approx(duration(recording.mp3))
    spoken = recording.seconds - chime_made(22050).seconds - 1.1
    assert spoken == pytest.approx(reading_time(script), rel=0.2)
