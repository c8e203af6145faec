"""Certificates as Open Badges 3.0, signed with the province's own key, and what lets anybody check them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province
from canhgiac.agencies.selectors import province
from canhgiac.engines.quizzes import badges
from canhgiac.kit.sealing import BrokenSealError, box, unbox
from canhgiac.library.selectors.renderings import site_url
from canhgiac.training.models import Certificate, IssuerKey
from canhgiac.training.selectors.certificates import certificate_path

from .refusals import TrainingRefused

_PURPOSE = "training.issuer_key"
_LOCK = 0x6B65_7900


def badge_of(certificate: Certificate) -> str:
    """The certificate as a signed credential (compact JWS). Raises TrainingRefused for a revoked or nameless one."""
    if certificate.revoked_at is not None:
        raise TrainingRefused(_("Giấy này đã bị thu hồi, không xuất huy hiệu được."))
    if not certificate.holder:
        raise TrainingRefused(_("Người học đã yêu cầu xóa tên, không xuất huy hiệu được."))
    profile, key = province(), issuer_key()
    address = site_url(profile, certificate_path(certificate))
    told = badges.credential(
        iri=address,
        issuer=badges.Issuer(_issuer_iri(profile), certificate.issuer.name),
        achievement=badges.Achievement(
            iri=f"{site_url(profile, '/')}xapi/achievement/{_achievement(certificate)}",
            name=certificate.title,
            description=certificate.title,
            criteria=_("Hoàn thành mọi bài, có mặt đủ buổi và đạt bài cuối khóa.")
            if certificate.kind == Certificate.Kind.COURSE
            else _("Đạt giải theo thể lệ cuộc thi."),
        ),
        subject=f"urn:uuid:{_subject(certificate)}",
        holder=certificate.holder,
        issued_at=certificate.issued_at,
        status=site_url(profile, reverse("certificate_status", args=[certificate.code])),
    )
    return badges.sign(told, unbox(_key(), bytes(key.sealed), what=_PURPOSE), kid=key_address(key, profile))


@transaction.atomic
def issuer_key() -> IssuerKey:
    """The key in use; made the first time it is needed, and anew once the server's own key was changed."""
    if held := _usable():
        return held
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    if held := _usable():
        return held
    fresh = badges.key_new()
    return IssuerKey.objects.create(
        kid=secrets.token_hex(6), sealed=box(_key(), fresh, what=_PURPOSE), public=badges.public_of(fresh)
    )


def _usable() -> IssuerKey | None:
    """The newest key, if this server can open it."""
    held = IssuerKey.objects.order_by("-pk").first()
    if held is None:
        return None
    try:
        unbox(_key(), bytes(held.sealed), what=_PURPOSE)
    except BrokenSealError:
        return None
    return held


def key_address(key: IssuerKey, profile: Province) -> str:
    """Where the public half is told as a JSON Web Key."""
    return site_url(profile, reverse("badge_key", args=[key.kid]))


def key_told(kid: str) -> dict[str, str] | None:
    """The public half of a key of ours (RFC 8037); None for an unknown one."""
    row = IssuerKey.objects.filter(kid=kid).first()
    return None if row is None else badges.jwk(bytes(row.public), kid=key_address(row, province()))


def issuer_told() -> dict[str, Any]:
    """The issuer's profile (Open Badges 3.0, "Profile")."""
    profile = province()
    return {
        "@context": list(badges.CONTEXT),
        "id": _issuer_iri(profile),
        "type": ["Profile"],
        "name": profile.office.name if profile.office else profile.name or "Cảnh Giác",
        "url": site_url(profile, "/"),
    }


def status_told(certificate: Certificate) -> dict[str, Any]:
    """1EdTech Revocation List of this one certificate: a list of all would tell codes that were never shown."""
    profile = province()
    gone = [{"id": site_url(profile, certificate_path(certificate)), "revoked": True}] if certificate.revoked_at else []
    return {
        "id": site_url(profile, reverse("certificate_status", args=[certificate.code])),
        "issuer": _issuer_iri(profile),
        "revokedCredential": gone,
    }


def _issuer_iri(profile: Province) -> str:
    return site_url(profile, reverse("badge_issuer"))


def _achievement(certificate: Certificate) -> str:
    """The same for all who got it for the same thing."""
    return hashlib.sha256(f"{certificate.kind}\0{certificate.issuer_id}\0{certificate.title}".encode()).hexdigest()[:24]


def _subject(certificate: Certificate) -> uuid.UUID:
    told = f"badge.subject:{certificate.learner_id}"
    return uuid.UUID(bytes=hmac.new(_key(), told.encode(), hashlib.sha256).digest()[:16], version=4)


def _key() -> bytes:
    """A key of this purpose alone, derived from the server's."""
    return hmac.new(b"canhgiac.training.badges", settings.SECRET_KEY.encode(), hashlib.sha256).digest()
