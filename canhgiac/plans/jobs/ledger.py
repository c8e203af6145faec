"""The ledger's clock: counts from agencies' own plans, and the day's points of the trend."""

from canhgiac import work
from canhgiac.plans.services.ledger import points_keep as keep
from canhgiac.plans.services.measures import sub_plans_count_all as count


@work.periodic("plans.sub_plans_count", "10 * * * *")
def sub_plans_count(timestamp: int) -> None:  # the clock's argument
    """Counts the own plans filed since the last hour."""
    count()


@work.periodic("plans.points_keep", "50 16 * * *")  # 23:50 in Viet Nam
def points_keep(timestamp: int) -> None:  # the clock's argument
    """Keeps how every measure stands at the end of the day; twice a day is one point."""
    keep()
