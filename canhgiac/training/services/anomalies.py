"""Signs that a person should look at an entry. They decide nothing by themselves."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Anomaly, Contest, Round

from .contests import HOLDING, contest_held
from .refusals import TrainingRefused
from .rounds import round_rank

SIGNS_A_SECOND = 40
"""Signs of question and message that the quickest readers read in a second: about 480 words of Vietnamese a minute."""
SAME_WRONG = 4
"""From this many wrong answers, all the same as another's, two entries are listed."""
CLOCK_SECONDS = 60
"""More seconds that the device says it used than the server saw between begin and end."""

_FIND = """
    WITH e AS (
        SELECT e.id, e.device, e.milliseconds, s.id AS sitting, s.points, s.points_most
        FROM training_roundentry e JOIN training_sitting s ON s.id = e.sitting_id
        WHERE e.round_id = %(round)s AND s.state <> 'open'
    ), told AS (
        SELECT e.id, count(*) AS answers, sum(length(q.prompt)) AS signs, sum(a.seconds) AS seconds,
            count(*) FILTER (WHERE a.share < 1) AS wrong,
            string_agg(a.edition_id || '=' || a.given::text, ' ' ORDER BY a.edition_id) FILTER (WHERE a.share < 1)
                AS wrongs
        FROM e JOIN training_answer a ON a.sitting_id = e.sitting
        JOIN training_questionedition q ON q.id = a.edition_id GROUP BY e.id
    ), found AS (
        SELECT e.id, 'too_fast' AS kind, jsonb_build_object('seconds', e.milliseconds / 1000, 'signs', signs) AS facts
        FROM e JOIN told USING (id)
        WHERE e.milliseconds * %(signs)s < signs * 1000 AND e.points * 10 >= e.points_most * 6
        UNION ALL
        SELECT id, 'same_answers', jsonb_build_object('wrong', wrong, 'entries', others)
        FROM (SELECT id, wrong, count(*) OVER (PARTITION BY wrongs) AS others FROM told WHERE wrong >= %(same)s) w
        WHERE others > 1
        UNION ALL
        SELECT id, 'one_device', jsonb_build_object('entries', others)
        FROM (SELECT id, count(*) OVER (PARTITION BY device) AS others FROM e) d WHERE others > 1
        UNION ALL
        SELECT e.id, 'clock', jsonb_build_object('device', round(seconds), 'server', e.milliseconds / 1000)
        FROM e JOIN told USING (id) WHERE seconds > e.milliseconds / 1000.0 + %(clock)s
    )
    INSERT INTO training_anomaly (entry_id, kind, facts, found_at, annuls, note)
    SELECT id, kind, facts, now(), false, '' FROM found ON CONFLICT (entry_id, kind) DO NOTHING"""


def anomalies_find(*, round_id: int) -> int:
    """Lists the signs of a counted round, in one statement; how many are new. A second run finds none."""
    facts = {"round": round_id, "signs": SIGNS_A_SECOND, "same": SAME_WRONG, "clock": CLOCK_SECONDS}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, facts)
        return int(cursor.rowcount)


@transaction.atomic
def anomaly_decide(*, by: Member, anomaly: Anomaly, annuls: bool, note: str) -> Anomaly:
    """A person looked and says what they found; annulled, the entry has no rank and stays listed with the reason.

    May be decided again until the result is announced. Raises NotAllowed, TrainingRefused: no note, announced.
    """
    row = Anomaly.objects.select_for_update(of=("self",)).select_related("entry__round__contest").get(pk=anomaly.pk)
    contest = contest_held(by, row.entry.round.contest, *HOLDING)
    if contest.state in (Contest.State.ANNOUNCED, Contest.State.CALLED_OFF):
        raise TrainingRefused(_("Kết quả đã công bố, không đổi được nữa."))
    if not note.strip():
        raise TrainingRefused(_("Ghi bạn đã xem gì và kết luận ra sao."), "note")
    row.annuls, row.note, row.looked_by, row.looked_at = annuls, note.strip()[:500], by, clock.now()
    row.save(update_fields=["annuls", "note", "looked_by", "looked_at"])
    if row.entry.round.counted_at is not None:
        round_rank(Round.objects.select_related("contest").get(pk=row.entry.round_id))
    audit_record(by=by, act="training.anomaly_decide", subject=row, facts={"annuls": annuls, "kind": row.kind})
    return row
