"""The house rules that no import contract can keep: names, keys, writes, sizes, words."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parents[1]
HOUSE = ROOT / "canhgiac"
ROOMS = {
    *("models", "selectors", "services", "forms", "views", "api", "jobs", "urls", "admin", "apps"),
    *("management", "migrations", "templates", "tests", "__init__", "__pycache__"),
}
NO_CAPABILITIES = {"cli", "engines", "kit", "work", "channels", "templates", "static", "locale", "__pycache__"}
FILE_LIMIT, FUNCTION_LIMIT = 600, 90
"""Lines that break the build; the aim is 400 and 50."""
NAMES = "Cảnh Giác|Tiếng Việt"
"""Words that are the same in every language of the interface."""
VIETNAMESE = re.compile(r"[À-ỹđĐ]")


@cache
def source(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def python_files(*, tests: bool) -> list[Path]:
    found = [path for top in ("canhgiac", "simulators", "bench") for path in (ROOT / top).rglob("*.py")]
    if tests:
        found += (ROOT / "tests").rglob("*.py")
    return [path for path in found if "migrations" not in path.parts and (tests or "tests" not in path.parts)]


def capabilities() -> list[Path]:
    return sorted(path for path in HOUSE.iterdir() if path.is_dir() and path.name not in NO_CAPABILITIES)


def room_files(*rooms: str) -> list[Path]:
    """The files of these rooms in every capability, whether one file or a package."""
    return [
        path
        for folder in capabilities()
        for room in rooms
        for path in [folder / f"{room}.py", *(folder / room).rglob("*.py")]
        if path.exists()
    ]


def nothing(found: list[str], rule: str = "") -> None:
    """Fails with all that was found, one a line."""
    assert not found, "\n".join([rule, *found])


def where(path: Path, node: ast.AST | None = None) -> str:
    return f"{path.relative_to(ROOT)}{f':{node.lineno}' if node is not None and hasattr(node, 'lineno') else ''}"


@cache
def floors() -> dict[str, int]:
    """Folder to its floor, 0 the lowest, as the import contract orders them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c["layers"] for c in contracts if c["name"].startswith("Floors"))
    return {name: floor for floor, layer in enumerate(reversed(layers)) for name in re.findall(r"\w+", layer)}


def test_an_address_has_a_name_of_its_own() -> None:
    """Two capabilities with one name: a link of the one would lead to the page of the other."""
    owners: dict[str, set[str]] = {}

    def walk(rows: list[URLPattern | URLResolver]) -> None:
        for row in rows:
            if isinstance(row, URLResolver):
                walk(row.url_patterns if row.namespace is None else [])
            elif row.name and row.callback.__module__.startswith("canhgiac."):
                owners.setdefault(row.name, set()).add(row.callback.__module__.split(".")[1])

    walk(get_resolver().url_patterns)
    assert {name: rooms for name, rooms in owners.items() if len(rooms) > 1} == {}
    assert len(owners) > 100


def test_a_capability_has_the_usual_rooms_and_no_others() -> None:
    odd = [
        where(path)
        for folder in capabilities()
        for path in folder.iterdir()
        if path.stem not in ROOMS or (path.is_file() and path.suffix != ".py")
    ]
    nothing(odd)


def test_every_capability_is_under_the_contract_of_rooms() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    covered = next(c["containers"] for c in contracts if c["name"].startswith("Inside a capability"))
    assert sorted(covered) == [f"canhgiac.{folder.name}" for folder in capabilities()]


def ours(app_label: str) -> str | None:
    name = apps.get_app_config(app_label).name
    return name.split(".")[1] if name.startswith("canhgiac.") else None


def foreign_keys() -> Iterator[Field]:  # type: ignore[type-arg]
    for model in apps.get_models():
        if ours(model._meta.app_label) is not None:
            for field in (*model._meta.fields, *model._meta.many_to_many):
                if field.related_model is not None:
                    yield field


def test_the_upper_folder_owns_the_foreign_key() -> None:
    climbing = []
    for field in foreign_keys():
        upper, lower = ours(field.model._meta.app_label), ours(field.related_model._meta.app_label)  # type: ignore[union-attr]
        if lower is None or upper == lower:
            continue
        assert upper is not None
        if floors()[upper] <= floors()[lower]:
            climbing.append(f"{field}: {upper} is not above {lower}")
    nothing(climbing)


