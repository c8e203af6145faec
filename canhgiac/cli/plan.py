"""``canhgiac plan extract FILE …``: the reader of plans alone, without Django and without a database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from canhgiac.cli.errors import USAGE


def run(arguments: list[str]) -> int:
    """Prints the extraction of each file as JSON (one object, or a list for several files).

    Exit code 2 when a file cannot be read as a plan; the others are still printed.
    """
    options = _parser().parse_args(arguments)
    found, code = [], 0
    for name in options.files:
        result = _extract(name)
        if isinstance(result, str):
            print(f"canhgiac: {result}", file=sys.stderr)
            code = USAGE
        else:
            found.append(result)
    if found:
        answer = found if len(options.files) > 1 else found[0]
        json.dump(answer, sys.stdout, ensure_ascii=False, indent=options.indent or None)
        print()
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="canhgiac plan", description="Đọc văn bản kế hoạch.")
    words = parser.add_subparsers(dest="word", required=True, metavar="việc")
    extract = words.add_parser("extract", help="in nhiệm vụ, chỉ tiêu, thời hạn … đọc được, dạng JSON")
    extract.add_argument("files", nargs="+", metavar="TỆP", help="txt, md, docx, pdf hoặc ảnh; - là đầu vào chuẩn")
    extract.add_argument("--json", action="store_true", help="dạng JSON (mặc định)")
    extract.add_argument("--indent", type=int, default=2, help="số dấu cách thụt vào; 0: một dòng")
    return parser


def _extract(name: str) -> dict[str, object] | str:
    """The extraction of one file, or why there is none."""
    from canhgiac.engines.officialdoc.as_json import to_json
    from canhgiac.engines.officialdoc.extraction import extract
    from canhgiac.engines.officialdoc.model import ReadError
    from canhgiac.engines.officialdoc.reading import read, read_path

    try:
        source = read(sys.stdin.buffer.read(), "") if name == "-" else read_path(Path(name))
        answer: dict[str, object] = to_json(extract(source), source)
    except FileNotFoundError:
        return f"{name}: không có tệp này."
    except IsADirectoryError:
        return f"{name}: là thư mục, không phải tệp."
    except PermissionError:
        return f"{name}: không có quyền đọc."
    except ReadError as error:
        return f"{'đầu vào' if name == '-' else name}: {error}"
    return answer
