"""What the days do to published texts."""

from canhgiac import work
from canhgiac.library.services import editions


@work.periodic("library.editions_expire", "5 17,23 * * *")  # 00:05 and, should that have failed, 06:05 in Viet Nam
def editions_expire(timestamp: int) -> None:  # the clock's argument
    """Ends what was to be shown until yesterday."""
    editions.editions_expire()


@work.periodic("library.editions_remind", "10 1 * * *")  # 08:10 in Viet Nam
def editions_remind(timestamp: int) -> None:  # the clock's argument
    """Tells writers and reviewers which texts are to be looked at again."""
    editions.editions_remind()
