"""The reference plans and their scorer, where they lie beside the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..as_json import to_json
from ..extraction import conflicting_dates, extract
from ..model import Extraction, Source
from .extracting import check_spans, codes

SHARED = Path(__file__).parents[5] / "shared"
SCORER = SHARED / "tools" / "score_plan_import.py"
PLANS = SHARED / "plans"

pytestmark = pytest.mark.skipif(
    not SCORER.exists(), reason="the reference plans (../shared) are not beside this checkout"
)


def read_all() -> dict[str, tuple[Source, Extraction]]:
    out = {}
    for path in sorted(PLANS.glob("*.txt")):
        source = Source(text=path.read_text("utf-8"), format="txt")
        out[path.name[:3]] = (source, extract(source))
    return out


def test_scores_at_least_the_aim(tmp_path: Path) -> None:
    for name, (source, extraction) in read_all().items():
        check_spans(extraction, source.text)
        (tmp_path / f"{name}.json").write_text(json.dumps(to_json(extraction, source), ensure_ascii=False), "utf-8")
    done = subprocess.run(
        [sys.executable, str(SCORER), str(PLANS / "gold"), str(tmp_path), "--min", "0.95"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    tasks = float(done.stdout.split("mean tasks F1 ")[1].split(",")[0])
    assert tasks >= 0.95, done.stdout


def test_the_faults_of_the_reference_plans_are_noticed() -> None:
    found = read_all()
    by_name = {name: codes(extraction) for name, (_, extraction) in found.items()}
    assert {"repeated-numeral", "personal-phone", "abolished-body", "act-not-in-force"} <= by_name["000"]
    assert {"short-link", "repeated-numeral", "missing-numeral", "missing-number"} <= by_name["001"]
    assert {"abolished-body", "act-not-in-force"} <= by_name["002"]
    assert {"missing-number", "missing-date", "abolished-body"} <= by_name["003"]
    assert "abolished-body" in by_name["004"]
    conflicts = conflicting_dates({name: extraction for name, (_, extraction) in found.items()})
    assert {key for key, finding in conflicts if "21/CT-TTg" in finding.message} == {"003", "004"}
