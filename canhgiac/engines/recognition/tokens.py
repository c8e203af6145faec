"""A message taken apart: words in one spelling, and the things between them that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import NamedTuple

from .banks import Bank, account_bank
from .brands import CHEAP_ENDINGS
from .hidden import FULL, KNOWN, SHORT_LEET, unleet, walk
from .hosts import HostJudgement, judge_host
from .letters import offsets, plain, plain_and_usual
from .syllables import SYLLABLES, apart
from .words import SHORT_FORMS, listed

MOST = 20_000
"""Characters of a message that are read; the rest is left out and said to be so."""

_ENDINGS = frozenset(
    listed(
        "com vn net org info biz edu gov io ai co me tv cc us uk jp kr tw sg th la kh eu de fr ca au in to ly "
        "gg gl be page link name mobi int bz nu sh so st im fm"
    )
) | {ending for ending in CHEAP_ENDINGS if "." not in ending}
_ALSO_WORDS = frozenset(listed("co me la de to in so be th ca do us im st tv ai au gl la men top vip hang xin sale"))
"""Endings that are Vietnamese syllables or common words too: "bạn.co the" is a missing space, not a host."""

_MONEY = r"k|nghin|ngan(?! ?hang)|ng|tr|trieu|ty|ti|dong|vnd|vnđ|d|usd|usdt|cu|lit|loet|canh|chai|\$"
_LAST = r"[a-z]{2,}+(?=[\s,!?;)\"]|\Z|[.:]\s)(?! ?[\[(] ?(?:\.|dot|cham))"
"""A word that ends its run."""
_TOKEN = re.compile(
    rf"(?P<run>(?:[a-z]{{2,}}+(?: (?=[a-z])|(?:[\s,!?;)\"]++|[.:]++(?:\s++|\Z))(?![\[(])))++(?:{_LAST})?|{_LAST})"
    r"|(?![\s,!?;:\"'/)\]>~^&%=])(?:"  # nothing else begins with one of these: most of what stands between words
    r"(?P<spaced>(?<![a-z0-9@])[a-z0-9@](?:[ .\-_*|~/'^>,]{1,2}[a-z0-9@](?![a-z0-9@])){3,}"
    r"|(?<![a-z0-9])[a-z](?:[ .\-_*|]{1,2}[a-z](?![a-z0-9])){2})"
    r"|(?P<scheme>(?:h(?:tt|xx|\*\*)ps?\s?:?\s?//|www\.)[^\s<>\"'()\[\]{}]{1,2000})"
    r"|(?P<email>[a-z0-9._+-]{1,64}+@(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})"
    r"|(?P<host>(?<![a-z0-9@.])(?:[a-z0-9][a-z0-9-]{0,62}+(?:\.|\s?[\[(]\s?(?:\.|dot|cham)\s?[\])]\s?)){1,8}"
    r"[a-z]{2,24}(?![a-z0-9@])(?:[:/?#][^\s<>\"'()]{0,2000})?)"
    r"|(?P<ip>(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5}(?:/[^\s<>\"'()]{0,2000})?|/[^\s<>\"'()]{0,2000})(?![\d.]))"
    r"|(?P<label>[\[(<]\s?(?:qc|tb|ad|ads)\s?[\])>])"
    r"|(?P<ussd>\*\d{2,4}(?:\*\d{1,12}){0,4}#)"
    rf"|(?P<money>\d[\d.,]{{0,20}}\s?(?:{_MONEY})(?![a-z0-9]))"
    r"|(?P<phone>(?<![\d])(?:\+?84|0)(?:[ .\-]{0,2}\d){9}(?!\d)|(?<!\d)1[89]00(?:[ .\-]?\d){4,6}(?!\d))"
    r"|(?P<grouped>\d{3,4}(?:[ .]\d{3,4}){2,4}(?: \d{1,2})?(?!\d))"
    r"|(?P<date>\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?(?!\d)|\d{1,2}[:h]\d{2}(?::\d{2})?(?![a-z0-9]))"
    r"|(?P<number>\d[\d.,]*\d(?![a-z0-9])|\d(?![a-z0-9]))"
    r"|(?P<dashed>[a-z0-9@$]{1,7}(?:(?:[.\-*_|~^'\"!,;]|:(?![a-z0-9.\-]{1,40}\.[a-z]{2,6}\b))"
    r"[a-z0-9@$]{1,7}){1,20})"
    r"|(?P<word>(?=[0-9@$]{0,30}[a-z])[a-z0-9@$]{1,60}+|[^\W\d_]{1,60}))"
)
_ODD = re.compile("[\u00ad\u0370-\u04ff\u200b\u2060-\u2064\ufeff\uff21-\uff5a\U0001d400-\U0001d7ff]")
_MIXED = re.compile(
    r"[a-zà-ỹ]{1,30}(?:[\u200b\u2060-\u2064\ufeff\u00ad]|[\u0370-\u03ff\u0400-\u04ff])+[a-zà-ỹ]"
    r"|(?:[\U0001d400-\U0001d7ff\uff21-\uff3a\uff41-\uff5a]){3}",
    re.IGNORECASE,
)
"""A letter of Greek or Cyrillic, or an unseen character, inside a Latin word; letters in mathematical or wide dress."""
_MOST_MIXED = 3
"""More than these make no difference."""
_MOST_ACCOUNTS = 200
_BARE_HOST = re.compile(r"\s?[\[(]\s?(?:\.|dot|cham)\s?[\])]\s?")
_PATH_STARTS = str.maketrans("?#\\", "///")
_SOFT = re.compile(r"[.\-,;:!\"]")
"""Marks that also stand between two words where a space was forgotten."""
_LINE_CUT = re.compile(r"(?<=\S)\r?\n(?=\S)")
_SHORTENED = frozenset(FULL)
_SUMS, _FIGURES = frozenset(listed("trieu nghin ngan ty ti dong")), frozenset(listed("<n1> <n2> <n3>"))
_HIDES = 3
"""Hidden words in a message from which "b1" and "3m" are words too."""
_LETTERS_AT_START = re.compile("[a-z]+(?![a-z])")
_RUN_WORD, _PART = re.compile("[a-z]+"), re.compile("[^ ]+")
_PARTS = re.compile(r"[a-z0-9@$]+")
_WORD = _TOKEN.groupindex["word"]
_NOT_DIGITS = dict.fromkeys(map(ord, " .,-+()"))
APP_FILE = re.compile(r"\.(?:apk|ipa|exe|msi|dmg|xapk|apks|scr|bat|js|vbs|lnk)(?:$|[?#&])")


class Entity(NamedTuple):
    """A thing in the message that can be looked up. ``start`` and ``end`` index the plain text.

    ``kind``: link, phone, hotline, account, email, amount, number, ussd. ``value`` is its one spelling: a phone in ten
    digits, a number or account in digits alone, a link's host and path as plain text.
    """

    kind: str
    value: str
    start: int
    end: int
    host: HostJudgement | None = None
    bank: Bank | None = None
    """Of an account, where the message names its bank."""


_entity = partial(tuple.__new__, Entity)
"""Made of its parts in a tuple: a class's own call takes three times as long."""

