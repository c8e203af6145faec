"""The places kept ready for the maps are compared with their activities each night."""

from canhgiac import work
from canhgiac.activities.services.reached import places_mend as mend


@work.periodic("activities.places_mend", "45 17 * * *")  # 00:45 in Viet Nam
def places_mend(timestamp: int) -> None:  # the clock's argument
    """Mends what differs; the log says that it did."""
    mend()
