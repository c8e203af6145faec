"""The radar's rounds: newcomers each minute, what rises each hour, what fell quiet each night."""

from canhgiac import work
from canhgiac.radar.services.bursts import bursts_watch
from canhgiac.radar.services.gathering import BATCH, clusters_mend, clusters_settle, observations_gather

ROUNDS = 20
"""Batches of one run at most, so that a flood does not hold the worker."""


@work.periodic("radar.observations_gather", "* * * * *")
def gather(timestamp: int) -> None:  # the clock's argument
    """Puts what came since into clusters."""
    for _round in range(ROUNDS):
        if observations_gather() < BATCH:
            return


@work.periodic("radar.bursts_watch", "7 * * * *")
def watch(timestamp: int) -> None:  # the clock's argument
    """Gathers whatever was overlooked, counts anew what changed, then tests."""
    observations_gather(everything=True)
    clusters_mend()
    bursts_watch()


@work.periodic("radar.clusters_settle", "20 19 * * *")  # 02:20 in Viet Nam
def settle(timestamp: int) -> None:  # the clock's argument
    """Clusters unseen for a month become quiet."""
    clusters_settle()
