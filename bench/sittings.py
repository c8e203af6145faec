"""Answers through the service beside the bare INSERT of the same row: what marking, locking and keeping once cost.

An answer is one call of ``answer_give`` in its own transaction: the sitting locked, the question read, the answer
marked and kept. The peer is a prepared INSERT … ON CONFLICT of the same columns, committed by itself: no program that
keeps answers can do less. A time is what it costs, processor time of this process and of its database backend, so
answers a second are those of one core that does both. Rounds of both take turns and the best of each counts.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import Any

from bench._province import database
from bench.plans import backend_of, spent

Row = tuple[str, float, str, float]

SITTINGS, QUESTIONS, ROUNDS = 40, 10, 5
LEAST_A_SECOND = 300
"""Answers: a hall of 500 phones answers within two seconds."""
MOST_TIMES_BARE = 25.0
_INSERT = """
    INSERT INTO training_answer (sitting_id, position, edition_id, given, share, seconds, at)
    VALUES (%s, %s, %s, %s, 1, 4.5, now())
    ON CONFLICT (sitting_id, position) DO UPDATE SET given = excluded.given, share = excluded.share, at = excluded.at"""


def main() -> list[Row]:
    """Answers a second of both, their ratio, and statements a call."""
    with database("bench_sittings") as bare:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from canhgiac.training.services.sittings import answer_give, sitting_begin
        from tests.factories import papers

        paper = papers.paper(*(papers.question() for _number in range(QUESTIONS)), seconds=3600)
        sittings = [sitting_begin(paper=paper, learner=None, uid=uuid.uuid4()) for _number in range(SITTINGS)]
        backend = backend_of(connection)

        def ours() -> None:
            for sitting in sittings:
                for at in range(QUESTIONS):
                    answer_give(sitting=sitting, position=at, given="a", seconds=4.5)

        def plain() -> None:
            for sitting in sittings:
                for at in range(QUESTIONS):
                    bare.execute(_INSERT, [sitting.pk, at, sitting.items[at]["edition"], '"a"'], prepare=True)
                    bare.commit()

        service, insert = _turns((ours, backend), (plain, bare.info.backend_pid))
        with CaptureQueriesContext(connection) as asked:
            answer_give(sitting=sittings[0], position=0, given="b")
        statements = sum(not query["sql"].startswith(("BEGIN", "COMMIT")) for query in asked)
        count = SITTINGS * QUESTIONS
        return [
            ("sittings_answers_a_second", round(count / service), ">=", LEAST_A_SECOND),
            ("sittings_bare_inserts_a_second", round(count / insert), ">=", LEAST_A_SECOND),
            ("sittings_answer_to_bare_insert", round(service / insert, 2), "<=", MOST_TIMES_BARE),
            ("sittings_statements_an_answer", statements, "<=", 4),
        ]


def _turns(*runs: tuple[Callable[[], None], Any]) -> list[float]:
    """The least seconds of each over the rounds, taken in turns."""
    times: list[list[float]] = [[] for _run in runs]
    for _round in range(ROUNDS):
        for (run, backend), held in zip(runs, times, strict=True):
            start = spent(os.getpid(), backend)
            run()
            held.append(spent(os.getpid(), backend) - start)
    return [min(held) / 1000 for held in times]
