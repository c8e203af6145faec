"""Watches by the clock: told within five minutes, forgotten each hour."""

from canhgiac import work
from canhgiac.assistant.services.watches import watches_forget, watches_tell


@work.periodic("assistant.watches_tell", "*/5 * * * *")
def tell(timestamp: int) -> None:  # the clock's argument
    """Tells whoever agreed to hear."""
    watches_tell()


@work.periodic("assistant.watches_forget", "35 * * * *")
def forget(timestamp: int) -> None:  # the clock's argument
    """Erases what is over."""
    watches_forget()
