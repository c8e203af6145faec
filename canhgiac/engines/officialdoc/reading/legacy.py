"""TCVN3 (ABC) and VNI: the two encodings of Vietnamese offices before Unicode.

Both put Vietnamese glyphs on the code points of Western letters, so a file made with them opens as
Western text. TCVN3 (TCVN 5712:1993, set VN3) has one code a letter and no toned capitals: headings use a
capital font such as .VnTimeH. Its bigger sister VN1 has the toned capitals too, partly on control codes.
VNI writes a base letter and a mark after it. Text is handled as the Western characters (Windows-1252)
that programs show for the bytes.
"""

from __future__ import annotations

import re
from typing import Literal

Legacy = Literal["tcvn3", "vni"]


def _western(codes: bytes) -> str:
    """Windows-1252, with the five codes it leaves open as control characters."""
    return "".join(bytes([c]).decode("cp1252", "ignore") or chr(c) for c in codes)


_TCVN3_CODES = bytes([*range(0xA1, 0xAF), *range(0xB5, 0xBA), *range(0xBB, 0xBF), *range(0xC6, 0xCD)]) + bytes(
    [0xCE, 0xCF, *range(0xD0, 0xD9), *range(0xDC, 0xE0), *range(0xE1, 0xF0), *range(0xF1, 0xFF)]
)
_TCVN3_LETTERS = "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ"
_VN1_CODES = bytes([*range(0x80, 0xA0), 0xAF, 0xBA, *range(0xBF, 0xC6), 0xCD, *range(0xD9, 0xDC), 0xE0, 0xF0, 0xFF])
_VN1_LETTERS = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨẰẲẴẮẦẨẪẤỀỂỄẾỒỔỖỐ"
_VN1_CONTROLS = dict(zip((1, 2, 4, 5, 6, *range(0x11, 0x18)), "ÚỤỪỬỮỨỰỲỶỸÝỴ", strict=True))

_TCVN3 = dict(zip(map(ord, _western(_TCVN3_CODES)), _TCVN3_LETTERS, strict=True))
_TCVN3[0x03BC] = "à"  # some programs store the micro sign as Greek mu
_VN1 = (
    dict(zip(map(ord, _western(_VN1_CODES)), _VN1_LETTERS, strict=True))
    | dict(zip(_VN1_CODES, _VN1_LETTERS, strict=True))
    | _VN1_CONTROLS
)

_MARKS = {
    # mark: what it makes of each base letter
    "ù": "aáeéoóuúyýôớöứ",
    "ø": "aàeèoòuùyỳôờöừ",
    "û": "aảeẻoỏuủyỷôởöử",
    "õ": "aãeẽoõuũyỹôỡöữ",
    "ï": "aạeẹoọuụôợöự",
    "â": "aâeêoô",
    "á": "aấeếoố",
    "à": "aầeềoồ",
    "å": "aẩeểoổ",
    "ã": "aẫeễoỗ",
    "ä": "aậeệoộ",
    "ê": "aă",
    "é": "aắ",
    "è": "aằ",
    "ú": "aẳ",
    "ü": "aẵ",
    "ë": "aặ",
}
_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    table = dict(_ALONE)
    table |= {mark.upper(): made.upper() for mark, made in _ALONE.items()}
    for mark, pairs in _MARKS.items():
        for base, made in zip(pairs[::2], pairs[1::2], strict=True):
            table[base + mark] = made
            for upper_mark in (mark.upper(), mark):  # sloppy typing leaves the mark of a capital small
                table[base.upper() + upper_mark] = made.upper()
    return table


_VNI = _vni_table()
_VNI_PATTERN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))
_TCVN3_PHRASE = re.compile("[A-Za-z\xa1-\xfe\u03bc]+(?: +[A-Za-z\xa1-\xfe\u03bc]+)*")
LEGACY_FONT = re.compile(r"\s*(?:(?P<tcvn3>[._]Vn[A-Z])|(?P<vni>VNI[- ]))")


def font_encoding(font: str) -> tuple[Legacy | None, bool]:
    """The encoding that a font's name stands for, and whether it is a capital font (".VnTimeH")."""
    match = LEGACY_FONT.match(font)
    if match is None:
        return None, False
    if match["vni"]:
        return "vni", False
    return "tcvn3", font.rstrip().endswith("H")


def from_tcvn3(text: str, *, capital_font: bool = False, vn1: bool = False) -> str:
    """Unicode of TCVN3 text. VN3 has no toned capitals: they are restored where the plain letters
    of the word are capitals ("KÕ HO¹CH") or the font is a capital font; ``vn1`` reads the toned capitals of set VN1."""
    if vn1:
        return text.translate({**_TCVN3, **_VN1})
    if capital_font:
        return text.translate(_TCVN3).upper()
    return _TCVN3_PHRASE.sub(_restore_capitals, text)


def _restore_capitals(match: re.Match[str]) -> str:
    """Capitals of one phrase (words with only spaces between them)."""
    words = match.group().split(" ")
    cases = [_case(word) for word in words]
    made = []
    for i, word in enumerate(words):
        around = next((c for c in (*cases[i + 1 : i + 2], *cases[i - 1 : i][:i]) if c), "")
        text = word.translate(_TCVN3)
        made.append(text.upper() if (cases[i] or around) == "capital" else text)
    return " ".join(made)


def _case(word: str) -> str:
    """What the plain letters say: "small", "capital", or "" where a first capital alone leaves it open ("SÏ")."""
    plain = [c for c in word if c.isascii()]
    if any(c.islower() for c in plain):
        return "small"
    return "capital" if len(plain) > 1 or (plain and not word[0].isascii()) else ""


def from_vni(text: str) -> str:
    """Unicode of VNI text."""
    return _VNI_PATTERN.sub(lambda match: _VNI[match.group()], text)


def convert(text: str, encoding: Legacy, *, capital_font: bool = False) -> str:
    """Unicode of ``text`` in ``encoding``."""
    return from_vni(text) if encoding == "vni" else from_tcvn3(text, capital_font=capital_font)
