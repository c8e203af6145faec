"""The groups of people that programmes, materials and warnings are meant for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Đối tượng: the groups that the programmes name."""

    PUBLIC = "public", _("Nhân dân")
    OFFICIALS = "officials", _("Cán bộ, công chức, viên chức, người lao động")
    WORKERS = "workers", _("Công nhân, người lao động")
    LEADERS = "leaders", _("Người đứng đầu, lãnh đạo quản lý")
    PUPILS = "pupils", _("Học sinh")
    STUDENTS = "students", _("Sinh viên")
    YOUTH = "youth", _("Thanh niên, cán bộ Đoàn")
    TEACHERS = "teachers", _("Giáo viên, quản lý giáo dục")
    ARMED_FORCES = "armed_forces", _("Lực lượng vũ trang")
    JOURNALISTS = "journalists", _("Phóng viên, lãnh đạo báo chí")
    BANK_STAFF = "bank_staff", _("Nhân viên ngân hàng, tín dụng")
    BANK_CUSTOMERS = "bank_customers", _("Khách hàng ngân hàng")
    TELECOM = "telecom", _("Nhân viên viễn thông, công nghệ; thuê bao")
    FIRMS = "firms", _("Doanh nghiệp, người tiêu dùng")
    ELDERLY = "elderly", _("Người cao tuổi")
    HARD_TO_REACH = "hard_to_reach", _("Người ít được tiếp cận thông tin, có hoàn cảnh khó khăn")
    MINORITIES = "minorities", _("Đồng bào dân tộc thiểu số, vùng sâu, vùng xa")
    RESPECTED = "respected", _("Người có uy tín")
    HOUSEHOLDS = "households", _("Hộ gia đình, tổ dân phố, khu dân cư")
    DIASPORA = "diaspora", _("Người ở nước ngoài")
    SECURITY_STAFF = "security_staff", _("Cán bộ an toàn thông tin")
    INTERNET_USERS = "internet_users", _("Người dùng internet")
    ORGANISATIONS = "organisations", _("Cơ quan, doanh nghiệp, trường học nhận tài liệu")
