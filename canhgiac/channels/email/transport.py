"""One mail handed to one SMTP server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage


class TransportError(Exception):
    """The server did not take the mail.

    ``permanent``: the same mail will be refused again (5xx for this message or address). Otherwise the
    fault is of the moment or of the set-up (4xx, no answer, wrong password), and a later try may succeed.
    """

    def __init__(self, message: str, permanent: bool) -> None:  # the two facts of the error
        super().__init__(message)
        self.permanent = permanent


@dataclass(frozen=True, kw_only=True)
class SmtpTransport:
    """Sends through one SMTP server, a connection a mail.

    ``timeout`` is in seconds and holds for each answer of the server. ``starttls`` refuses to go on in
    clear text. Notices are few, so a connection is not kept: an idle one would be closed by the server.
    """

    host: str
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    timeout: float = 20

    def send(self, message: EmailMessage) -> None:
        """Returns when the server has accepted the mail (RFC 5321: it is then responsible). Else TransportError."""
        try:
            client = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        except smtplib.SMTPException as error:
            raise _classified(error) from error
        except OSError as error:
            raise TransportError(f"{self.host}:{self.port}: {error}", permanent=False) from error
        try:
            self._greet(client)
            client.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            client.close()
            raise _classified(error) from error
        # The mail is accepted; a fault while saying good-bye must not make it be sent twice.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            client.quit()

    def _greet(self, client: smtplib.SMTP) -> None:
        if self.starttls:
            client.starttls(context=ssl.create_default_context())
        if self.user:
            client.login(self.user, self.password)


def _classified(error: Exception) -> TransportError:
    """The error as ours: permanent only when the server's own 5xx speaks of this mail."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return TransportError(_words(error.smtp_code, error.smtp_error), permanent=False)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = max(error.recipients.values(), key=lambda answer: answer[0])
        return TransportError(_words(code, words), permanent=code >= 500)
    if isinstance(error, (smtplib.SMTPSenderRefused, smtplib.SMTPDataError)):
        return TransportError(_words(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500)
    if isinstance(error, smtplib.SMTPResponseException):
        # A refusal at connection, greeting or STARTTLS is about the server, not about the mail.
        return TransportError(_words(error.smtp_code, error.smtp_error), permanent=False)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        # Our own set-up (AUTH, STARTTLS) can be mended; an address that needs SMTPUTF8 cannot.
        return TransportError(str(error), permanent="SMTPUTF8" in str(error))
    return TransportError(str(error) or type(error).__name__, permanent=False)


def _words(code: int, words: bytes | str) -> str:
    return f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
