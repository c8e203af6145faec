"""Odd files of every format: only faults, never an exception, in bounded time; and nothing lost there and back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .. import gift, qti, sheet
from ..items import Item
from .holds import READERS, SEEDS, check
from .making import items

EXAMPLES = int(os.environ.get("QUIZ_EXAMPLES", "40"))
"""Each costs a millisecond or two, a workbook forty; raise it to look longer."""
LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much]
SOME = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=LAX)
FEW = settings(max_examples=EXAMPLES // 4, deadline=None, suppress_health_check=LAX)
_PIECES = st.one_of(
    st.binary(max_size=12),
    st.sampled_from(
        [b"{", b"}", b"=", b"~", b"#", b"####", b"->", b"\\", b"%50%", b"\n\n", b"::", b"<", b">", b"</p>"]
    ),
    st.sampled_from(
        [b"1e999", b"-1", b"\x00", b"\xff", b"&#0;", b"&lt;", b"]]>", b'"', b"NaN", b"99999999999999999999"]
    ),
)


@pytest.mark.parametrize("form", sorted(READERS))
@SOME
@given(data=st.data())
def test_a_file_with_odd_places(form: str, data: st.DataObject) -> None:
    made = bytearray(data.draw(st.sampled_from(SEEDS[form])))
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, len(made)))
        made[at : at + data.draw(st.integers(0, 20))] = data.draw(_PIECES)
    check(form, bytes(made))


@pytest.mark.parametrize("form", sorted(READERS))
@SOME
@given(data=st.binary(max_size=300))
def test_any_bytes(form: str, data: bytes) -> None:
    check(form, data)


@SOME
@given(st.lists(items(), min_size=1, max_size=3))
def test_gift_loses_nothing(drawn: list[Item]) -> None:
    assert [item for _, item in gift.read(gift.write(drawn).encode()).items] == drawn


@SOME
@given(st.lists(items(), min_size=1, max_size=3))
def test_qti_loses_nothing(drawn: list[Item]) -> None:
    assert [item for _, item in qti.read(qti.write(drawn)).items] == drawn


@FEW
@given(items())
def test_a_workbook_of_any_question_is_read(item: Item) -> None:
    """Texts with the workbook's own signs may come back otherwise, but never break it."""
    read = sheet.read(sheet.write([item]))

    assert len(read.items) + len(read.faults) == 1
    assert all(one.kind == item.kind for _, one in read.items)


@pytest.mark.parametrize(
    "text",
    [
        "x {" + "=~" * 30_000 + "}",
        "::" * 30_000,
        "\\" * 60_000 + "{T}",
        "x {#" + "1" * 60_000 + "}",
        "[html]" + "<" * 60_000 + "{T}",
        "[html]" + "<a " * 20_000 + "{T}",
        "[html]" + "<!--" * 15_000 + "{T}",
        "[html]" + "<img alt\\=" * 6_000 + ">{T}",
        "[markdown]" + "[" * 30_000 + "{T}",
        "[markdown]" + "*a_ " * 15_000 + "{T}",
        "[markdown]" + "*a_ " * 1_990 + "{T}",
        "[markdown]" + "![](<" * 99 + "(" * 7_000 + "{T}",
        "x & " * 15_000 + "{T}",
        "// canhgiac: " + "[" * 100_000 + "\nx {T}",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """One question at the size limit, made to be slow: html.parser took half a minute for one of these."""
    import time

    began = time.process_time()
    check("gift", text.encode())

    assert time.process_time() - began < 2


def test_the_fuzzer_runs_and_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    line = [sys.executable, "-m", "canhgiac.engines.quizzes.tests.fuzz_readers"]
    ran = subprocess.run(
        [*line, "-runs=1200", "-seed=7", "-max_len=8000", "-timeout=20", f"-artifact_prefix={tmp_path}/"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2500:]
