"""Classes, contests, drills and courses log themselves."""

from canhgiac import work
from canhgiac.activities.services.training import training_log as log


@work.periodic("activities.training_log", "25 * * * *")
def training_log(timestamp: int) -> None:  # the clock's argument
    """Every hour while people learn."""
    log()
