"""What the staff frame and the staff home show: the navigation by role, the day's work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.assistant.selectors import duty, figures, gaps
from canhgiac.outreach.selectors import sendrules
from canhgiac.training.selectors import (
    certificates,
    classes,
    contests,
    courses,
    drills,
    live,
    papers,
    questions,
)

from . import handbook

TIPS = {Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR}
OPENING = {Role.Kind.TIP_OFFICER, Role.Kind.COORDINATOR}
STEERING = {Role.Kind.COORDINATOR, Role.Kind.AUDITOR}
DOING = {Role.Kind.OFFICER}
ASKING = {Role.Kind.TIP_OFFICER, Role.Kind.APPROVER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR}
WATCHING = {Role.Kind.COORDINATOR, Role.Kind.TIP_OFFICER, Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.AUDITOR}
REGISTER = {*STEERING, Role.Kind.TIP_OFFICER, Role.Kind.APPROVER, Role.Kind.OFFICER}
RECEIVERS = {Role.Kind.COORDINATOR, Role.Kind.AUDITOR}
WRITING = {Role.Kind.EDITOR, Role.Kind.APPROVER, Role.Kind.COORDINATOR}


@dataclass(frozen=True, slots=True)
class NavItem:
    """One entry of the navigation."""

    label: str
    url: str
    icon: str
    active: bool


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Entries under one word; the first group has none."""

    label: str
    items: list[NavItem]


