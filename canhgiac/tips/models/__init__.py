"""Tables of tips, cases, the vault that seals them, and of what was seen."""

from .cases import Case, CaseEvent, Erasure, Handover
from .observations import Observation
from .tips import ConsentText, Tip, TipEvent, TipFile, TipMessage, TipPart, TipToken
from .vault import MemberKey, RecoveryShare, VaultGrant, VaultKey

__all__ = [
    "Case",
    "CaseEvent",
    "ConsentText",
    "Erasure",
    "Handover",
    "MemberKey",
    "Observation",
    "RecoveryShare",
    "Tip",
    "TipEvent",
    "TipFile",
    "TipMessage",
    "TipPart",
    "TipToken",
    "VaultGrant",
    "VaultKey",
]
