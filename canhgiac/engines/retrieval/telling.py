"""Which of the things known a person's own words are about, learned from sentences of our own in ``told/``.

One file a kind: forms of scams, articles of law. The same sentences are searched by the index; learned from, the words
that tell one from its neighbour weigh most, which no search by rarity knows. The weights are made once by
``python -m canhgiac.engines.retrieval`` and kept beside the code; tests hold the file to the sentences.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from canhgiac.engines.dialogue.fitting import fit
from canhgiac.engines.dialogue.reading import Said, read
from canhgiac.engines.recognition.naming import Naming
from canhgiac.kit.text import unmarked

HERE = Path(__file__).parent / "told"
WEIGHTS = HERE / "weights.json.gz"
KINDS = ("forms", "laws")
NONE = "-"
"""Sentences of which nobody can say what they are about: to know that is learned too."""
_LETTERS = re.compile(r"[^\W\d_]+")
_MOST_WORDS, _MOST_LETTERS, _GRAM = 120, 600, 4


@cache
def sentences(kind: str) -> Mapping[str, Sequence[str]]:
    """How people speak of each thing of a kind, by its id: one sentence each."""
    rows = tomllib.loads((HERE / f"{kind}.toml").read_text("utf-8"))
    return {id_: [line for line in text.splitlines() if line.strip()] for id_, text in rows.items()}


def features(said: Said) -> list[str]:
    """What is seen of a text, each once: words, neighbours, pieces of letters, words with the marks they were typed."""
    words = [word for word in said.words if word[0] != "<"][:_MOST_WORDS]
    framed = ["^", *words, "$"]
    joined = "_".join(["", *words, ""])
    seen = [*words, *(f"{a} {b}" for a, b in pairwise(framed))]
    seen += [f"{a} _ {b}" for a, b in zip(framed, framed[2:], strict=False)]
    seen += [f"#{joined[at : at + _GRAM]}" for at in range(len(joined) - _GRAM + 1)]
    return list(dict.fromkeys([*seen, *_marked(said.text)]))


def _marked(text: str) -> list[str]:
    """Words with marks as they were typed, and each two neighbours: "thuế" is not "thuê"."""
    words = _LETTERS.findall(normalize("NFC", text[:_MOST_LETTERS].lower()))
    if all(word.isascii() for word in words):
        return []
    return [*(f"={word}" for word in words if not word.isascii()), *(f"={a} {b}" for a, b in pairwise(words))]


def utterances(kind: str) -> list[tuple[str, str]]:
    """(sentence, id), as it was written and without its marks."""
    return [
        (way, id_)
        for id_, lines in sentences(kind).items()
        for line in lines
        for way in dict.fromkeys((line, unmarked(line)))
    ]


def fingerprint(kind: str) -> str:
    """Changes with the sentences."""
    return hashlib.sha256(json.dumps(utterances(kind), ensure_ascii=False).encode()).hexdigest()[:16]


def learned(rows: Iterable[tuple[str, str]]) -> Naming:
    """Learned from (sentence, id); the same rows in the same order give the same weights."""
    return fit([(features(read(text)), id_) for text, id_ in rows], sharpness=10.0)


def build() -> None:
    """Learns every kind from all its sentences and writes the weights."""
    kept = {kind: {"made_of": fingerprint(kind), "weights": learned(utterances(kind)).weights} for kind in KINDS}
    WEIGHTS.write_bytes(gzip.compress(json.dumps(kept, ensure_ascii=False, sort_keys=True).encode(), mtime=0))


@cache
def shipped() -> Mapping[str, tuple[Naming, str]]:
    """By kind the weights beside the code, and the fingerprint of the sentences they were made from."""
    held = json.loads(gzip.decompress(WEIGHTS.read_bytes()))
    return {kind: (Naming(one["weights"]), one["made_of"]) for kind, one in held.items()}


def speaks_for(kind: str, said: Said, *, model: Naming | None = None) -> dict[str, float]:
    """How much the words speak for each thing of a kind, some 0.5 where they are plain, below 0 against it.

    Empty where no word is known. ``model``: learned otherwise than the shipped one, to be measured.
    """
    model = model or shipped()[kind][0]
    return dict(zip(model.forms, model.scores(features(said)), strict=False))
