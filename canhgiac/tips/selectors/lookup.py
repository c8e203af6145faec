"""What a number typed by an officer means: a case or a tip, within reach."""

from __future__ import annotations

import re

from canhgiac.agencies.models import Member
from canhgiac.tips.models import Case, Tip

from .cases import case_numbered
from .scope import tip_for

_TIP = re.compile(r"[Tt]?0*(\d{1,12})")


def case_or_tip(member: Member, text: str) -> tuple[Case | None, Tip | None]:
    """The case of "VV-2026-0001" or the tip of "T12". Raises Http404 for what is neither or out of reach."""
    number = _TIP.fullmatch(text.strip())
    if number:
        return None, tip_for(member, int(number[1]))
    return case_numbered(member, text), None
