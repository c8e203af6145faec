"""Joined sheets and scripts: every part once, in order, made anew when a part changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from pytest_django import Settings

from canhgiac.kit.bundles import BundleFinder, join_css, join_js

SHEET = "canhgiac/css/public-all.css"


@pytest.fixture(autouse=True)
def var(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def test_each_part_is_in_the_joined_sheet_in_order() -> None:
    text = Path(str(finders.find(SHEET))).read_text()
    assert text.index("@font-face") < text.index("--cg-paper") < text.index(".cg-strip") < text.index("@media print")
    assert "/*" not in text


def test_addresses_in_the_joined_sheet_lead_from_its_folder() -> None:
    assert SHEET.rpartition("/")[0] == "canhgiac/css"
    assert all(part.startswith("canhgiac/css/") for part in settings.STATIC_BUNDLES[SHEET])


def test_collectstatic_gets_every_joined_file() -> None:
    found = dict(BundleFinder().list([]))
    assert set(found) == set(settings.STATIC_BUNDLES)
    assert all(storage.exists(name) for name, storage in found.items())


def test_a_missing_part_is_named(settings: Settings) -> None:
    settings.STATIC_BUNDLES = {"x.css": ("canhgiac/css/no-such.css",)}
    with pytest.raises(FileNotFoundError, match="no-such"):
        finders.find("x.css")


def test_comments_go_and_nothing_else() -> None:
    assert join_css(["/* a */\nb { c: d }\n", "/* e\nf */ g { h: i }"]) == "b { c: d }\ng { h: i }\n"


def test_remarks_of_scripts_go_and_code_stays() -> None:
    text = '// a\n/** b\n c */\nconst url = "http://d"; // e\n  // f\nconst glob = "/**/*.js";\n'
    assert join_js([text]) == '{\nconst url = "http://d"; // e\nconst glob = "/**/*.js";\n}\n'


def test_modules_share_what_they_export_and_nothing_else() -> None:
    tools = "export function keep(x) {}\n"
    acting = 'import { keep } from "./tools.js";\nconst root = 1;\nkeep(root);\n'
    assert join_js([tools, acting, acting]) == "function keep(x) {}\n" + "{\nconst root = 1;\nkeep(root);\n}\n" * 2
