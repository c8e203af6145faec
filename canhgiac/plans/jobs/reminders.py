"""The morning's reminders."""

from canhgiac import work
from canhgiac.kit import clock
from canhgiac.plans.services.reminders import reminders_send as send


@work.periodic("plans.reminders_send", "0 1-9 * * *")  # 08:00 to 16:00 in Viet Nam
def reminders_send(timestamp: int) -> None:  # the clock's argument
    """Sends the day's reminders at eight; the later hours make up for a worker that was down, and send nothing else."""
    send(now=clock.now())
