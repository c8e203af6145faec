"""``python -m canhgiac.engines.compiling``: machine code of the busiest modules, by mypyc, from their very sources.

Needs a C compiler and Python's headers; without them everything runs as it is written.
"""

# ruff: noqa: PLC0415, T201  # a tool of its own: what it needs is there only where programs are made

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import sysconfig
import tempfile
from pathlib import Path

from .compiled import ENGINES, MODULES, folder

ROOT = ENGINES.parents[1]
_OPTIONS = ("--config-file=", "--strict", "--follow-imports=silent", "--ignore-missing-imports")


def build() -> bool:
    """Compiles, unless that was done; whether there is something compiled now. Takes some twenty seconds."""
    target = folder()
    said = io.StringIO()
    try:
        if not target.exists():
            require_tools()
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target.parent) as work, contextlib.chdir(ROOT):
                with contextlib.redirect_stdout(said):
                    _compile(Path(work))
                for old in set(target.parent.iterdir()) - {Path(work)}:
                    shutil.rmtree(old, ignore_errors=True)
                (Path(work) / "made").replace(target)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # no compiler, no headers, another mypy: all the same
        print(f"Không biên dịch được phần nhận dạng; mã nguồn vẫn chạy, chậm hơn. {said.getvalue().strip() or error}")
    return target.exists()


def require_tools() -> None:
    """Raises FileNotFoundError; without it their lack would show only after mypyc has worked for ten seconds."""
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    if shutil.which(compiler) is None:
        raise FileNotFoundError(f"Thiếu trình biên dịch C ({compiler}).")
    if not (Path(sysconfig.get_path("include")) / "Python.h").exists():
        raise FileNotFoundError("Thiếu tệp tiêu đề của Python (python3-dev).")


def _compile(work: Path) -> None:
    import setuptools  # type: ignore[import-untyped]  # first: mypyc asks whether it was imported
    from mypyc.build import mypycify

    names = [str((ENGINES / name.replace(".", "/")).with_suffix(".py").relative_to(ROOT)) for name in MODULES]
    made = setuptools.Distribution({"ext_modules": mypycify([*_OPTIONS, *names], target_dir=str(work / "c"))})
    command = made.get_command_obj("build_ext")
    command.build_lib, command.build_temp = str(work / "made"), str(work / "objects")
    command.ensure_finalized()
    command.run()


if __name__ == "__main__":
    raise SystemExit(not build())
