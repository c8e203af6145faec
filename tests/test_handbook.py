"""What README and the handbook name exists: pages and headings, addresses, commands, variables, folders, labels."""

from __future__ import annotations

import ast
import importlib.util
import io
import re
import shlex
import tomllib
import unicodedata
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from itertools import product, takewhile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, get_commands, load_command_class
from django.urls import Resolver404, resolve

from canhgiac.agencies.services import DEMO_LOGINS
from canhgiac.cli.main import WORDS
from canhgiac.engines import compiled

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "canhgiac"
OPERATION = ROOT / "docs" / "van-hanh.md"
FENCE = re.compile(r"^([ ]*)```.*?^\1```[ ]*$", re.DOTALL | re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^()\s]+(?:\([^)]*\))?)\)")
OTHERS = ("/v1/check", "/v1/health", "/v1/audio/speech")
"""Addresses of other servers: `canhgiac lookup`, a service of voices."""
FILLERS = ("1", "mot-hai", "CB-2026-118", "sms", "00ff")
"""What may stand where the handbook leaves a place open, as in ``/hinh-thuc/<địa chỉ>/``."""
OPEN_PLACE = re.compile(r"<[^>]+>|\{[^}]+\}|…|[A-ZĐÀ-Ỹ]{2,}(?:-[A-ZĐÀ-Ỹ]+)*")


def pages() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@cache
def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def where(page: Path, found: str) -> str:
    return f"{page.relative_to(ROOT)}: {found}"


def nothing(found: list[str]) -> None:
    """Fails with all that was found, one a line."""
    assert not found, "\n" + "\n".join(sorted(set(found)))


def spans(page: Path) -> list[str]:
    """Code within the lines of a page."""
    return CODE.findall(FENCE.sub("", text(page)))


def lines_of_commands(page: Path) -> list[str]:
    """Whatever the page gives to be typed: code within lines, and the lines of its blocks."""
    blocks = "\n".join(match[0] for match in FENCE.finditer(text(page))).replace("\\\n", " ")
    return [*spans(page), *(line.strip() for line in blocks.splitlines())]


