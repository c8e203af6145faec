"""What a person typed, as words in one spelling: without marks, short forms written out, slips of the keyboard mended."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from canhgiac.engines.recognition.syllables import SYLLABLES, apart
from canhgiac.engines.recognition.tokens import Tokens, take_apart
from canhgiac.engines.recognition.words import SHORT_FORMS, listed
from canhgiac.kit.text import fold, storable

MOST = 6_000
"""Characters of one turn that are read: longer ones are pasted, and their start and end say what they are."""

_SHORT = {
    short: meaning.split()
    for meaning, forms in {
        "khong": "k kh hk hog hongg hem hg khog khongs hoong ko0 khôg khom hổng hông khum",
        "gi": "j ji gj",
        "em": "e",
        "anh": "a",
        "ban": "b bn",
        "chi": "c",
        "toi": "t tui toy tau tao tuii",
        "minh": "mjk mik",
        "roi": "r ruii oy roii gòi goi",
        "vay": "z zạy zậy dzay dzậy rua",
        "vo": "zo zô",
        "nay": "nì",
        "gio": "h giờ giừ gior chu",
        "sao": "s seo",
        "moi nguoi": "mn mng mnguoi mng moingười mngười",
        "nhu the nao": "ntn nhtn nthe nthn",
        "cam on": "tks thanks thank ths camon kamsa cmon c.ơn camơn",
        "xin loi": "sr sorry sori srr",
        "lua dao": "ld ldao luadao",
        "tien": "xieng xiền xèng tiênf",
        "chuyen": "chuyn chuyeen chiyen",
        "trieu": "trieuj chiệu",
        "cai": "kai",
        "con": "kon cn",
        "cai gi": "giề",
        "ba me": "bme bm bomej",
        "nguoi yeu": "ny",
        "vo chong": "vc2",
        "thang": "thag",
        "huong dan": "hdan hd",
        "tuyen truyen": "ttruyen",
        "bao cao": "bc bcao",
        "mat khau": "mk0 pass password matkhau pas",
        "ung dung": "ud appp",
        "dien thoai": "đt dthoai phone",
        "phuong": "p.",
        "quan": "q.",
        "thoi": "thui thoy",
        "khong biet": "kbiet kbik hbiet",
        "duoc khong": "dck",
        "hoi": "hoii",
        "lam": "lamf",
        "bi": "bj",
        "noi": "ns nois",
        "di": "ik đy",
        "thoat": "out",
        "quet ma qr": "qrcode",
        "giup": "help hlep júp",
        "kiem tra": "check chek checck",
        "gia mao": "fake phake",
        "lua": "scam xcam lùa",
        "tro choi": "game gem",
        "bam": "click clik clickk",
        "duong link": "url",
        "nhan tin": "ntin nt",
        "tin nhan": "sms mess mes",
        "goi": "call",
        "dang ky": "dk sub",
    }.items()
    for form in forms.split()
    for short in [fold(form)]
    if short
}
_KEPT = frozenset(listed("chu rua hem goi hoi lam con thang noi di ve p. q. d quan"))
"""Short forms that are whole words of their own more often: left as they are."""
for _word in _KEPT:
    _SHORT.pop(_word, None)
_LONG_DRAWN = re.compile(
    r"([aeiouyàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ])\1{2,}|([bdđghklmnpqrstvxjfz])\2{3,}",
    re.IGNORECASE,
)
_GLUED = re.compile(
    r"([^\W\d_]{3})(\d+ ?(?:k|tr|trieu|triệu|cu|củ|ty|tỷ|tỉ|ngan|ngàn|nghin|nghìn)(?![^\W_]))", re.IGNORECASE
)
"""A sum glued to the word before it: "chuyen5tr"."""
_WORD = re.compile(r"[a-z]+")
_TONES = frozenset("sfrxj")
_TELEX = (("uow", "uo"), ("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"))


@dataclass(frozen=True, slots=True)
class Said:
    """One turn, or a part of one, read."""

    text: str
    folded: str
    """Small letters without marks, lines kept."""
    tokens: Tokens
    words: tuple[str, ...]

    @property
    def line(self) -> str:
        """The words between single spaces, one at either end: what phrases are looked for in."""
        return f" {' '.join(self.words)} "


def read(text: str) -> Said:
    """A turn read; any text will do."""
    text = storable(text)
    if len(text) > MOST:
        text = f"{text[: MOST // 2]}\n{text[-MOST // 2 :]}"
    text = _GLUED.sub(r"\1 \2", _LONG_DRAWN.sub(r"\1\2", text))
    folded = "\n".join(fold(line) for line in text.splitlines())
    tokens = take_apart(text)
    return Said(text, folded, tokens, tuple(_summed(_housed(list(_mended(tokens.words))))))


_LOANS = frozenset(
    listed(
        "video online iphone combo camera mobile telecom photo hotline trade meta data coin momo bitcoin laptop casino voice "
        "copy login logo sale live union vina mobi site update remote insurance delivery deposit money code name someone "
        "there these they about have gave give gone came made make many every each same here time today legit love like "
        "visit cousin receive evidence cheap common vietnam cannot anymore lottery romance tivi mini note human base file "
        "page email game robot phone clip bill shop ship link nick like video vote nike singapore alibaba baby sexy vali "
        "where lose lost wire caller police officer fine illegal stole stolen prize refund fake lately teach"
    )
)
"""Words of other languages that people use; Vietnamese spelling would take them apart ("vi deo")."""
_POLICE_AFTER = frozenset(listed("bao goi gap ra len ben xung gia may ong"))
"""Words before "ca" that make it the police; elsewhere it is "cả"."""


_CLAUSE = re.compile(r"[.,;:!?\n]+")
_PIECE = re.compile(r"[^\W_]+")


def clauses(said: Said) -> list[list[str]]:
    """The words of each piece between commas and stops, short forms written out; sums as they were typed."""
    return [
        [word for one in _PIECE.findall(piece) for word in _SHORT.get(one, (one,))]
        for piece in _CLAUSE.split(said.folded[:MOST])
        if piece.strip()
    ]


_WHOSE = frozenset(
    listed(
        "toi em minh tui ong ba con chau bac co chu anh chi me bo ma vo chong ho mang truong nuoc cua no hang cao dat"
    )
)
"""Words after "nha" that make it a house or a household; elsewhere it is the particle "nhé"."""


def _housed(words: list[str]) -> list[str]:
    for at, (word, after) in enumerate(pairwise(words)):
        if word == "nhe" and after in _WHOSE:
            words[at] = "nha"
    return words


_FIGURE = re.compile(r"\d{1,4}(?:tr|trieu|cu|chai|ty|ti)\d{1,3}")
_NUMBERS = frozenset(
    listed("mot hai ba bon nam sau bay tam chin muoi chuc tram lam tu nham ham linh le <n1> <n2> <n3>")
)
_UNITS = frozenset(listed("trieu ty nghin ngan"))
_PARTS_AFTER = frozenset(listed("ruoi <n1> <n3> <money>"))


def _summed(words: list[str]) -> list[str]:
    """Sums told in words or with their last part glued, as the one word that sums in figures are already."""
    told: list[str] = []
    for at, word in enumerate(words):
        if _FIGURE.fullmatch(word):
            told.append("<money>")
        elif word in _UNITS and told and told[-1] in _NUMBERS and words[at + 1 : at + 2] != ["hang"]:
            while told and told[-1] in _NUMBERS:
                told.pop()
            told.append("<money>")
        elif word in _PARTS_AFTER and told and told[-1] == "<money>":
            continue
        else:
            told.append(word)
    return told


def _mended(words: Iterable[str]) -> Iterator[str]:
    before = ""
    for word in words:
        if word == "ca" and before in _POLICE_AFTER:
            yield from ("cong", "an")
            before = "an"
            continue
        before = word
        if word in _SHORT:
            yield from _SHORT[word]
        elif len(word) < 4 or word in SYLLABLES or word in _LOANS or not _WORD.fullmatch(word):
            yield word
        else:
            yield from _whole(word)


@lru_cache(maxsize=1 << 13)
def _whole(word: str) -> tuple[str, ...]:
    """A word that Vietnamese spelling does not allow: typed without the keyboard's marks ("luwaf"), or two glued."""
    bare = untelexed(word)
    if bare in SYLLABLES:
        return (bare,)
    if bare in SHORT_FORMS:
        return tuple(SHORT_FORMS[bare].split())
    pieces = apart(word)
    return pieces if len(pieces) <= 4 else (word,)


def untelexed(word: str) -> str:
    """A word as it is without marks, where Telex marks were typed and not taken: the word itself otherwise.

    >>> untelexed("chuyeern"), untelexed("luwaf"), untelexed("ddaor")
    ('chuyen', 'lua', 'dao')
    """
    for mark, letter in _TELEX:
        word = word.replace(mark, letter)
    if word in SYLLABLES:
        return word
    for place in range(len(word) - 1, 0, -1):
        if word[place] in _TONES:
            without = word[:place] + word[place + 1 :]
            if without in SYLLABLES:
                return without
    return word
