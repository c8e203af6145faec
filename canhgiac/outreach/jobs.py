"""Jobs of outreach."""

from __future__ import annotations

from canhgiac import work

from .services import (
    broadcasts,
    consents,
    gone,
    imports,
    inbound,
    loading,
    partitions,
    postings,
    providers,
    requests,
    retention,
    speech,
    subscribers,
    succession,
)


@work.job("outreach.inbound_handle", queue=work.PROMPT)
def inbound_handle(inbound_ids: list[int]) -> None:
    """Acts on messages that came in; one that was acted on is left alone."""
    inbound.inbounds_handle(inbound_ids=inbound_ids)


@work.job("outreach.inbound_again", queue=work.PROMPT)
def inbound_again(inbound_id: int) -> None:
    """Acts on a message that failed before."""
    inbound.inbound_again(inbound_id=inbound_id)


@work.periodic("outreach.subscribers_ask", "*/5 * * * *")
def subscribers_ask(timestamp: int) -> None:  # the clock's argument
    """Puts the question to some more of the imported people."""
    subscribers.subscribers_ask()


@work.periodic("outreach.subscribers_wake", "*/5 * * * *")
def subscribers_wake(timestamp: int) -> None:  # the clock's argument
    """Warnings go again to those whose pause is over."""
    requests.subscribers_wake()


@work.periodic("outreach.subscribers_forget", "25 19 * * *")  # 02:25 in Viet Nam
def subscribers_forget(timestamp: int) -> None:  # the clock's argument
    """Forgets who never answered, consents past their time, lists that nobody decided on."""
    subscribers.subscribers_forget()
    consents.consents_forget()
    imports.imports_forget()


@work.job("outreach.broadcast_load")
def broadcast_load(broadcast_id: int) -> None:
    """Writes down who gets a sending, and lets it begin."""
    loading.broadcast_load(broadcast_id=broadcast_id)


@work.periodic("outreach.broadcasts_due", "* * * * *")
def broadcasts_due(timestamp: int) -> None:  # the clock's argument
    """Begins sendings whose hour has come; ends those whose warning is no more."""
    broadcasts.broadcasts_due()


@work.periodic("outreach.providers_away_tell", "*/5 * * * *")
def providers_away_tell(timestamp: int) -> None:  # the clock's argument
    """Tells of providers that cannot be reached while messages wait."""
    providers.providers_away_tell()


@work.periodic("outreach.partitions_make", "10 18 * * *")  # 01:10 in Viet Nam
def partitions_make(timestamp: int) -> None:  # the clock's argument
    """Makes the monthly parts of the large tables ahead of their time."""
    partitions.partitions_make()


@work.periodic("outreach.deliveries_forget", "40 19 * * *")  # 02:40 in Viet Nam
def deliveries_forget(timestamp: int) -> None:  # the clock's argument
    """Forgets addresses, attempts and receipts past their time."""
    retention.deliveries_forget()


@work.job("outreach.import_read")
def import_read(import_id: int) -> None:
    """Reads a handed-in list; one that was read is left alone."""
    imports.import_read(import_id=import_id)


@work.job("outreach.rendition_speak")
def rendition_speak(warning_id: int) -> None:
    """Has the machine read the scripts of a warning."""
    speech.warning_speak(warning_id=warning_id)


@work.periodic("outreach.addresses_gone", "*/10 * * * *")
def addresses_gone(timestamp: int) -> None:  # the clock's argument
    """Takes addresses off the list of which a provider said that nobody is there."""
    gone.addresses_gone()


@work.job("outreach.warning_places")
def warning_places(warning_id: int) -> None:
    """Brings the places of a warning in line with its state."""
    postings.warning_places(warning_id=warning_id)


@work.job("outreach.posting_put")
def posting_put(posting_id: int) -> None:
    """Puts one posting up; looks first where an earlier try may have done it."""
    postings.posting_put(posting_id=posting_id)


@work.job("outreach.posting_remove")
def posting_remove(posting_id: int) -> None:
    """Takes one posting down, or writes its recall over it."""
    postings.posting_remove(posting_id=posting_id)


@work.job("outreach.hub_ping")
def hub_ping() -> None:
    """Tells the hub that the feeds changed."""
    postings.hub_ping()


@work.periodic("outreach.warnings_expire", "*/5 * * * *")
def warnings_expire(timestamp: int) -> None:  # the clock's argument
    """Ends warnings whose time is over."""
    succession.warnings_expire()


@work.periodic("outreach.postings_mend", "*/2 * * * *")
def postings_mend(timestamp: int) -> None:  # the clock's argument
    """Takes up places that a dead worker, or a platform that was away, left behind."""
    postings.postings_mend()
