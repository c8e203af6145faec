"""What tells the acts apart, learned from utterances of our own in ``said/``, one file an act.

The weights are made once by ``python -m canhgiac.engines.dialogue`` and kept beside the code: every
process would otherwise spend seconds on its first question. Tests hold the file to the utterances it was made from.
"""

# a pattern or a list of words is read whole
from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from canhgiac.engines.recognition.cues import key_of
from canhgiac.engines.recognition.naming import Naming, fit_sharpness
from canhgiac.kit.text import unmarked

from .fitting import fit
from .reading import Said, clauses, read
from .rules import signs
from .telling import story

HERE = Path(__file__).parent / "said"
WEIGHTS = HERE / "weights.json.gz"
MESSAGE = "message"
"""What is not the person's own words but a message as received: its act is "check"."""
ACT_OF = {MESSAGE: "check"}
ELSEWHERE = "!elsewhere"
"""No word of a turn has to do with scams."""
FOLDS, TRIALS = 5, 2
"""Of five parts of the utterances two are held out in turn, to measure and to fit how sure it may be."""
FILLED = {"story": 7, "trick": 4}
"""Utterances made of each one with a blank for a trick, each with another trick."""
_BLANK = re.compile(r"\{(\w+)\}")
_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_LETTERS = 500
"""Characters of a turn that are looked at as they were typed."""
_CLAUSE = re.compile(r"[.,;!?\n]+")
_SEED = 20260103
_WEIGHTY = frozenset({"!lost", "!done", "!demanded", "!denied", "!ischeck"})
"""Rules whose word changes with how the story is told."""
_LONGEST_WORD, _GRAM = 12, 4
_MOST_KINDS = 12
_MOST_WORDS = 80
"""Words of a turn that are looked at: of a long story its start and its end."""


def utterances() -> list[tuple[str, str, int]]:
    """(text, act, number of the line it was made from), blanks filled; the same each time."""
    chance = random.Random(_SEED)  # noqa: S311  # an order of examples, not a secret
    fills = {name: _lines(text) for name, text in _toml("fills").items()}
    made: list[tuple[str, str, int]] = []
    for file in sorted(HERE.glob("*.toml")):
        if file.stem != "fills":
            for line in _lines(_toml(file.stem)["says"]):
                number = len({source for _, _, source in made}) if not made else made[-1][2] + 1
                made += [(text, file.stem, number) for text in _filled(line, fills, chance)]
    return made


def _toml(name: str) -> dict[str, str]:
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _filled(line: str, fills: dict[str, list[str]], chance: random.Random) -> Iterator[str]:
    blanks = set(_BLANK.findall(line))
    times = (
        FILLED["story"] if {"story", "topic"} & blanks else FILLED["trick"] if "trick" in blanks else 2 if blanks else 1
    )
    for _ in range(times):
        text = line
        while _BLANK.search(text):
            text = _BLANK.sub(lambda blank: chance.choice(fills[blank[1]]), text)
        yield text


def _concepts() -> tuple[dict[str, str], re.Pattern[str]]:
    """Each phrase to its concept, and the pattern of all of them, the longest first."""
    found = {
        phrase: f"[{name}]"
        for name, phrases in tomllib.loads((HERE.parent / "concepts.toml").read_text("utf-8")).items()
        for phrase in phrases.split("|")
    }
    longest_first = sorted(found, key=len, reverse=True)
    return found, re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, longest_first))})(?= )")


_CONCEPT, _PHRASE = _concepts()
_ANYWHERE = frozenset(
    f"[{name}]"
    for name in ("me", "how", "where", "says", "whatis", "greet", "bot", "if", "weather", "kin", "they", "fresh")
)
"""Concepts that any talk has; where there is no other, it is hardly about scams."""


def concepts(line: str) -> list[str]:
    """The line with words that say the same made one.

    >>> concepts(" lam sao lay lai tien day ")
    ['[how]', '[getback]', 'day']
    """
    return _PHRASE.sub(lambda phrase: _CONCEPT[phrase[0]], line).split()


