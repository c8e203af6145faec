"""The tokens file of the look-up server, and old counts."""

from canhgiac import work
from canhgiac.indicators.services.partners import partner_use_forget as forget
from canhgiac.indicators.services.partners import partner_use_gather as gather
from canhgiac.indicators.services.partners import tokens_write as write
from canhgiac.kit import clock


@work.job("indicators.tokens_write")
def tokens_write() -> None:
    """After a change of partners or tokens."""
    write()


@work.periodic("indicators.tokens_refresh", "3 * * * *")
def tokens_refresh(timestamp: int) -> None:  # the clock's argument
    """Leaves out tokens that ran out."""
    write()


@work.periodic("indicators.partner_use_gather", "*/5 * * * *")
def partner_use_gather(timestamp: int) -> None:  # the clock's argument
    """Takes over what the look-up server counted."""
    gather()


@work.periodic("indicators.partner_use_forget", "40 18 * * *")  # 01:40 in Viet Nam
def partner_use_forget(timestamp: int) -> None:  # the clock's argument
    """Forgets old counts."""
    forget(now=clock.now())
