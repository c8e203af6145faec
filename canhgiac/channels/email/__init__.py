"""Mail over SMTP, in two ways.

Notices to members go one by one: ``SmtpTransport.send(message)``, and ``TransportError`` which says whether to try
again.
Broadcasts go over a line: ``open_line(SmtpSettings(…), on_events)`` carries ``EmailContent``; what comes back arrives
at ``serve_inbound(InboundSettings(…), on_events)``.
"""

from .content import EmailContent
from .dkim import DkimKey, dkim_name, new_pem, public_record
from .inbound import InboundDoor, InboundRoom, InboundSettings, open_door, serve_inbound
from .line import SmtpLine, open_line
from .returnpath import ReturnPath
from .settings import SmtpSettings
from .transport import SmtpTransport, TransportError

__all__ = [
    "DkimKey",
    "EmailContent",
    "InboundDoor",
    "InboundRoom",
    "InboundSettings",
    "ReturnPath",
    "SmtpLine",
    "SmtpSettings",
    "SmtpTransport",
    "TransportError",
    "dkim_name",
    "new_pem",
    "open_door",
    "open_line",
    "public_record",
    "serve_inbound",
]
