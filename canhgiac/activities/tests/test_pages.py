"""The pages through HTTP: the form without a script, the list, the detail, evidence handed out, review, export."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pytest_django import Settings

from canhgiac.activities.models import Activity, Evidence, Kind
from canhgiac.activities.services.evidence import evidence_add
from canhgiac.agencies.models import Area, Member
from canhgiac.kit import clock
from tests.factories import activities as make
from tests.factories import agencies, plans
from tests.factories.activities import photo
from tests.factories.agencies import Cast

State = Activity.State
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


def login(member: Member, *, csrf: bool = False) -> Client:
    client = Client(enforce_csrf_checks=csrf)
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def typed(cast: Cast, **given: object) -> dict[str, object]:
    """The least that a person fills in on the form of the commune's officer."""
    return {
        "uid": str(uuid.uuid4()),
        "agency": cast.commune.pk,
        "kind": "loudspeaker",
        "on": clock.today().isoformat(),
        "area": "Xã Đồi Mây",
    } | given


def jpeg(name: str = "loa.jpg", seed: int = 1) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(seed), "image/jpeg")


# The form -----------------------------------------------------------------------------------------------------------


def test_the_form_without_a_script(cast: Cast) -> None:
    group = agencies.area(name="Thôn Một", level=Area.Level.GROUP, parent=cast.commune_area)
    client = login(cast.commune_officer)
    shown = client.get("/hoat-dong/ghi/").content.decode()
    assert 'value="Xã Đồi Mây, Tỉnh' in shown  # the officer's own area, with what it belongs to
    assert "[#" not in shown  # no row number where words are enough
    assert "Thôn Một" in shown
    assert shown.count('name="kind"') == len(Kind)
    told = typed(cast, minutes="1.250", areas=[group.pk], evidence=[jpeg(), jpeg("bien-ban.pdf", 2)])
    answer = client.post("/hoat-dong/ghi/", told)
    row = Activity.objects.get()
    assert answer.headers["Location"] == f"/hoat-dong/{row.pk}/"
    assert (row.minutes, row.times, row.title) == (1250, None, "Loa, đài cơ sở tại Xã Đồi Mây")
    assert row.areas.count() == 2
    assert row.evidence.count() == 2
    client.post("/hoat-dong/ghi/", told | {"evidence": []})  # pressed twice
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": ""}, "Chọn một hình thức."),
        ({"area": "Xã Không Có"}, "Không có địa bàn"),
        ({"on": dt.timedelta(days=2)}, "ở tương lai"),
        ({"minutes": "nhiều"}, "không phải là số"),
        ({"minutes": "2,5"}, "Cần số nguyên"),
        ({"copies": "5"}, "không đếm bằng"),
        ({"links": "htp//x y"}, "không phải địa chỉ trang web"),
        ({"tasks": ["abc"]}, "Danh sách đã chọn không đúng"),
    ],
)
def test_a_fault_is_told_and_nothing_typed_is_lost(cast: Cast, given: dict[str, object], words: str) -> None:
    told = typed(cast, title="Buổi phát sáng thứ Hai", description="Đã gõ cả đoạn dài") | given
    if isinstance(after := given.get("on"), dt.timedelta):
        told["on"] = (clock.today() + after).isoformat()
    answer = login(cast.commune_officer).post("/hoat-dong/ghi/", told)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "Buổi phát sáng thứ Hai" in page
    assert "Đã gõ cả đoạn dài" in page
    assert not Activity.objects.exists()


def test_a_refused_file_does_not_lose_the_record(cast: Cast) -> None:
    bad = SimpleUploadedFile("a.html", b"<script>alert(1)</script>", "text/html")
    answer = login(cast.commune_officer).post("/hoat-dong/ghi/", typed(cast, evidence=[bad, jpeg()]), follow=True)
    page = answer.content.decode()
    assert "a.html: Chỉ nhận ảnh" in page
    assert Activity.objects.get().evidence.count() == 1