@cache
def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub and other readers of Markdown make them."""
    found = set()
    for heading in re.findall(r"^#+ +(.+)$", FENCE.sub("", text(page)), re.MULTILINE):
        plain = unicodedata.normalize("NFC", re.sub(r"[`*]", "", heading)).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


def links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """The links to files of the house: as written, the file, the anchor or ""."""
    for written in LINK.findall(FENCE.sub("", text(page))):
        if not re.match(r"[a-z]+:", written):
            name, _, anchor = written.partition("#")
            yield written, (page.parent / name).resolve() if name else page, anchor


def test_links_lead_to_a_page_and_a_heading() -> None:
    nothing(
        [
            where(page, written)
            for page in pages()
            for written, target, anchor in links(page)
            if not target.exists() or (anchor and anchor not in anchors(target))
        ]
    )


@pytest.mark.parametrize("first", ["README.md", "README.vi.md"])
def test_every_page_is_reached_from_the_first(first: str) -> None:
    seen, ahead = set(), [ROOT / first]
    while ahead:
        page = ahead.pop()
        if page not in seen:
            seen.add(page)
            ahead += [target for _, target, _ in links(page) if target.suffix == ".md" and target.exists()]
    nothing([where(page, "no way leads here") for page in pages() if page not in seen and page.parent.name == "docs"])


def test_every_picture_is_shown() -> None:
    shown = {target for page in pages() for _, target, _ in links(page)}
    nothing([where(path, "no page shows it") for path in (ROOT / "docs" / "images").iterdir() if path not in shown])


def is_served(address: str) -> bool:
    """Whether some page answers there, whatever stands in the places the handbook leaves open."""
    parts = re.split(f"({OPEN_PLACE.pattern})", re.split(r"[?#]", address)[0])
    holes = parts[1::2]
    for fillings in product((*FILLERS, "1/", "duties"), repeat=len(holes)):
        parts[1::2] = fillings
        try:
            resolve("".join(parts))
        except Resolver404:
            continue
        return True
    return False


def addresses(page: Path) -> Iterator[str]:
    """The addresses of ours that a page names, whole."""
    base = "/api/v1" if "Địa chỉ gốc:" in text(page) else ""
    for span in spans(page):
        found = re.fullmatch(r"(?:(?:GET|POST|PUT|DELETE) |https?://[^/ ]+)?(/[a-z](?:<[^>]+>|[^ |])*)(?: .*)?", span)
        if found and not found[1].startswith(OTHERS):
            yield found[1] if found[1].startswith(("/api/", "/taxii2/")) or " " not in span else base + found[1]


def test_every_address_named_is_served() -> None:
    asked = {(page, address) for page in pages() for address in addresses(page)}
    nothing([where(page, address) for page, address in asked if not is_served(address)])
    assert len(asked) > 100
    assert not is_served("/khong-co-trang-nay/")


def commands(page: Path) -> Iterator[list[str]]:
    """``canhgiac …`` as the page gives it, in words up to the first pipe or remark."""
    for line in lines_of_commands(page):
        for match in re.finditer(r"(?:^|[|;&] *|=\S+ +)(?:\S*/bin/)?canhgiac +([a-z-][^|;&#(<…]*)", line):
            try:
                yield shlex.split(match[1])
            except ValueError:  # a quotation mark of the sentence around it
                yield match[1].split()


@cache
def help_of(words: tuple[str, ...]) -> str | None:
    """What ``canhgiac WORDS --help`` prints; None where there is no such command."""
    said = io.StringIO()
    try:
        with redirect_stdout(said), redirect_stderr(said):
            if words[0] in WORDS and words[0] != "ask":
                run = importlib.import_module(f"canhgiac.cli.{words[0].replace('-', '_')}").run
                run([*words[1:], "--help"])
            elif words[0] in get_commands():
                command = load_command_class(get_commands()[words[0]], words[0])
                command.create_parser("canhgiac", words[0]).parse_args([*words[1:], "--help"])
            else:
                return None
    except SystemExit as ended:
        return None if ended.code else said.getvalue()
    except CommandError:
        return None
    return None


def test_every_command_of_ours_named_is_there_with_its_options() -> None:
    lost, asked = [], set()
    for page in pages():
        for words in commands(page):
            if words[0].startswith("-"):
                continue
            ours = tuple(takewhile(re.compile(r"[a-z][a-z_-]*").fullmatch, words[:2]))
            asked.add(words[0])
            said = help_of(ours) if ours else None
            options = [word.split("=")[0] for word in words if re.fullmatch(r"--[a-z][a-z-]*(=.*)?", word)]
            if said is None or any(not re.search(rf"{option}\b", said) for option in options):
                lost.append(where(page, f"canhgiac {' '.join(words)}"))
    nothing(lost)
    assert len(asked) > 20


def test_the_logins_named_are_those_of_the_demo() -> None:
    there = {login.email for login in DEMO_LOGINS}
    for page in (ROOT / "README.md", ROOT / "README.vi.md"):
        named = set(re.findall(r"[\w.]+@vinhan\.example", text(page)))
        assert named, page
        assert named <= there


def test_every_job_of_make_named_is_there() -> None:
    jobs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    benches = {path.stem for path in (ROOT / "bench").glob("[a-z]*.py")}
    lost = []
    for page in pages():
        for line in lines_of_commands(page):
            lost += [where(page, f"make {job}") for job in re.findall(r"\bmake ([a-z-]+)", line) if job not in jobs]
            named = re.findall(r"\bonly=(\w+)|-m bench (\w+)", line)
            lost += [where(page, f"bench {a or b}") for a, b in named if (a or b) not in benches]
    nothing(lost)


def test_every_module_and_file_named_is_there() -> None:
    lost = []
    for page in pages():
        for line in lines_of_commands(page):
            for module in re.findall(r"-m ((?:canhgiac|simulators|bench|tests)[\w.]*)", line):
                if importlib.util.find_spec(module) is None:
                    lost.append(where(page, f"-m {module}"))
        for span in spans(page):
            if re.fullmatch(r"(?:canhgiac|simulators|samples|bench|tests|docs)/[\w./-]+", span) and not (
                (ROOT / span).exists()
            ):
                lost.append(where(page, span))
    nothing(lost)


def test_every_test_named_is_there() -> None:
    files = [path for top in (HOUSE, ROOT / "tests") for path in top.rglob("test_*.py")]
    there = "\n".join([f"def {path.stem}(" for path in files] + [path.read_text() for path in files])
    named = {(page, name) for page in pages() for span in spans(page) for name in re.findall(r"\btest_\w+", span)}
    nothing([where(page, name) for page, name in named if f"def {name}" not in there])
    assert len(named) > 10


def table(page: Path, heading: str) -> list[list[str]]:
    """The rows below a heading's table, in cells."""
    part = re.split(r"^## ", text(page).split(heading, 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    rows = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def read_variables() -> Iterator[tuple[str, str | None, Path]]:
    """Every variable the program reads: name, the default where it is one plain value, the file."""
    for path in [*HOUSE.rglob("*.py"), *(ROOT / "simulators").glob("*.py")]:
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
                continue
            called = ast.unparse(node.func)
            if called in {"os.environ.get", "os.getenv", "env_bool", "env_list", "number"}:
                given = node.args[1:] + [keyword.value for keyword in node.keywords if keyword.arg == "default"]
                plain = given[0].value if given and isinstance(given[0], ast.Constant) else None
                default = plain if plain is None else str(int(plain) if isinstance(plain, bool) else plain)
                yield str(node.args[0].value), default, path


def documented_variables() -> dict[str, str]:
    """Name to default, as the handbook's table of variables gives them."""
    found: dict[str, str] = {}
    for names, default, *_ in table(OPERATION, "## 4. Biến môi trường"):
        each = CODE.findall(names)
        is_list = default.count(", ") == len(each) - 1
        defaults = default.split(", ") if is_list else [default] * len(each)
        found.update(zip(each, defaults, strict=True))
    return found


BESIDES = {"DATABASE_URL": "PostgreSQL kèm theo", "CANHGIAC_DEMO": "0", "LOG_LEVEL": "INFO"}
"""Defaults that the command gives before the settings are read, or that differ by part."""


def test_every_variable_read_is_documented_with_its_default() -> None:
    told, wrong = documented_variables(), []
    for name, default, path in read_variables():
        if name not in told:
            wrong.append(where(path, f"{name} is not in the handbook"))
        elif default is not None and not told[name].startswith(BESIDES.get(name) or default or "(trống"):
            wrong.append(where(path, f"{name} is {default!r}, the handbook says {told[name]!r}"))
    nothing(wrong)


def test_every_variable_documented_is_read() -> None:
    told = set(documented_variables())
    voice = {f"VOICE_{name.upper()}" for name in settings.VOICE if name != "kind"}  # read in a loop
    read = voice | {compiled.SWITCH} | {name for name, _default, _path in read_variables()}
    assert told - read == set()
    assert voice - told == set()


def test_the_variables_of_a_live_check_are_told_both_ways() -> None:
    page = ROOT / "docs" / "kiem-tra-kenh.md"
    told = set(re.findall(r"LIVE_[A-Z_]+[A-Z]", text(page)))
    sources = "\n".join(path.read_text() for path in (ROOT / "tests" / "live").glob("*.py"))
    read = set(re.findall(r"LIVE_[A-Z_]+[A-Z]", sources))
    assert told == read


def test_the_map_of_the_house_names_every_folder() -> None:
    named = {name for row in table(ROOT / "README.md", "## How it is built") for name in CODE.findall(row[0])}
    there = {f"canhgiac/{path.name}" for path in HOUSE.iterdir() if (path / "__init__.py").exists()}
    assert there - named == {"canhgiac/engines"}  # named part by part
    assert [name for name in named if not (ROOT / name).exists() and not (HOUSE / "engines" / name).exists()] == []


def test_the_floors_are_told_in_their_order() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"].startswith("Floors"))
    floor = {name: number for number, layer in enumerate(layers) for name in re.findall(r"\w+", layer)}
    cells = [name for row in table(ROOT / "ARCHITECTURE.md", "## Floors") for name in CODE.findall(row[1])]
    told = [name.split("/")[0] for name in cells]
    assert set(told) == set(floor)
    assert [floor[name] for name in told] == sorted(floor[name] for name in told)
    engines = {f"engines/{path.name}" for path in (HOUSE / "engines").iterdir() if (path / "__init__.py").exists()}
    assert engines - set(cells) == set()


@cache
def interface() -> str:
    """Every text of pages and code, with quotation marks and tags, spaces made one."""
    files = [path for kind in ("*.html", "*.py", "*.js") for path in HOUSE.rglob(kind) if "tests" not in path.parts]
    return re.sub(r"\s+", " ", " ".join(path.read_text(encoding="utf-8") for path in files)).casefold()


def test_every_way_through_the_menu_is_named_as_on_the_page() -> None:
    """``**Tin báo, cảnh báo → Sổ dấu vết**``: each part stands whole on some page."""
    lost, asked = [], 0
    for page in pages():
        for way in re.findall(r"\*\*?([^*\n]+[→›][^*\n]+)\*", FENCE.sub("", text(page))):
            for part in re.split(r"\s*[→›]\s*", way):
                asked += 1
                label = re.escape(part.strip(" .…").casefold())
                if not re.search(rf"[\"'>}}] ?{label}[.…]? ?[\"'<{{]", interface()):
                    lost.append(where(page, f"{part} ({way})"))
    nothing(lost)
    assert asked > 60
