"""Gaps by the clock: questions gathered each quarter of an hour, forgotten each night, told to editors each Monday."""

from canhgiac import work
from canhgiac.assistant.services.gapdigests import gap_digest_send
from canhgiac.assistant.services.gaps import BATCH, gap_questions_forget, gaps_group

ROUNDS = 20
"""Batches of one run at most, so that a flood does not hold the worker."""


@work.periodic("assistant.gaps_group", "*/15 * * * *")
def group(timestamp: int) -> None:  # the clock's argument
    """Puts what was asked since into gaps."""
    for _round in range(ROUNDS):
        if gaps_group() < BATCH:
            return


@work.periodic("assistant.gap_questions_forget", "15 19 * * *")  # 02:15 in Viet Nam
def forget(timestamp: int) -> None:  # the clock's argument
    """Forgets questions after ninety days."""
    gap_questions_forget()


@work.periodic("assistant.gap_digest_send", "30 0 * * 1")  # Monday 07:30 in Viet Nam
def digest(timestamp: int) -> None:  # the clock's argument
    """Mails the editors what the week asked."""
    gap_digest_send()
