"""Vietnamese text in TCVN3 and VNI, made from tables written letter by letter, apart from the reader's own."""

from __future__ import annotations

# letters in the order: plain, huyền, hỏi, ngã, sắc, nặng
_ROWS = (
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "uùủũúụ",
    "ưừửữứự",
    "yỳỷỹýỵ",
)

_TCVN3_HEX = {
    "a": "61 B5 B6 B7 B8 B9",
    "ă": "A8 BB BC BD BE C6",
    "â": "A9 C7 C8 C9 CA CB",
    "e": "65 CC CE CF D0 D1",
    "ê": "AA D2 D3 D4 D5 D6",
    "i": "69 D7 D8 DC DD DE",
    "o": "6F DF E1 E2 E3 E4",
    "ô": "AB E5 E6 E7 E8 E9",
    "ơ": "AC EA EB EC ED EE",
    "u": "75 EF F1 F2 F3 F4",
    "ư": "AD F5 F6 F7 F8 F9",
    "y": "79 FA FB FC FD FE",
}
_TCVN3_CAPITALS = {"Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7}

_VNI_FORMS = {
    "a": "a aø aû aõ aù aï",
    "ă": "aê aè aú aü aé aë",
    "â": "aâ aà aå aã aá aä",
    "e": "e eø eû eõ eù eï",
    "ê": "eâ eà eå eã eá eä",
    "i": "i ì æ ó í ò",
    "o": "o oø oû oõ où oï",
    "ô": "oâ oà oå oã oá oä",
    "ơ": "ô ôø ôû ôõ ôù ôï",
    "u": "u uø uû uõ uù uï",
    "ư": "ö öø öû öõ öù öï",
    "y": "y yø yû yõ yù î",
}

ALPHABET = "".join(_ROWS) + "đ" + "bcdghklmnpqrstvx"
TONED = "".join(c for c in ALPHABET if not c.isascii())


def _tables() -> tuple[dict[str, int], dict[str, str]]:
    tcvn3: dict[str, int] = {"đ": 0xAE, **_TCVN3_CAPITALS}
    vni: dict[str, str] = {"đ": "ñ", "Đ": "Ñ"}
    for row in _ROWS:
        codes, forms = _TCVN3_HEX[row[0]].split(), _VNI_FORMS[row[0]].split()
        for letter, code, form in zip(row, codes, forms, strict=True):
            tcvn3[letter] = int(code, 16)
            vni[letter] = form
            vni[letter.upper()] = form.upper()
    return tcvn3, vni


_TCVN3, _VNI = _tables()


def _single(text: str, table: dict[str, int]) -> bytes:
    return b"".join(bytes([table[c]]) if c in table else c.encode("cp1252") for c in text)


def to_tcvn3(text: str) -> bytes:
    """TCVN3 (set VN3): a toned capital becomes its small letter, as the set has none."""
    return _single("".join(c if c in _TCVN3 or c.isascii() else c.lower() for c in text), _TCVN3)


def to_tcvn5712_vn1(text: str) -> bytes:
    """TCVN 5712 set VN1, which has toned capitals."""
    capitals = "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"
    table = {c: 0x80 + i for i, c in enumerate(capitals)}
    table |= {"Ằ": 0xAF, "Ẳ": 0xBA, "Ẵ": 0xBF, "Ắ": 0xC0, "Ầ": 0xC1, "Ẩ": 0xC2, "Ẫ": 0xC3, "Ấ": 0xC4, "Ề": 0xC5}
    table |= {"Ể": 0xCD, "Ễ": 0xD9, "Ế": 0xDA, "Ồ": 0xDB, "Ổ": 0xE0, "Ỗ": 0xF0, "Ố": 0xFF, "Ú": 1, "Ụ": 2, "Ừ": 4}
    table |= {"Ử": 5, "Ữ": 6, "Ứ": 0x11, "Ự": 0x12, "Ỳ": 0x13, "Ỷ": 0x14, "Ỹ": 0x15, "Ý": 0x16, "Ỵ": 0x17}
    return _single(text, _TCVN3 | table)


def to_vni(text: str) -> bytes:
    """VNI for Windows."""
    return "".join(_VNI.get(c, c) for c in text).encode("cp1252")


def western(data: bytes) -> str:
    """What a program that knows no Vietnamese encoding shows."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in data)
