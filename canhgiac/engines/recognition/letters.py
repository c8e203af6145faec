"""What each character looks like: its plain letter, whatever script, style or mark it is dressed in."""

from __future__ import annotations

import unicodedata

_LOOK_ALIKES = {
    # Cyrillic and Greek letters that are drawn as Latin ones (Unicode UTS #39, confusables).
    "а": "a",
    "в": "b",
    "с": "c",
    "ԁ": "d",
    "е": "e",
    "ё": "e",
    "һ": "h",
    "н": "h",
    "і": "i",
    "ї": "i",
    "ј": "j",
    "к": "k",
    "ӏ": "l",
    "м": "m",
    "п": "n",
    "о": "o",
    "р": "p",
    "ԛ": "q",
    "г": "r",
    "ѕ": "s",
    "т": "t",
    "ц": "u",
    "ѵ": "v",
    "ԝ": "w",
    "х": "x",
    "у": "y",
    "ү": "y",
    "ѡ": "w",
    "ь": "b",
    "ы": "bi",
    "и": "u",
    "я": "r",
    "з": "3",
    "α": "a",
    "β": "b",
    "ϲ": "c",
    "ε": "e",
    "η": "n",
    "ι": "i",
    "κ": "k",
    "μ": "u",
    "ν": "v",
    "ο": "o",
    "ρ": "p",
    "σ": "o",
    "τ": "t",
    "υ": "u",
    "χ": "x",
    "γ": "y",
    "ω": "w",
    "ϳ": "j",
    "ß": "b",
    "ı": "i",
    "ȷ": "j",
    "ɑ": "a",
    "ɡ": "g",
    "ɩ": "i",
    "ʟ": "l",
    "ɴ": "n",
    "ʀ": "r",
    "ꜱ": "s",
    "ᴀ": "a",
    "ʙ": "b",
    "ᴄ": "c",
    "ᴅ": "d",
    "ᴇ": "e",
    "ꜰ": "f",
    "ɢ": "g",
    "ʜ": "h",
    "ɪ": "i",
    "ᴊ": "j",
    "ᴋ": "k",
    "ᴍ": "m",
    "ᴏ": "o",
    "ᴘ": "p",
    "ᴛ": "t",
    "ᴜ": "u",
    "ᴠ": "v",
    "ᴡ": "w",
    "ʏ": "y",
    "ᴢ": "z",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "€": "e",
    "¢": "c",
    "£": "l",
    "¥": "y",
    "₫": "d",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "×": "x",
}
_GONE = frozenset({"Mn", "Me", "Mc", "Cf"})
_BLANK = frozenset({"Zs", "Zl", "Zp", "Cc", "Cs", "Co", "Cn"})
_PUNCTUATION = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("•·∙●▪◦‣⋅", "."),
    "…": "...",
    "⁄": "/",
    "∕": "/",
    "։": ":",
    "．": ".",
    "。": ".",
    "，": ",",
}


def is_mark(char: str) -> bool:
    """Whether a character only dresses the one before it: a combining mark, a zero-width joiner, a variation."""
    return unicodedata.category(char) in _GONE


def plain_letter(char: str) -> str:
    """One character as plain small ASCII where it can be: "Ắ" → "a", "с" (Cyrillic) → "c", zero-width → nothing.

    Letters of scripts that look like none of ours stay as they are; pictures and controls become a space.
    """
    if char in "\n\r\u2028\u2029":
        return "\n"
    known = _PUNCTUATION.get(char) or _LOOK_ALIKES.get(char)
    if known:
        return known
    category = unicodedata.category(char)
    if category in _GONE or category in _BLANK:
        return "" if category in _GONE else " "
    if category == "Nd":
        return str(unicodedata.digit(char))
    return _undressed(char, category)


def _undressed(char: str, category: str) -> str:
    """A letter or sign without its style (NFKD: bold, circled, full width) and without its marks."""
    parts = unicodedata.normalize("NFKD", char.casefold())
    if parts != char:
        return "".join(plain_letter(part) for part in parts if part != char)
    return " " if category in {"So", "Sk"} else char


_MOST = 20_000
"""Characters remembered; more than any living text uses, fewer than a hostile one could ask for."""


class _Letters(dict[int, str]):
    """Filled as characters are met; ``str.translate`` asks it."""

    def __missing__(self, code: int) -> str:
        if len(self) > _MOST:
            self.clear()
        found = self[code] = plain_letter(chr(code))
        return found


_TABLE = _Letters()


def plain(text: str) -> str:
    """The whole text in plain letters; no longer one to one with its characters (see ``offsets``)."""
    return text.translate(_TABLE)


def offsets(text: str) -> list[int]:
    """For each character of ``plain(text)`` the index in ``text`` it came from, and one more for the end."""
    found: list[int] = []
    for index, char in enumerate(text):
        found.extend([index] * len(_TABLE[ord(char)]))
    found.append(len(text))
    return found
