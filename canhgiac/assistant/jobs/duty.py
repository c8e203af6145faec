"""The duty desk by the clock."""

from __future__ import annotations

from canhgiac import work
from canhgiac.assistant.services import dutytidy


@work.periodic("assistant.duty_tidy", "* * * * *")
def duty_tidy(timestamp: int) -> None:  # the clock's argument
    """Ends what nobody answered, gives on what an officer left, tells the desk who waits."""
    dutytidy.duty_tidy()
