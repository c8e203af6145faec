"""Reading and taking in of lists."""

from canhgiac import work
from canhgiac.indicators.services.lists import list_read as read_now
from canhgiac.indicators.services.lists import list_take as take_now


@work.job("indicators.list_read")
def list_read(import_id: int) -> None:
    """Reads one file for its preview."""
    read_now(import_id=import_id)


@work.job("indicators.list_take")
def list_take(import_id: int) -> None:
    """Takes an accepted file in."""
    take_now(import_id=import_id)
