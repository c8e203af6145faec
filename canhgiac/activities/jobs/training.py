"""Classes, contests, drills and courses log themselves; awards are proposed for commendation."""

from canhgiac import work
from canhgiac.activities.services import awards
from canhgiac.activities.services.training import training_log as log


@work.periodic("activities.training_log", "25 * * * *")
def training_log(timestamp: int) -> None:  # the clock's argument
    """Every hour while people learn."""
    log()


@work.periodic("activities.awards_propose", "20 * * * *")
def awards_propose(timestamp: int) -> None:  # the clock's argument
    """Every hour: awards of announced contests become proposals for commendation."""
    awards.awards_propose()
