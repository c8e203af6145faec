"""SCORM packages played to the end in a system that we did not write: scorm-again, on a server of its own."""

from __future__ import annotations

import functools
import http.server
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from canhgiac.engines.quizzes import scorm
from canhgiac.engines.quizzes.items import Item
from canhgiac.engines.quizzes.tests.seeds import ALL, HOTSPOT, TRUE_FALSE
from tests.browser.checks import ROOT, Visit

LMS = """<!doctype html><html lang="vi"><meta charset="utf-8"><title>LMS</title>
<script src="/scorm-again/scorm12.min.js"></script><script src="/scorm-again/scorm2004.min.js"></script>
<script src="/lms.js"></script><main><h1>LMS</h1><iframe title="khóa học" width="1000" height="3000"></iframe></main>
"""
LMS_SCRIPT = """
const version = new URLSearchParams(location.search).get("v");
const isOld = version === "1.2";
const api = isOld ? new Scorm12API({autocommit: false}) : new Scorm2004API({autocommit: false});
const kept = localStorage.getItem("cmi" + version);
if (kept) api.loadFromJSON(JSON.parse(kept).cmi, "");
window[isOld ? "API" : "API_1484_11"] = api;
window.lms = api;
const keep = () => localStorage.setItem("cmi" + version, JSON.stringify({cmi: JSON.parse(JSON.stringify(api.cmi))}));
api.on(isOld ? "LMSCommit" : "Commit", keep);
window.said = {};
api.on(isOld ? "LMSSetValue" : "SetValue", (element, value) => { window.said[element] = value; });
addEventListener("DOMContentLoaded", () => { document.querySelector("iframe").src = `/course-${version}/index.html`; });
"""


def drawing() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "#dcebe6").save(out, "PNG")
    return out.getvalue()


COURSE = scorm.CourseData(
    "khoa-1",
    "Nhận ra lừa đảo qua điện thoại",
    "vi",
    (
        scorm.LessonData("Không ai hỏi mã OTP", "<h3>Vì sao</h3><p>Mã OTP là chìa khóa.</p>", (TRUE_FALSE,)),
        scorm.LessonData("Bài luyện", "<p>Trả lời các câu sau.</p>", ALL, {ALL.index(HOTSPOT): drawing()}),
    ),
    pass_percent=80,
)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Nothing is logged."""


@pytest.fixture
def lms(tmp_path: Path) -> Iterator[str]:
    """The address of a folder with both packages, scorm-again and the page that plays them."""
    scripts = ROOT / "node_modules" / "scorm-again" / "dist"
    if not scripts.is_dir():
        pytest.skip("scorm-again is not installed (npm ci)")
    (tmp_path / "scorm-again").symlink_to(scripts)
    (tmp_path / "lms.html").write_text(LMS)
    (tmp_path / "lms.js").write_text(LMS_SCRIPT)
    (tmp_path / "favicon.ico").write_bytes(b"")
    for version in ("1.2", "2004"):
        with zipfile.ZipFile(io.BytesIO(scorm.package(COURSE, version))) as archive:
            archive.extractall(tmp_path / f"course-{version}")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join(5)


def give(frame: Any, place: int, item: Item, *, right: bool) -> None:
    """Answers the shown lesson's question as a person does."""
    form = frame.locator("section:not([hidden]) form.question").nth(place)
    if item.kind in ("single", "true_false", "verdict"):
        wrong = {"true": "false", "false": "true", "scam": "genuine", "genuine": "scam"}.get(item.right[0], "a")
        form.locator(f"input[value={item.right[0] if right else wrong}]").check()
    elif item.kind in ("multiple", "hotspot"):
        for key in item.right:
            form.locator(f"input[value={key}]").check()
    elif item.kind == "order":
        for at, one in enumerate(item.options):
            while [row.get_attribute("data-key") for row in form.locator("li").all()].index(one.key) > at:
                form.get_by_role("button", name=f"Đưa lên: {one.text}").press("Enter")
    elif item.kind == "match":
        for one in item.options:
            form.locator(f"select[data-key={one.key}]").select_option(label=one.partner)
    else:
        form.locator("input").fill("3,2" if item.number is not None else item.accepted[0].upper())
    form.get_by_role("button", name="Trả lời").click()
    told = form.locator(".judged").inner_text()
    assert told.startswith("Đúng." if right else "Chưa đúng."), (item.kind, told)


def cmi(visit: Visit, path: str) -> Any:
    return visit.page.evaluate(f"lms.cmi.{path}")