Place = tuple[int, int]
"""A range in ``Tokens.plain``."""


class Tokens:
    """A message in one spelling: ``words`` for the judgement, ``places`` their ranges in ``plain``."""

    def __init__(self, text: str, bare: str) -> None:
        """Nothing found yet. Not a dataclass: what those are made by is not compiled, and each message makes one."""
        self.text, self.plain = text, bare
        self.words: list[str] = []
        self.entities: list[Entity] = []
        self.marks: list[tuple[int, Place]] = []
        """First word and range of each stretch of ``plain`` that words came from; most are runs of plain words with
        their spaces and stops."""
        self.disguises = 0
        """Words that had to be put together again: spaced out, cut by marks, digits for letters."""
        self.cut = False
        self.broken = 0
        """Marks inside words."""
        self.ties: list[str] = []
        """Those of ``words`` that stand for links, by their sign, and for landlines."""
        self.hidden: list[tuple[int, int]] = []
        """Ranges of ``plain`` whose words were hidden: what ``disguises`` and ``broken`` count."""
        self._where: list[int] = []
        """``offsets`` of the text, once asked for: a hostile text asks for every link."""

    @property
    def places(self) -> list[tuple[int, int]]:
        """For each word its range in ``plain``: worked out only when somebody asks for reasons."""
        found: list[tuple[int, int]] = []
        ends = [*[mark[0] for mark in self.marks[1:]], len(self.words)][: len(self.marks)]
        for (first, place), last in zip(self.marks, ends, strict=True):
            found += _in_run(self.plain, place, self.words[first:last]) or _in_turn(self.plain, place, last - first)
        return found

    def source(self, start: int, end: int) -> tuple[int, int]:
        """The range of the message's own characters behind a range of ``plain``."""
        if len(self.text) == len(self.plain):
            piece = self.text[start:end]
            if (piece.lower() if piece.isascii() else plain(piece)) == self.plain[start:end]:
                return start, end
        if not self._where:
            self._where = offsets(self.text)
        where = self._where
        return where[start], where[end - 1] + 1 if end > start else where[start]


