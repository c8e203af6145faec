"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

_MP4 = re.compile(rb"....ftyp(?:isom|iso[2-9]|mp4[12]|avc1|M4V |MSNV|dash|3gp\d|qt  |M4A )", re.DOTALL)
_MP3_FRAME = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]", re.DOTALL)  # layer III with a real bit rate


def media_type(data: bytes) -> str | None:
    """The media type of a PDF, MP4, MP3, Ogg or WAV (IANA names); None for anything else.

    >>> media_type(b"%PDF-1.7")
    'application/pdf'
    """
    if data.startswith(b"%PDF-"):
        return "application/pdf"
    if _MP4.match(data[:16]):
        return "video/mp4"
    if data.startswith(b"ID3") or _MP3_FRAME.match(data[:3]):
        return "audio/mpeg"
    if data.startswith(b"OggS\0"):
        return "audio/ogg"
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "audio/wav"
    return None
