"""Receipt codes of three sample tips, for demonstrations alone."""

from __future__ import annotations

SAMPLE_CODES = ("2026000011112222", "2026000033334444", "2026000055556666")
