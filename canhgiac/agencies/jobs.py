"""Jobs of this capability."""

from canhgiac import work
from canhgiac.kit import clock

from . import services


@work.job("agencies.notice_deliver")
def notice_deliver(notice_id: int) -> None:
    """Mails one notice."""
    services.notice_deliver(notice_id=notice_id)


@work.periodic("agencies.notices_settle", "*/10 * * * *")
def notices_settle(timestamp: int) -> None:  # the clock's argument
    """Settles notices whose worker was killed in mid-send."""
    services.notices_settle()


@work.periodic("agencies.audit_head_keep", "5 17 * * *")
def audit_head_keep(timestamp: int) -> None:  # the clock's argument
    """Keeps the log's head outside the database, each night at 00:05 of Vietnam."""
    services.audit_head_keep()


@work.periodic("agencies.quotas_erase", "25 * * * *")
def quotas_erase(timestamp: int) -> None:  # the clock's argument
    """Erases the counts of stretches that are over."""
    services.quotas_erase(now=clock.now())


@work.periodic("agencies.phones_forget", "35 * * * *")
def phones_forget(timestamp: int) -> None:  # the clock's argument
    """Forgets numbers whose code was never typed."""
    services.phones_forget(now=clock.now())
