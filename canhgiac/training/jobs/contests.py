"""Jobs of contests and live events."""

from __future__ import annotations

from canhgiac import work
from canhgiac.training.services import live


@work.periodic("training.live_events_forget", "15 20 * * *")  # 03:15 in Viet Nam
def live_events_forget(timestamp: int) -> None:  # the clock's argument
    """Ends live events left open, forgets players' names past their time."""
    live.live_events_forget()
