"""Where a mail comes back to: an address and a Message-ID that name the delivery, and that nobody else can make up.

A server that cannot deliver a mail writes to its return path (RFC 5321 §4.4). When each delivery has a return path of
its own ("variable envelope return path"), a bounce names the delivery whatever the server wrote into it. Whoever knows
the pattern could report other people's mailboxes as gone and so silence warnings to them; a keyed digest prevents it.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

DIGEST_OCTETS = 6
"""48 bits: a forger who posts a thousand guesses a second needs 4,000 years for an even chance at one delivery."""
SECRET_OCTETS = 16
TOKEN = re.compile(r"(?<![0-9a-z])([0-9]{1,19})-([0-9a-f]{12})(?![0-9a-z])", re.IGNORECASE)
ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,24}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")


@dataclass(frozen=True)
class ReturnPath:
    """Makes and reads the address that bounces of one delivery come to.

    ``address`` is a mailbox of ours such as "hoi-am@thu.vinhan.test" whose server takes "hoi-am+…@thu.vinhan.test" too
    (RFC 5233) and hands it to ``inbound``. ``secret`` has at least 16 octets. ValueError when either is not so.
    """

    address: str
    secret: bytes

    def __post_init__(self) -> None:
        if not ADDRESS.fullmatch(self.address):
            raise ValueError(f"Địa chỉ nhận thư báo lỗi không hợp lệ: {self.address!r}")
        if len(self.secret) < SECRET_OCTETS:
            raise ValueError(f"Khóa của địa chỉ nhận thư báo lỗi cần ít nhất {SECRET_OCTETS} byte")

    def token(self, key: int) -> str:
        """The name of one delivery for the outer world: its number and the digest of it."""
        digits = str(key)
        return f"{digits}-{hmac.digest(self.secret, digits.encode(), 'sha256')[:DIGEST_OCTETS].hex()}"

    def address_of(self, token: str) -> str:
        """The return path of the delivery that has this token."""
        local, _, domain = self.address.partition("@")
        return f"{local}+{token}@{domain}"

    def key_in(self, text: str) -> int | None:
        """The delivery named by the first genuine token in an address, a Message-ID or a whole head; None without."""
        for found in TOKEN.finditer(text):
            key = int(found[1])
            if hmac.compare_digest(self.token(key), f"{key}-{found[2].lower()}"):
                return key
        return None
