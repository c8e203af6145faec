"""The question bank: item figures of a million marked answers, and likeness among 5,000 questions.

Figures: 100,000 sittings of ten of 200 questions. The peer reads the same answers in one query and reckons with the
engine's own functions, question by question, as a loop in Python does. Likeness: what one saving costs when it looks
for questions that say the same: an index made for that one act, of which a file then asks for each of its hundreds; the
peer compares the word pairs of one question with each in turn. Times are processor time of this process and of its
database backend.
"""

from __future__ import annotations

import itertools
import os
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench._province import database
from bench.plans import backend_of, spent

Row = tuple[str, float, str, float]

SITTINGS, QUESTIONS, ASKED = 100_000, 200, 10
FIGURES_MS, FIGURES_RATIO = 15_000, 1.0
HELD = 5_000
LIKENESS_MS = 600
_SITTINGS = """
    INSERT INTO training_sitting (uid, paper_id, items, state, begun_at, points, points_most)
    SELECT gen_random_uuid(), %(paper)s,
           (SELECT jsonb_agg(jsonb_build_object('edition', (%(ids)s::bigint[])[1 + (g * 7 + at * 19) %% %(n)s],
                                                'points', 1 + at %% 3, 'order', '["a","b","c","d"]'::jsonb) ORDER BY at)
            FROM generate_series(0, %(asked)s - 1) at), 'handed_in', now(), 0, 0
    FROM generate_series(1, %(sittings)s) g"""
_ANSWERS = """
    INSERT INTO training_answer (sitting_id, position, edition_id, given, share, seconds, at)
    SELECT s.id, i.at - 1, (i.item ->> 'edition')::bigint, to_jsonb(CASE WHEN r.good THEN 'a' ELSE r.other END),
           r.good::int, 2 + 50 * r.time, now()
    FROM training_sitting s
    CROSS JOIN LATERAL jsonb_array_elements(s.items) WITH ORDINALITY i(item, at)
    CROSS JOIN LATERAL (SELECT random() < ((s.id * 37) %% 100) / 100.0 + 0.001 * i.at AS good, random() AS time,
                               (ARRAY['b', 'c', 'd'])[1 + floor(random() * 3)::int] AS other) r"""
_POINTS = """
    UPDATE training_sitting s SET points = t.points, points_most = t.most
    FROM (SELECT a.sitting_id, sum(a.share * (s.items -> a.position ->> 'points')::int) AS points,
                 sum((s.items -> a.position ->> 'points')::int) AS most
          FROM training_answer a JOIN training_sitting s ON s.id = a.sitting_id GROUP BY a.sitting_id) t
    WHERE t.sitting_id = s.id"""
_READ = """
    SELECT a.edition_id, a.share, a.given #>> '{}', a.seconds, (s.items -> a.position ->> 'points')::int,
           s.points::float8, s.points_most::float8
    FROM training_answer a JOIN training_sitting s ON s.id = a.sitting_id ORDER BY a.id"""


def main() -> list[Row]:
    """Seconds and ratios of counting figures and of looking for likeness."""
    with database("bench_bank") as bare:
        return [*_figures(bare), *_likeness()]


def _cost(work: Callable[[], object], *processes: int) -> float:
    begun, start = time.monotonic(), spent(os.getpid(), *processes)
    work()
    used = spent(os.getpid(), *processes) - start
    print(f"  {used:.0f} ms of processor time in {(time.monotonic() - begun) * 1000:.0f} ms")
    return used


def _figures(bare: Any) -> list[Row]:
    from django.db import connection

    from canhgiac.training.models import QuestionFigures
    from canhgiac.training.services.questionfigures import figures_count
    from tests.factories import papers

    four = [{"key": key, "text": f"Phương án {key}"} for key in "abcd"]
    editions = [papers.question(content={"options": four, "right": ["a"]}) for _ in range(QUESTIONS)]
    paper = papers.paper()
    random_seed = "SELECT setseed(0.5)"
    ids = [edition.pk for edition in editions]
    bare.execute(random_seed)
    facts = {"paper": paper.pk, "ids": ids, "n": QUESTIONS, "asked": ASKED, "sittings": SITTINGS}
    bare.execute(_SITTINGS, facts)
    bare.execute(_ANSWERS.replace("%%", "%"))
    bare.execute(_POINTS)
    bare.execute("VACUUM ANALYZE training_answer, training_sitting")
    own = _cost(figures_count, backend_of(connection))
    found: dict[int, tuple[int, float | None]] = {}
    peer = _cost(lambda: found.update(_loop(bare, four)), bare.info.backend_pid)
    for held in QuestionFigures.objects.all():
        answers, told = found[held.edition_id]
        assert held.answers == answers
        assert abs((held.discrimination or 0) - (told or 0)) < 1e-6
    assert len(found) == QUESTIONS
    return [
        ("bank_figures_1m_answers_ms", round(own), "<=", FIGURES_MS),
        ("bank_figures_to_python_loop", round(own / peer, 2), "<=", FIGURES_RATIO),
    ]


