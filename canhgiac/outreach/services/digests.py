"""One spelling of an address on a channel, and the keyed digest by which it is known without being told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from binascii import Error as NotBase64
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from canhgiac.engines.lookup.keys import BadKeyError, Kind, key_of
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Way

DIGEST_BYTES = 16
LONGEST, LONGEST_MAIL = 1000, 254
"""Characters: of the column; of a mail address (RFC 5321 section 4.5.3.1.3)."""
_PURPOSE = b"canhgiac.outreach.address"
_MOBILE = re.compile(r"\+84[35789]\d{8}", re.ASCII)
_ID = re.compile(r"[\w.:@-]{1,100}", re.ASCII)
_mail_holds = EmailValidator(allowlist=[])


class AddressRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The text is no address on this channel; the message is a Vietnamese sentence that does not repeat it."""


def address_canonical(way: Way | str, text: str) -> str:
    """The one spelling of what somebody wrote. Raises AddressRefused.

    SMS: E.164, Vietnamese mobile numbers alone (a landline or a service number takes no SMS); mail: lower case, the
    host in ASCII (IDNA); Zalo, Messenger: the id; push: the subscription (RFC 8030, RFC 8291) as JSON of one spelling.
    """
    told = storable(text).strip()
    if not told:
        raise AddressRefused(_("Chưa có địa chỉ nhận."))
    if way == Way.SMS:
        return told if _MOBILE.fullmatch(told) else _phone(told)
    if way == Way.EMAIL:
        return _mail(told)
    if way == Way.PUSH:
        return _push(told)
    if not _ID.fullmatch(told):
        raise AddressRefused(_("Mã người dùng chưa đúng."))
    return told


def _phone(told: str) -> str:
    try:
        value = key_of(Kind.PHONE, told).value
    except BadKeyError:
        value = ""
    if not _MOBILE.fullmatch(value):
        raise AddressRefused(_("Cần số di động Việt Nam, 10 chữ số bắt đầu bằng 03, 05, 07, 08 hoặc 09."))
    return value


def _mail(told: str) -> str:
    box, _at, host = told.rpartition("@")
    try:
        # A host in ASCII stays as it is typed: IDNA 2003 would refuse an underscore that the validator judges better.
        bare = host if host.isascii() else host.encode("idna").decode()
        value = f"{box}@{bare}".lower()
        _mail_holds(value)
    except (ValidationError, UnicodeError):
        value = ""
    if not value or not value.isascii() or len(value) > LONGEST_MAIL or box.startswith('"'):
        raise AddressRefused(_("Địa chỉ thư chưa đúng. Ví dụ: an@vidu.vn."))
    return value


def _push(told: str) -> str:
    refused = AddressRefused(_("Trình duyệt chưa cho nhận thông báo đẩy."))
    try:
        given = json.loads(told)
        endpoint, keys = given["endpoint"], given["keys"]
        sizes = [len(base64.urlsafe_b64decode(keys[name] + "==")) for name in ("p256dh", "auth")]
        parts = urlsplit(endpoint)
    except (ValueError, KeyError, TypeError, NotBase64, AttributeError, RecursionError):
        raise refused from None
    if sizes != [65, 16] or parts.scheme not in {"https", "http"} or not parts.hostname:
        raise refused
    kept = {"endpoint": endpoint, "keys": {name: keys[name].rstrip("=") for name in ("auth", "p256dh")}}
    value = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    if len(value) > LONGEST:
        raise refused
    return value


@lru_cache(maxsize=4)
def _key(secret: str) -> bytes:
    """A key of this purpose alone, derived from the server's secret (HKDF-extract, RFC 5869)."""
    return hmac.new(_PURPOSE, secret.encode(), hashlib.sha256).digest()


def address_digest(way: Way | str, address: str) -> bytes:
    """16 bytes of a keyed BLAKE2b (RFC 7693) of way and canonical address, the same for the same one on this server.

    Without the server's secret nobody can try the country's phone numbers until one fits.
    """
    return address_digests(way, [address])[0]


def address_digests(way: Way | str, addresses: Iterable[str]) -> list[bytes]:
    """``address_digest`` of each, in order: 100,000 in about a tenth of a second."""
    key, head = _key(settings.SECRET_KEY), f"{Way(way).value}:".encode()
    make = hashlib.blake2b
    return [make(head + one.encode(), digest_size=32, key=key).digest()[:DIGEST_BYTES] for one in addresses]


def token_new() -> str:
    """A word of 24 signs (144 random bits) for a person's own links."""
    return secrets.token_urlsafe(18)
