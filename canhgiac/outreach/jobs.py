"""Jobs of outreach."""

from __future__ import annotations

from canhgiac import work

from .services import consents, inbound, subscribers


@work.job("outreach.inbound_handle")
def inbound_handle(inbound_ids: list[int]) -> None:
    """Acts on messages that came in; one that was acted on is left alone."""
    for inbound_id in inbound_ids:
        inbound.inbound_handle(inbound_id=inbound_id)


@work.periodic("outreach.subscribers_ask", "*/5 * * * *")
def subscribers_ask(timestamp: int) -> None:  # the clock's argument
    """Puts the question to some more of the imported people."""
    subscribers.subscribers_ask()


@work.periodic("outreach.subscribers_forget", "25 19 * * *")  # 02:25 in Viet Nam
def subscribers_forget(timestamp: int) -> None:  # the clock's argument
    """Forgets who never answered, and consents past their time."""
    subscribers.subscribers_forget()
    consents.consents_forget()
