"""What an SMSC's command_status (SMPP 3.4 §5.1.3) means for one message.

Only what speaks of this address or this message is a refusal. What is wrong with our account, our sender name or the
fields of our PDUs would refuse everybody alike: it is ``LATER``, so that nobody loses their warning to a set-up fault.
"""

from __future__ import annotations

from canhgiac.channels.contract import Outcome

THROTTLED, QUEUE_FULL = 0x58, 0x14
ALREADY_BOUND, BIND_FAILED = 0x05, 0x0D

_REFUSED = frozenset(
    {
        0x01,  # ESME_RINVMSGLEN
        0x0B,  # ESME_RINVDSTADR
        0x65,  # ESME_RX_P_APPN: permanent application error
        0x66,  # ESME_RX_R_APPN: reject message
        0xFE,  # ESME_RDELIVERYFAILURE, the answer of data_sm
    }
)
_LOGIN = frozenset(
    {
        0x0D,  # ESME_RBINDFAIL
        0x0E,  # ESME_RINVPASWD
        0x0F,  # ESME_RINVSYSID
        0x53,  # ESME_RINVSYSTYP
    }
)


def code(status: int) -> str:
    """A status in our spelling.

    >>> code(0x0B)
    'smpp:0x0000000b'
    """
    return f"smpp:0x{status:08x}"


def outcome(status: int, refusals: frozenset[int] = frozenset()) -> Outcome:
    """What became of a message answered so; ``refusals`` are an operator's own codes (0x400 and up) for "never"."""
    if status == 0:
        return Outcome.TAKEN
    if status in {THROTTLED, QUEUE_FULL}:
        return Outcome.SLOW
    return Outcome.REFUSED if status in _REFUSED or status in refusals else Outcome.LATER


def is_login_refused(status: int) -> bool:
    """Whether a bind answered so will be answered so again: knocking on would only lock the account."""
    return status in _LOGIN