def _in_run(bare: str, place: Place, words: list[str]) -> list[Place]:
    """The place of each word of a run, short forms written out; empty where the words are not simply those there."""
    said: list[str] = []
    where: list[Place] = []
    for part in _RUN_WORD.finditer(bare, *place):
        full = FULL.get(part[0]) or (part[0],)
        said += full
        where += [part.span()] * len(full)
    return where if said == words else []


def _in_turn(bare: str, place: Place, count: int) -> list[Place]:
    """The place of each of ``count`` words that a stretch was read as: its parts in turn, or the whole for each."""
    parts = [part.span() for part in _PART.finditer(bare, *place)]
    return parts if len(parts) == count else [place] * count


def take_apart(message: str) -> Tokens:
    """Takes a message apart. Any text will do; more than ``MOST`` characters are cut off."""
    text = message[:MOST]
    found = _taken(text)
    if "\n" in found.plain and _mend_lines(found):
        whole = _LINE_CUT.sub(lambda cut: "\u200b" * len(cut[0]), text)
        found = _taken(whole)
        found.text, found._where = text, offsets(whole)  # one unseen character for each: places stay as they are
    found.cut = len(message) > MOST
    return found


def _taken(text: str) -> Tokens:
    bare, usual = plain_and_usual(text)
    found = Tokens(text, bare)
    words, marks = found.words, found.marks
    no_short = _SHORTENED.isdisjoint
    flat = _flat(bare)
    for match in _TOKEN.finditer(bare):
        kind = match.lastindex or 0
        if kind == 1:  # a run: most of any message, so not worth a call
            place = match.span()
            run = flat[place[0] : place[1]].split()
            marks.append((len(words), place))
            if no_short(run):
                words += run
            else:
                for word in run:
                    words += FULL.get(word) or (word,)
        elif kind == _WORD and (word := match[0]).isalpha():
            marks.append((len(words), match.span()))
            words += FULL.get(word) or (word,)
        else:
            _HANDLERS[kind](found, match)
    if found.disguises >= _HIDES:
        words[:] = [SHORT_LEET.get(word, word) for word in words]
    if not usual and _ODD.search(text):
        _other_letters(found)
    if found.entities:
        _accounts(found)
    return found


def _accounts(found: Tokens) -> None:
    """Numbers that the message calls an account, or that stand beside a bank's name, become accounts."""
    for index, entity in enumerate(found.entities[:_MOST_ACCOUNTS]):
        if entity.kind in {"number", "phone"} and 6 <= len(entity.value) <= 19:
            is_account, bank = account_bank(found.plain, entity.start, entity.end)
            if is_account:
                found.entities[index] = entity._replace(kind="account", bank=bank)


def _other_letters(found: Tokens) -> None:
    """Words that mix letters of another script or style, or unseen characters, among their own are hidden words."""
    text = found.text
    for match in islice(_MIXED.finditer(text), _MOST_MIXED):
        before = len(plain(text[: match.start()]))
        after = before + len(plain(match[0]))
        if after > before:
            found.disguises += 1
            found.hidden.append((before, after))


def _flat(bare: str) -> str:
    """The text with a space for each sign that a run may hold; as long as the text."""
    flat = bare.replace(",", " ").replace(".", " ").replace(":", " ").replace("!", " ").replace("?", " ")
    return flat.replace(")", " ").replace(";", " ").replace('"', " ")


def _add(found: Tokens, match: re.Match[str], *words: str) -> None:
    found.marks.append((len(found.words), match.span()))
    found.words += words


def _word(found: Tokens, match: re.Match[str]) -> None:
    word, changed = unleet(match[0])
    if changed:
        found.disguises += 1
        found.hidden.append(match.span())
        if word in _SUMS and found.words and found.words[-1] in _FIGURES:
            found.words[-1] = "<money>"  # "80 tr13u"
            return
    _add(found, match, *(FULL.get(word) or (word,)))


def _spaced(found: Tokens, match: re.Match[str]) -> None:
    joined = "".join(c for c in match.group() if c.isalnum() or c == "@")
    if joined.isdigit():
        _digits(found, match, joined)
        return
    if len(joined) == 3 and joined not in SYLLABLES:
        _add(found, match, *joined)  # "A, B, C"
        return
    found.disguises += 1
    found.hidden.append(match.span())
    _add(found, match, *walk(unleet(joined)[0]))


