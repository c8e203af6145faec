"""Answers to people on Zalo and Messenger."""

from __future__ import annotations

from canhgiac import work
from canhgiac.assistant.services import chatting, threads


@work.job("assistant.inbound_answer", hears="outreach.inbound_kept", queue=work.PROMPT)
def inbound_answer(inbound_id: int) -> None:
    """Answers a message of a chat that nothing else acted on."""
    chatting.inbound_answer(inbound_id=inbound_id)


@work.job("assistant.turn_deliver", queue=work.PROMPT)
def turn_deliver(turn_id: int) -> None:
    """Carries a turn that the desk or the assistant added; one that was erased meanwhile is left alone."""
    threads.turn_deliver(turn_id=turn_id)


@work.periodic("assistant.chats_forget", "*/5 * * * *")
def chats_forget(timestamp: int) -> None:  # the clock's argument
    """Empties the words out of answers that were carried."""
    threads.chats_forget()
