import csv
import datetime as dt
import io

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from canhgiac.kit import sheets


def opened(*parts: sheets.Sheet) -> list[list[tuple[object, ...]]]:
    book = load_workbook(io.BytesIO(b"".join(sheets.xlsx(parts))))
    return [[tuple(cell for cell in row) for row in page.iter_rows(values_only=True)] for page in book.worksheets]


def test_a_workbook_comes_back_as_it_was_written() -> None:
    rows = [("NV1", 3, dt.date(2026, 6, 10), None), ("=1+1", 2.5, None, "dòng\nhai")]

    (page,) = opened(sheets.Sheet("Nhiệm vụ", ["Mã", "Số", "Hạn", "Ghi chú"], rows))

    assert page[0] == ("Mã", "Số", "Hạn", "Ghi chú")
    assert page[1] == ("NV1", 3, dt.datetime(2026, 6, 10), None)  # noqa: DTZ001  # a sheet has no zones
    assert page[2] == ("=1+1", 2.5, None, "dòng\nhai")


def test_moments_are_written_in_vietnamese_time() -> None:
    moment = dt.datetime(2026, 11, 22, 18, 30, tzinfo=dt.UTC)

    ((_head, row),) = opened(sheets.Sheet("A", ["Ghi lúc"], [(moment,)]))
    told = b"".join(sheets.csv_lines(["Ghi lúc"], [(moment,)])).decode("utf-8-sig")

    assert row == (dt.datetime(2026, 11, 23, 1, 30),)  # noqa: DTZ001  # a sheet has no zones
    assert "23/11/2026 01:30" in told


def test_text_that_looks_like_a_formula_stays_text() -> None:
    book = load_workbook(io.BytesIO(b"".join(sheets.xlsx([sheets.Sheet("A", ["x"], [("=HYPERLINK(1)",)])]))))

    assert book.worksheets[0]["A2"].data_type == "s"


def test_csv_disarms_formulas_and_starts_with_a_mark() -> None:
    data = b"".join(sheets.csv_lines(["Tên"], [("=cmd()",), ("-2",), (-2,), ("Đà Nẵng",)]))

    assert data.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == [
        ["Tên"], ["'=cmd()"], ["'-2"], ["-2"], ["Đà Nẵng"],
    ]  # fmt: skip


@given(
    st.lists(st.lists(st.one_of(st.text(max_size=40), st.integers(), st.none()), min_size=2, max_size=2), max_size=5)
)
def test_any_text_can_be_written(rows: list[list[str | int | None]]) -> None:
    assert b"".join(sheets.xlsx([sheets.Sheet("A", ["x", "y"], rows)]))
    assert b"".join(sheets.csv_lines(["x", "y"], rows))
