"""The whole pipeline on one message beside char TF-IDF + LinearSVC, both one message at a time, in this run.

Ours takes a message apart, finds links and cues, judges, names the form and looks for near-duplicates among 100,000
known messages. The peer (scikit-learn) only says scam or not, learned from the same messages.
"""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from itertools import pairwise

from canhgiac.engines.recognition import build, judge
from canhgiac.engines.similarity.near import NearIndex
from canhgiac.library.services.starter import starter_forms, starter_messages

Row = tuple[str, float, str, float]

_KNOWN = 100_000
_ROUNDS = 9
_SEED = 5


def _side_by_side(first: Callable[[], int], second: Callable[[], int]) -> tuple[float, float]:
    """Seconds of processor time a message, the best of some rounds taken in turn: what disturbs one disturbs both.

    Each act returns how many messages it has judged.
    """
    best = [float("inf"), float("inf")]
    for _ in range(_ROUNDS):
        for which, act in enumerate((first, second)):
            start = time.process_time()
            count = act()
            best[which] = min(best[which], (time.process_time() - start) / count)
    return best[0], best[1]


def _varied(words: list[str], vocabulary: list[str], chance: random.Random) -> list[str]:
    """The message with a third of its words changed."""
    made = list(words)
    for _ in range(max(1, len(made) // 3)):
        made[chance.randrange(len(made))] = chance.choice(vocabulary)
    return made


def main() -> list[Row]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
    from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
    from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

    messages = [(message.text, message.form) for message in starter_messages()]
    descriptions = [(text, form.code) for form in starter_forms() for text in (*form.happens, *form.signs)]
    start = time.perf_counter()
    model = build(messages, descriptions)
    building = time.perf_counter() - start
    texts = [text for text, _ in messages]
    chance = random.Random(_SEED)  # invented messages, no secret
    words = [judge(text, model, explain=False).words for text in texts]
    vocabulary = sorted({word for one in words for word in one})
    index = NearIndex()
    start = time.perf_counter()
    made = (_varied(list(chance.choice(words)), vocabulary, chance) for _ in range(_KNOWN))
    index.extend((key, [f"{a} {b}" for a, b in pairwise(one)]) for key, one in enumerate(made))
    indexing = time.perf_counter() - start
    peer = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True), LinearSVC())
    peer.fit(texts, [form is not None for _, form in messages])

    def whole() -> int:
        for text in texts:
            index.near(judge(text, model, explain=False).pairs)
        return len(texts)

    def only_scam_or_not() -> int:
        for text in some:
            peer.predict([text])
        return len(some)

    some = texts[:: max(1, len(texts) // 200)]
    ours, theirs = _side_by_side(whole, only_scam_or_not)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        ("messages_a_second", 1 / ours, ">=", 5_000),
        ("times_faster_than_tfidf_svc", theirs / ours, ">=", 10),
        ("seconds_to_build_the_model", building, "<=", 60),
        ("seconds_to_index_100k", indexing, "<=", 30),
        ("memory_mb_with_the_peer_loaded", memory, "<=", 500),
    ]
