"""Mail over SMTP: ``SmtpTransport.send(message)``, and ``TransportError`` which says whether to try again."""

from .transport import SmtpTransport, TransportError

__all__ = ["SmtpTransport", "TransportError"]
