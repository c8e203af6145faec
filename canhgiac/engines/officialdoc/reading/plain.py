"""Text files: which encoding, and old encodings hiding inside Unicode text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from .failures import failure
from .legacy import Legacy, convert, from_tcvn3, from_vni
from .syllable import vietnamese_share

_NAMES: dict[str, str] = {
    "tcvn3": "TCVN3 (ABC)",
    "vni": "VNI",
    "windows-1258": "Windows-1258",
    "utf-16": "UTF-16",
    "windows-1252": "Windows-1252",
}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN_LETTER = "[\xa1-\xac\xad-\xff\u0192\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u03bc]"
_HAS_WESTERN = re.compile(_WESTERN_LETTER)
_FOREIGN = re.compile("[¡-¦¨-¯µ-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ]")
"""Characters that Vietnamese in Unicode does not use but both old encodings need all the time."""
_UNICODE_LETTER = re.compile("[ĂăĐđƠơƯưẠ-ỹ]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_PLAUSIBLE = 0.8
_SAMPLE = 400_000


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def encoding_note(encoding: str) -> str:
    """The Vietnamese note saying that text was converted from ``encoding``."""
    return f"Đã chuyển bảng mã {_NAMES.get(encoding, encoding)} sang Unicode."


def decode(data: bytes) -> Decoded:
    """Text of ``data``. Raises ReadError: ``binary`` where it is no text, ``encoding`` where no encoding fits."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _wide(data, name) if name != "utf-8-sig" else _unicode(data[len(bom) :].decode("utf-8", "replace"))
    if b"\0" in data[:_SAMPLE]:
        return _wide(data, _bare_utf16(data))
    if len(_CONTROL.findall(data[:_SAMPLE])) > max(8, len(data[:_SAMPLE]) // 50):
        raise failure("binary")
    try:
        return _unicode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.end == len(data):
            return _unicode(data[: error.start].decode("utf-8"))
    return _eight_bit(data)


def _wide(data: bytes, name: str) -> Decoded:
    unit = 4 if name == "utf-32" else 2
    text = data[: len(data) - len(data) % unit].decode(name, "replace")
    if text.count("\ufffd") > len(text) // 100 or "\0" in text:
        raise failure("binary")
    decoded = _unicode(text)
    notes = decoded.notes if decoded.notes else (encoding_note("utf-16"),) if unit == 2 else ()
    return Decoded(decoded.text, name if decoded.encoding == "utf-8" else decoded.encoding, notes)


def _bare_utf16(data: bytes) -> str:
    """UTF-16 without a mark: every other byte of spaces, digits and line ends is zero."""
    sample = data[:20_000]
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    half = len(sample) // 2
    if max(odd, even) < half // 4 or min(odd, even) > half // 50:
        raise failure("binary")
    return "utf-16-le" if odd > even else "utf-16-be"


def _unicode(text: str) -> Decoded:
    converted, legacy = convert_hidden_legacy(text)
    if legacy is None:
        return Decoded(text, "utf-8")
    return Decoded(converted, legacy, (encoding_note(legacy),))


def _eight_bit(data: bytes) -> Decoded:
    western = data.decode("cp1252", "western")
    sample = western[:_SAMPLE]
    candidates = {
        "tcvn3": from_tcvn3(sample),
        "vni": from_vni(sample),
        "windows-1258": data[:_SAMPLE].decode("cp1258", "replace"),
        "tcvn3-vn1": from_tcvn3(sample, vn1=True),
        "windows-1252": sample,
    }
    scores = {name: vietnamese_share(text) for name, text in candidates.items()}
    best = max(scores, key=lambda name: (scores[name][0], scores[name][1]))
    share, words = scores[best]
    if share < _PLAUSIBLE and words > 5:
        return _mostly_utf8(data)
    if share < _PLAUSIBLE:
        best = "windows-1252"
    texts = {
        "tcvn3": lambda: from_tcvn3(western),
        "vni": lambda: from_vni(western),
        "windows-1258": lambda: data.decode("cp1258", "replace"),
        "tcvn3-vn1": lambda: from_tcvn3(western, vn1=True),
        "windows-1252": lambda: western,
    }
    name = best.removesuffix("-vn1")
    return Decoded(texts[best](), name, (encoding_note(name),))


def _mostly_utf8(data: bytes) -> Decoded:
    """UTF-8 with a few damaged bytes, which are shown as replacement characters."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if damaged * 50 > len(text) or vietnamese_share(text)[0] < _PLAUSIBLE:
        raise failure("encoding")
    return Decoded(text, "utf-8", (f"Có {damaged} ký tự hỏng không đọc được.",))


def _western_fallback(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("western", _western_fallback)


def convert_hidden_legacy(text: str) -> tuple[str, Legacy | None]:
    """Converts TCVN3 or VNI that was pasted into Unicode text, line by line; (text, None) where there is none.

    A line is converted only where it holds no letter that Vietnamese needs Unicode for, and only in a text
    whose such lines are no Vietnamese as they stand but become it.
    """
    if not _FOREIGN.search(text):
        return text, None
    lines = text.split("\n")
    suspects = [i for i, line in enumerate(lines) if _HAS_WESTERN.search(line) and not _UNICODE_LETTER.search(line)]
    sample = "\n".join(lines[i] for i in suspects)[:_SAMPLE]
    if not _FOREIGN.search(sample):
        return text, None
    raw, seen = vietnamese_share(sample)
    shares: dict[Legacy, float] = {
        "tcvn3": vietnamese_share(from_tcvn3(sample))[0],
        "vni": vietnamese_share(from_vni(sample))[0],
    }
    best: Legacy = "tcvn3" if shares["tcvn3"] >= shares["vni"] else "vni"
    if shares[best] < _PLAUSIBLE or shares[best] < raw + 0.2 or seen < 3:
        return text, None
    for i in suspects:
        lines[i] = convert(lines[i], best)
    return "\n".join(lines), best