def features(said: Said) -> list[str]:
    """What is seen of a turn, each once: words, neighbours, pieces of letters, concepts in turn, rules that speak."""
    words = list(said.words)
    if len(words) > _MOST_WORDS:
        words = [*words[: _MOST_WORDS // 2], *words[-_MOST_WORDS // 2 :]]
    meant = concepts(f" {' '.join(words)} ")
    met = [word for word in meant if word[0] == "["]
    told = signs(said)
    clause = next((piece for piece in reversed(_CLAUSE.split(said.folded)) if piece.strip()), "")
    joined = "_".join(["", *(word[:_LONGEST_WORD] for word in words), ""])
    seen = [*words, *_near(words), *_near(meant), *met, *_marked(said.text)]
    seen += [f"#{joined[at : at + _GRAM]}" for at in range(len(joined) - _GRAM + 1)]
    seen += [f"{a} > {b}" for a, b in pairwise(["^", *met, "$"])]
    kinds = sorted(set(met))[:_MOST_KINDS]
    seen += [f"{a} & {b}" for at, a in enumerate(kinds) for b in kinds[at + 1 :]]
    seen += [*told, *[f"{a} & {b}" for a in told for b in (*kinds, *told) if a != b]]
    tale = story(said.line, clauses(said))
    seen += tale
    seen += [f"{a} & {b}" for at, a in enumerate(tale) for b in tale[at + 1 :]]
    seen += [f"{a} & {b}" for a in tale for b in told if b in _WEIGHTY]
    if not told and _ANYWHERE.issuperset(met):
        seen.append(ELSEWHERE)
    last = concepts(" ".join(["", *(read(clause).words if clause else ()), ""]))
    seen += [f"{a} ; {b}" for a, b in pairwise(["^", *last, "$"])]
    count = len(words)
    seen.append(f"~{0 if count < 2 else 1 if count < 4 else 2 if count < 9 else 3 if count < 20 else 4}")
    return list(dict.fromkeys(seen))


def _marked(text: str) -> list[str]:
    """Words as they were typed, where any has its marks: "tội" is not "tôi", "bảo" not "báo"."""
    words = _LETTERS.findall(normalize("NFC", text[:_MOST_LETTERS].lower()))
    if all(word.isascii() for word in words):
        return []
    return [*(f"={word}" for word in words if not word.isascii()), *(f"={a} {b}" for a, b in pairwise(words))]


def _near(words: Sequence[str]) -> list[str]:
    """Each two neighbours, and each two with one between; "^" and "$" stand at the ends."""
    framed = ["^", *words, "$"]
    return [
        *(f"{a} {b}" for a, b in pairwise(framed)),
        *(f"{a} _ {b}" for a, b in zip(framed, framed[2:], strict=False)),
    ]


Rows = Sequence[tuple[list[str], str, int]]
"""What is seen of an utterance, its act, the number of the line it was made from."""


def rows() -> Rows:
    """The utterances as they are learned from, each as it was written and without its marks."""
    return [
        (features(read(way)), act, number)
        for text, act, number in utterances()
        for way in dict.fromkeys((text, unmarked(text)))
    ]


def fingerprint(told: Rows) -> str:
    """Changes with the utterances, and with how they are seen."""
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def learned(told: Rows, *, but: int | None = None, sharpness: float = 20.0) -> Naming:
    """Acts learned from utterances; without those of fold ``but``, to be measured on them."""
    return fit([(seen, act) for seen, act, number in told if number % FOLDS != but], sharpness=sharpness)


def build() -> float:
    """Learns from all utterances and writes the weights; the share of acts right on folds held out."""
    told = rows()
    trials = [learned(told, but=fold) for fold in range(TRIALS)]
    held = [(trials[number % FOLDS], seen, act) for seen, act, number in told if number % FOLDS < TRIALS]
    sharpness = fit_sharpness(held)
    right = [
        ACT_OF.get(best, best) == ACT_OF.get(act, act)
        for trial, seen, act in held
        for best, _ in trial.nearest({*map(key_of, seen)}, 1)
    ]
    model = learned(told, sharpness=sharpness)
    kept = {"made_of": fingerprint(told), "sharpness": sharpness, "weights": model.weights}
    WEIGHTS.write_bytes(gzip.compress(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode(), mtime=0))
    return sum(right) / len(held)


@lru_cache(maxsize=1)
def shipped() -> tuple[Naming, str]:
    """The weights beside the code, and the fingerprint of what they were made from."""
    held = json.loads(gzip.decompress(WEIGHTS.read_bytes()))
    return Naming(held["weights"], held["sharpness"]), held["made_of"]


def looked_at(said: Said, *, model: Naming | None = None) -> tuple[dict[str, float], bool]:
    """The acts that a turn by itself may mean, each with its share, and whether nothing in it is of scams.

    A message as received, with no word of the person's own, is told as ``MESSAGE``.
    """
    names = features(said)
    shares = dict((model or shipped()[0]).nearest({*map(key_of, names)}, most=5))
    return shares, ELSEWHERE in names
