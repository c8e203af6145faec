"""What holds for any message, whatever examples were learned from: each rule adds to the odds or takes from them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .cues import Cue, CueHit, key_of
from .model import Weighed
from .tokens import Tokens

_BAD_LINKS = {
    "borrowed": 3.0,
    "look-alike": 3.0,
    "sub-domain": 3.0,
    "mixed-script": 3.0,
    "userinfo": 4.0,
    "punycode": 1.5,
    "address": 2.0,
}
_BAITS = frozenset(
    {Cue.FEAR, Cue.GREED, Cue.PRIZE, Cue.GAMBLING, Cue.JOB, Cue.LOAN, Cue.INVEST, Cue.DEBT, Cue.ROMANCE, Cue.RECOVERY}
    | {Cue.PAPERS, Cue.PARCEL, Cue.KIN, Cue.AUTHORITY}
)
ASKS = frozenset({Cue.PAY, Cue.INSTALL, Cue.CODE, Cue.CLICK, Cue.MOVE, Cue.IDENTITY, Cue.SCREEN})
_MOVED_OR_GAMBLED = frozenset({Cue.MOVE, Cue.GAMBLING})
_PRIZE, _CAUTION = Cue.PRIZE, Cue.CAUTION
_ALONE = frozenset({Cue.DEBT, Cue.SECRECY, Cue.JOB, Cue.LOAN, Cue.GAMBLING})
"""Baits that need no link or number to be one."""
CODE_WORDS = ("otp", "ma xac", "ma dang", "ma kich", "ma giao", "verification code", "security code", "passcode")
_ONE_CODE_WORD = frozenset(word for word in CODE_WORDS if " " not in word)
_TWO_CODE_WORDS = frozenset(key_of(words) for words in CODE_WORDS if " " in words)
_CODES = frozenset({"<n4>", "<n5>", "<n6>", "<n7>", "<n8>"})
_APP_FILE, _LABEL, _USSD, _WRITE, _SEND = "<app-file>", "<label>", "<ussd>", "soan", "gui"
_REACHED = frozenset({"phone", "hotline", "number", "account", "email"})
DISGUISED = "disguised"


class Rule(NamedTuple):
    """A rule that holds for a message, with what it adds to the log-odds."""

    code: str
    weight: float


_NOTHING_ASKED, _CODE_NOTICE = Rule("nothing-asked", -2.5), Rule("code-notice", -4.0)
_OFFICIAL_LINK, _CARRIER_STYLE = Rule("official-link", -3.0), Rule("carrier-style", -2.0)
"""The excuses of most messages."""


def rules(tokens: Tokens, cues: Sequence[CueHit], weighed: Weighed) -> list[Rule]:
    """The rules that hold for a message taken apart and weighed."""
    words, kinds = weighed.words, weighed.cues
    signs = {entity.host.sign for entity in tokens.entities if entity.host} if tokens.ties else set()
    found: list[Rule] = _of_links(kinds, signs) if signs else []
    if _APP_FILE in words:
        found.append(Rule("app-file", 2.5))
    if _PRIZE in kinds and _LABEL not in words and (signs - {""} or _called(tokens)):
        found.append(Rule("prize-by-contact", 1.5))
    if _APP_FILE not in words and not (signs and ("cheap" in signs or not _BAD_LINKS.keys().isdisjoint(signs))):
        found += _excuses(tokens, cues, weighed, signs)
    if tokens.disguises or tokens.broken:
        weight = disguised(tokens)
        if weight:  # who hides words does ask for something, even if we cannot read what
            found.append(Rule(DISGUISED, weight - sum(rule.weight for rule in found if rule.code == "nothing-asked")))
    return found


def _of_links(kinds: frozenset[Cue], signs: set[str]) -> list[Rule]:
    """What the hosts of its links add."""
    found: list[Rule] = []
    bad = max([_BAD_LINKS.get(sign, 0.0) for sign in signs])
    if bad:
        found.append(Rule("link-false-name", bad))
    if "cheap" in signs and (kinds & _BAITS or kinds & ASKS):
        found.append(Rule("link-cheap", 1.5))
    if signs & {"shortener", "chat"} and kinds & _BAITS:
        found.append(Rule("link-hidden", 1.0))
    return found


def lures_and_asks(cues: Sequence[CueHit]) -> bool:
    """Whether a text both tempts or frightens and asks for something: what prose about other matters hardly does."""
    kinds = {hit.cue for hit in cues if not hit.denied}
    return not (_BAITS.isdisjoint(kinds) or ASKS.isdisjoint(kinds))


def _called(tokens: Tokens) -> bool:
    return any(entity.kind in {"phone", "hotline", "account"} for entity in tokens.entities)


def disguised(tokens: Tokens) -> float:
    """How much hiding words from a filter counts: marks all through the text, or a few words put together again."""
    if tokens.broken >= 8 and tokens.broken * 20 > len(tokens.plain):
        return 3.0
    return 1.5 if tokens.disguises >= 2 else 0.0


def _excuses(tokens: Tokens, cues: Sequence[CueHit], weighed: Weighed, signs: set[str]) -> list[Rule]:
    """What makes a message without a false link more likely genuine."""
    found: list[Rule] = []
    official = bool(signs) and _official_alone(tokens, signs)
    if official:
        found.append(_OFFICIAL_LINK)
    words, kinds = weighed.words, weighed.cues
    carrier = _LABEL in words or _USSD in words or (_WRITE in words and _SEND in words)
    if carrier and _MOVED_OR_GAMBLED.isdisjoint(kinds):
        found.append(_CARRIER_STYLE)
    if (not signs or official) and not _CODES.isdisjoint(words) and _tells_of_code(weighed):
        found.append(_CODE_NOTICE)
    warned = sum([cue is _CAUTION or denied for cue, _, _, denied in cues]) if len(cues) > 1 else 0
    if warned >= 2 and not (signs & {"shortener", "chat"}):
        found.append(Rule("caution", -2.5))
    if signs or not ASKS.isdisjoint(kinds) or not _ALONE.isdisjoint(kinds) or len(kinds & _BAITS) > 1:
        return found
    if _REACHED.isdisjoint([entity.kind for entity in tokens.entities]):
        found.append(_NOTHING_ASKED)
    return found


def _tells_of_code(weighed: Weighed) -> bool:
    return not (_ONE_CODE_WORD.isdisjoint(weighed.words) and _TWO_CODE_WORDS.isdisjoint(weighed.pairs))


def _official_alone(tokens: Tokens, signs: set[str]) -> bool:
    """Whether every link leads to an owner we know."""
    return signs == {""} and all(e.host and e.host.official for e in tokens.entities if e.kind == "link")
