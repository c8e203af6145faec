"""``canhgiac recognise`` as a program meets it: lines in, lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from canhgiac.cli.recognise import current_model
from tests.learned import learned

HELD = Path(__file__).parents[4] / "shared" / "data" / "messages" / "dev.csv"


def recognise(*arguments: str, given: str = "", var: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "canhgiac.cli", "recognise", *arguments],
        input=given, capture_output=True, text=True, check=False, env={**os.environ, "CANHGIAC_VAR": str(var)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the model that learning leaves there."""
    folder = tmp_path_factory.mktemp("var")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANHGIAC_VAR", str(folder))
        patch.setattr("canhgiac.cli.recognise.build", learned)
        current_model()
    return folder


def test_one_verdict_a_line_and_a_bad_line_stops_nothing(var: Path) -> None:
    lines = [
        json.dumps({"id": "a", "text": "Tai khoan bi khoa, xac minh tai vietcombank.vn-ms.test"}),
        "not json",
        json.dumps({"id": "b", "text": 5}),
        "",
        json.dumps({"id": "c", "text": "Mẹ ơi con về"}),
    ]
    done = recognise("--jsonl", given="\n".join(lines), var=var)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert [answer.get("id") for answer in answers] == ["a", None, None, "c"]
    assert set(answers[0]) == {"id", "state", "form", "score", "reasons", "entities"}
    assert (answers[0]["state"], answers[3]["state"]) == ("danger", "unclear")
    assert "error" in answers[1]
    assert "error" in answers[2]
    assert (var / "recognition" / "model.json.gz").stat().st_size < 500_000


def test_build_prints_its_measures(tmp_path: Path) -> None:
    done = recognise("build", var=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "báo nhầm" in done.stdout


def test_labelled_messages_are_measured_in_numbers_alone(tmp_path: Path, var: Path) -> None:
    file = tmp_path / "labelled.csv"
    rows = ["text,label,category,form", '"VCB: tai khoan bi khoa, vao vietcombank.vn-ms.test",scam,bank,F10']
    file.write_text("\n".join([*rows, "Trua nay an com khong,scam,other,", "Toi me nau canh chua,ham,,"]), "utf-8")
    done = recognise("eval", str(file), var=var)
    assert "nhận ra 1/2 = 50.0%; báo nhầm 0/1 = 0.00%" in done.stdout
    assert "đúng hình thức: " in done.stdout
    assert "other: sót 1/1" in done.stdout
    assert "canh chua" not in done.stdout


def test_an_unknown_file_is_refused_in_words(tmp_path: Path, var: Path) -> None:
    done = recognise("eval", str(tmp_path / "none.csv"), var=var)
    assert done.returncode == 2
    assert "không có tệp này" in done.stderr


@pytest.mark.skipif(not HELD.exists(), reason="the labelled real messages are not beside the project")
def test_real_messages_are_judged_as_well_as_we_claim(var: Path) -> None:
    done = recognise("eval", str(HELD), var=var)
    found, alarms = (float(part.split("%")[0].strip()) for part in done.stdout.split("=")[1:3])
    assert found >= 95, done.stdout
    assert alarms <= 1, done.stdout
