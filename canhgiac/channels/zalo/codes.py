"""What Zalo's error codes mean for a message.

A code that is not listed is a refusal we do not know: later, so that a person can look into it before it is lost.
"""

from __future__ import annotations

from ..contract import Outcome

TOKEN = frozenset({-216, -220, -124})
"""The access token is wrong or has run out: nothing was done, so a new one is fetched and the call made once more."""

REFUSED = frozenset({
    -201,  # a parameter is invalid: the id
    -210,  # a parameter is longer than allowed
    -213,  # the person does not follow the account
    -217,  # the person blocked the account
    -222,  # banned, or away for more than 45 days
    -227,  # the same, newer
    -230,  # no word from the person within 7 days
    -232,  # no word from the person, or too long ago
    -233,  # a kind of message that is not supported
    -244,  # the person does not want this kind of message
    -248,  # against the platform's standards
    -305,  # outside the window, older
})  # fmt: skip
SLOW = frozenset({
    -32,  # calls a minute of the application
    -211,  # quota of the account
    -311,  # quota of answers
})  # fmt: skip

ZNS_REFUSED = frozenset({
    -108,  # phone number invalid
    -110,  # the person's Zalo is too old
    -111,  # template data empty
    -112,  # template data invalid
    -113,  # button invalid
    -114,  # away, or does not take notices
    -116,  # text invalid
    -118,  # no Zalo account by this number
    -119,  # the account cannot receive
    -121, -122,  # body invalid
    -130,  # longer than allowed
    -132,  # parameter invalid
    -139, -141,  # the person refuses this kind, or all of the account's
})  # fmt: skip
ZNS_SLOW = frozenset({
    -32,
    -144,  # quota of the day of the account
    -147,  # quota of the day of the template
})  # fmt: skip


def outcome_of(code: int, *, zns: bool) -> Outcome:
    """The outcome of a message that Zalo answered with this code.

    LATER covers what mends by itself or by a person: the night rule (-133, -234), the quota of one recipient (-218),
    an account without money, package, permission or link, a template switched off.
    """
    if code == 0:
        return Outcome.TAKEN
    if code in (ZNS_REFUSED if zns else REFUSED):
        return Outcome.REFUSED
    if code in (ZNS_SLOW if zns else SLOW):
        return Outcome.SLOW
    return Outcome.LATER


def is_gone(code: str) -> bool:
    """Whether a refusal, as we spell it, says that there is nobody at this address, now and later."""
    return code in {"zalo:-227", "zns:-108", "zns:-118"}
