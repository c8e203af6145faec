"""Rounds by the clock, and the morning's reminders."""

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.reporting.services.reminders import reminders_send as send
from canhgiac.reporting.services.schedule import rounds_schedule as schedule


@work.periodic("reporting.rounds_schedule", "10 18 * * *")  # 01:10 in Viet Nam
def rounds_schedule(timestamp: int) -> None:  # the clock's argument
    """Makes the rounds that come due, and follows agencies that merged."""
    schedule(today=clock.today())


@work.periodic("reporting.reminders_send", "5 1-9 * * *")  # 08:05 to 16:05 in Viet Nam
def reminders_send(timestamp: int) -> None:  # the clock's argument
    """Sends the day's reminders in the morning; the later hours make up for a worker that was down."""
    send(now=clock.now())
