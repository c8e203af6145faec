"""What a section is for, told by its heading: clauses of a purpose section are no tasks, those under "Nhiệm vụ" are."""

from __future__ import annotations

import re
from typing import Literal

Role = Literal[
    "background",
    "scope",
    "aim",
    "topics",
    "forms",
    "tasks",
    "steering",
    "budget",
    "reporting",
    "schedule",
    "preamble",
    "other",
]

# Tried in this order. A heading in capitals may hold the word anywhere ("QUAN ĐIỂM VÀ MỤC TIÊU"), another one only
# at its start: "Tuyên truyền trên các phương tiện …" speaks of work, not of forms.
_ROLES: tuple[tuple[Role, str], ...] = (
    ("steering", r"TỔ CHỨC THỰC HIỆN|PHÂN CÔNG|TRÁCH NHIỆM|ĐIỀU KHOẢN THI HÀNH|TỔ CHỨC TRIỂN KHAI"),
    ("reporting", r"CHẾ ĐỘ (?:THÔNG TIN|BÁO CÁO)|THÔNG TIN,? BÁO CÁO|CÔNG TÁC BÁO CÁO|BÁO CÁO|SƠ KẾT|TỔNG KẾT"),
    ("budget", r"(?:NGUỒN |DỰ TOÁN |VỀ )?KINH PHÍ|NGUỒN LỰC|NGÂN SÁCH"),
    (
        "tasks",
        (
            r"(?:CÁC |MỘT SỐ |NHÓM )?(?:NHIỆM VỤ|GIẢI PHÁP)|NỘI DUNG(?: VÀ)? CÔNG VIỆC|(?:CÁC )?HOẠT ĐỘNG (?:CHÍNH|CỤ "
            r"THỂ|TRỌNG TÂM)|BIỆN PHÁP|NỘI DUNG,? (?:NHIỆM VỤ|VÀ NHIỆM VỤ|VÀ GIẢI PHÁP)"
        ),
    ),
    (
        "background",
        (
            r"MỤC ĐÍCH|YÊU CẦU|QUAN ĐIỂM|CĂN CỨ|CƠ SỞ PHÁP LÝ|SỰ CẦN THIẾT|TÌNH HÌNH|THỰC TRẠNG|ĐÁNH GIÁ|NGUYÊN TẮC|"
            r"BỐI CẢNH|ĐẶT VẤN ĐỀ|KẾT QUẢ|TỒN TẠI|HẠN CHẾ|GIẢI THÍCH TỪ NGỮ"
        ),
    ),
    ("aim", r"(?:CÁC )?MỤC TIÊU|(?:CÁC )?CHỈ TIÊU|TẦM NHÌN"),
    ("scope", r"PHẠM VI|ĐỐI TƯỢNG|THÀNH PHẦN|ĐỊA ĐIỂM"),
    (
        "topics",
        (
            r"NỘI DUNG (?:TUYÊN TRUYỀN|TRUYỀN THÔNG|PHỔ BIẾN|THÔNG TIN|TRỌNG TÂM TUYÊN|CẦN TUYÊN)|NỘI DUNG, HÌNH THỨC|"
            r"CHỦ ĐỀ|THÔNG ĐIỆP|KHẨU HIỆU|NỘI DUNG ĐỀ ÁN"
        ),
    ),
    ("forms", r"(?:CÁC )?HÌNH THỨC|PHƯƠNG (?:THỨC|PHÁP)|KÊNH (?:TUYÊN|TRUYỀN)"),
    ("schedule", r"THỜI GIAN|TIẾN ĐỘ|LỘ TRÌNH"),
)
_AT_START = tuple((role, re.compile(rf"(?:{words})\b")) for role, words in _ROLES)
_ANYWHERE = tuple((role, re.compile(rf"\b(?:{words})\b")) for role, words in _ROLES)
_MISSION = re.compile(r"NHIỆM VỤ \d")


def role_of(heading: str, inherited: Role) -> Role:
    """The role of a section from its heading."""
    text = heading.upper().strip(" :.")
    if _MISSION.match(text):
        return "tasks"
    for role, pattern in _ANYWHERE if heading.isupper() else _AT_START:
        if pattern.search(text) if heading.isupper() else pattern.match(text):
            return role
    return inherited
