"""What the first run's simulated devices and its sample data have to agree on. Invented, known to all."""

from __future__ import annotations

import hashlib

SPEAKERS = tuple(
    (commune, name, hashlib.sha256(f"chìa loa mẫu {commune} {name}".encode()).hexdigest())
    for commune, name in (("Xã Sơn Thủy", "Nhà văn hóa thôn 1"), ("Phường Đông Lâm", "Chợ trung tâm"))
)
"""Commune, name and key (64 hexadecimal digits) of each sample loudspeaker."""
