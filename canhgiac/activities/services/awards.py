"""Awards of announced contests become proposals for commendation, which a coordinator decides on."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.activities.models import Commendation
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.training.models import Award, Contest

FORM_LENGTH, NOMINEE_LENGTH = 120, 200


@transaction.atomic
def awards_propose() -> int:
    """Writes a proposal for every award of an announced contest that has none; how many. A second run writes none.

    The proposal names whom the contest's organiser named; one who was erased since is left out.
    """
    rows = Award.objects.select_for_update(of=("self",)).filter(contest__state=Contest.State.ANNOUNCED)
    rows = rows.exclude(pk__in=Commendation.objects.filter(award__isnull=False).values("award"))
    made = []
    for award in rows.select_related("contest", "contestant__learner", "team").order_by("pk"):
        nominee = award.contestant.learner.full_name if award.contestant else award.team.name if award.team else ""
        if nominee:
            made.append(_proposal(award, nominee))
    Commendation.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        facts = {"awards": [row.award_id for row in made]}
        audit_record(by=None, act="activities.awards_propose", subject=made[0].award, facts=facts)  # type: ignore[arg-type]
    return len(made)


def _proposal(award: Award, nominee: str) -> Commendation:
    kinds = Commendation.Nominee
    return Commendation(
        agency_id=award.contest.agency_id,
        nominee_kind=kinds.PERSON if award.contestant_id else kinds.COLLECTIVE,
        nominee=nominee[:NOMINEE_LENGTH],
        achievement=f"{award.name}, {award.contest.title}: {award.reason}",
        form=_("biểu dương")[:FORM_LENGTH],
        on=clock.today(),
        award=award,
        by_id=award.by_id,
    )
