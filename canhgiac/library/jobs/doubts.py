"""What people told when they disagreed does not stay for ever."""

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.library.services.doubts import doubts_erase as erase


@work.periodic("library.doubts_erase", "40 18 * * *")  # 01:40 in Viet Nam
def doubts_erase(timestamp: int) -> None:  # the clock's argument
    """Erases the messages whose time is over."""
    erase(now=clock.now())
