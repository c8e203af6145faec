"""The ``canhgiac`` command as a person types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from canhgiac.cli.main import HELP, WORDS

ROOT = Path(__file__).parents[3]
SAMPLE = ROOT / "samples" / "plans" / "01-lua-dao-truc-tuyen-vinh-an.txt"


def canhgiac(*arguments: str, data: bytes = b"", var: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if var is not None:
        environment["CANHGIAC_VAR"] = str(var)
    command = [sys.executable, "-m", "canhgiac.cli", *arguments]
    return subprocess.run(command, input=data, capture_output=True, env=environment, cwd=ROOT, timeout=120, check=False)


def test_no_word_shows_the_words(tmp_path: Path) -> None:
    for arguments in ((), ("--help",), ("-h",)):
        done = canhgiac(*arguments, var=tmp_path)
        assert (done.returncode, done.stdout.decode(), done.stderr) == (0, HELP, b"")
    assert all(f"  {word} " in HELP for word in WORDS)


def test_an_unknown_word_is_refused_without_starting_anything(tmp_path: Path) -> None:
    done = canhgiac("kế-hoạch", var=tmp_path)
    assert done.returncode == 2
    assert "không có lệnh “kế-hoạch”" in done.stderr.decode()
    assert not (tmp_path / "pg").exists()


@pytest.mark.parametrize("word", [*sorted(WORDS), "migrate", "audit"])
def test_every_word_explains_itself_without_a_database(word: str, tmp_path: Path) -> None:
    done = canhgiac(word, "--help", var=tmp_path)
    assert done.returncode == 0
    assert b"usage" in done.stdout
    assert not (tmp_path / "pg").exists()


def test_a_plan_is_read_without_django_or_database(tmp_path: Path) -> None:
    program = (
        "import sys; from canhgiac.cli.main import run; code = run(sys.argv[1:]);"
        "assert 'django' not in sys.modules and 'psycopg' not in sys.modules; sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "plan", "extract", str(SAMPLE)], capture_output=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["number"] == "214/KH-UBND"
    assert done.stderr == b""


def test_several_plans_and_the_standard_input() -> None:
    done = canhgiac("plan", "extract", str(SAMPLE), "-", "--indent", "0", data=SAMPLE.read_bytes())
    assert done.returncode == 0, done.stderr.decode()
    first, second = json.loads(done.stdout)
    assert first["number"] == second["number"]


def test_what_cannot_be_read_is_said_and_the_rest_is_printed(tmp_path: Path) -> None:
    empty = tmp_path / "rong.txt"
    empty.touch()
    done = canhgiac("plan", "extract", str(empty), str(tmp_path / "khong-co.docx"), str(tmp_path), str(SAMPLE))
    assert done.returncode == 2
    said = done.stderr.decode().splitlines()
    assert len(said) == 3
    assert said[0].startswith(f"canhgiac: {empty}: ")
    assert said[1] == f"canhgiac: {tmp_path / 'khong-co.docx'}: không có tệp này."
    assert said[2] == f"canhgiac: {tmp_path}: là thư mục, không phải tệp."
    assert len(json.loads(done.stdout)) == 1


@pytest.mark.parametrize("value", ["tám nghìn", "0", "70000"])
def test_a_port_that_is_no_port(value: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "canhgiac.cli", "serve"]
    environment = {**os.environ, "PORT": value, "CANHGIAC_VAR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 2
    assert done.stderr.decode() == f"canhgiac: PORT={value} không phải là số từ 1 đến 65535.\n"