class Nav:
    """The navigation of one member on one page, built when a template first asks."""

    def __init__(self, member: Member, path: str) -> None:
        self._member, self._path = member, path

    def __iter__(self) -> Iterator[NavGroup]:
        return iter(self.groups)

    @cached_property
    def kinds(self) -> set[str]:
        """The member's roles today. One query."""
        return set(roles_of(self._member).values_list("kind", flat=True))

    @property
    def _sends_signals(self) -> bool:
        return Role.Kind.COLLABORATOR in self.kinds

    @cached_property
    def groups(self) -> list[NavGroup]:
        """Only what the member's roles can use."""
        steering, doing = bool(self.kinds & STEERING), bool(self.kinds & DOING)
        admin = Role.Kind.ADMIN in self.kinds
        audit = Role.Kind.AUDITOR in self.kinds or admin
        groups = [
            NavGroup("", [self._item(_("Bàn làm việc"), "home", "home", exact=True), *self._manual]),
            NavGroup(
                _("Chỉ đạo"),
                [
                    self._item(pgettext("list", "Kế hoạch"), "plan_list", "file-text"),
                    *([self._item(_("Việc của tôi"), "my_tasks", "checkbox")] if doing else []),
                    self._item(pgettext("list", "Nhiệm vụ"), "task_list", "list-check"),
                    self._item(_("Lịch"), "calendar", "calendar"),
                    *([self._item(pgettext("list", "Chỉ tiêu"), "target_list", "target-arrow")] if steering else []),
                    *([self._item(_("Chế độ báo cáo"), "obligation_list", "clipboard-text")] if steering else []),
                    self._item(_("Khó khăn, kiến nghị"), "remark_list", "message-report"),
                ],
            ),
            NavGroup(
                _("Kết quả"),
                [
                    *([self._item(_("Ghi hoạt động"), "activity_record", "camera")] if doing else []),
                    self._item(pgettext("list", "Hoạt động"), "activity_list", "notes"),
                    *([self._item(_("Báo cáo của tôi"), "my_reports", "report")] if doing else []),
                    *([self._item(pgettext("list", "Báo cáo"), "round_list", "report-analytics")] if steering else []),
                ],
            ),
            self._warning,
            self._assistant,
            NavGroup(
                _("Thư viện"),
                [
                    self._item(_("Kho nội dung"), "library_home", "books", exact=True),
                    self._item(_("Hình thức lừa đảo"), "form_list", "alert-triangle"),
                    self._item(pgettext("list", "Tài liệu"), "material_list", "photo"),
                    self._item(_("Bộ tài liệu"), "pack_list", "archive"),
                    self._item(_("Cẩm nang"), "handbook_list", "book-2"),
                    *([self._item(_("Chờ duyệt"), "review_list", "clipboard-check")] if self.kinds & WRITING else []),
                    self._item(_("Nhận dạng"), "recognition_home", "radar-2"),
                    self._item(_("Danh bạ"), "contact_list", "phone"),
                    self._item(_("Văn bản pháp luật"), "law_list", "gavel"),
                    self._item(_("Lượt lấy"), "taking_list", "file-download"),
                    self._item(_("Nhật ký đăng"), "publication_list", "history-toggle"),
                ],
            ),
            self._training,
            NavGroup(
                _("Quản trị"),
                [
                    self._item(pgettext("list", "Cơ quan"), "agency_list", "building-community"),
                    self._item(pgettext("list", "Địa bàn"), "area_list", "map-2"),
                    *([self._item(_("Trang tỉnh"), "province_profile", "building-bank")] if admin or steering else []),
                    *([self._item(_("Thành viên"), "member_list", "users")] if admin or steering else []),
                    *([self._item(_("Nhật ký"), "audit_list", "history")] if audit else []),
                    *([self._item(_("Kho kết quả học"), "recordstore_edit", "database")] if admin else []),
                ],
            ),
        ]
        return [_deepest(group) for group in groups if group.items]

    @property
    def has_handbook(self) -> bool:
        """Whether there is a handbook to read on this server."""
        return handbook.is_there()

    @property
    def _manual(self) -> list[NavItem]:
        return [self._item(_("Sổ tay"), "staff_handbook", "help-circle")] if self.has_handbook else []

    @property
    def _warning(self) -> NavGroup:
        """From what people tell to the warning, by role."""
        admin, steering = Role.Kind.ADMIN in self.kinds, bool(self.kinds & STEERING)
        return NavGroup(
            _("Tin báo, cảnh báo"),
            [
                *([self._item(_("Tin báo"), "tip_list", "inbox")] if self.kinds & TIPS else []),
                *([self._item(_("Vụ việc"), "case_list", "folders")] if self.kinds & TIPS else []),
                *([self._item(_("Khóa niêm phong"), "vault_home", "key")] if self.kinds & OPENING else []),
                *([self._item(_("Ra-đa"), "card_list", "radar")] if self.kinds & WATCHING else []),
                *([self._item(_("Phát cảnh báo"), "warning_list", "speakerphone")] if self.kinds & WATCHING else []),
                *([self._item(_("Người nhận"), "subscriber_list", "users-group")] if self.kinds & RECEIVERS else []),
                *([self._item(_("Đợt gửi"), "broadcast_list", "send")] if self.kinds & WATCHING else []),
                *(
                    [self._item(_("Nhà cung cấp"), "provider_list", "plug-connected")]
                    if self.kinds & {*sendrules.KEEPS}
                    else []
                ),
                *([self._item(_("Sổ dấu vết"), "indicator_list", "fingerprint")] if self.kinds & REGISTER else []),
                *([self._item(_("Yêu cầu gửi đối tác"), "request_list", "send")] if self.kinds & ASKING else []),
                *([self._item(_("Báo tín hiệu"), "signal_send", "broadcast")] if self._sends_signals else []),
                *(
                    [self._item(_("Danh sách nhập"), "list_source_list", "file-download")]
                    if self.kinds & REGISTER
                    else []
                ),
                *([self._item(_("Đối tác"), "partner_list", "building-bank")] if admin or steering else []),
            ],
        )

    @property
    def _assistant(self) -> NavGroup:
        """What people ask the assistant, and who answers where it cannot."""
        entries = (
            (_("Tổng quan"), "assistant_home", "robot", figures.HOME_READERS),
            (_("Bàn trực"), "duty_list", "headset", duty.READERS),
            (_("Cuộc gọi trực"), "call_list", "phone", duty.READERS),
            (_("Chỗ thiếu"), "gap_list", "help", gaps.READING),
        )
        seen = [self._item(label, name, icon) for label, name, icon, who in entries if self.kinds & {*who}]
        return NavGroup(_("Trợ lý"), seen)

    @property
    def _training(self) -> NavGroup:
        """What is learned, and what those who teach need for it."""
        entries = (
            (pgettext("list", "Lớp"), "class_list", "users-group", classes.SEERS),
            (_("Khóa học"), "course_list", "book", courses.READERS),
            (_("Ngân hàng câu hỏi"), "question_list", "help", questions.READERS),
            (pgettext("list", "Đề"), "paper_list", "clipboard-text", papers.READERS),
            (_("Cuộc thi"), "contest_list", "trophy", contests.READERS),
            (_("Thi tại chỗ"), "live_list", "device-mobile", live.RUNNING),
            (_("Giấy chứng nhận"), "certificate_list", "certificate", certificates.READERS),
            (_("Diễn tập"), "drill_list", "target-arrow", drills.READERS),
        )
        own = self._item(_("Việc học của tôi"), "learner_mine", "school")
        seen = [self._item(label, name, icon) for label, name, icon, who in entries if self.kinds & {*who}]
        return NavGroup(_("Tập huấn"), [own, *seen])

    def _item(self, label: str, name: str, icon: str, *, exact: bool = False) -> NavItem:
        url = reverse(name)
        return NavItem(label, url, icon, self._path == url if exact else self._path.startswith(url))


def _deepest(group: NavGroup) -> NavGroup:
    """Of the entries that lead to the page only the nearest: /hoat-dong/ghi/ stands below /hoat-dong/."""
    nearest = max((len(item.url) for item in group.items if item.active), default=0)
    return NavGroup(
        group.label, [replace(item, active=item.active and len(item.url) == nearest) for item in group.items]
    )
