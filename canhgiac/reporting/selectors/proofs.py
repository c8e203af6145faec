"""How a figure is proved: the activities that it was added up from, and their photos and files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import ngettext

from canhgiac.activities.models import Evidence
from canhgiac.kit.templatetags.cg import vn_number

from .prefill import ACTIVITY

_PROOFS = """
SELECT f.submission_id,
    count(*) FILTER (WHERE f.origin = %(activity)s), count(*) FILTER (WHERE f.origin <> %(activity)s),
    coalesce(sum(e.photos), 0), coalesce(sum(e.files), 0)
FROM reporting_figuresource f
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE kind = 'photo') AS photos, count(*) FILTER (WHERE kind = 'file') AS files
    FROM activities_evidence WHERE f.origin = %(activity)s AND activity_id = f.origin_id
) e ON true
WHERE f.code = %(code)s AND f.submission_id = ANY(%(submissions)s)
GROUP BY f.submission_id
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands behind one figure of one report."""

    activities: int = 0
    others: int = 0
    """Rows that are no activities: tasks, reports of agencies below, difficulties."""
    photos: int = 0
    files: int = 0

    @property
    def words(self) -> str:
        """ "12 hoạt động, 9 ảnh"; what there is none of is left out."""
        said = [
            (self.activities, ngettext("%s hoạt động", "%s hoạt động", self.activities)),
            (self.others, ngettext("%s dòng", "%s dòng", self.others)),
            (self.photos, ngettext("%s ảnh", "%s ảnh", self.photos)),
            (self.files, ngettext("%s tệp", "%s tệp", self.files)),
        ]
        return ", ".join(words % vn_number(count) for count, words in said if count)


def proofs_of(code: str, submissions: Collection[int]) -> dict[int, Proof]:
    """Submission id to what stands behind its figure of this code; none where it was typed in. One query.

    The rows are those kept when the report was filed, the photos and files those that the activities have now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PROOFS, {"code": code, "submissions": list(submissions), "activity": ACTIVITY})
        rows = cursor.fetchall()
    return {row[0]: Proof(row[1], row[2], int(row[3]), int(row[4])) for row in rows}


def activity_proofs(activities: Collection[int]) -> dict[int, Proof]:
    """Activity id to its photos and files; none where it has neither. One query."""
    photo, file = Q(kind=Evidence.Kind.PHOTO), Q(kind=Evidence.Kind.FILE)
    rows = Evidence.objects.filter(activity__in=activities).order_by().values("activity")
    found = rows.annotate(photos=Count("pk", filter=photo), files=Count("pk", filter=file))
    return {
        activity: Proof(photos=photos, files=files)
        for activity, photos, files in found.values_list("activity", "photos", "files")
    }
