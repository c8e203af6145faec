"""Jobs of contests and live events."""

from __future__ import annotations

from canhgiac import work
from canhgiac.training.services import anomalies, live, rounds


@work.periodic("training.live_events_forget", "15 20 * * *")  # 03:15 in Viet Nam
def live_events_forget(timestamp: int) -> None:  # the clock's argument
    """Ends live events left open, forgets players' names past their time."""
    live.live_events_forget()


@work.job("training.anomalies_find")
def anomalies_find(round_id: int) -> None:
    """Lists what a person should look at in a counted round."""
    anomalies.anomalies_find(round_id=round_id)


@work.periodic("training.rounds_count", "* * * * *")
def rounds_count(timestamp: int) -> None:  # the clock's argument
    """Counts rounds whose window is over."""
    rounds.rounds_count()
