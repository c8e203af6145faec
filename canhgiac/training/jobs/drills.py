"""Jobs of drills."""

from __future__ import annotations

from canhgiac import work
from canhgiac.training.services import drillreports, drillsending, drilltraces


@work.periodic("training.drills_move", "* * * * *")
def drills_move(timestamp: int) -> None:  # the clock's argument
    """Begins, sends and ends drills; reads what people wrote back; forgets marks."""
    drillsending.drills_move()
    drillreports.reports_read()
    drilltraces.traces_tidy()