def test_one_like_it(cast: Cast) -> None:
    row = make.activity(by=cast.commune_officer, title="Phát loa chợ", kind=Kind.LOUDSPEAKER, minutes=15)
    page = login(cast.commune_officer).get(f"/hoat-dong/ghi/?giong={row.pk}").content.decode()
    assert 'value="Phát loa chợ"' in page
    assert 'value="15"' not in page  # counts are counted anew
    assert login(cast.officer).get(f"/hoat-dong/ghi/?giong={row.pk}").status_code == 404


def test_whoever_may_not_record_is_told_so(cast: Cast) -> None:
    page = login(cast.auditor).get("/hoat-dong/ghi/").content.decode()
    assert "Chưa có đơn vị nào để ghi" in page
    assert 'name="kind"' not in page


def test_a_stale_correction_is_shown_beside_what_stands_now(cast: Cast) -> None:
    row = make.activity(by=cast.commune_officer, people=40, title="Hội nghị xã")
    client = login(cast.commune_officer)
    told = typed(cast, kind="conference", people="50", title="Sửa của tôi", version=1)
    login(cast.coordinator).post(
        f"/hoat-dong/{row.pk}/sua/", told | {"people": "77", "title": "Sửa trước", "area": "Xã Đồi Mây"}
    )
    answer = client.post(f"/hoat-dong/{row.pk}/sua/", told)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Điều Phối" in page
    assert "<dd>Sửa trước</dd>" in page  # what stands now
    assert "<dd>77</dd>" in page
    assert 'value="Sửa của tôi"' in page  # what was typed
    row.refresh_from_db()
    assert (row.people, row.title) == (77, "Sửa trước")


def test_who_only_reads_gets_no_form_to_edit(cast: Cast) -> None:
    row = make.activity(by=cast.commune_officer)
    assert login(cast.auditor).get(f"/hoat-dong/{row.pk}/").status_code == 200
    assert login(cast.auditor).get(f"/hoat-dong/{row.pk}/sua/").status_code == 403


# The list, the detail -----------------------------------------------------------------------------------------------


def found(client: Client, query: str) -> set[str]:
    page = client.get(f"/hoat-dong/?{query}")
    return {row.activity.title for row in page.context["listing"].rows}


def test_the_filter(cast: Cast) -> None:
    group = agencies.area(name="Thôn Hai", level=Area.Level.GROUP, parent=cast.commune_area)
    task = plans.task(plans.plan(by=cast.coordinator, agency=cast.province))
    plans.assignment(task, cast.commune)
    today = clock.today()
    leaflet = make.activity(
        by=cast.commune_officer,
        kind=Kind.LEAFLET,
        title="Phát tờ rơi ở chợ",
        audiences=("elderly",),
        areas=(group.pk,),
        tasks=(task.pk,),
        on=today - dt.timedelta(days=10),
    )
    talk = make.activity(by=cast.officer, title="Hội nghị của Sở", state=State.ACCEPTED)
    gone = make.activity(by=cast.officer, title="Đã rút", state=State.WITHDRAWN)
    evidence_add(by=cast.officer, activity=talk, data=photo(1), file_name="a.jpg")
    client = login(cast.coordinator)
    one, other = {leaflet.title}, {talk.title}
    assert found(client, "") == one | other
    assert found(client, "state=withdrawn") == {gone.title}
    for query in (
        *("kind=leaflet", "audience=elderly", f"area={group.pk}&area=Thôn Hai", "evidence=khong"),
        *(f"agency={cast.commune.name}", f"task={task.pk}", "q=to roi", "q=TỜ RƠI chợ", "q=doi may"),
        *(f"until={today - dt.timedelta(days=5)}", "state=submitted", f"area={cast.commune_area.name}"),
    ):
        assert found(client, query) == one, query
    for query in ("kind=conference", "evidence=co", f"since={today}", "state=accepted", "q=hội nghị"):
        assert found(client, query) == other, query
    assert found(client, f"agency={cast.province.name}") == one | other
    assert found(client, "evidence=trung") == set()
    assert found(client, "kind=khong-co&since=hom-qua&task=abc&sort=bay") == one | other  # an old link still opens


