"""What the clock does to sittings."""

import datetime as dt

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.training.services import sittings


@work.periodic("training.sittings_close", "* * * * *")
def sittings_close(timestamp: int) -> None:  # the clock's argument
    """Ends those whose time is over."""
    sittings.sittings_close()


@work.periodic("training.sittings_forget", "20 * * * *")
def sittings_forget(timestamp: int) -> None:  # the clock's argument
    """Erases what is left of public sittings after a day."""
    sittings.sittings_forget(before=clock.now() - dt.timedelta(days=1))