def play(visit: Visit, lms: str, version: str) -> Any:
    """Opens the page of the system; gives the frame in which the course plays."""
    visit.page.goto(f"{lms}/lms.html?v={version}")
    frame = visit.page.frame_locator("iframe")
    frame.locator("html.ready").wait_for()
    return frame


def leave(visit: Visit, version: str, element: str) -> tuple[dict[str, Any], str]:
    """Leaves the course; what the system has kept, and the time spent as the course told it.

    SCORM 1.2 lets a system keep a time without its hundredths, and scorm-again does so when they are none.
    """
    visit.page.evaluate("document.querySelector('iframe').contentWindow.dispatchEvent(new Event('pagehide'))")
    kept = visit.page.evaluate(f"JSON.parse(localStorage.getItem('cmi{version}')).cmi")
    return kept, visit.page.evaluate(f"said['{element}']")


@pytest.mark.browser
def test_a_package_of_the_old_kind_plays_in_scorm_again(visit: Visit, lms: str) -> None:
    frame = play(visit, lms, "1.2")
    assert cmi(visit, "core.lesson_status") == "incomplete"
    give(frame, 0, TRUE_FALSE, right=False)
    frame.get_by_role("button", name="Bài tiếp theo").click()
    assert frame.locator("section:not([hidden]) h2").inner_text() == "Bài luyện"
    for place, item in enumerate(ALL[:4]):
        give(frame, place, item, right=True)
    assert cmi(visit, "core.score.raw") == ""

    visit.page.reload()
    frame = visit.page.frame_locator("iframe")
    frame.locator("html.ready").wait_for()
    assert cmi(visit, "core.lesson_location") == "1"
    assert frame.locator("section:not([hidden]) h2").inner_text() == "Bài luyện"
    assert frame.locator("section:not([hidden]) .judged").all_inner_texts() == ["Đúng."] * 4
    for place, item in enumerate(ALL[4:], 4):
        give(frame, place, item, right=True)
    frame.get_by_role("button", name="Kết thúc").click()
    assert "90 %" in frame.locator("#loi-ket").inner_text()
    assert (cmi(visit, "core.lesson_status"), cmi(visit, "core.score.raw")) == ("passed", "90")
    kept, spent = leave(visit, "1.2", "cmi.core.session_time")
    assert re.fullmatch(r"\d{4}:[0-5]\d:[0-5]\d\.\d\d", spent)
    assert spent[2:].startswith(kept["core"]["session_time"][: len("00:00:00")])
    assert kept["core"]["exit"] == ""
    visit.page.goto(f"{lms}/course-1.2/index.html")  # no system around it: it plays all the same
    visit.page.locator("html.ready").wait_for()
    visit.axe()
    visit.fits()
    visit.page.get_by_role("button", name="2. Bài luyện").click()
    visit.axe()
    visit.fits()
    visit.shot("scorm-phone", width=360)


@pytest.mark.browser
def test_a_package_of_the_new_kind_plays_in_scorm_again(visit: Visit, lms: str) -> None:
    frame = play(visit, lms, "2004")
    assert cmi(visit, "completion_status") == "incomplete"
    give(frame, 0, TRUE_FALSE, right=False)
    frame.get_by_role("button", name="Bài tiếp theo").click()
    for place, item in enumerate(ALL):
        is_one_key = item.kind in ("single", "true_false", "verdict")
        give(frame, place, item, right=not is_one_key)
    frame.get_by_role("button", name="Kết thúc").click()
    assert "chưa đạt" in frame.locator("#loi-ket").inner_text()
    assert [cmi(visit, path) for path in ("completion_status", "success_status", "score.scaled", "score.raw")] == [
        *("completed", "failed", "0.6", "60"),
    ]
    frame.get_by_role("button", name="Làm lại các câu hỏi").click()
    give(frame, 0, TRUE_FALSE, right=True)
    frame.get_by_role("button", name="Bài tiếp theo").click()
    for place, item in enumerate(ALL):
        give(frame, place, item, right=True)
    visit.shot("scorm-desk", width=1280)
    frame.get_by_role("button", name="Kết thúc").click()
    assert [cmi(visit, path) for path in ("success_status", "score.scaled", "progress_measure")] == ["passed", "1", "1"]
    kept, spent = leave(visit, "2004", "cmi.session_time")
    assert re.fullmatch(r"PT\d{1,4}H[0-5]?\dM[0-5]?\d(\.\d\d)?S", spent)
    assert (kept["session_time"], kept["exit"], kept["location"]) == (spent, "normal", "1")
    assert kept["suspend_data"] == "1|11|" + ",".join(["100"] * 10)
