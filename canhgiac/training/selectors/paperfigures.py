"""How a paper was sat: points, times, each question. Sums only: nobody is named."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from canhgiac.kit.charts import Chart, Series
from canhgiac.training.models import Paper, QuestionEdition, Sitting

from .playing import time_words

BINS = 10


@dataclass(frozen=True, slots=True)
class QuestionSat:
    """One question over all sittings that ended."""

    edition: QuestionEdition
    asked: int
    answered: int
    share: float
    """Mean part of the points, an unanswered one counted 0."""
    seconds: float | None
    """Median of what devices say."""


@dataclass(frozen=True, slots=True)
class PaperFigures:
    """All sittings of a paper."""

    begun: int
    ended: int
    passed: int
    percent: float | None
    """Mean of points, in percent of the most."""
    seconds: float | None
    """Median from the beginning to the end, by the server."""
    chart: Chart
    questions: list[QuestionSat]

    @property
    def time_words(self) -> str:
        """The median time in words."""
        return "" if self.seconds is None else time_words(int(self.seconds))

    @property
    def pass_share(self) -> float | None:
        """Of those that ended."""
        return self.passed / self.ended if self.ended else None


def paper_figures(paper: Paper) -> PaperFigures:
    """Counted now, in four statements whatever the number of sittings."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE state <> %(open)s), count(*) FILTER (WHERE passed),
                   avg(points * 100 / nullif(points_most, 0)) FILTER (WHERE state <> %(open)s),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM ended_at - begun_at))
                       FILTER (WHERE ended_at IS NOT NULL)
            FROM training_sitting WHERE paper_id = %(paper)s
            """,
            {"paper": paper.pk, "open": Sitting.State.OPEN},
        )
        begun, ended, passed, percent, seconds = cursor.fetchone()
        cursor.execute(
            """
            SELECT least(width_bucket(points * 100 / nullif(points_most, 0), 0, 100, %(bins)s), %(bins)s), count(*)
            FROM training_sitting WHERE paper_id = %(paper)s AND points IS NOT NULL AND points_most > 0 GROUP BY 1
            """,
            {"paper": paper.pk, "bins": BINS},
        )
        bins = dict(cursor.fetchall())
    return PaperFigures(
        begun=begun,
        ended=ended,
        passed=passed,
        percent=float(percent) if percent is not None else None,
        seconds=float(seconds) if seconds is not None else None,
        chart=_chart(bins, ended),
        questions=_questions(paper),
    )


def _questions(paper: Paper) -> list[QuestionSat]:
    """Each question that was asked, the hardest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (t.entry ->> 'edition')::bigint, count(*), count(a.id), avg(coalesce(a.share, 0)),
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY a.seconds)
            FROM training_sitting AS s
            CROSS JOIN LATERAL jsonb_array_elements(s.items) WITH ORDINALITY AS t (entry, place)
            LEFT JOIN training_answer AS a ON a.sitting_id = s.id AND a.position = t.place - 1
            WHERE s.paper_id = %s AND s.state <> %s
            GROUP BY 1 ORDER BY 4, 1
            """,
            [paper.pk, Sitting.State.OPEN],
        )
        rows = cursor.fetchall()
    editions = QuestionEdition.objects.select_related("question").in_bulk([row[0] for row in rows])
    return [QuestionSat(editions[row[0]], row[1], row[2], float(row[3]), row[4]) for row in rows]


def _chart(bins: dict[int, int], ended: int) -> Chart:
    step = 100 // BINS
    labels = tuple(f"{at * step}–{(at + 1) * step}" for at in range(BINS))
    values = tuple(bins.get(at + 1, 0) if ended else None for at in range(BINS))
    return Chart(
        "diem",
        "bars",
        _("Phân bố điểm"),
        _("lượt làm"),
        _("Phần trăm điểm"),
        labels,
        (Series(_("Lượt làm"), values),),
    )
