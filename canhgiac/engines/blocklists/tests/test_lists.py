"""The readers: what each format names, and that a bad line is told and never stops the file."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ..model import LONGEST_LINE, LONGEST_RECORD, Fault, Listed, ListError
from ..reading import FORMATS, read_list
from .holds import check
from .seeds import CSV, HOSTS, MISP, PLAIN, SEEDS, STIX

SHARED = Path(__file__).parents[5] / "shared" / "data" / "indicators"


def read(data: bytes | str | dict[str, Any], form: str, kind: str = "link") -> tuple[list[str], list[tuple[int, str]]]:
    """The keys as text, and the faults as (line, why)."""
    raw = json.dumps(data).encode() if isinstance(data, dict) else data.encode() if isinstance(data, str) else data
    rows = list(read_list(io.BytesIO(raw), form=form, kind=kind))
    keys = [str(row.key) for row in rows if isinstance(row, Listed)]
    return keys, [(row.number, row.why) for row in rows if isinstance(row, Fault)]


def test_a_hosts_file_and_the_rules_of_blockers() -> None:
    keys, faults = read(HOSTS, "hosts")

    assert keys == ["link:evil.test", "link:evil.test", "link:xau.evil-hai.test", "link:trang-gia.test"]
    assert [number for number, _why in faults] == [4, 7]


def test_a_plain_list_of_mixed_kinds() -> None:
    keys, faults = read(PLAIN, "plain")

    assert keys == [
        "link:gia-mao.test/dang-nhap", "phone:+84900000123", "account:970436:0123456789",
        "link:gia-mao.test/dang-nhap",
    ]  # fmt: skip
    assert faults[0][0] == 5
    assert faults[0][1].startswith("Đường link chưa đúng")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_encodings(encoding: str) -> None:
    text = ("\ufeff" if encoding == "utf-16-be" else "") + PLAIN

    assert read(text.encode(encoding), "plain") == read(PLAIN, "plain")


def test_an_old_vietnamese_encoding_is_read() -> None:
    rows = list(
        read_list(
            io.BytesIO("# Điện thoại\n0900 000 123\nsố xấu\n".encode("cp1258", "replace")), form="plain", kind="phone"
        )
    )

    assert isinstance(rows[0], Listed)
    assert isinstance(rows[1], Fault)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_a_table_with_vietnamese_headings(delimiter: str) -> None:
    rows = list(read_list(io.BytesIO(CSV.replace(";", delimiter).encode()), form="csv", kind="link"))
    good = [row for row in rows if isinstance(row, Listed)]

    assert [str(row.key) for row in good][:2] == ["phone:+84900000123", "account:970436:0123456789"]
    assert str(good[-1].key) == "social:zalo:+84900000456"
    assert (good[0].seen, good[1].seen, good[1].tags) == (date(2026, 11, 22), date(2026, 11, 20), ("mule",))
    assert [row.number for row in rows if isinstance(row, Fault)] == [5, 6, 7]


def test_a_table_without_headings_and_with_formula_guards() -> None:
    assert read("evil.test,1\nevil-hai.test,2\n", "csv")[0] == ["link:evil.test", "link:evil-hai.test"]
    assert read("SĐT\n'+84900000123\n", "csv")[0] == ["phone:+84900000123"]


def test_a_quote_left_open_spoils_its_own_line_only() -> None:
    keys, faults = read('link\n"hở\n' + "\n".join(f"t{n}.test" for n in range(30)), "csv")

    assert len(keys) == 30
    assert faults == [(2, "Dấu ngoặc kép mở mà không đóng.")]


def test_a_stix_bundle() -> None:
    keys, faults = read(STIX, "stix")

    assert keys == [
        "link:gia-mao.test/a", "link:evil.test", "link:evil-hai.test", "phone:+84900000123",
        "social:facebook:ten.gia", "link:quan-sat.test", f"app:sha256:{'ab' * 32}",
    ]  # fmt: skip
    assert len(faults) == 2


def test_lines_are_counted_in_json() -> None:
    rows = read_list(io.BytesIO(json.dumps(STIX, indent=1).encode()), form="stix", kind="link")
    first = next(rows)

    text = json.dumps(STIX, indent=1).splitlines()
    assert "{" in text[first.number - 1]
    assert '"indicator"' in text[first.number]


def test_a_misp_event() -> None:
    keys, faults = read(MISP, "misp")

    assert keys == [
        "link:gia-mao.test/a", "link:evil.test", "phone:+84900000123", "wallet:momo:+84900000123",
        "account:970436:0123456789", "link:trong-vat.test/b",
    ]  # fmt: skip
    assert len(faults) == 2


def test_a_record_that_is_no_json_is_told_and_the_next_is_read() -> None:
    text = '{"objects": [{"type": "domain-name", "value": x}, {"type": "domain-name", "value": "evil.test"}]}'

    assert read(text, "stix") == (["link:evil.test"], [(1, "Mục này không phải JSON đúng.")])


def test_a_file_cut_off_gives_what_stood_before() -> None:
    text = json.dumps({"objects": [{"type": "domain-name", "value": f"t{n}.test"} for n in range(5)]})

    keys, faults = read(text[:-30], "stix")
    assert len(keys) == 4
    assert "cụt" in faults[-1][1]


@pytest.mark.parametrize(
    ("data", "form", "words"),
    [
        (b"PK\x03\x04\0\0" * 50, "plain", "không phải tệp chữ"),
        (b"khong phai json", "stix", "không phải JSON"),
        (b"[" * 100_000, "misp", "lồng quá nhiều"),
        (b'{"a": "' + b"x" * (LONGEST_RECORD * 2), "stix", "dài quá mức"),
    ],
)
def test_what_is_no_list_is_refused_in_words(data: bytes, form: str, words: str) -> None:
    with pytest.raises(ListError, match=words):
        list(read_list(io.BytesIO(data), form=form, kind="link"))


def test_a_huge_line_and_a_huge_record_are_passed_over() -> None:
    assert read(b"a" * LONGEST_LINE * 3 + b"\nevil.test\n", "plain") == (["link:evil.test"], [(1, "Dòng quá dài.")])
    assert read(("a" * LONGEST_LINE * 3 + "\nevil.test\n").encode("utf-16"), "plain")[0] == ["link:evil.test"]
    big = {"type": "indicator", "many": [["x" * 1000]] * 1200}
    keys, faults = read({"objects": [big, {"type": "domain-name", "value": "evil.test"}]}, "stix")
    assert (keys, faults) == (["link:evil.test"], [(1, "Mục quá lớn.")])


class Endless(io.RawIOBase):
    """A file without end that counts what was taken of it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken = 0

    def read(self, size: int = -1, /) -> bytes:
        self.taken += size
        return (b"0.0.0.0 a.test\n" * (size // 15 + 1))[:size]

    def readline(self, size: int | None = -1, /) -> bytes:
        self.taken += 15
        return b"0.0.0.0 a.test\n"


def test_a_file_is_read_as_it_is_needed() -> None:
    file = Endless()
    rows: Iterator[Listed | Fault] = read_list(file, form="hosts", kind="link")  # type: ignore[arg-type]  # the part of a stream that readers use

    assert [next(rows).number for _ in range(3)] == [1, 2, 3]
    assert file.taken < 1000


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_any_bytes_are_answered(form: str) -> None:
    @given(st.one_of(st.binary(max_size=400), st.text(max_size=200).map(str.encode), _mutants(form)))
    @example(b"")
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def answered(data: bytes) -> None:
        check(form, data)

    answered()


@st.composite
def _mutants(draw: st.DrawFn, form: str) -> bytes:
    """A seed with a stretch replaced."""
    seed = draw(st.sampled_from(SEEDS[form]))
    at = draw(st.integers(0, len(seed)))
    return seed[:at] + draw(st.binary(max_size=12)) + seed[at + draw(st.integers(0, 20)) :]


@pytest.mark.parametrize(
    ("name", "form", "least"),
    [
        ("hostsvn_threat_domain.txt", "hosts", 4_900),
        ("hostsvn_gambling_domain-VN.txt", "plain", 3_700),
        ("chongluadao_urls.txt", "plain", 34_000),
        ("benign_domains.csv", "csv", 260),
    ],
)
def test_lists_in_the_wild(name: str, form: str, least: int) -> None:
    path = SHARED / name
    if not path.exists():
        pytest.skip("the lists of others do not lie beside the project")
    with path.open("rb") as file:
        rows = list(read_list(file, form=form, kind="link"))

    assert sum(isinstance(row, Listed) for row in rows) >= least


def test_the_fuzzer_runs_and_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "canhgiac.engines.blocklists.tests.fuzz_lists",
            "-runs=3000",
            "-seed=7",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
