"""What the marked answers say of each edition of a question, counted in one statement."""

from __future__ import annotations

from django.db import connection, transaction

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.quizzes.figures import GROUP
from canhgiac.kit import clock
from canhgiac.training.models import QuestionFigures

# Only sittings that ended count. "own" is the share of this question's points, "rest" the share of the points of all
# other questions of the sitting (one that was not answered gave none), so that papers of unequal length compare;
# "total" orders the sittings for the two groups. A group has round(27 %) of the answers, none below four, as
# engines.quizzes.figures.groups has it; equal totals stand in the order of the answers.
_COUNT = """
WITH marked AS MATERIALIZED (
    SELECT a.id, a.edition_id, a.given, a.seconds, a.share AS own,
           (s.points - a.share * w.points) / NULLIF(s.points_most - w.points, 0) AS rest,
           s.points / NULLIF(s.points_most, 0) AS total
    FROM training_answer a
    JOIN (SELECT id, items, points::float8 AS points, points_most::float8 AS points_most
          FROM training_sitting WHERE state <> 'open' AND points IS NOT NULL) s ON s.id = a.sitting_id
    CROSS JOIN LATERAL (SELECT (s.items -> a.position::int ->> 'points')::float8 AS points) w
), counted AS (
    SELECT edition_id, count(*) AS answers, avg(own) AS ease, corr(own, rest) AS discrimination,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS seconds
    FROM marked GROUP BY edition_id
), ranked AS (
    SELECT m.edition_id, m.given, e.kind,
           row_number() OVER (PARTITION BY m.edition_id ORDER BY m.total, m.id) AS place, c.answers,
           CASE WHEN c.answers < 4 THEN 0 ELSE greatest(1, round(c.answers * %(group)s::float8)) END AS size
    FROM marked m
    JOIN counted c USING (edition_id)
    JOIN training_questionedition e ON e.id = m.edition_id AND e.kind NOT IN ('order', 'match', 'short')
), keyed AS (
    SELECT edition_id, given #>> '{}' AS key, place, answers, size FROM ranked WHERE jsonb_typeof(given) = 'string'
    UNION ALL
    SELECT r.edition_id, k.key #>> '{}', r.place, r.answers, r.size
    FROM ranked r CROSS JOIN LATERAL (SELECT DISTINCT jsonb_array_elements(r.given) AS key) k
    WHERE jsonb_typeof(r.given) = 'array' AND jsonb_typeof(k.key) = 'string'
), tallied AS (
    SELECT edition_id, key, count(*) AS n, count(*) FILTER (WHERE place <= size) AS lower,
           count(*) FILTER (WHERE place > answers - size) AS upper
    FROM keyed GROUP BY edition_id, key
), choices AS (
    SELECT edition_id, jsonb_object_agg(key, jsonb_build_object('all', n, 'lower', lower, 'upper', upper)) AS choices
    FROM tallied GROUP BY edition_id
), gone AS (
    DELETE FROM training_questionfigures f WHERE NOT EXISTS (SELECT FROM counted c WHERE c.edition_id = f.edition_id)
)
INSERT INTO training_questionfigures (edition_id, answers, ease, discrimination, seconds, choices, counted_at)
SELECT c.edition_id, c.answers, c.ease, c.discrimination, c.seconds, coalesce(h.choices, '{}'::jsonb), %(now)s
FROM counted c LEFT JOIN choices h USING (edition_id)
ON CONFLICT (edition_id) DO UPDATE SET answers = excluded.answers, ease = excluded.ease,
    discrimination = excluded.discrimination, seconds = excluded.seconds, choices = excluded.choices,
    counted_at = excluded.counted_at
"""


@transaction.atomic
def figures_count() -> int:
    """Counts the figures of every edition that was answered anew; returns how many. One statement.

    The formulas are those of ``engines.quizzes.figures``, with each answer's share as its points and, as its total,
    that share and the share of the rest of the sitting.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(_COUNT, {"group": GROUP, "now": clock.now()})
        return int(cursor.rowcount)


@transaction.atomic
def figures_ask(*, by: Member) -> None:
    """Has the figures counted now instead of in the night. Raises NotAllowed."""
    require_role(by, Role.Kind.EDITOR, Role.Kind.COORDINATOR, Role.Kind.TRAINER)
    work.enqueue("training.figures_count")
    subject = QuestionFigures.objects.order_by("-counted_at").first() or province()
    audit_record(by=by, act="training.figures_ask", subject=subject)
