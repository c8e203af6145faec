"""The front-end packages' files: each that pages name is there, and no other is served."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from canhgiac.kit.vendor import VendorFinder, VendorStorage

STATIC = Path(settings.ROOT) / "canhgiac" / "static"


def test_every_file_of_a_package_is_installed() -> None:
    assert VendorFinder().check() == []


def test_finder_knows_only_our_names() -> None:
    assert str(finders.find("vendor/htmx.min.js")).endswith("htmx.org/dist/htmx.min.js")
    assert finders.find("vendor/htmx.esm.js") is None


def test_sheet_is_served_without_the_address_of_its_source_map() -> None:
    with VendorStorage().open("vendor/tabler.min.css") as sheet:
        assert b"sourceMappingURL" not in sheet.read()


def test_every_address_in_our_sheets_leads_to_a_file() -> None:
    for sheet in (STATIC / "canhgiac" / "css").glob("*.css"):
        for address in re.findall(r'url\("(?!data:)([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            name = (sheet.parent / address).resolve().relative_to(STATIC).as_posix()
            assert finders.find(name), f"{sheet.name}: {address}"


def test_scripts_import_only_what_acts_not_by_itself() -> None:
    """A script named by a page under its hashed name and imported under its plain one would run twice."""
    scripts = STATIC / "canhgiac" / "js"
    named = {
        name
        for page in (Path(settings.ROOT) / "canhgiac").rglob("templates/**/*.html")
        for name in re.findall(r"canhgiac/js/([\w-]+\.js)", page.read_text(encoding="utf-8"))
    }
    imported = {
        name
        for script in scripts.glob("*.js")
        for name in re.findall(r'from "\./([\w-]+\.js)"', script.read_text(encoding="utf-8"))
    }
    joined = {Path(name).name for name in settings.STATIC_BUNDLES}
    parts = {Path(part).name for parts in settings.STATIC_BUNDLES.values() for part in parts if part.endswith(".js")}
    named = (named - joined) | (parts - imported)
    assert named & imported == set()
    worker = {"sw.js", "nhung.js", "nut.js"}  # served under lasting addresses by views
    assert {script.name for script in scripts.glob("*.js")} - worker == named | imported
