"""What the Graph API's error codes mean for a message or a post."""

from __future__ import annotations

from ..contract import Outcome

SLOW = frozenset({4, 17, 32, 613, 80001, 80006})
"""Calls of the application, the user, the page, the endpoint; business use case limits."""
REFUSED = frozenset({551})
"""The person is not available: blocked the page, or closed the account."""
REFUSED_SUBCODES = frozenset({
    2018001,  # no such person
    2018278, 2018065,  # outside the 24 hours
    2018108,  # does not receive messages from this page now
    1545041,  # not available
    2018300,  # not available in the person's region
})  # fmt: skip
REFUSED_CONTENT = frozenset({100})
"""A parameter is invalid: the message itself, or the address."""


def outcome_of(code: int, subcode: int) -> Outcome:
    """The outcome of a call that was answered with this error.

    LATER covers what mends by itself (1, 2, 1200) or by a person: a token (190), a permission (10 without a subcode of
    the window, 200), a block for breaking a policy (368).
    """
    if code in SLOW:
        return Outcome.SLOW
    if code in REFUSED or subcode in REFUSED_SUBCODES or code in REFUSED_CONTENT:
        return Outcome.REFUSED
    return Outcome.LATER


def is_gone(code: str) -> bool:
    """Whether a refusal, as we spell it, says that there is nobody at this address, now and later."""
    return code == "facebook:100/2018001"