def _loop(bare: Any, four: list[dict[str, str]]) -> dict[int, tuple[int, float | None]]:
    """The same figures in Python: answers and discrimination by question; the rest is reckoned and let go."""
    from canhgiac.engines.quizzes import figures
    from canhgiac.engines.quizzes.items import item_of

    item = item_of("single", "Câu hỏi", {"options": four, "right": ["a"]})
    kept: dict[int, list[tuple[float, str, float, float, float]]] = defaultdict(list)
    for edition, share, given, seconds, worth, points, most in bare.execute(_READ):
        rest = share + (points - share * worth) / (most - worth)
        kept[edition].append((share, given, seconds, rest, points / most))
    told = {}
    for edition, rows in kept.items():
        shares, given, seconds, rests, totals = zip(*rows, strict=True)
        figures.ease(shares)
        statistics.median(seconds)
        figures.distractors(item, [[one] for one in given], totals)
        told[edition] = (len(rows), figures.discrimination(shares, rests))
    return told


def _likeness() -> list[Row]:
    from canhgiac.engines.quizzes.items import Item, Option
    from canhgiac.kit.text import fold
    from canhgiac.training.models import QuestionEdition
    from canhgiac.training.selectors.questions import duplicates_of
    from tests.factories import papers

    chance, vocabulary = random.Random(3), [f"tu{at}" for at in range(2000)]
    prompts = [" ".join(chance.choices(vocabulary, k=30)) for _ in range(HELD)]
    rows = [papers.question(prompt=prompt) for prompt in prompts[:50]]
    for row, prompt in zip(rows, prompts, strict=False):
        row.folded = fold(prompt)
    QuestionEdition.objects.bulk_update(rows, ["folded"])
    _held(prompts[50:])
    asked = Item("single", f"{prompts[7]} thêm", options=(Option("a", ""), Option("b", "")), right=("a",))
    own = _cost(lambda: _found(duplicates_of(asked)))
    peer = _cost(lambda: _each(fold(asked.prompt)))
    return [
        ("bank_likeness_of_5000_ms", round(own), "<=", LIKENESS_MS),
        ("bank_likeness_to_each_in_turn", round(own / peer, 2), "<=", 5),
    ]


def _held(prompts: list[str]) -> None:
    from canhgiac.kit import clock
    from canhgiac.kit.text import fold
    from canhgiac.training.models import Question, QuestionEdition

    made = Question.objects.bulk_create(Question(code=f"B{at:05}") for at in range(len(prompts)))
    facts: dict[str, Any] = {"number": 1, "kind": "true_false", "content": {"right": ["true"]}, "is_starter": True}
    facts |= {"state": "published", "published_at": clock.now()}
    rows = QuestionEdition.objects.bulk_create(
        QuestionEdition(question=one, prompt=prompt, folded=fold(prompt), **facts)
        for one, prompt in zip(made, prompts, strict=True)
    )
    for question, row in zip(made, rows, strict=True):
        question.published = row
    Question.objects.bulk_update(made, ["published"], batch_size=1000)


def _found(twins: list[Any]) -> None:
    assert len(twins) == 1
    assert twins[0].likeness > 0.9


def _each(folded: str) -> None:
    """Word pairs compared with each question in turn."""
    from canhgiac.training.models import QuestionEdition

    words = folded.split()
    asked = set(itertools.pairwise(words))
    best = 0.0
    for text in QuestionEdition.objects.filter(state="published").values_list("folded", flat=True):
        known = text.split()
        pairs = set(itertools.pairwise(known))
        best = max(best, len(asked & pairs) / (len(asked | pairs) or 1))
    assert best > 0.9
