"""The ledger's clock: counts from agencies' own plans, and the day's points of the trend."""

from canhgiac import work
from canhgiac.plans.services.ledger import points_keep as keep


@work.periodic("plans.points_keep", "50 16 * * *")  # 23:50 in Viet Nam
def points_keep(timestamp: int) -> None:  # the clock's argument
    """Keeps how every measure stands at the end of the day; twice a day is one point."""
    keep()