def _scheme(found: Tokens, match: re.Match[str]) -> None:
    _, slashes, after = match[0].partition("//")
    rest = (after if slashes and not match[0].startswith("www.") else match[0]).rstrip(".,;:!?")
    before, at, host = rest.translate(_PATH_STARTS).partition("/")[0].rpartition("@")
    _link(found, match, rest, host if host.startswith("[") else host.partition(":")[0], before if at else "")


def _host(found: Tokens, match: re.Match[str]) -> None:
    written = (_BARE_HOST.sub(".", match[0]) if "[" in match[0] or "(" in match[0] else match[0]).rstrip(".,;:!?")
    host = written.translate(_PATH_STARTS).partition("/")[0].partition(":")[0]
    if _is_host(found, match, host, written):
        _link(found, match, written, host)
        return
    _dashed(found, match)


def _is_host(found: Tokens, match: re.Match[str], host: str, written: str) -> bool:
    """Whether dotted words are an address and not a sentence without a space after its full stop."""
    labels = host.split(".")
    if labels[-1] not in _ENDINGS or all(label.isdigit() for label in labels[:-1]):
        return False
    start, end = found.source(match.start(), match.end()) if not found.text.isascii() else match.span()
    raw = found.text[start:end]
    if not raw.isascii() and any("\u00c0" <= char <= "\u024f" or "\u1ea0" <= char <= "\u1ef9" for char in raw):
        return False  # "nhé.Anh": addresses are typed without marks
    if host != written or len(labels) > 2 or "-" in labels[0] or any(c.isdigit() for c in host):
        return True
    if raw[len(labels[0]) + 1 : len(labels[0]) + 2].isupper() and not raw[:1].isupper():
        return False  # "ban.Co": a sentence begins
    return not (labels[-1] in _ALSO_WORDS and labels[0] in SYLLABLES)


def _ip(found: Tokens, match: re.Match[str]) -> None:
    _link(found, match, match[0].rstrip(".,;:!?"), match[0].translate(_PATH_STARTS).partition("/")[0].partition(":")[0])


def _link(found: Tokens, match: re.Match[str], written: str, host: str, user: str = "") -> None:
    raw = host
    if not found.text.isascii():
        start, end = found.source(match.start(), match.end())
        shown = found.text[start:end]
        if not shown.isascii():
            shown = re.split(r"[/?#]", re.sub(r"^\w+\s?:\s?//", "", shown), maxsplit=1)[0]
            shown = _BARE_HOST.sub(".", shown).rpartition("@")[2].partition(":")[0]
            raw = host if shown.isascii() or plain(shown).strip(".") != host.strip(".") else shown
    judged = judge_host(raw, user)
    end = match.start() + len(match[0].rstrip(".,;:!?"))
    found.entities.append(_entity(("link", written, match.start(), end, judged, None)))
    tie = f"<link:{judged.sign or ('official' if judged.official else 'plain')}>"
    found.ties.append(tie)
    _add(found, match, tie)
    if APP_FILE.search(written):
        _add(found, match, "<app-file>")


def _email(found: Tokens, match: re.Match[str]) -> None:
    before, _, after = match[0].partition("@")
    part = _LETTERS_AT_START.match(after)
    if part and (before + "a" + part[0] in SYLLABLES or before + "a" + part[0] in KNOWN):
        written = f"{before}a{after}"  # "v@y-nhanh.test", "hdb@nk.vn-x.test"
        found.disguises += 1
        found.hidden.append(match.span())
        _link(found, match, written, written)
        return
    found.entities.append(_entity(("email", match.group(), *match.span(), None, None)))
    _add(found, match, "<email>")


def _label(found: Tokens, match: re.Match[str]) -> None:
    _add(found, match, "<label>")


def _ussd(found: Tokens, match: re.Match[str]) -> None:
    found.entities.append(_entity(("ussd", match.group(), *match.span(), None, None)))
    _add(found, match, "<ussd>")


def _money(found: Tokens, match: re.Match[str]) -> None:
    found.entities.append(_entity(("amount", match.group(), *match.span(), None, None)))
    _add(found, match, "<money>")