def test_nothing_is_mocked() -> None:
    found = [
        where(path, node)
        for path in python_files(tests=True)
        if "mock" in path.read_text()
        for node in ast.walk(source(path))
        if (isinstance(node, ast.Import) and any(name.name in {"unittest.mock", "mock"} for name in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module in {"unittest.mock", "mock", "pytest_mock"})
        or (isinstance(node, ast.ImportFrom) and node.module == "unittest" and "mock" in {n.name for n in node.names})
    ]
    nothing(found)


def test_browser_tests_wait_for_a_function() -> None:
    """An expression that is not true at once is evaluated in the page, where our content security policy forbids it."""
    found = [
        where(path, node)
        for path in (ROOT / "tests").rglob("*.py")
        if "wait_for_function" in path.read_text()
        for node in ast.walk(source(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wait_for_function"
        if isinstance(node.args[0], ast.Constant | ast.JoinedStr) and "=>" not in ast.unparse(node.args[0])
    ]
    nothing(found)


def test_only_services_write_and_only_selectors_read() -> None:
    banned = {"save", "delete", "objects", "create", "bulk_create", "update_or_create", "get_or_create"}
    found = [
        f"{where(path, node)} .{node.attr}"
        for path in room_files("views", "api", "urls", "jobs")
        for node in ast.walk(source(path))
        if isinstance(node, ast.Attribute) and node.attr in banned and not _is_path_method(node)
    ]
    nothing(found)


def _is_path_method(node: ast.Attribute) -> bool:
    """``api.delete("/…")`` and ``router.delete`` declare a verb of HTTP."""
    return isinstance(node.value, ast.Name) and node.value.id in {"api", "router"}


def test_files_and_functions_stay_readable() -> None:
    long = [
        f"{where(path)}: {lines} lines"
        for path in python_files(tests=False)
        if (lines := len(path.read_text().splitlines())) > FILE_LIMIT
    ]
    long += [
        f"{where(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in python_files(tests=False)
        for node in ast.walk(source(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= FUNCTION_LIMIT
    ]
    nothing(long)


def exported(path: Path) -> set[str]:
    """The services a file offers to other rooms: all of ``services.py``, or what the package's ``__init__`` names."""
    if path.stem == "services":
        return {node.name for node in source(path).body if isinstance(node, ast.FunctionDef)}
    init = source(path.with_name("__init__.py"))
    return {name.name for node in init.body if isinstance(node, ast.ImportFrom) for name in node.names}


def test_every_service_is_met_by_a_test() -> None:
    tests = "\n".join(path.read_text() for path in ROOT.glob("**/tests/**/*.py") if ".venv" not in path.parts)
    unmet = [
        f"{where(path, node)} {node.name}"
        for path in room_files("services")
        for node in source(path).body
        if isinstance(node, ast.FunctionDef)
        and node.name in exported(path)
        and "by" in {argument.arg for argument in node.args.kwonlyargs}
        and not re.search(rf"\b{node.name}\b", tests)
    ]
    nothing(unmet)


def test_every_enqueued_name_has_a_job() -> None:
    from procrastinate.contrib.django import app

    app.perform_import_paths()  # type: ignore[no-untyped-call]
    lost, names = [], set()
    for path in python_files(tests=False):
        for node in ast.walk(source(path)):
            if not isinstance(node, ast.Call) or path.is_relative_to(HOUSE / "work"):
                continue
            function = node.func
            called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if called == "enqueue":
                name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                names.add(name)
                if name not in app.tasks:
                    lost.append(f"{where(path, node)} {name!r}")
    nothing(lost)
    assert names


def test_jobs_are_thin() -> None:
    thick = [
        f"{where(path, node)} {node.name}"
        for path in room_files("jobs")
        for node in source(path).body
        if isinstance(node, ast.FunctionDef)
        and len([part for part in node.body if not isinstance(part, ast.Expr) or isinstance(part.value, ast.Call)]) > 3
    ]
    nothing(thick)


def test_no_place_of_one_machine_is_written_down() -> None:
    places = re.compile(rb"(?<![\w.<~-])/(?:work|root|home/\w+|opt)/\w")
    found = [
        f"{where(path)}: {match[0].decode()}"
        for path in tracked()
        if path.suffix not in {".woff2", ".png", ".ico", ".jpg", ".pdf", ".docx", ".mo", ".lock"}
        and path != Path(__file__)
        for match in [places.search(path.read_bytes())]
        if match
    ]
    nothing(found)


def _translators(path: Path) -> set[str]:
    """The names under which a file has Django's translation functions."""
    return {
        name.asname or name.name
        for node in ast.walk(source(path))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
    }


def _texts(node: ast.AST, translators: set[str]) -> Iterator[ast.Constant]:
    """The string constants that no translation call holds; docstrings are no texts."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in translators:
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child
        yield from _texts(child, translators)


def test_what_people_read_goes_through_gettext() -> None:
    bare = [
        f"{where(path, text)} {text.value!r}"
        for path in room_files("views", "forms", "models", "admin")
        for text in _texts(source(path), _translators(path))
        if VIETNAMESE.search(str(text.value))
    ]
    nothing(bare)


def templates() -> list[Path]:
    return sorted(path for path in HOUSE.rglob("*.html") if "templates" in path.parts)


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("no inline script", r"<script(?![^>]*\bsrc=)(?![^>]*application/json)"),
        ("no inline style", r"<[a-z][^>]*\sstyle\s*="),
        ("no handler in an attribute", r"<[a-z][^>]*\son[a-z]+\s*="),
        ("nothing is marked safe", r"\|safe\b|autoescape off"),
    ],
)
def test_templates_keep_the_content_security_policy(rule: str, pattern: str) -> None:
    found = [
        where(path)
        for path in templates()
        if re.search(pattern, path.read_text(), re.IGNORECASE) and "django" not in path.parts  # help texts are Django's
    ]
    nothing(found, rule)


def test_templates_translate_their_words() -> None:
    blocks = re.compile(
        r"\{%\s*blocktrans.*?endblocktrans\w*\s*%\}|\{%\s*comment.*?endcomment\s*%\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
        re.DOTALL,
    )
    bare = []
    for path in templates():
        if "catalogue" in where(path):  # a page of samples for developers, seen only with DEBUG
            continue
        for number, line in enumerate(blocks.sub(lambda m: "\n" * m[0].count("\n"), path.read_text()).splitlines(), 1):
            if VIETNAMESE.search(re.sub(NAMES, "", line)):
                bare.append(f"{where(path)}:{number} {line.strip()}")
    nothing(bare)
