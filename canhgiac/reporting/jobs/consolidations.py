"""Adding up rounds, and accepted reports counted into the ledger of targets."""

from canhgiac import work
from canhgiac.reporting.services.consolidations import consolidate as add_up
from canhgiac.reporting.services.counting import measure_count as count_one
from canhgiac.reporting.services.counting import plan_count as count_plan
from canhgiac.reporting.services.counting import reports_count_all as count


@work.job("reporting.consolidate")
def consolidate(consolidation_id: int) -> None:
    """Makes one edition of a round's report."""
    add_up(consolidation_id=consolidation_id)


@work.job("reporting.measure_count")
def measure_count(measure_id: int) -> None:
    """Counts one measure of a target from the accepted reports."""
    count_one(measure_id=measure_id)


@work.job("reporting.plan_count")
def plan_count(plan_id: int) -> None:
    """Counts the measures of a plan's targets from its accepted reports."""
    count_plan(plan_id=plan_id)


@work.periodic("reporting.reports_count", "20 * * * *")
def reports_count(timestamp: int) -> None:  # the clock's argument
    """Counts the reports accepted since the last hour."""
    count()