def _digits(found: Tokens, match: re.Match[str], digits: str) -> None:
    if digits.startswith("84") and len(digits) == 11:
        digits = "0" + digits[2:]
    if len(digits) == 10 and digits[0] == "0":
        found.entities.append(_entity(("phone", digits, *match.span(), None, None)))
        if digits[1] == "2":
            found.ties.append("<landline>")
        _add(found, match, "<phone>" if digits[1] != "2" else "<landline>")
    elif digits[:4] in {"1800", "1900"} and 8 <= len(digits) <= 10:
        found.entities.append(_entity(("hotline", digits, *match.span(), None, None)))
        _add(found, match, "<hotline>")
    else:
        if len(digits) >= 6:
            found.entities.append(_entity(("number", digits, *match.span(), None, None)))
        _add(found, match, "<n9>" if len(digits) > 8 else f"<n{len(digits)}>")


def _number(found: Tokens, match: re.Match[str]) -> None:
    digits = match[0]
    _digits(found, match, digits if digits.isdigit() else digits.translate(_NOT_DIGITS))


def _date(found: Tokens, match: re.Match[str]) -> None:
    _add(found, match, "<date>")


def _dashed(found: Tokens, match: re.Match[str]) -> None:
    parts = _PARTS.findall(match[0])
    found.broken += len(parts) - 1
    joined = "".join(parts)
    pieces = apart(unleet(joined)[0])
    if len(parts) == 2 and joined in SYLLABLES and not SYLLABLES.issuperset(parts):
        found.disguises += "." not in match[0]  # "T.Anh" is how a name is shortened
        found.hidden.append(match.span())
        _add(found, match, joined)
        return
    whole = unleet(joined)[0]
    if len(parts) > 1 and (whole in KNOWN or (whole in SYLLABLES and not _SOFT.search(match[0]))):
        found.disguises += whole in KNOWN  # a star or a bar stands between no two words, but it may be a slip
        found.hidden.append(match.span())
        _add(found, match, *(FULL.get(whole) or (whole,)))
        return
    if all(part in SYLLABLES or part in SHORT_FORMS or part.isdigit() for part in parts) or pieces == (joined,):
        for part in parts:
            _add(found, match, *SHORT_FORMS.get(part, unleet(part)[0]).split())
        if len(parts) == 2 and joined in SYLLABLES:
            found.hidden.append(match.span())
            _add(found, match, joined)  # "kho.an": two words or one; both are weighed
        return
    found.disguises += 1
    found.hidden.append(match.span())
    _add(found, match, *pieces)


def _by_group(**handlers: Callable[[Tokens, re.Match[str]], None]) -> list[Callable[[Tokens, re.Match[str]], None]]:
    """The handlers in the order of the pattern's groups, of which no two match together."""
    return [handlers.get(name, _word) for name in ("", *sorted(_TOKEN.groupindex, key=_TOKEN.groupindex.__getitem__))]


_HANDLERS = _by_group(
    word=_word,
    spaced=_spaced,
    scheme=_scheme,
    email=_email,
    host=_host,
    ip=_ip,
    label=_label,
    ussd=_ussd,
    money=_money,
    phone=_number,
    grouped=_number,
    date=_date,
    number=_number,
    dashed=_dashed,
)


def _mend_lines(found: Tokens) -> bool:
    """Where a line ends inside a word ("chuy\\nển") puts the word together.

    Where both halves are words too, they stay and the whole is added at the end. True where a word was cut for certain
    and most line ends between letters cut one: then no line end of the message is to be trusted.
    """
    cuts = fits = others = 0
    places, bare = found.places, found.plain
    kept: list[tuple[str, Place]] = []
    added: list[tuple[str, Place]] = []
    for word, place in zip(found.words, places, strict=True):
        before = kept[-1][1] if kept else (0, 0)
        if before[1] <= place[0] and bare[before[1] : place[0]] == "\n":
            first, second = bare[slice(*before)], bare[slice(*place)]
            fits += first + second in SYLLABLES
            others += first + second not in SYLLABLES and (first + second).isalpha()
            if first.isalpha() and first + second in SYLLABLES:
                whole = (first + second, (before[0], place[1]))
                if (first in SYLLABLES or first in FULL) and second in SYLLABLES:
                    added.append(whole)
                else:
                    cuts += 1
                    found.disguises += 1
                    found.hidden.append(whole[1])
                    while kept and kept[-1][1] == before:
                        kept.pop()
                    kept.append(whole)
                    continue
        kept.append((word, place))
    if len(kept) < len(places) or added:
        found.words[:] = [word for word, _ in (*kept, *added)]
        found.marks[:] = [(index, place) for index, (_, place) in enumerate((*kept, *added))]
    return cuts > 0 and fits > others
