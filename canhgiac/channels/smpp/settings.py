"""What an operator's contract says about its SMSC."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from canhgiac.channels.contract import Pace
from canhgiac.kit import clock

from . import pdu
from .receipts import RefBase

PEM = "-----BEGIN "


@dataclass(frozen=True, kw_only=True)
class SmppSettings:
    """One account at one SMSC. Times are in seconds. Raises ValueError for what no SMSC can take."""

    host: str
    port: int = 2775
    system_id: str
    """At most 15 octets."""
    password: str = field(default="", repr=False)
    """At most 8 octets (SMPP 3.4 §5.2.2)."""
    system_type: str = ""
    bind: Literal["transceiver", "split"] = "transceiver"
    """"split": a transmitter and a receiver for each connection, for SMSCs without transceivers."""
    pace: Pace = field(default_factory=Pace)
    """``rate`` counts parts; ``window`` counts PDUs over all binds; ``connections`` is the number of binds."""
    tls: bool = False
    ca: str = ""
    """The certificates to trust, in PEM, or a file with them; empty for those of the system."""
    service_type: str = ""
    source_ton: int | None = None
    """None: by the look of the sender (name, short number, international number)."""
    source_npi: int | None = None
    dest_ton: int = 1
    dest_npi: int = 1
    enquire: float = 30
    """After so long a silence the link is asked whether it lives."""
    timeout: float = 30
    """How long an answer may take."""
    patience: float = 10
    """How long a batch waits for a link that is down, before it is said to be for later."""
    ref_base: RefBase = "as_is"
    refusals: frozenset[int] = frozenset()
    """The operator's own codes (0x400 to 0x4FF) for "this one never", such as its do-not-disturb list."""
    country: str = "84"
    """What stands for a leading 0 in the numbers the SMSC tells us."""
    zone: ZoneInfo = clock.VIETNAM
    """The SMSC's clock in receipts."""

    def __post_init__(self) -> None:
        """A login that does not fit into a bind is a fault of the settings, not of the link."""
        pdu.bind(pdu.Command.BIND_TRANSCEIVER, 1, self.login)
        if self.pace.window < 1 or self.pace.connections < 1 or self.pace.rate < 0:
            raise ValueError("a line needs a window and a connection of at least one")

    @property
    def login(self) -> pdu.Bind:
        """What the binds say."""
        return pdu.Bind(self.system_id, self.password, self.system_type)


@dataclass(slots=True)
class Tally:
    """What happened on a line since it was opened; for logs and dashboards, without numbers or texts."""

    written: int = 0
    """submit_sm."""
    taken: int = 0
    strays: int = 0
    """Answers to nothing we still wait for: late, doubled, or invented."""
    timeouts: int = 0
    throttled: int = 0
    links: int = 0
    """Binds that were accepted."""
    lost: int = 0
    """Links that ended without our unbind."""
    refused_binds: int = 0
    events: int = 0
    unread: int = 0
    """Receipts that did not say of which message, and PDUs that were none."""
    unsaved: int = 0
    """Events that the caller failed to keep: the SMSC was asked to repeat them."""
    statuses: Counter[int] = field(default_factory=Counter)
    """command_status of answers with an error."""
