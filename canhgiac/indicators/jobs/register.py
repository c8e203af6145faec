"""The days of the register: what ran out, what is to be answered, what the look-up server reads."""

from canhgiac import work
from canhgiac.indicators.services import appeals, decisions, index
from canhgiac.kit import clock


@work.periodic("indicators.indicators_expire", "10 17,23 * * *")  # 00:10 and, should that have failed, 06:10
def indicators_expire(timestamp: int) -> None:  # the clock's argument
    """Ends what ran out yesterday."""
    decisions.indicators_expire()


@work.periodic("indicators.appeals_remind", "0 1 * * *")  # 08:00 in Viet Nam
def appeals_remind(timestamp: int) -> None:  # the clock's argument
    """Reminds of appeals that fall due."""
    appeals.appeals_remind(now=clock.now())


@work.periodic("indicators.index_build", "30 18 * * *")  # 01:30 in Viet Nam
def index_build(timestamp: int) -> None:  # the clock's argument
    """Writes the whole index."""
    index.index_build()


@work.periodic("indicators.index_refresh", "* * * * *")
def index_refresh(timestamp: int) -> None:  # the clock's argument
    """Each minute: what changed."""
    index.index_change()


@work.job("indicators.index_change")
def index_change() -> None:
    """What changed, at once after an act that changes an answer."""
    index.index_change()
