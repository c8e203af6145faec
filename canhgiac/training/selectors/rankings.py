"""Who stands where: set-based, by the contest's written rule for ties, for people, teams, units, communes and ages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.training.models import Contest, Round

BEST = 5
"""How many of a unit's or commune's people count for it, the best ones: a large one does not win by its size."""
BOARDS = {
    "ca-nhan": gettext_lazy("Cá nhân"),
    "doi": gettext_lazy("Đội"),
    "don-vi": gettext_lazy("Trường, đơn vị"),
    "xa": gettext_lazy("Xã, phường"),
    "tuoi": gettext_lazy("Nhóm tuổi"),
}
AGES = ((0, 11), (12, 15), (16, 18), (19, 35), (36, 59), (60, 200))
"""In the year of the contest: primary, lower and upper secondary school, youth, adults, elderly."""
_TIES = {
    Contest.Tie.LESS_TIME: "milliseconds ASC NULLS LAST",
    Contest.Tie.HARDER: "harder DESC",
    Contest.Tie.EARLIER: "ended_at ASC NULLS LAST",
    Contest.Tie.LATER_ROUND: "later DESC",
}
_TIE_WORDS = {
    Contest.Tie.LESS_TIME: gettext_lazy("tổng thời gian làm bài ít hơn xếp trên"),
    Contest.Tie.HARDER: gettext_lazy("đúng nhiều câu khó hơn xếp trên"),
    Contest.Tie.EARLIER: gettext_lazy("nộp bài sớm hơn xếp trên"),
    Contest.Tie.LATER_ROUND: gettext_lazy("điểm vòng sau cao hơn xếp trên"),
}


def tie_order(contest: Contest) -> str:
    """The rule for ties as ORDER BY, after points. What stands after "shared" is not looked at."""
    parts = ["points DESC"]
    for tie in contest.ties:
        if tie == Contest.Tie.SHARED:
            break
        parts.append(_TIES[Contest.Tie(tie)])
    return ", ".join(parts)


def tie_words(contest: Contest) -> str:
    """The rule for ties as people read it beside a table."""
    said = []
    for tie in contest.ties:
        if tie == Contest.Tie.SHARED:
            break
        said.append(str(_TIE_WORDS[Contest.Tie(tie)]))
    if not said:
        return _("Bằng điểm thì đồng hạng.")
    return _("Bằng điểm: %s. Vẫn bằng thì đồng hạng.") % _("; rồi ").join(said)


STANDS = """
    c.withdrawn_at IS NULL AND s.state <> 'open'
    AND NOT EXISTS (SELECT 1 FROM training_anomaly n WHERE n.entry_id = e.id AND n.annuls)"""
"""An entry that counts: handed in or out of time, of somebody who did not withdraw, not annulled."""
_HARDER = """
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE a.share >= 1 AND q.difficulty = 3) AS harder
        FROM training_answer a JOIN training_questionedition q ON q.id = a.edition_id WHERE a.sitting_id = s.id
    ) h ON true"""


def round_rank_sql(contest: Contest) -> str:
    """One statement that ranks the entries of round %(round)s and takes the rank from those that do not count."""
    return f"""
        WITH told AS (
            SELECT e.id, s.points, s.ended_at, h.harder, 0 AS later,
                greatest(extract(epoch FROM s.ended_at - s.begun_at) * 1000, 0)::int AS milliseconds
            FROM training_roundentry e JOIN training_sitting s ON s.id = e.sitting_id
            JOIN training_contestant c ON c.id = e.contestant_id {_HARDER}
            WHERE e.round_id = %(round)s AND {STANDS}
        ), ranked AS (SELECT *, rank() OVER (ORDER BY {tie_order(contest)}) AS place FROM told)
        UPDATE training_roundentry e SET rank = r.place, milliseconds = r.milliseconds
        FROM training_roundentry all_of LEFT JOIN ranked r ON r.id = all_of.id
        WHERE e.id = all_of.id AND e.round_id = %(round)s"""  # noqa: S608  # order from our own words


_PEOPLE = """
    WITH entry AS (
        SELECT e.contestant_id, r.number, s.points, s.ended_at, e.milliseconds, h.harder
        FROM training_roundentry e JOIN training_round r ON r.id = e.round_id
        JOIN training_sitting s ON s.id = e.sitting_id JOIN training_contestant c ON c.id = e.contestant_id {harder}
        WHERE r.contest_id = %(contest)s AND r.counted_at IS NOT NULL AND {stands}
    ), told AS (
        SELECT c.id, c.shown_as, c.team_id, l.agency_id, l.area_id, l.birth_year, sum(entry.points) AS points,
            sum(entry.milliseconds) AS milliseconds, sum(entry.harder) AS harder, max(entry.ended_at) AS ended_at,
            array_agg(entry.points ORDER BY entry.number DESC) AS later
        FROM entry JOIN training_contestant c ON c.id = entry.contestant_id
        JOIN training_learner l ON l.id = c.learner_id GROUP BY c.id, l.id
    )"""
_BOARDS = {
    "ca-nhan": """
        SELECT rank() OVER (ORDER BY {order}) AS place, shown_as, coalesce(g.name, ''), coalesce(w.name, ''), points,
            milliseconds, told.id FROM told LEFT JOIN agencies_agency g ON g.id = agency_id
        LEFT JOIN agencies_area w ON w.id = told.area_id ORDER BY place, shown_as, told.id""",
    "tuoi": """
        SELECT rank() OVER (PARTITION BY age ORDER BY {order}) AS place, shown_as, age, coalesce(g.name, ''), points,
            milliseconds, told.id
        FROM (SELECT told.*, {age} AS age FROM told WHERE birth_year IS NOT NULL) told
        LEFT JOIN agencies_agency g ON g.id = agency_id ORDER BY age, place, shown_as, told.id""",
    "doi": """
        , sums AS (SELECT team_id, sum(points) AS points, sum(milliseconds) AS milliseconds, sum(harder) AS harder,
            max(ended_at) AS ended_at, 0 AS later, count(*) AS people FROM told WHERE team_id IS NOT NULL
            GROUP BY team_id)
        SELECT rank() OVER (ORDER BY {order}) AS place, t.name, coalesce(g.name, ''), people::text, points,
            milliseconds, t.id FROM sums JOIN training_team t ON t.id = team_id
        LEFT JOIN agencies_agency g ON g.id = t.agency_id ORDER BY place, t.name""",
}
_UNITS = """
    , best AS (SELECT told.*, row_number() OVER (PARTITION BY {unit} ORDER BY {order}) AS at,
        count(*) OVER (PARTITION BY {unit}) AS people FROM told WHERE {unit} IS NOT NULL),
    sums AS (SELECT {unit} AS unit, sum(points) AS points, sum(milliseconds) AS milliseconds, sum(harder) AS harder,
        max(ended_at) AS ended_at, 0 AS later, max(people) AS people FROM best WHERE at <= %(best)s GROUP BY 1)
    SELECT rank() OVER (ORDER BY points DESC) AS place, u.name, '', people::text, points, milliseconds, u.id
    FROM sums JOIN {table} u ON u.id = unit ORDER BY place, u.name"""


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board."""

    rank: int
    name: str
    unit: str
    """Unit, age group, or nothing."""
    more: str
    """Place, or how many people."""
    points: Any
    milliseconds: int | None
    pk: int

    @property
    def seconds(self) -> int:
        """Time used, in whole seconds."""
        return round((self.milliseconds or 0) / 1000)


