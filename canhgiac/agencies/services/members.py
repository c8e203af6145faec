"""Members, their roles and invitations."""

from __future__ import annotations

import datetime as dt
import hashlib

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Invitation, Member, MemberPhone, Role
from canhgiac.agencies.selectors import NotAllowed, key_sha256, require_role, roles_of
from canhgiac.kit import clock

from .audit import audit_record
from .notices import INVITATION, invitation_key, notice_send
from .register import Refused

INVITATION_LIFE = dt.timedelta(days=7)


def require_keeper(by: Member, member: Member) -> None:
    """Raises NotAllowed unless ``by`` is ADMIN over the member's agency, at a root when the member has none."""
    if member.agency is not None:
        require_role(by, Role.Kind.ADMIN, agency=member.agency)
    elif not roles_of(by, Role.Kind.ADMIN).filter(agency__parent=None).exists():
        raise NotAllowed(_("Chỉ quản trị viên cấp cao nhất được sửa thành viên không thuộc cơ quan nào."))


@transaction.atomic
def member_invite(*, by: Member, email: str, full_name: str, kind: Role.Kind, agency: Agency) -> Invitation:
    """Mails a person the way to become a member with a role at the agency, good for seven days.

    ADMIN of the agency. Refused for an address that is a member's already: grant that member the role instead.
    An open invitation of the same address to the same role is withdrawn, so that one link works.
    """
    require_role(by, Role.Kind.ADMIN, agency=agency)
    email = email.strip().casefold()
    if Member.objects.filter(email=email).exists():
        raise Refused(_("Địa chỉ này đã là thành viên; hãy cấp vai trò trên trang của người đó."), "email")
    now = clock.now()
    _open(email).filter(kind=kind, agency=agency).update(withdrawn_at=now)
    invitation = Invitation(email=email, full_name=full_name.strip(), kind=kind, agency=agency, invited_by=by)
    _send(invitation, now)
    audit_record(
        by=by,
        act="agencies.member_invite",
        subject=invitation,
        facts={"kind": str(kind), "agency": agency.pk},
    )
    return invitation


@transaction.atomic
def invitation_resend(*, by: Member, invitation: Invitation) -> Invitation:
    """Mails a new link, good for seven days; the old one stops working. ADMIN of the agency."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require_role(by, Role.Kind.ADMIN, agency=invitation.agency)
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Refused(_("Lời mời này đã được nhận hoặc đã rút."))
    _send(invitation, clock.now())
    audit_record(by=by, act="agencies.invitation_resend", subject=invitation)
    return invitation


@transaction.atomic
def invitation_withdraw(*, by: Member, invitation: Invitation) -> Invitation:
    """Makes the mailed link worthless. ADMIN of the agency."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    require_role(by, Role.Kind.ADMIN, agency=invitation.agency)
    if invitation.accepted_at is not None:
        raise Refused(_("Lời mời đã được nhận; hãy ngừng tài khoản nếu cần."))
    invitation.withdrawn_at = invitation.withdrawn_at or clock.now()
    invitation.save(update_fields=["withdrawn_at"])
    audit_record(by=by, act="agencies.invitation_withdraw", subject=invitation)
    return invitation


def _open(email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(email=email, accepted_at=None, withdrawn_at=None)


@translation.override("vi")  # whoever invites, the invited has not chosen a language yet
def _send(invitation: Invitation, now: dt.datetime) -> None:
    invitation.invited_at, invitation.expires_at = now, now + INVITATION_LIFE
    if invitation._state.adding:
        invitation.key_sha256 = hashlib.sha256(f"{invitation.email} {now}".encode()).hexdigest()
        invitation.save()  # the key is made from the row's number, so the row comes first
    invitation.key_sha256 = key_sha256(invitation_key(invitation))
    invitation.save()
    notice_send(
        kind=INVITATION,
        address=invitation.email,
        subject=str(_("Mời bạn tham gia Cảnh Giác")),
        body=str(
            _(
                "Chào %(name)s,\n\n%(by)s mời bạn tham gia hệ thống Cảnh Giác với vai trò %(role)s tại %(agency)s.\n"
                "Mở đường dẫn dưới đây để đặt mật khẩu. Đường dẫn dùng được đến %(until)s.\n"
                "Nếu bạn không chờ thư này, xin bỏ qua."
            )
            % {
                "name": invitation.full_name or invitation.email,
                "by": invitation.invited_by.full_name,
                "role": invitation.get_kind_display(),
                "agency": invitation.agency.name,
                "until": f"{invitation.expires_at.astimezone(clock.VIETNAM):%H:%M %d/%m/%Y}",
            }
        ),
        link=str(invitation.pk),
    )


@transaction.atomic
def invitation_accept(*, key: str, full_name: str, password: str) -> Member:
    """Makes the invited person a member with the role. Raises Refused when the link no longer works.

    The password is to be checked by the form. The mailed link proves the address.
    """
    invitation = Invitation.objects.select_for_update().filter(key_sha256=key_sha256(key)).first()
    if invitation is None or invitation.accepted_at or invitation.withdrawn_at or invitation.expires_at < clock.now():
        raise Refused(_("Đường dẫn mời đã hết hạn, đã dùng hoặc đã rút. Hãy hỏi người mời bạn để nhận thư mới."))
    if Member.objects.filter(email=invitation.email).exists():
        raise Refused(_("Địa chỉ này đã có tài khoản; hãy đăng nhập."))
    member = Member.objects.create_user(
        invitation.email, password, full_name=full_name.strip(), agency=invitation.agency
    )
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    Role.objects.create(member=member, kind=invitation.kind, agency=invitation.agency, granted_by=invitation.invited_by)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    audit_record(by=member, act="agencies.invitation_accept", subject=invitation, facts={"kind": invitation.kind})
    return member


@transaction.atomic
def role_grant(
    *,
    by: Member,
    member: Member,
    kind: Role.Kind,
    agency: Agency,
    valid_from: dt.date | None = None,
    valid_until: dt.date | None = None,
) -> Role:
    """Lets the member act as ``kind`` for the agency and all below it, between two days, both included.

    ADMIN of the agency. A role held before is given its new days.
    """
    require_role(by, Role.Kind.ADMIN, agency=agency)
    if valid_from and valid_until and valid_until < valid_from:
        raise Refused(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), "valid_until")
    role, _made = Role.objects.update_or_create(
        member=member,
        kind=kind,
        agency=agency,
        defaults={"valid_from": valid_from, "valid_until": valid_until, "granted_by": by},
    )
    facts: dict[str, object] = {"kind": str(kind), "agency": agency.pk, "from": valid_from, "until": valid_until}
    audit_record(by=by, act="agencies.role_grant", subject=member, facts=facts)
    return role


