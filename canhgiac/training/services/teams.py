"""Teams of a contest, joined by a code."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.text import storable
from canhgiac.training.models import Contest, Team

from .refusals import TrainingRefused

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Those that nobody takes for another."""


@transaction.atomic
def team_make(*, contest: Contest, name: str, agency: Agency | None = None, area: Area | None = None) -> Team:
    """A team with the code that its people join by. Raises TrainingRefused: no name, taken, a contest without teams."""
    words = " ".join(storable(name).split())[:80]
    if not contest.by_team or contest.state != Contest.State.OPEN:
        raise TrainingRefused(_("Cuộc thi này không nhận đội."))
    if not words:
        raise TrainingRefused(_("Đặt tên đội."), "name")
    row = Team(contest=contest, name=words, agency=agency, area=area or (agency.area if agency else None))
    row.join_code = "".join(secrets.choice(LETTERS) for _at in range(7))
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise TrainingRefused(_("Đã có đội tên này."), "name") from None
    return row
