"""``canhgiac recognise``: judges messages, builds and measures the model; without Django and without a database."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TextIO

from canhgiac.cli.errors import USAGE
from canhgiac.engines.recognition import UNCLEAR, Model, Verdict, build, judge
from canhgiac.library.services.starter import starter_forms, starter_messages


def run(arguments: list[str]) -> int:
    """Runs one of: ``--jsonl`` (default), ``build``, ``eval FILE.csv``. Exit code 2 for wrong input."""
    options = _parser().parse_args(arguments)
    if options.word == "build":
        return _build(options.output)
    model = current_model()
    if options.word == "eval":
        return _eval(Path(options.file), model)
    return _judge_lines(sys.stdin, sys.stdout, model)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="canhgiac recognise", description="Nhận định tin nhắn.")
    parser.add_argument("--jsonl", action="store_true", help='đọc {"id", "text"} mỗi dòng, in nhận định mỗi dòng')
    words = parser.add_subparsers(dest="word", metavar="việc")
    make = words.add_parser("build", help="dựng mô hình từ thư viện, in số đo")
    make.add_argument("--output", type=Path, default=None, metavar="TỆP", help="nơi ghi (mặc định trong var/)")
    test = words.add_parser("eval", help="đo trên một tệp CSV có cột text, label (scam hoặc ham), category")
    test.add_argument("file", metavar="TỆP")
    return parser


def model_path() -> Path:
    """Where this installation keeps its model."""
    root = Path(os.environ.get("CANHGIAC_VAR") or Path(__file__).parents[2] / "var")
    return root / "recognition" / "model.json.gz"


def current_model() -> Model:
    """The model built from the library as it stands, made anew when the library has changed."""
    path = model_path()
    try:
        newest = max(file.stat().st_mtime for file in _sources())
        if path.stat().st_mtime >= newest:
            return Model.load(path)
    except (OSError, ValueError, KeyError):
        pass  # none yet, or of an older format: it takes a few seconds to make
    model = build(_starter(), _descriptions())
    model.save(path)
    return model


def _sources() -> Iterator[Path]:
    """Whatever the model depends on: the engine's own code and words, and the messages."""
    from canhgiac.engines import recognition
    from canhgiac.library.services import starter

    for package in (recognition, starter):
        folder = Path(str(package.__file__)).parent
        yield from (
            path for path in folder.rglob("*") if path.suffix in {".py", ".txt", ".toml"} and "tests" not in path.parts
        )


def _starter() -> Iterator[tuple[str, str | None]]:
    return ((message.text, message.form) for message in starter_messages())


def _descriptions() -> Iterator[tuple[str, str]]:
    """What the library says of each form, a sentence at a time: it helps to name the form of a message."""
    return chain.from_iterable(form.descriptions for form in starter_forms())


_MEASURES = {
    "recall": "nhận ra",
    "false_alarms": "báo nhầm",
    "forms": "đúng hình thức",
    "forms_top3": "hình thức đúng nằm trong ba gợi ý",
    "forms_named": "gọi tên được hình thức",
    "forms_named_right": "đúng khi đã gọi tên",
}


def _build(output: Path | None) -> int:
    start = time.perf_counter()
    model = build(_starter(), _descriptions())
    model.save(output or model_path())
    print(f"phiên bản {model.version}, {len(model.weights)} trọng số, {time.perf_counter() - start:.1f} giây")
    print(f"học từ {model.measures['examples']:.0f} tin lừa đảo, {model.measures['genuine']:.0f} tin thật")
    print("trên phần giữ riêng, không dùng để học:")
    for name, label in _MEASURES.items():
        print(f"  {label}: {model.measures[name]:.1%}")
    return 0


def _judge_lines(lines: Iterable[str], out: TextIO, model: Model) -> int:
    """One verdict a line; a line that cannot be read gets an error object, and the others go on."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            text, key = given["text"], given.get("id")
            if not isinstance(text, str):
                raise TypeError("text")
        except (ValueError, KeyError, TypeError, AttributeError):
            print(json.dumps({"line": number, "error": "không đọc được dòng này: cần {id, text}"}), file=out)
            code = USAGE
            continue
        print(json.dumps({"id": key} | as_json(judge(text, model)), ensure_ascii=False), file=out, flush=True)
    return code


def as_json(verdict: Verdict) -> dict[str, object]:
    """A verdict as the command prints it."""
    return {
        "state": verdict.state,
        "form": verdict.form,
        "score": verdict.score,
        "reasons": [
            {"code": reason.code, "words": reason.words, "start": reason.start, "end": reason.end}
            for reason in verdict.reasons
        ],
        "entities": [
            {"kind": entity.kind, "value": entity.value}
            | ({"sign": entity.host.sign, "official": entity.host.official} if entity.host else {})
            for entity in verdict.entities
        ],
    }


def _eval(path: Path, model: Model) -> int:
    """Recall and false alarms on labelled messages, with the errors by kind; the messages themselves stay unprinted."""
    if not path.is_file():
        print(f"canhgiac: {path}: không có tệp này.", file=sys.stderr)
        return USAGE
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    judged = [(row, judge(row["text"], model, explain=False)) for row in rows]
    scams = [(row.get("category") or "", verdict) for row, verdict in judged if row["label"] == "scam"]
    genuine = [verdict for row, verdict in judged if row["label"] != "scam"]
    alarms = Counter(verdict.state for verdict in genuine if verdict.state != UNCLEAR)
    found = sum(verdict.state != UNCLEAR for _, verdict in scams)
    print(f"nhận ra {_of(found, len(scams), 1)}; báo nhầm {_of(alarms.total(), len(genuine), 2)}", end=" ")
    print(f"(mô hình {model.version})")
    print("  báo nhầm: " + (", ".join(f"{state} {times}" for state, times in alarms.most_common()) or "không"))
    named = [(row["form"], verdict.form) for row, verdict in judged if row.get("form")]
    if named:
        right = sum(form.upper() == (given or "").upper() for form, given in named)
        print(f"  đúng hình thức: {_of(right, len(named), 1)}")
    missed = Counter(category for category, verdict in scams if verdict.state == UNCLEAR)
    whole = Counter(category for category, _ in scams)
    for category, total in whole.most_common():
        forms = Counter(verdict.form or "chưa rõ" for kind, verdict in scams if kind == category and verdict.near)
        told = ", ".join(f"{form} {times}" for form, times in forms.most_common(4)) or "-"
        print(f"  {category or '-'}: sót {missed[category]}/{total}; gọi là {told}")
    return 0


def _of(part: int, whole: int, places: int) -> str:
    return f"{part}/{whole} = {part / max(whole, 1):.{places}%}"
