"""Compiled or not, the judge says the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from canhgiac.engines import compiled
from canhgiac.engines.compiling import require_tools
from canhgiac.engines.recognition import Model

JUDGED = """
import hashlib, json, sys
from pathlib import Path
from canhgiac.engines.recognition import Model, judge, tokens
from canhgiac.engines.similarity.near import NearIndex

folder = Path(sys.argv[1])
model, index, told = Model.load(folder / "model"), NearIndex(), hashlib.sha256()
for number, text in enumerate(json.loads((folder / "texts").read_text())):
    for given in (text, text.upper(), text.replace(" ", "\\n"), " ".join(text), text.replace("o", "0\\u200b.\\u202e")):
        said = judge(given, model)
        told.update(repr((said, index.near(said.pairs))).encode())
    index.add(number, said.pairs)
print(tokens.__file__.endswith(".py"), told.hexdigest())
"""


def _is_compiled() -> bool:
    """Skips where no compiler is, or where sources were changed by hand since; where all is built anew it must be."""
    try:
        require_tools()
    except FileNotFoundError as lack:
        pytest.skip(str(lack))
    if not compiled.folder().exists() and not os.environ.get("CI"):
        pytest.skip("the sources have changed: make setup")
    return compiled.folder().exists()


def test_the_compiled_judge_says_what_the_source_says(
    model: Model, messages: list[tuple[str, str | None]], tmp_path: Path
) -> None:
    assert _is_compiled()
    model.save(tmp_path / "model")
    (tmp_path / "texts").write_text(json.dumps([text for text, _ in messages[::2]]))

    def said(switch: str) -> list[str]:
        environment = {**os.environ, compiled.SWITCH: switch, "PYTHONHASHSEED": "0"}
        line = [sys.executable, "-c", JUDGED, str(tmp_path)]
        return subprocess.run(line, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout.split()

    (source, ours), (machine, theirs) = said("0"), said("1")
    assert (source, machine) == ("True", "False")
    assert ours == theirs


def test_what_was_compiled_of_another_source_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = compiled.folder.__wrapped__
    shutil.copytree(compiled.ENGINES, tmp_path / "engines", ignore=shutil.ignore_patterns("tests", "__pycache__"))
    monkeypatch.setattr(compiled, "ENGINES", tmp_path / "engines")
    as_it_is = ask()
    assert as_it_is == compiled.folder()
    with (tmp_path / "engines" / "recognition" / "letters.py").open("a") as file:
        file.write("# another word\n")
    assert ask() != as_it_is
