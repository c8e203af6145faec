"""A thousand certificates as PDF files: in documents of fifty pages that are cut apart, and one document for each.

Seconds are of the processor, so that they mean the same on a busy machine. The ratio says what the sets spare.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

from bench import _province

Row = tuple[str, float, str, float]
COUNT, SAMPLE = 1000, 100


def measured(act: Callable[[], int]) -> tuple[float, int]:
    """Seconds of the processor, and what the act gave."""
    start = time.process_time()
    told = act()
    return time.process_time() - start, told


def main() -> list[Row]:
    """Seconds for a thousand, and how many times one by one takes as long."""
    with _province.database("bench_certificates"):
        from canhgiac.agencies.models import Agency
        from canhgiac.training.models import Certificate
        from canhgiac.training.services.certificatepdf import SET, certificates_set, split

        issuer = Agency(name="Sở Giáo dục và Đào tạo")
        rows = [
            Certificate(
                number=f"{number:05d}/2026/CN-CG",
                code=f"{number:016d}",
                holder=f"Nguyễn Thị Hồng {number}",
                unit=f"Lớp {number % 12 + 1}A, Trường Trung học cơ sở Đồi Mây",
                title="Nhận ra cuộc gọi giả danh công an, viện kiểm sát, tòa án",
                minutes=45,
                issuer=issuer,
                signer="Trần Văn Minh",
                signer_title="Phó Giám đốc",
                issued_at=dt.datetime(2026, 11, 23, tzinfo=dt.UTC),
            )
            for number in range(1, COUNT + 1)
        ]
        certificates_set(rows[:1])  # reads the faces

        def in_sets() -> int:
            return sum(len(list(split(certificates_set(rows[at : at + SET])))) for at in range(0, COUNT, SET))

        def one_by_one() -> int:
            return sum(bool(certificates_set([row])) for row in rows[-SAMPLE:])

        sets, made = measured(in_sets)
        single, _sample = measured(one_by_one)
    if made != COUNT:
        raise RuntimeError(f"{made} of {COUNT}")
    alone = single * COUNT / SAMPLE
    return [
        ("certificates_1000_s", round(sets, 2), "<=", 60),
        ("certificates_1000_to_one_by_one", round(sets / alone, 2), "<=", 1.2),
    ]