def _age_words(low: int, high: int) -> str:
    if not low:
        return _("Đến %d tuổi") % high
    return _("Từ %d tuổi") % low if high >= 200 else _("%(low)d–%(high)d tuổi") % {"low": low, "high": high}


def board(contest: Contest, kind: str = "ca-nhan") -> list[Place]:
    """The board of counted rounds, one query. Raises KeyError for a kind that is not in BOARDS."""
    facts: dict[str, Any] = {"contest": contest.pk, "best": BEST}
    parts = {"order": tie_order(contest)}
    if kind in ("don-vi", "xa"):
        unit, table = ("agency_id", "agencies_agency") if kind == "don-vi" else ("area_id", "agencies_area")
        query = _UNITS.format(unit=unit, table=table, **parts)
    else:
        cases = ""
        for at, (low, high) in enumerate(AGES):
            facts |= {f"age{at}": high, f"word{at}": f"{at + 1}. {_age_words(low, high)}"}
            cases += f" WHEN %(year)s - birth_year <= %(age{at})s THEN %(word{at})s"
        facts["year"] = contest.ends_on.year
        query = _BOARDS[kind].format(age=f"CASE{cases} END", **parts)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE.format(harder=_HARDER, stands=STANDS) + query, facts)
        rows: Sequence[Any] = cursor.fetchall()
    return [Place(*row) for row in rows]


def goes_on(round_: Round, contestant_id: int) -> bool:
    """Whether this person may sit the round: the first is open to all, a later one to the top of the one before."""
    before = Round.objects.filter(contest=round_.contest_id, number__lt=round_.number).order_by("-number").first()
    if before is None:
        return True
    if before.counted_at is None:
        return False
    found = before.entries.filter(contestant=contestant_id, rank__isnull=False)
    return found.filter(rank__lte=before.top).exists() if before.top is not None else found.exists()
