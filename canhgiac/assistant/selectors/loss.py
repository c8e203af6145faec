"""People who write what they themselves just did: they need the golden hour, not a verdict on their own words."""

from __future__ import annotations

import re

from canhgiac.kit.text import fold

MOST = 400
"""Letters of a cry for help; longer texts are pasted messages."""
_DID = re.compile(
    r"\b(?:toi|em|e|minh|mk|chau|con|tui|tao|bac|ba|me|bo|vo|chong)\b.{0,24}\b(?:vua|lo|da|moi|trot|bi lua|bi gat)\b"
    r".{0,24}\b(?:chuyen|ck|cko|gui|nap|nhap|doc|bam|an|click|cai|quet|cung cap|dua|tra|bi lua|mat tien|mat het|mat \d)"
)
_LOST = re.compile(r"\b(?:toi|em|e|minh|mk|chau|con|tui)\b (?:vua |moi |da )?(?:bi lua|bi gat|mat tien|mat het tien)\b")
_REGRETS = re.compile(
    r"\b(?:lo|trot|bi lua|bi gat|phai lam (?:sao|gi|the nao)|lam (?:sao|the nao)|lay lai (?:duoc|dc)|cuu"
    r"|giup (?:toi|em|minh|voi))\b"
)
_NOT_OWN = re.compile(
    r"\b(?:nham|(?:chuyen|tra|gui|hoan|ck) lai (?:giup|ho|cho|gium)|neu (?:lo|da)|khong nen"
    r"|chua (?:chuyen|ck|gui|nap|bam|doc|nhap|cai))\b"
)


def tells_of_loss(text: str) -> bool:
    """Whether somebody tells in the first person that they paid, typed, read out, installed, and asks what now.

    Only short words without an asking back: "em lỡ chuyển nhầm, chị trả lại giúp em" is a message of others.

    >>> tells_of_loss("tôi vừa chuyển 20 triệu, giờ phải làm sao"), tells_of_loss("con vừa đổi số, mẹ gọi nhé")
    (True, False)
    """
    words = fold(text[: MOST + 1])
    if len(text) > MOST or _NOT_OWN.search(words):
        return False
    return bool(_LOST.search(words) or (_DID.search(words) and _REGRETS.search(words)))
