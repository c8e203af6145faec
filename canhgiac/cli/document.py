"""``canhgiac document check FILE``: the checker of layout alone, without Django and without a database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from canhgiac.cli.errors import USAGE

if TYPE_CHECKING:
    from canhgiac.engines.officialdoc.checking import Report, Result

BROKEN = 1
"""Exit code where a rule is broken."""
_MARKS = {"ok": "✓", "broken": "✗", "unsure": "?"}


def run(arguments: list[str]) -> int:
    """Prints how each file keeps the rules of layout.

    Exit code 0 when none is broken, 1 when one is, 2 when a file cannot be read; the others are still printed.
    """
    options = _parser().parse_args(arguments)
    code, answers = 0, []
    for name in options.files:
        report = _check(name)
        if isinstance(report, str):
            print(f"canhgiac: {report}", file=sys.stderr)
            code = USAGE
            continue
        if not report.is_ok:
            code = max(code, BROKEN)
        if options.json:
            answers.append({"file": name, **report.as_json()})
        else:
            _print(name, report, every=options.all)
    if answers:
        json.dump(answers if len(options.files) > 1 else answers[0], sys.stdout, ensure_ascii=False, indent=2)
        print()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="canhgiac document", description="Thể thức văn bản hành chính.")
    words = parser.add_subparsers(dest="word", required=True, metavar="việc")
    check = words.add_parser("check", help="kiểm thể thức theo Nghị định 30/2020/NĐ-CP, Phụ lục I")
    check.add_argument("files", nargs="+", metavar="TỆP", help="tệp .docx; - là đầu vào chuẩn")
    check.add_argument("--json", action="store_true", help="in dạng JSON")
    check.add_argument("--all", action="store_true", help="in cả những điều đã đạt")
    return parser


def _check(name: str) -> Report | str:
    """The report of one file, or why there is none."""
    from canhgiac.engines.officialdoc.checking import check
    from canhgiac.engines.officialdoc.model import ReadError

    try:
        return check(sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes())
    except FileNotFoundError:
        return f"{name}: không có tệp này."
    except IsADirectoryError:
        return f"{name}: là thư mục, không phải tệp."
    except PermissionError:
        return f"{name}: không có quyền đọc."
    except ReadError as error:
        return f"{'đầu vào' if name == '-' else name}: {error}"


def _print(name: str, report: Report, *, every: bool) -> None:
    kept, unsure = report.count("ok"), report.count("unsure")
    print(f"{name}: đạt {kept}/{len(report.results)} quy định", end="")
    print(f", {unsure} chưa xác định được" if unsure else "")
    for result in report.results:
        if every or result.state != "ok":
            _print_result(result)


def _print_result(result: Result) -> None:
    print(f"  {_MARKS[result.state]} {result.rule.title} [{result.rule.code}] ({result.rule.source})")
    for finding in result.findings:
        place = f" (đoạn {finding.paragraph})" if finding.paragraph else ""
        quoted = f" ở “{finding.where}”{place}" if finding.where else place
        print(f"      {finding.found}{quoted}; yêu cầu: {finding.asked}")
