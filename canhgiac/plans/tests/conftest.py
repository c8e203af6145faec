"""A plan under review, for the tests of correcting it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from canhgiac.plans.models import Plan
from canhgiac.plans.services.imports import directive_read, directive_receive
from tests.factories.agencies import Cast

TEXT = """ỦY BAN NHÂN DÂN
TỈNH THỬ NGHIỆM

Số: 12/KH-UBND

Thử Nghiệm, ngày 05 tháng 01 năm 2026

KẾ HOẠCH
Phòng, chống lừa đảo trực tuyến năm 2026

I. CHỈ TIÊU

- 100% khu dân cư, tổ dân phố, hộ gia đình nhận được cẩm nang.

II. PHÂN CÔNG NHIỆM VỤ

1. Công an tỉnh

- Biên soạn bộ tài liệu gốc; bàn giao các cơ quan trước ngày 10 tháng 6 năm 2026.
- Lập đầu mối tiếp nhận tin báo.

2. Sở Giáo dục và Đào tạo

- Đưa nội dung nhận biết lừa đảo vào tiết sinh hoạt lớp.

3. Hội Làm vườn

- Tuyên truyền tới hội viên.
"""


@pytest.fixture
def draft(cast: Cast, settings: Settings, tmp_path: Path) -> Plan:
    """A plan just read."""
    settings.FILES_ROOT = tmp_path / "files"
    directive = directive_receive(
        by=cast.coordinator, file_name="ke-hoach.txt", data=TEXT.encode(), agency=cast.province
    )
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    return plan
