"""``canhgiac document check`` as people and scripts run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from canhgiac.cli.main import run
from canhgiac.engines.officialdoc.tests.document_samples import letter, report
from canhgiac.engines.officialdoc.writing import to_docx


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "bao-cao.docx"
    path.write_bytes(to_docx(report()))
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "tu-do.docx"
    out = Document()
    out.add_paragraph("Kính gửi anh chị em.")
    out.save(str(path))
    return path


def test_a_document_that_keeps_the_rules_is_told_so(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "check", str(good)]) == 0
    assert capsys.readouterr().out == f"{good}: đạt 25/25 quy định\n"


def test_each_broken_rule_is_named_with_what_is_asked(bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "check", str(bad)]) == 1

    said = capsys.readouterr().out
    assert "✗ Khổ giấy A4 [paper] (Phụ lục I, Phần I, mục I.1 và I.2)" in said
    assert "khổ giấy 216 x 279 mm (đoạn 1); yêu cầu: khổ A4 (210 mm x 297 mm)" in said


def test_json_for_scripts(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["document", "check", "--json", str(good), str(bad)]) == 1

    first, second = json.loads(capsys.readouterr().out)
    assert (first["ok"], first["counts"]["broken"]) == (True, 0)
    assert second["file"] == str(bad)
    assert {rule["code"] for rule in second["rules"] if rule["state"] == "broken"} >= {"paper", "font", "country"}


def test_what_cannot_be_read_is_said_and_the_rest_still_printed(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04")
    assert run(["document", "check", "--all", "khong-co.docx", str(tmp_path / "a.docx"), str(tmp_path), str(good)]) == 2

    said = capsys.readouterr()
    assert "khong-co.docx: không có tệp này." in said.err
    assert f"{tmp_path}: là thư mục, không phải tệp." in said.err
    assert "a.docx: Tệp bị hỏng" in said.err
    assert said.out.count("✓") == 25


def test_it_starts_without_django_and_reads_standard_input() -> None:
    script = (
        "import sys; from canhgiac.cli.main import run; code = run(['document', 'check', '-']); "
        "sys.exit(90 if {'django', 'numpy', 'typst', 'pypdfium2'} & set(sys.modules) else code)"
    )
    done = subprocess.run([sys.executable, "-c", script], input=to_docx(letter()), capture_output=True, check=False)

    assert (done.returncode, done.stdout.decode()) == (0, "-: đạt 22/22 quy định\n")
