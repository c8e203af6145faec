"""Sound as numbers: 16-bit mono samples, read from WAV."""

from __future__ import annotations

import struct
import sys
from array import array
from dataclasses import dataclass

RATES = frozenset({8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000})
"""Samples a second that MP3 can carry (MPEG-1, 2 and 2.5 Layer III)."""
_PLAIN, _EXTENSIBLE = 1, 0xFFFE
_FULL = 32768


class AudioError(Exception):
    """The bytes are no sound that we can use; the words say why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Pcm:
    """Mono sound."""

    rate: int
    """Samples a second, one of ``RATES``."""
    samples: array[int]
    """Type "h": -32768 to 32767."""

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate


def silence(rate: int, seconds: float) -> array[int]:
    """Samples of nothing."""
    return array("h", bytes(2 * round(rate * seconds)))


def pcm_read(data: bytes, rate: int) -> Pcm:
    """Bare little-endian 16-bit mono samples, as piper writes them. Raises AudioError."""
    if rate not in RATES:
        raise AudioError(f"Tần số lấy mẫu {rate} Hz không dùng được.")
    samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return Pcm(rate, samples)


def wav_read(data: bytes) -> Pcm:
    """The sound of a WAV file of 16-bit samples; several channels are mixed to one.

    Lengths that a program writing to a pipe could not know yet (0, 0xFFFFFFFF, 0x7FFFF000) are taken as "to the end".
    Raises AudioError for anything else: another format, no samples, a rate that MP3 does not have.
    """
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise AudioError("Không phải tệp âm thanh WAV.")
    at, form = 12, b""
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = at + 8
        if name == b"fmt ":
            form = data[body : body + size]
        elif name == b"data":
            end = len(data) if size == 0 or body + size > len(data) else body + size
            return _mixed(form, data[body:end])
        at = body + size + size % 2
    raise AudioError("Tệp WAV không có âm thanh.")


def _mixed(form: bytes, data: bytes) -> Pcm:
    if len(form) < 16:
        raise AudioError("Tệp WAV thiếu phần mô tả.")
    kind, channels, rate, _bytes, _block, bits = struct.unpack("<HHIIHH", form[:16])
    if kind == _EXTENSIBLE and len(form) >= 26:
        kind = int.from_bytes(form[24:26], "little")
    if kind != _PLAIN or bits != 16 or not 1 <= channels <= 8:
        raise AudioError("Chỉ dùng được WAV 16 bit không nén.")
    pcm = pcm_read(data[: len(data) // (2 * channels) * 2 * channels], rate)
    if channels == 1:
        return pcm
    parts = [pcm.samples[channel::channels] for channel in range(channels)]
    mixed = array("h", [sum(frame) // channels for frame in zip(*parts, strict=True)])
    return Pcm(rate, mixed)


def wav_written(pcm: Pcm) -> bytes:
    """The sound as a WAV file."""
    samples = array("h", pcm.samples)
    if sys.byteorder == "big":
        samples.byteswap()
    body = samples.tobytes()
    head = struct.pack("<HHIIHH", _PLAIN, 1, pcm.rate, pcm.rate * 2, 2, 16)
    return b"RIFF" + struct.pack("<I4s4sI", 36 + len(body), b"WAVE", b"fmt ", 16) + head + _chunk(body)


def _chunk(body: bytes) -> bytes:
    return b"data" + struct.pack("<I", len(body)) + body


def scale(decibels: float) -> float:
    """A level under full scale as a sample value: 0 dBFS is 32768."""
    return float(_FULL * 10 ** (decibels / 20))
