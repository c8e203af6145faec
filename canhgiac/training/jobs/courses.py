"""What the days do to courses: reminders, names that were kept long enough, sittings that the clock ended."""

from canhgiac import work
from canhgiac.training.services import learners, progress, recalls


@work.periodic("training.recalls_send", "0 1 * * *")  # 08:00 in Viet Nam
def recalls_send(timestamp: int) -> None:  # the clock's argument
    """Reminds those who completed a course 2, 7 or 30 days ago."""
    recalls.recalls_send()


@work.periodic("training.learners_forget", "40 18 * * *")  # 01:40 in Viet Nam
def learners_forget(timestamp: int) -> None:  # the clock's argument
    """Erases names of people without an account after two years."""
    learners.learners_forget()


@work.periodic("training.progress_catch_up", "20 * * * *")
def progress_catch_up(timestamp: int) -> None:  # the clock's argument
    """Counts sittings that ended by themselves."""
    progress.progress_catch_up()
