"""MP3 out, and how long an MP3 is: frames of MPEG-1, 2 and 2.5 Layer III (ISO 11172-3, 13818-3), ID3v2.3."""

from __future__ import annotations

import struct
import sys
from array import array

import lameenc

from .pcm import AudioError, Pcm

BIT_RATE = 64
"""kbit/s, mono: no faults of a voice are heard, and a minute is half a megabyte."""
_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_BIT_RATES = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_MPEG1 = 3
_LAYER3 = 1
_LEAST_SHARE = 0.9
"""Of the bytes, that must be frames: random bytes hold heads by chance, a recording holds nothing else."""


def mp3_made(pcm: Pcm, title: str = "") -> bytes:
    """The sound as MP3, mono, constant bit rate, with its title for players that show one. Raises AudioError."""
    if not pcm.samples:
        raise AudioError("Không có âm thanh để nén.")
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BIT_RATE)
    encoder.set_in_sample_rate(pcm.rate)
    encoder.set_out_sample_rate(pcm.rate)
    encoder.set_channels(1)
    encoder.set_quality(5)
    encoder.silence()
    samples = array("h", pcm.samples)
    if sys.byteorder == "big":
        samples.byteswap()
    body = bytes(encoder.encode(samples.tobytes())) + bytes(encoder.flush())
    return (_tag(title) if title else b"") + body


def _tag(title: str) -> bytes:
    """An ID3v2.3 tag: the title in UTF-16, the language."""
    text = title.encode(errors="replace").decode()[:200]
    frames = _id3_frame(b"TIT2", b"\x01" + text.encode("utf-16")) + _id3_frame(b"TLAN", b"\x00vie")
    return b"ID3\x03\x00\x00" + bytes(len(frames) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frames


def _id3_frame(name: bytes, body: bytes) -> bytes:
    return name + struct.pack(">IH", len(body), 0) + body


def duration(data: bytes) -> float:
    """Seconds that an MP3 plays, counted over its frames and not taken from what its head claims.

    Works for constant and variable bit rates. Raises AudioError for what is no MP3, such as another file renamed.
    """
    at, end = _begin(data), _end(data)
    if at >= end:
        raise AudioError("Tệp MP3 không có âm thanh.")
    total, framed, start = 0.0, 0, at
    while at + 4 <= end:
        frame = _frame(data, at)
        if frame is None:
            at = data.find(b"\xff", at + 1, end)
            if at < 0:
                break
            continue
        size, seconds, is_info = frame
        framed += min(size, end - at)
        if at + size <= end and not is_info:
            total += seconds
        at += size
    if not total or framed < (end - start) * _LEAST_SHARE:
        raise AudioError("Không phải tệp MP3, hoặc tệp đã hỏng.")
    return total


def _begin(data: bytes) -> int:
    """After all ID3v2 tags."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = data[at + 6 : at + 10]
        at += 10 + sum((byte & 0x7F) << shift for byte, shift in zip(size, (21, 14, 7, 0), strict=True))
    return at


def _end(data: bytes) -> int:
    """Before an ID3v1 tag."""
    return len(data) - 128 if data[-128:-125] == b"TAG" else len(data)


def _frame(data: bytes, at: int) -> tuple[int, float, bool] | None:
    """Bytes, seconds, and whether it holds an encoder's notes (Xing, Info, VBRI) instead of sound; None: no frame."""
    head = int.from_bytes(data[at : at + 4], "big")
    version, layer = head >> 19 & 3, head >> 17 & 3
    rate_index, bits_index = head >> 10 & 3, head >> 12 & 15
    if head >> 21 != 0x7FF or version == 1 or layer != _LAYER3 or rate_index == 3 or bits_index in {0, 15}:
        return None
    rate = _RATES[version][rate_index]
    bit_rate = _BIT_RATES[_MPEG1 if version == _MPEG1 else 2][bits_index] * 1000
    samples = 1152 if version == _MPEG1 else 576
    size = samples // 8 * bit_rate // rate + (head >> 9 & 1)
    is_mono = head >> 6 & 3 == 3
    notes = at + 4 + ((17 if is_mono else 32) if version == _MPEG1 else (9 if is_mono else 17))
    is_info = data[notes : notes + 4] in {b"Xing", b"Info"} or data[at + 36 : at + 40] == b"VBRI"
    return size, samples / rate, is_info
