"""What each character looks like: its plain letter, whatever script, style or mark it is dressed in."""

from __future__ import annotations

import codecs
import unicodedata
from typing import ClassVar

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
_ASCII: dict[int, int | str] = {code: ord(plain_letter(chr(code))) for code in range(128)}


class _Known:
    """What characters turn into, filled as they are met.

    ``table`` is a dictionary and no class of its own, and holds numbers for single letters: ``str.translate`` then
    takes a third of the time. What the table lacks comes out unturned; ASCII is never lacking, so a text that comes
    out in ASCII came out whole.
    """

    table: ClassVar[dict[int, int | str]] = dict(_ASCII)

    @classmethod
    def having(cls, chars: str) -> dict[int, int | str]:
        """The table with all these characters in it. Another takes its place when it is full: who still reads the
        former reads it to the end."""
        table = cls.table
        new = [code for code in map(ord, set(chars)) if code not in table]
        if new:
            if len(table) > _MOST:
                table = dict(_ASCII)
                new = list(map(ord, set(chars)))
            for code in new:
                turned = plain_letter(chr(code))
                table[code] = ord(turned) if len(turned) == 1 else turned
            cls.table = table
        return table


_VOWELS = "".join(
    unicodedata.normalize("NFC", base + tone)
    for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
_TYPED = "\0" + "".join(dict.fromkeys(f"\n{''.join(map(chr, range(32, 127)))}{_VOWELS}đĐ\u00a0“”‘’–—•₫«»´×€£º°"))
"""The characters that nearly all Vietnamese is written with: fewer than a byte has values. Each is one plain one."""
_BYTES = codecs.charmap_build(_TYPED.ljust(256, "\ufffe"))
_BYTE_PLAIN = "".join(map(plain_letter, _TYPED)).encode().ljust(256, b" ")
_ASCII_PLAIN = "".join(map(plain_letter, map(chr, range(128)))).encode().ljust(256, b" ")


def plain(text: str) -> str:
    """The whole text in plain letters; no longer one to one with its characters (see ``offsets``)."""
    return plain_and_usual(text)[0]


def plain_and_usual(text: str) -> tuple[str, bool]:
    """``plain``, and whether the text has none but the characters that nearly all Vietnamese is written with.

    Those hide nothing: no letters of other scripts or styles, nothing unseen. By way of bytes they take a tenth of the
    time of others.
    """
    if text.isascii():
        return text.encode().translate(_ASCII_PLAIN).decode("ascii"), True
    found, _ = codecs.charmap_encode(text, "ignore", _BYTES)
    if len(found) == len(text):  # "ignore" leaves out what is no byte of ours
        return found.translate(_BYTE_PLAIN).decode("ascii"), True
    turned = text.translate(_Known.table)
    return turned if turned.isascii() else text.translate(_Known.having(text)), False


def offsets(text: str) -> list[int]:
    """For each character of ``plain(text)`` the index in ``text`` it came from, and one more for the end."""
    table = _Known.having(text)
    found: list[int] = []
    for index, char in enumerate(text):
        turned = table[ord(char)]
        found.extend([index] * (1 if isinstance(turned, int) else len(turned)))
    found.append(len(text))
    return found
