"""Sentences of a consolidated report about remarks, commendations and money, with live figures in place of numbers."""

from __future__ import annotations

from .records import Sums, Tally, source_words

_NOTED = {"_kho_khan": "khó khăn, vướng mắc", "_kien_nghi": "kiến nghị, đề xuất"}


def noted_sentence(records: Tally, code: str) -> str:
    """How many difficulties or proposals were recorded, and how many wait for an answer."""
    waiting = f"; {{so:{code}_mo}} chưa được trả lời" if records.counts[f"{code}_mo"] else ""
    return f"Trong kỳ, các đơn vị đã ghi {{so:{code}}} {_NOTED[code]}{waiting}."


def commendation_sentence(records: Tally) -> str:
    """How many collectives and people are proposed."""
    named = [("_khen_tap_the", "tập thể"), ("_khen_ca_nhan", "cá nhân")]
    said = " và ".join(f"{{so:{code}}} {words}" for code, words in named if records.counts[code])
    return f"Đề xuất biểu dương, khen thưởng {said} (danh sách kèm theo)."


def money_sentences(records: Tally) -> str:
    """What was planned, allocated and spent, of which source, and for how many lines that is not known."""
    whole = records.sums()
    said = [f"Tổng kinh phí: {_money(whole, '')}."]
    if len(records.sources) > 1:
        parts = (f"{source_words(source)}: {_money(records.sums(source), f'.{source}')}" for source in records.sources)
        said.append(f"Trong đó, {'; '.join(parts)}.")
    if whole.unspent and whole.spent is not None:
        said.append("Còn {so:_chua_chi}/{so:_khoan_chi} khoản chưa có số đã chi, không tính là 0.")
    return " ".join(said)


def _money(sums: Sums, ending: str) -> str:
    words = [f"dự toán {{so:_du_toan{ending}}} đồng"]
    if sums.allocated is not None:
        words.append(f"được giao {{so:_duoc_giao{ending}}} đồng")
    words.append("chưa có số đã chi" if sums.spent is None else f"đã chi {{so:_da_chi{ending}}} đồng")
    return ", ".join(words)
