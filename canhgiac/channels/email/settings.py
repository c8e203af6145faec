"""What has to be known to send through one SMTP server."""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass, field
from pathlib import Path

from canhgiac.channels.contract import Pace

from .dkim import DkimKey
from .returnpath import ReturnPath

HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class SmtpSettings:
    """One server and how to speak to it. ValueError, in words for people, for what cannot work.

    ``starttls`` and ``tls`` (from the first octet, port 465) refuse to go on in clear text and check the certificate
    against ``ca`` and ``ca_file``, or the system's authorities without either. A password never goes in clear over a
    network.
    """

    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False
    ca: str = ""
    """The certificates to trust, in PEM."""
    ca_file: Path | None = None
    """The same in a file."""
    bounce: str = ""
    """The mailbox that bounces come to; each delivery gets "name+token@domain" of it (``returnpath``)."""
    secret: bytes = field(repr=False)
    """At least 16 octets, the same on every sender and on the listener for bounces."""
    helo: str = "localhost"
    pace: Pace = field(default_factory=lambda: Pace(connections=4))
    per_connection: int = 200
    """Mails over one connection before a new one is made, as many servers demand; 0 for no limit."""
    timeout: float = 60
    """Seconds for each answer but the last of a mail."""
    final_timeout: float = 600
    """Seconds for the answer to the whole mail: giving up earlier makes doubles (RFC 5321 §4.5.3.2.6)."""
    idle: float = 30
    """Seconds after which an unused connection is closed."""
    backoff: float = 1
    """Seconds before the second try to reach a server; doubles up to a minute (a refused password: to 15)."""
    dkim: tuple[DkimKey, ...] = ()

    def __post_init__(self) -> None:
        if not HOST.fullmatch(self.host) or not 1 <= self.port <= 65_535:
            raise ValueError(f"Máy chủ thư không hợp lệ: {self.host!r}, cổng {self.port}")
        if not HOST.fullmatch(self.helo):
            raise ValueError(f"Tên máy gửi không hợp lệ: {self.helo!r}")
        if self.starttls and self.tls:
            raise ValueError("Chỉ chọn một: STARTTLS hoặc TLS ngay từ đầu")
        if self.user and not (self.starttls or self.tls or self.host in LOCAL_HOSTS):
            raise ValueError("Mật khẩu không được gửi qua mạng ở dạng rõ: bật STARTTLS hoặc TLS")
        if min(self.timeout, self.final_timeout, self.idle, self.backoff) <= 0 or self.per_connection < 0:
            raise ValueError("Thời gian chờ phải lớn hơn 0")
        if self.pace.connections < 1 or self.pace.window < 1 or self.pace.rate < 0:
            raise ValueError("Nhịp gửi không hợp lệ")

    @property
    def path(self) -> ReturnPath:
        """Return paths and tokens. Without ``bounce`` only the Message-ID carries the token."""
        return ReturnPath(self.bounce or "khong-dung@localhost", self.secret)

    @property
    def connections(self) -> int:
        """A connection carries one mail at a time, so the window bounds them as well."""
        return min(self.pace.connections, self.pace.window)

    def context(self) -> ssl.SSLContext:
        """TLS with the certificate checked. ValueError when the authorities cannot be read."""
        try:
            return ssl.create_default_context(cafile=self.ca_file, cadata=self.ca or None)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(f"Không đọc được chứng thư {self.ca_file or ''}: {error}") from error
