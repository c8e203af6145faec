"""Adding up rounds, and accepted reports counted into the ledger of targets."""

from canhgiac import work
from canhgiac.reporting.services.consolidations import consolidate as add_up
from canhgiac.reporting.services.counting import reports_count_all as count


@work.job("reporting.consolidate")
def consolidate(consolidation_id: int) -> None:
    """Makes one edition of a round's report."""
    add_up(consolidation_id=consolidation_id)


@work.periodic("reporting.reports_count", "20 * * * *")
def reports_count(timestamp: int) -> None:  # the clock's argument
    """Counts the reports accepted since the last hour."""
    count()
