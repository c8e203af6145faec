"""Notices to members: journalled, then mailed by the worker."""

from __future__ import annotations

import base64
import datetime as dt
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Invitation, Member, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.channels.email import SmtpTransport, TransportError
from canhgiac.kit import clock

INVITATION = "agencies.member_invite"
"""A notice whose ``link`` is an invitation's number: the address with the secret is made when the mail is."""
MAX_ATTEMPTS = 6
"""As many as the queue's own retries: about an hour of absence of the mail server."""
STALE = dt.timedelta(minutes=15)
"""A send lasts at most a few time-outs of 20 s; one that is older was cut off with its worker."""


@transaction.atomic
def notice_send(
    *, kind: str, subject: str, body: str, member: Member | None = None, address: str = "", link: str = ""
) -> Notice:
    """Writes the notice and queues its mail, in the caller's transaction.

    Give a ``member`` (shown in the bell list too) or an agency's ``address``. ``link`` is a path of this site or
    a full address, written under the body. Raises ValueError when there is nowhere to send.
    """
    to = address or (member.email if member else "")
    if not to:
        raise ValueError("a notice needs a member or an address")
    notice = Notice.objects.create(
        member=member, address=to, kind=kind, subject=" ".join(subject.split())[:200], body=body, link=link
    )
    work.enqueue("agencies.notice_deliver", notice_id=notice.pk)
    return notice


def notice_claim(*, notice_id: int) -> Notice | None:
    """Marks the notice as being sent and commits that before the wire; None when there is nothing to send.

    A notice found in SENDING belongs to another worker, or to one that was killed: ``notices_settle`` decides.
    """
    with transaction.atomic():
        notice = Notice.objects.select_for_update().filter(pk=notice_id, state=Notice.State.QUEUED).first()
        if notice is None:
            return None
        notice.state = Notice.State.SENDING
        notice.attempts += 1
        notice.attempted_at = clock.now()
        notice.save(update_fields=["state", "attempts", "attempted_at"])
    return notice


def notice_deliver(*, notice_id: int) -> None:
    """Sends one notice once. Raises TransportError for a fault of the moment, so that the queue tries again."""
    notice = notice_claim(notice_id=notice_id)
    if notice is None:
        return
    try:
        message = notice_message(notice)
    except (ValueError, MessageError) as error:  # an address or heading that no mail can carry
        notice.state, notice.error = Notice.State.FAILED, str(error)[:300]
        notice.save(update_fields=["state", "error"])
        return
    try:
        transport().send(message)
    except TransportError as error:
        notice.error = str(error)[:300]
        given_up = error.permanent or notice.attempts >= MAX_ATTEMPTS
        notice.state = Notice.State.FAILED if given_up else Notice.State.QUEUED
        notice.save(update_fields=["state", "error"])
        if not given_up:
            raise
        return
    notice.state, notice.error, notice.sent_at = Notice.State.SENT, "", clock.now()
    notice.save(update_fields=["state", "error", "sent_at"])


@transaction.atomic
def notices_settle() -> int:
    """Settles notices whose worker died in mid-send; returns how many.

    Rule: nobody knows whether the server took the mail. A reminder lost is worse than one that comes twice, so it
    is sent again, once, under the same Message-ID, by which mail programs drop a duplicate. Cut off a second
    time, it is marked as failed for a person to look at.
    """
    stale = Notice.objects.select_for_update(skip_locked=True).filter(
        state=Notice.State.SENDING, attempted_at__lt=clock.now() - STALE
    )
    settled = list(stale)
    for notice in settled:
        if notice.error == CUT_OFF or notice.attempts >= MAX_ATTEMPTS:
            notice.state, notice.error = Notice.State.FAILED, str(_("Bị ngắt giữa chừng, không rõ đã gửi hay chưa."))
        else:
            notice.state, notice.error = Notice.State.QUEUED, CUT_OFF
            work.enqueue("agencies.notice_deliver", notice_id=notice.pk)
        notice.save(update_fields=["state", "error"])
    return len(settled)


CUT_OFF = "cut off in mid-send"


@transaction.atomic
def notice_read(*, by: Member, notice: Notice) -> Notice:
    """Marks one's own notice as read."""
    if notice.member_id != by.pk:
        raise NotAllowed(_("Đây không phải thông báo của bạn."))
    if notice.read_at is None:
        notice.read_at = clock.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def notices_read_all(*, by: Member) -> int:
    """Marks all of one's own notices as read; returns how many were not."""
    return Notice.objects.filter(member=by, read_at=None).update(read_at=clock.now())


def transport() -> SmtpTransport:
    """The SMTP server of the settings."""
    return SmtpTransport(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        user=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD,
        starttls=settings.EMAIL_USE_TLS,
        timeout=settings.EMAIL_TIMEOUT,
    )


def notice_message(notice: Notice) -> EmailMessage:
    """The mail of a notice. Raises ValueError or MessageError for an address no mail can carry."""
    message = EmailMessage()
    name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = urlsplit(settings.BASE_URL).hostname or "localhost"
    message["From"] = Address(display_name=name, addr_spec=sender)
    message["To"] = Address(display_name=notice.member.full_name if notice.member else "", addr_spec=notice.address)
    message["Subject"] = notice.subject
    message["Date"] = format_datetime(notice.created_at)
    message["Message-ID"] = f"<notice-{notice.pk}-{notice.created_at:%Y%m%d%H%M%S}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    parts = [notice.body.rstrip()]
    if link := _link(notice):
        parts.append(urljoin(settings.BASE_URL, link))
    message.set_content("\n\n".join(parts) + "\n", cte="quoted-printable")
    return message


def _link(notice: Notice) -> str:
    if notice.kind != INVITATION:
        return notice.link
    invitation = Invitation.objects.get(pk=int(notice.link))
    return reverse("invitation_accept", args=[invitation_key(invitation)])


def invitation_key(invitation: Invitation) -> str:
    """The secret in the mailed link, made anew from the row and the server's key whenever the mail is sent.

    So it stands in no table: a copy of the database opens no invitation.
    """
    told = f"{invitation.pk} {invitation.email} {invitation.invited_at.timestamp():.6f}"
    digest = salted_hmac("canhgiac.agencies.invitation", told, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