@transaction.atomic
def role_revoke(*, by: Member, role: Role) -> None:
    """Ends the role at once: yesterday was its last day; one that has not begun is taken away. ADMIN of its agency.

    Refused for one's own ADMIN role, so that a slip does not leave an agency without a keeper.
    """
    require_role(by, Role.Kind.ADMIN, agency=role.agency)
    if role.member == by and role.kind == Role.Kind.ADMIN:
        raise Refused(_("Bạn không thể tự thu hồi vai trò quản trị của mình; hãy nhờ quản trị viên khác."))
    yesterday = clock.today() - dt.timedelta(days=1)
    facts: dict[str, object] = {"kind": role.kind, "agency": role.agency_id}
    if role.valid_from is not None and role.valid_from > yesterday:
        role.delete()
    else:
        role.valid_until = yesterday
        role.save(update_fields=["valid_until"])
    audit_record(by=by, act="agencies.role_revoke", subject=role.member, facts=facts)


@transaction.atomic
def member_edit(*, by: Member, member: Member, full_name: str, title: str, agency: Agency | None) -> Member:
    """Corrects a member's name, title and agency. ADMIN over the member and over the new agency."""
    member = Member.objects.select_for_update(of=("self",)).select_related("agency").get(pk=member.pk)
    require_keeper(by, member)
    if agency is not None:
        require_role(by, Role.Kind.ADMIN, agency=agency)
    facts: dict[str, object] = {"agency": [member.agency_id, agency.pk if agency else None]}
    member.full_name, member.title, member.agency = full_name, title, agency
    member.save(update_fields=["full_name", "title", "agency"])
    audit_record(by=by, act="agencies.member_edit", subject=member, facts=facts)
    return member


@transaction.atomic
def member_language_set(*, by: Member, language: str) -> None:
    """Keeps the language the member reads, for mails and the calendar feed. Raises Refused for one we do not speak."""
    if language not in dict(settings.LANGUAGES):
        raise Refused(_("Chưa có ngôn ngữ này."))
    if by.language != language:
        by.language = language
        by.save(update_fields=["language"])
        audit_record(by=by, act="agencies.member_language_set", subject=by, facts={"language": language})


@transaction.atomic
def member_deactivate(*, by: Member, member: Member) -> Member:
    """Shuts the member out at once: sessions, roles and tokens stop working; what they did stays, their phone is
    forgotten. ADMIN over them."""
    require_keeper(by, member)
    if member == by:
        raise Refused(_("Bạn không thể tự ngừng tài khoản của mình."))
    MemberPhone.objects.filter(member=member).delete()
    return _set_active(by=by, member=member, active=False)


@transaction.atomic
def member_reactivate(*, by: Member, member: Member) -> Member:
    """Lets a member in again, with the roles still in force. ADMIN over them."""
    require_keeper(by, member)
    return _set_active(by=by, member=member, active=True)


def _set_active(*, by: Member, member: Member, active: bool) -> Member:
    member.is_active = active
    member.save(update_fields=["is_active"])
    act = "agencies.member_reactivate" if active else "agencies.member_deactivate"
    audit_record(by=by, act=act, subject=member)
    return member


@transaction.atomic
def login_record(*, member: Member, method: str) -> None:
    """Notes in the log that the member has logged in, and how."""
    audit_record(by=member, act="agencies.login", subject=member, facts={"method": method})


@transaction.atomic
def admin_create(*, email: str, full_name: str) -> Member:
    """The first administrator, ADMIN at every root of the register: for the command line of a new server.

    A member of this address is given the role; a new one has no password yet. Raises Refused for an empty register.
    """
    roots = list(Agency.objects.filter(parent=None, valid_until=None))
    if not roots:
        raise Refused(_("Sổ cơ quan còn trống; hãy chạy register_province trước."))
    member = Member.objects.filter(email=email.casefold()).first()
    if member is None:
        member = Member.objects.create_user(email, None, full_name=full_name)
    for agency in roots:
        Role.objects.update_or_create(
            member=member, kind=Role.Kind.ADMIN, agency=agency, defaults={"valid_from": None, "valid_until": None}
        )
    audit_record(by=None, act="agencies.admin_create", subject=member, facts={"agencies": [row.pk for row in roots]})
    return member
