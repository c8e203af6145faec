"""Mail over SMTP, in two ways.

Notices to members go one by one: ``SmtpTransport.send(message)``, and ``TransportError`` which says whether to try
again.
Broadcasts go over a line: ``open_line(SmtpSettings(…), on_events)`` carries ``EmailContent``.
"""

from .content import EmailContent
from .dkim import DkimKey
from .line import SmtpLine, open_line
from .settings import SmtpSettings
from .transport import SmtpTransport, TransportError

__all__ = [
    "DkimKey",
    "EmailContent",
    "SmtpLine",
    "SmtpSettings",
    "SmtpTransport",
    "TransportError",
    "open_line",
]
