"""The assistant's clock."""

from canhgiac import work
from canhgiac.assistant.services import quotas_erase as erase
from canhgiac.kit import clock


@work.periodic("assistant.quotas_erase", "25 * * * *")
def quotas_erase(timestamp: int) -> None:  # the clock's argument
    """Erases the counts of stretches that are over."""
    erase(now=clock.now())
