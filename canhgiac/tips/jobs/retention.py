"""The day's erasing."""

from canhgiac import work
from canhgiac.tips.services.retention import tips_erase as erase


@work.periodic("tips.tips_erase", "15 19 * * *")  # 02:15 in Viet Nam
def tips_erase(timestamp: int) -> None:  # the clock's argument
    """Erases every tip whose day has come; twice a day erases nothing twice."""
    erase()
