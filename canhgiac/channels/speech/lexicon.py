"""How abbreviations and foreign words of the field are said in Vietnamese."""

from __future__ import annotations

import re

LETTERS = {
    "A": "a",
    "B": "bê",
    "C": "xê",
    "D": "dê",
    "Đ": "đê",
    "E": "e",
    "F": "ép",
    "G": "giê",
    "H": "hát",
    "I": "i",
    "J": "gi",
    "K": "ca",
    "L": "e lờ",
    "M": "em",
    "N": "en",
    "O": "ô",
    "P": "pê",
    "Q": "quy",
    "R": "e rờ",
    "S": "ét",
    "T": "tê",
    "U": "u",
    "V": "vê",
    "W": "vê kép",
    "X": "ích",
    "Y": "i",
    "Z": "dét",
}

ABBREVIATIONS = {
    # written Vietnamese words
    "UBND": "ủy ban nhân dân",
    "HĐND": "hội đồng nhân dân",
    "MTTQ": "mặt trận tổ quốc",
    "CCCD": "căn cước công dân",
    "CMND": "chứng minh nhân dân",
    "CSGT": "cảnh sát giao thông",
    "CATP": "công an thành phố",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "NHNN": "ngân hàng nhà nước",
    "NHTM": "ngân hàng thương mại",
    "THPT": "trung học phổ thông",
    "THCS": "trung học cơ sở",
    "TDP": "tổ dân phố",
    "CLB": "câu lạc bộ",
    "CNTT": "công nghệ thông tin",
    "KHCN": "khoa học công nghệ",
    "TMĐT": "thương mại điện tử",
    "MXH": "mạng xã hội",
    "ANTT": "an ninh trật tự",
    "ANM": "an ninh mạng",
    "SĐT": "số điện thoại",
    "ĐT": "điện thoại",
    "STK": "số tài khoản",
    "TK": "tài khoản",
    "TP": "thành phố",
    "HCM": "Hồ Chí Minh",
    "TTHC": "thủ tục hành chính",
    "DVC": "dịch vụ công",
    "QC": "quảng cáo",
    "GD&ĐT": "giáo dục và đào tạo",
    "TT&TT": "thông tin và truyền thông",
    "KH&CN": "khoa học và công nghệ",
    "NN&MT": "nông nghiệp và môi trường",
    "VHTT&DL": "văn hóa, thể thao và du lịch",
    "LĐTB&XH": "lao động, thương binh và xã hội",
    "COVID": "cô vít",
    "VNĐ": "đồng",
    "VND": "đồng",
    "USD": "đô la Mỹ",
    # said letter by letter, but not as the letters stand
    "VNeID": "vê en e i đê",
    "eSIM": "e sim",
    "QR": "quy e rờ",
    "AI": "ây ai",
}
"""As written; only this spelling is meant."""

WORDS = {
    "app": "ứng dụng",
    "apps": "ứng dụng",
    "đường link": "đường dẫn",
    "đường dẫn link": "đường dẫn",
    "link": "đường dẫn",
    "zalo": "da lô",
    "facebook": "phây búc",
    "messenger": "mét sen giơ",
    "telegram": "tê lê gram",
    "tiktok": "tích tóc",
    "youtube": "diu túp",
    "google": "gu gồ",
    "viber": "vai bơ",
    "email": "i meo",
    "e-mail": "i meo",
    "website": "oép sai",
    "web": "oép",
    "internet": "in tơ nét",
    "wifi": "oai phai",
    "wi-fi": "oai phai",
    "online": "trực tuyến",
    "video": "vi đê ô",
    "clip": "cờ líp",
    "video call": "gọi có hình",
    "livestream": "phát trực tiếp",
    "hotline": "đường dây nóng",
    "smartphone": "điện thoại thông minh",
    "deepfake": "đíp phếch",
    "chat": "chát",
    "camera": "ca mê ra",
    "hacker": "hách cơ",
    "file": "phai",
    "apk": "a pê ca",
    "bitcoin": "bít coi",
    "shipper": "người giao hàng",
    "ship": "giao hàng",
    "v.v.": "vân vân",
    "v.v": "vân vân",
    "vs": "với",
    "km": "ki lô mét",
    "kg": "ki lô gam",
    "&": "và",
}
"""In lower case; capitals make no difference."""

_SYLLABLE = re.compile(
    r"(NGH|NG|NH|CH|GH|GI|KH|PH|QU|TH|TR|[BCDĐGHKLMNPRSTVX])?[AEIOUY]{1,3}(NG|NH|CH|[CMNPT])?", re.IGNORECASE
)
_TOKEN = re.compile(r"(?<!\w)[A-ZĐ]{2,6}(?!\w)")


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


_EXACT = re.compile(rf"(?<!\w)(?:{_alternatives(ABBREVIATIONS)})(?!\w)")
_LOOSE = re.compile(rf"(?<![\w.-])(?:{_alternatives(WORDS)})(?![\w-])", re.IGNORECASE)


def letters_said(text: str) -> str:
    """Letter by letter: "OTP" is "ô tê pê"."""
    return " ".join(LETTERS[letter] for letter in text.upper() if letter in LETTERS)


def words_said(text: str) -> str:
    """Abbreviations in full, foreign words as people say them, and other capitals that make no Vietnamese syllable
    letter by letter ("OTP", "SMS", "ATM"); a heading in capitals stays words."""
    text = re.sub(r"(?<!\w)TP\.\s*HCM(?!\w)", "thành phố Hồ Chí Minh", text)
    text = re.sub(r"(?<!\w)TP\.(?=\s*[A-ZĐÀ-Ỹ])", "thành phố ", text)
    text = _EXACT.sub(lambda match: ABBREVIATIONS[match[0]], text)
    text = _LOOSE.sub(lambda match: WORDS[match[0].lower()], text)
    return _TOKEN.sub(lambda match: match[0] if _SYLLABLE.fullmatch(match[0]) else letters_said(match[0]), text)
