"""Adding up rounds."""

from canhgiac import work
from canhgiac.reporting.services.consolidations import consolidate as add_up


@work.job("reporting.consolidate")
def consolidate(consolidation_id: int) -> None:
    """Makes one edition of a round's report."""
    add_up(consolidation_id=consolidation_id)
