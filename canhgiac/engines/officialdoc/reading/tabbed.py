"""Two columns that were typed with tabs: the letterhead and the signature block of documents made without tables."""

from __future__ import annotations

import re

_SPLIT = re.compile(r"\t+")
_HEAD = re.compile(r"CỘNG\s+HÒA\s+XÃ\s+HỘI|CỘNG\s+HOÀ\s+XÃ\s+HỘI|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM", re.IGNORECASE)
_FOOT = re.compile(r"\s*NƠI\s+NHẬN\s*:?\s*\t", re.IGNORECASE)
_HEAD_WITHIN = 30
_MOST = 40


def untangled(lines: list[str]) -> list[str]:
    """``lines`` with both columns read one after the other; a block ends where a line has neither tab nor recipient."""
    made = list(lines)
    for i, line in enumerate(made[:_HEAD_WITHIN]):
        if "\t" in line.strip() and _HEAD.search(line):
            end = i + 1
            while end < len(made) and end - i < _MOST and (_SPLIT.search(made[end].rstrip()) or not made[end].strip()):
                end += 1
            made[i:end] = _columns(made[i:end])
            break
    for i in range(len(made) - 1, -1, -1):
        if _FOOT.match(made[i]):
            end = i + 1
            while end < len(made) and end - i < _MOST and ("\t" in made[end] or made[end].lstrip().startswith("-")):
                end += 1
            made[i:end] = _columns(made[i:end])
            break
    return made


def _columns(lines: list[str]) -> list[str]:
    left, right = [], []
    for line in lines:
        first, *rest = _SPLIT.split(line.rstrip(), maxsplit=1)
        left.append(first.strip())
        right.append(" ".join(rest).strip())
    return [text for text in (*left, *right) if text]
