"""Warnings that went out log themselves."""

from canhgiac import work
from canhgiac.activities.services.outreach import outreach_log as log


@work.periodic("activities.outreach_log", "*/10 * * * *")
def outreach_log(timestamp: int) -> None:  # the clock's argument
    """Every ten minutes while receipts come in."""
    log()
