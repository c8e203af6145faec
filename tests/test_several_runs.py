"""``python -m tests``: several runs at once, counted as one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.__main__ import ROOT, RUNS, closing, run, total

PASSES = "def test_a():\n    pass\n\n\ndef test_b():\n    pass\n"
FAILS = "def test_c():\n    assert 'bà' == 'ba'\n\n\ndef test_d(nothing_there):\n    pass\n"


def folder(where: Path, source: str) -> list[str]:
    """A project of one file, and pytest's arguments for it alone."""
    where.mkdir()
    (where / "pytest.ini").write_text("[pytest]\n")
    (where / "test_it.py").write_text(source, "utf-8")
    return ["-c", str(where / "pytest.ini"), "--rootdir", str(where), "-p", "no:django", "-ra", str(where)]


def last_lines(capsys: pytest.CaptureFixture[str], tmp_path: Path, *sources: str) -> tuple[int, list[str]]:
    runs = {f"part{at}": folder(tmp_path / f"part{at}", source) for at, source in enumerate(sources)}
    code = run(runs, tmp_path / "var")
    return code, capsys.readouterr().out.splitlines()


def test_both_passed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, lines = last_lines(capsys, tmp_path, PASSES, PASSES)
    assert code == 0
    assert lines[-1].strip("=").startswith(" 4 passed in ")
    assert lines[-2].startswith("part1: 2 passed in ")
    assert lines[-3].startswith("part0: 2 passed in ")


def test_more_runs_than_places_are_all_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    runs = {f"part{at}": folder(tmp_path / f"part{at}", PASSES) for at in range(3)}
    assert run(runs, tmp_path / "var", at_once=1) == 0
    assert capsys.readouterr().out.splitlines()[-1].strip("=").startswith(" 6 passed in ")


def test_every_file_of_tests_belongs_to_one_run() -> None:
    named = [path for name, paths in RUNS.items() if name != "rest" for path in paths]
    rest = [path for path in RUNS["rest"] if not path.startswith("--ignore=")]
    ignored = [path.removeprefix("--ignore=") for path in RUNS["rest"] if path not in rest]
    for part in ("canhgiac", "tests", "simulators"):
        for file in (path.relative_to(ROOT) for path in (ROOT / part).rglob("test_*.py")):
            runs = [path for path in named if file.is_relative_to(path)]
            left = any(map(file.is_relative_to, rest)) and not any(map(file.is_relative_to, ignored))
            assert len(runs) + left == 1, file


@pytest.mark.parametrize("sources", [(PASSES, FAILS), (FAILS, PASSES)])
def test_a_failure_of_either_is_shown_in_full_and_fails_the_whole(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, sources: tuple[str, str]
) -> None:
    code, lines = last_lines(capsys, tmp_path, *sources)
    assert code == 1
    assert lines[-1].strip("=").startswith(" 1 failed, 1 error, 2 passed in ")
    assert "E       AssertionError: assert 'bà' == 'ba'" in lines
    assert {line.split()[0] for line in lines[-5:-3]} == {"FAILED", "ERROR"}


def test_a_run_that_ends_without_counting_fails_the_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, lines = last_lines(capsys, tmp_path, PASSES, "import os\n\nos._exit(9)\n")
    assert code == 1
    assert lines[-2] == "part1: ended with code 9 and without a count"
    assert lines[-1].strip("=").startswith(" 1 error, 2 passed in ")


def test_a_run_that_is_cut_off_fails_the_whole(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cut = PASSES + "\n\ndef test_c():\n    raise KeyboardInterrupt\n"
    code, lines = last_lines(capsys, tmp_path, cut, PASSES)
    assert code == 1
    assert lines[-3].startswith("part0: 1 error, 2 passed in ")
    assert lines[-1].strip("=").startswith(" 1 error, 4 passed in ")


def test_closing_lines_are_read_with_and_without_frame_and_colour() -> None:
    framed = "\x1b[32m=== \x1b[1m3 passed\x1b[0m, 1 skipped, 1 warning\x1b[0m in 100.20s (0:01:40)\x1b[0m ==="
    assert closing(["12 passed words", framed, ""]) == "3 passed, 1 skipped, 1 warning in 100.20s (0:01:40)"
    assert closing(["nothing"]) == ""
    whole = total(["3 passed, 1 skipped, 1 warning in 1.20s", "1 error, 2 passed, 2 warnings in 2.00s"], seconds=3)
    assert whole.strip("=") == " 1 error, 5 passed, 1 skipped, 3 warnings in 3.00s "
