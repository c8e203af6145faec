"""Coverage-guided fuzzing of the extraction: whatever the text, ``extract`` answers with true spans.

python -m canhgiac.engines.officialdoc.tests.fuzz_extraction [CORPUS_DIR] [-runs=N] [libFuzzer options]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

fuzzer: Any = atheris  # published without types

with fuzzer.instrument_imports(include=["canhgiac.engines.officialdoc.extraction"]):
    from ..extraction import extract
    from ..model import Source
    from .extracting import HEAD, check_spans

_SEED = HEAD + (
    "I. MỤC TIÊU\n- 100% trường học tổ chức ngoại khóa.\nII. NHIỆM VỤ\n1. Mở chuyên mục.\n- Chủ trì: Báo Hà Lam.\n"
    "III. TỔ CHỨC THỰC HIỆN\n1. Công an tỉnh\n- Định kỳ 06 tháng (trước ngày 10/6) báo cáo UBND tỉnh.\n"
    "TT   Nội dung      Cơ quan chủ trì   Thời gian\n1    Tập huấn      Sở Y tế           Quý II/2026\n"
    "Nơi nhận:\n- Như trên;\n- Lưu: VT.\n\nCHỦ TỊCH\n\nNgô Văn Hải\n"
)


def one_input(data: bytes) -> None:
    """The fuzz target: the bytes as text."""
    text = data.decode("utf-8", "replace")
    check_spans(extract(Source(text=text, format="txt")), text)


def main() -> None:
    """Runs libFuzzer with the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        if not any(not argument.startswith("-") for argument in sys.argv[1:]):
            (Path(folder) / "plan").write_text(_SEED, "utf-8")
            sys.argv.append(folder)
        fuzzer.Setup(sys.argv, one_input)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
