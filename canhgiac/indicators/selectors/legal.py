"""What a formal request may rest on: offered to the official who signs, never taken for granted.

Written from the acts' subjects as we know them; the page says that the signer compares them with the text in force.
"""

from __future__ import annotations

from canhgiac.indicators.models import Request

Kind = Request.Kind
_PROCEDURE = "Bộ luật Tố tụng hình sự số 101/2015/QH13 (sửa đổi, bổ sung)"
_FRAUD = "Điều 174 Bộ luật Hình sự số 100/2015/QH13 (sửa đổi, bổ sung)"
_CYBER = "Luật An ninh mạng số 116/2025/QH15"
BASES: dict[str, tuple[str, ...]] = {
    Kind.FREEZE: (_PROCEDURE, _FRAUD, "Nghị định số 52/2024/NĐ-CP về thanh toán không dùng tiền mặt"),
    Kind.TAKEDOWN: (_CYBER, "Nghị định số 147/2024/NĐ-CP về quản lý dịch vụ Internet và thông tin trên mạng"),
    Kind.SUBSCRIBER: (_PROCEDURE, _CYBER, "Luật Viễn thông số 24/2023/QH15"),
    Kind.DOMAIN_OWNER: (
        _PROCEDURE,
        _CYBER,
        "Nghị định số 147/2024/NĐ-CP về quản lý dịch vụ Internet và thông tin trên mạng",
    ),
}


def basis_offered(kind: str) -> str:
    """The acts offered for a kind, one a line."""
    return "\n".join(BASES[kind])