def test_sorting_and_pages(cast: Cast) -> None:
    today = clock.today()
    for number in range(55):
        make.activity(by=cast.officer, title=f"Buổi {number:02}", on=today - dt.timedelta(days=number))
    client = login(cast.officer)
    latest = client.get("/hoat-dong/").context["listing"]
    assert latest.rows[0].activity.title == "Buổi 00"
    assert len(latest.rows) == 50
    oldest = client.get("/hoat-dong/?sort=ngay&page=2").context["listing"]
    assert [row.activity.title for row in oldest.rows][-1] == "Buổi 00"
    assert len(oldest.rows) == 5


def test_the_list_asks_as_much_for_three_as_for_one(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get("/hoat-dong/").status_code == 200
        return len(asked)

    client = login(cast.coordinator)
    for number in range(2):
        row = make.activity(by=cast.officer)
        evidence_add(by=cast.officer, activity=row, data=photo(number), file_name="a.jpg")
    client.get("/hoat-dong/")
    one = queries()
    for number in range(3):
        row = make.activity(by=cast.commune_officer)
        evidence_add(by=cast.commune_officer, activity=row, data=photo(number), file_name="a.jpg")
    assert queries() == one
    assert one <= 14


def test_the_detail_page_and_the_queue_ask_the_same_whatever_there_is(cast: Cast) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        return len(asked)

    client = login(cast.coordinator)
    row = make.activity(by=cast.officer)
    evidence_add(by=cast.officer, activity=row, data=photo(1), file_name="a.jpg")
    client.get("/hoat-dong/xem-xet/")
    detail, queue = queries(f"/hoat-dong/{row.pk}/"), queries("/hoat-dong/xem-xet/")
    for number in range(3):
        evidence_add(by=cast.officer, activity=row, data=photo(number + 1), file_name="a.jpg")
        other = make.activity(by=cast.commune_officer)
        evidence_add(by=cast.commune_officer, activity=other, data=photo(number + 1), file_name="a.jpg")
    assert queries(f"/hoat-dong/{row.pk}/") == detail
    assert queries("/hoat-dong/xem-xet/") == queue


def test_the_detail_page(cast: Cast) -> None:
    row = make.activity(by=cast.officer, people=None, title="Hội nghị quý")
    other = make.activity(by=cast.commune_officer, title="Hội nghị khác")
    for each, who in ((row, cast.officer), (other, cast.commune_officer)):
        evidence_add(by=who, activity=each, data=photo(1), file_name="a.jpg")
    client = login(cast.coordinator)
    page = client.get(f"/hoat-dong/{row.pk}/").content.decode()
    assert "Minh chứng này còn dùng ở hoạt động khác" in page
    assert "Hội nghị khác" in page
    assert "chưa đếm" in page
    client.post(f"/hoat-dong/{row.pk}/tra-lai/", {"reason": "Thiếu số người", "version": 1})
    page = login(cast.officer).get(f"/hoat-dong/{row.pk}/").content.decode()
    assert "Thiếu số người" in page
    assert "Sửa và gửi lại" in page
    assert login(cast.outsider).get(f"/hoat-dong/{row.pk}/").status_code == 404


def test_withdraw_and_restore_by_the_buttons(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    client = login(cast.officer)
    assert "Lấy lại" in client.post(f"/hoat-dong/{row.pk}/rut/", follow=True).content.decode()
    assert client.post(f"/hoat-dong/{row.pk}/lay-lai/", follow=True).status_code == 200
    row.refresh_from_db()
    assert row.state == State.SUBMITTED


# Evidence handed out ------------------------------------------------------------------------------------------------


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_evidence_is_handed_out_so_that_no_browser_runs_it(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    shot = evidence_add(by=cast.officer, activity=row, data=photo(1), file_name="a.jpg", keep_original=True)
    paper = evidence_add(by=cast.officer, activity=row, data=b"%PDF-1.7 <script>", file_name="x.html")
    client = login(cast.officer)
    for size in ("anh", "nho"):
        answer = client.get(f"/hoat-dong/minh-chung/{shot.pk}/{size}.jpg")
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in answer.headers["Cache-Control"]
        assert body(answer)[:3] == b"\xff\xd8\xff"
    answer = client.get(f"/hoat-dong/minh-chung/{paper.pk}/tai-ve")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x.pdf"'
    assert (answer.headers["Content-Type"], body(answer)) == ("application/pdf", b"%PDF-1.7 <script>")
    assert body(client.get(f"/hoat-dong/minh-chung/{shot.pk}/goc")) == photo(1)
    assert client.get(f"/hoat-dong/minh-chung/{paper.pk}/goc").status_code == 404
    assert client.get(f"/hoat-dong/minh-chung/{paper.pk}/anh.jpg").status_code == 404
    stranger = login(cast.commune_officer)
    for path in (f"{shot.pk}/anh.jpg", f"{shot.pk}/nho.jpg", f"{shot.pk}/goc", f"{paper.pk}/tai-ve"):
        assert stranger.get(f"/hoat-dong/minh-chung/{path}").status_code == 404


def test_adding_and_taking_out_on_the_page(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    client = login(cast.officer)
    bad = SimpleUploadedFile("a.exe", b"MZ")
    page = client.post(f"/hoat-dong/{row.pk}/minh-chung/", {"evidence": [jpeg(), bad]}, follow=True).content.decode()
    assert "Đã thêm 1 ảnh, tệp." in page
    assert "a.exe: Chỉ nhận ảnh" in page
    piece = row.evidence.get()
    client.post(f"/hoat-dong/minh-chung/{piece.pk}/bo/")
    assert not Evidence.objects.exists()


# Review -------------------------------------------------------------------------------------------------------------


def test_the_review_queue(cast: Cast) -> None:
    row = make.activity(by=cast.officer, title="Hội nghị quý")
    make.activity(by=cast.officer, title="Đã xong", state=State.ACCEPTED)
    client = login(cast.coordinator)
    page = client.get("/hoat-dong/xem-xet/").content.decode()
    assert "Hội nghị quý" in page
    assert "Đã xong" not in page
    assert "Không có minh chứng." in page
    stale = client.post(
        "/hoat-dong/cong-nhan/", {"activities": f"{row.pk}:9", "ve": "/hoat-dong/xem-xet/"}, follow=True
    )
    assert "Cán Bộ Sở" in stale.content.decode()
    done = client.post("/hoat-dong/cong-nhan/", {"activities": f"{row.pk}:1", "ve": "/hoat-dong/xem-xet/"}, follow=True)
    assert "Đã công nhận 1 hoạt động." in done.content.decode()
    assert "Không còn hoạt động nào chờ xem xét" in done.content.decode()
    nothing = client.post("/hoat-dong/cong-nhan/", {"ve": "https://xau.example/"})
    assert nothing.headers["Location"] == "/hoat-dong/"
    assert "Không còn hoạt động" in login(cast.officer).get("/hoat-dong/xem-xet/").content.decode()


def test_a_return_without_a_reason_is_told(cast: Cast) -> None:
    row = make.activity(by=cast.officer)
    answer = login(cast.coordinator).post(f"/hoat-dong/{row.pk}/tra-lai/", {"reason": ""}, follow=True)
    assert "Ghi rõ lý do trả lại" in answer.content.decode()


# Export -------------------------------------------------------------------------------------------------------------


def test_the_export_is_the_list(cast: Cast) -> None:
    make.activity(by=cast.officer, title="=HYPERLINK(1)", people=None, description="Dòng một\nDòng hai")
    make.activity(by=cast.commune_officer, kind=Kind.LEAFLET, title="Tờ rơi", copies=500)
    client = login(cast.coordinator)
    answer = client.get("/hoat-dong/xuat.csv?kind=leaflet")
    lines = list(csv.reader(io.StringIO(body(answer).decode("utf-8-sig"))))
    assert [line[4] for line in lines] == ["Tên hoạt động", "Tờ rơi"]
    assert lines[1][10] == "500"
    assert lines[1][9] == ""  # not counted is empty
    book = load_workbook(io.BytesIO(body(client.get("/hoat-dong/xuat.xlsx?sort=ngay"))))
    sheet = book.worksheets[0]
    assert sheet.max_row == 3
    assert {sheet.cell(row, 5).data_type for row in (2, 3)} == {"s"}
    assert login(cast.commune_officer).get("/hoat-dong/xuat.csv").status_code == 200


# The doors of the queue ---------------------------------------------------------------------------------------------


def test_the_queue_sends_with_a_fresh_token(cast: Cast) -> None:
    client = login(cast.commune_officer, csrf=True)
    told = typed(cast, offline="1", created_at="2026-11-01T08:00:00.000Z")
    assert client.post("/hoat-dong/ghi/gui/", told).status_code == 403
    session = client.get("/hoat-dong/ghi/phien.json").json()
    assert session["member"] == cast.commune_officer.pk
    headers = {"X-CSRFToken": session["token"]}
    first = client.post("/hoat-dong/ghi/gui/", told, headers=headers).json()
    assert client.post("/hoat-dong/ghi/gui/", told, headers=headers).json() == first
    row = Activity.objects.get()
    assert (row.origin, row.created_at.isoformat()) == ("offline", "2026-11-01T08:00:00+00:00")
    assert row.received_at > row.created_at
    where, piece = f"/hoat-dong/ghi/gui/{told['uid']}/minh-chung/", {"uid": str(uuid.uuid4())}
    sent = [client.post(where, piece | {"file": jpeg()}, headers=headers).json() for _ in range(2)]
    assert sent[0] == sent[1]
    assert row.evidence.count() == 1


def test_the_queue_is_told_what_is_wrong(cast: Cast) -> None:
    client = login(cast.commune_officer)
    answer = client.post("/hoat-dong/ghi/gui/", typed(cast, kind="", minutes="x"))
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == {"kind", "minutes"}
    refused = client.post("/hoat-dong/ghi/gui/", typed(cast, copies="5"))
    assert list(refused.json()["errors"]) == ["copies"]
    told = typed(cast)
    client.post("/hoat-dong/ghi/gui/", told)
    where = f"/hoat-dong/ghi/gui/{told['uid']}/minh-chung/"
    bad = SimpleUploadedFile("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0")
    assert "HEIC" in client.post(where, {"uid": str(uuid.uuid4()), "file": bad}).json()["errors"]["evidence"][0]
    assert client.post(where, {"uid": "x", "file": jpeg()}).status_code == 422
    assert client.post(where, {"uid": str(uuid.uuid4())}).status_code == 422
    other = login(cast.officer).post(where, {"uid": str(uuid.uuid4()), "file": jpeg()})
    assert other.status_code == 422
    assert not Evidence.objects.exists()


def test_without_a_session_the_doors_say_401_not_another_page(cast: Cast) -> None:
    client = Client()
    for answer in (
        client.get("/hoat-dong/ghi/phien.json"),
        client.post("/hoat-dong/ghi/gui/", typed(cast)),
        client.post(f"/hoat-dong/ghi/gui/{uuid.uuid4()}/minh-chung/", {}),
    ):
        assert answer.status_code == 401
        assert "Đăng nhập lại" in answer.json()["detail"]


def test_the_worker_and_the_manifest(client: Client, cast: Cast) -> None:
    worker = client.get("/sw.js")
    assert worker.headers["Content-Type"].startswith("text/javascript")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    told = json.loads(worker.content.decode().split("\n")[0].removeprefix("self.CANHGIAC = ").removesuffix(";"))
    assert told["session"] == "/hoat-dong/ghi/phien.json"
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["start_url"] == "/hoat-dong/ghi/"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


def test_areas_below_another_area(cast: Cast) -> None:
    other = agencies.area(name="Xã Suối Trong", parent=cast.province_area)
    groups = [agencies.area(name=f"Thôn {n}", level=Area.Level.GROUP, parent=other) for n in range(3)]
    client = login(cast.commune_officer)
    by_commune = client.get("/hoat-dong/ghi/dia-ban/", {"area": f"Xã Suối Trong [#{other.pk}]"}).content.decode()
    assert by_commune.count('name="areas"') == 3
    ticked = f"areas={groups[1].pk}&areas={cast.commune_area.pk}"
    by_group = client.get(f"/hoat-dong/ghi/dia-ban/?area=x+[%23{groups[0].pk}]&{ticked}").content.decode()
    assert by_group.count('name="areas"') == 4  # the three, and one ticked elsewhere
    assert by_group.count("checked") == 2
