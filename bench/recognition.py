"""The whole pipeline on one message beside char TF-IDF + LinearSVC, both one message at a time, in this run.

Ours takes a message apart, finds links and cues, judges, names the form and looks for near-duplicates among 100,000
known messages. The peer (scikit-learn) only says scam or not, learned from the same messages. Both judge the same
messages. What a reader is shown besides, the reasons with the very words, is timed in a row of its own.

Ours is compiled where ``make setup`` found a C compiler; ``CANHGIAC_COMPILED=0`` in the environment times the sources.
"""

from __future__ import annotations

import random
import resource
import statistics
import time
from collections.abc import Callable

from canhgiac.engines.recognition import build, judge
from canhgiac.engines.recognition.cues import word_pairs
from canhgiac.engines.similarity.near import NearIndex
from canhgiac.library.services.starter import starter_forms, starter_messages

Row = tuple[str, float, str, float]

_KNOWN = 100_000
_ASKED = 400
"""Messages judged in a round, spread over all: the peer needs a third of a second for them."""
_ROUNDS = 11
_SEED = 5


def _side_by_side(*acts: Callable[[], None]) -> list[list[float]]:
    """Seconds of processor time that each act takes, a list a round: what disturbs one disturbs all of a round."""
    rounds = []
    for _ in range(_ROUNDS):
        taken = []
        for act in acts:
            start = time.process_time()
            act()
            taken.append(time.process_time() - start)
        rounds.append(taken)
    return rounds


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
    descriptions = [row for form in starter_forms() for row in form.descriptions]
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
    index.extend((key, word_pairs(one)) for key, one in enumerate(made))
    indexing = time.perf_counter() - start
    peer = make_pipeline(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True), LinearSVC())
    peer.fit(texts, [form is not None for _, form in messages])

    some = texts[:: max(1, len(texts) // _ASKED)][:_ASKED]

    def whole() -> None:
        for text in some:
            index.near(judge(text, model, explain=False).pairs)

    def with_reasons() -> None:
        for text in some:
            index.near(judge(text, model).pairs)

    def only_scam_or_not() -> None:
        for text in some:
            peer.predict([text])

    rounds = _side_by_side(whole, with_reasons, only_scam_or_not)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        ("messages_a_second", len(some) / statistics.median(ours for ours, _, _ in rounds), ">=", 5_000),
        ("times_faster_than_tfidf_svc", statistics.median(theirs / ours for ours, _, theirs in rounds), ">=", 10),
        ("times_faster_with_reasons", statistics.median(theirs / ours for _, ours, theirs in rounds), ">=", 5),
        ("seconds_to_build_the_model", building, "<=", 60),
        ("seconds_to_index_100k", indexing, "<=", 30),
        ("memory_mb_with_the_peer_loaded", memory, "<=", 500),
    ]
