"""What an answer of an SMTP server means for the mail it speaks of."""

from __future__ import annotations

import re

from canhgiac.channels.contract import Outcome

from .wire import Reply

OUR_FAULTS = frozenset({502, 503, 504, 530, 534, 535, 538})
"""Codes of a conversation or a set-up gone wrong (RFC 5321 §4.2.3, RFC 4954 §6): they say nothing of the address."""
SLOWER = re.compile(r"rate|thrott|too many|too fast|quota of|limit(?:ed)? exceeded|exceeded .*limit|try slower", re.I)


def judge(reply: Reply, *, is_ours: bool = False) -> tuple[Outcome, str]:
    """Outcome and code of one attempt. ``is_ours``: the server refused our own sender, not the person's address.

    - 2xx taken; 3xx, which nobody may answer to a whole mail, leaves doubt.
    - 5xx refused; but a refusal of the sender or a missing log-in is a fault of our set-up, which can be mended, and
      must not strike out a list of people.
    - 421, 452 but for a full mailbox (x.2.x), x.7.x and words about rate: slower. A greylist answers 451 4.7.1 as well
      and wants the same.
    - any other 4xx: later.
    """
    status = reply.status
    if reply.code < 400:
        return (Outcome.TAKEN if reply.code < 300 else Outcome.UNSURE), reply.spelled
    if reply.code >= 500:
        return (Outcome.LATER if is_ours or reply.code in OUR_FAULTS else Outcome.REFUSED), reply.spelled
    is_slow = (
        reply.code == 421
        or status.startswith("4.7.")
        or (reply.code == 452 and not status.startswith("4.2."))
        or SLOWER.search(" ".join(reply.lines)) is not None
    )
    return (Outcome.SLOW if is_slow else Outcome.LATER), reply.spelled
