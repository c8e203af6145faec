"""Handbooks: put together, bound by the real worker, read back as PDF and EPUB, shown to the public."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from lxml import etree

from canhgiac.agencies.models import Member, Province, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import Contact, Edition, FormEdition, Handbook, HandbookBuild, Language
from canhgiac.library.selectors.handbooks import choices_for, handbook_for, handbooks_list
from canhgiac.library.services.epub import escaped
from canhgiac.library.services.handbooks import (
    HandbookData,
    HandbookRefused,
    build_bind,
    build_file,
    handbook_bind,
    handbook_choose,
    handbook_drop,
    handbook_edit,
    handbook_make,
    handbook_move,
    handbook_order,
    handbook_starter,
)
from canhgiac.library.services.takings import edition_ended_tell
from tests.factories import agencies, library
from tests.factories.agencies import Cast
from tests.worker import wait_until

NS = {
    "opf": "http://www.idpf.org/2007/opf",
    "x": "http://www.w3.org/1999/xhtml",
    "dc": "http://purl.org/dc/elements/1.1/",
    "c": "urn:oasis:names:tc:opendocument:xmlns:container",
}
State = HandbookBuild.State


@pytest.fixture
def editor(cast: Cast) -> Member:
    """Who writes at the province."""
    who = agencies.member(agency=cast.province, full_name="Người Biên Tập")
    agencies.role(who, Role.Kind.EDITOR, cast.province)
    return who


def a_book(by: Member, *editions: Any, **data: str) -> Handbook:
    """A handbook with these editions as chapters."""
    row = handbook_make(by=by, data=HandbookData(**({"title": "Cẩm nang thử"} | data)))
    keys = [f"f{one.form_id}" if isinstance(one, FormEdition) else f"m{one.material_id}" for one in editions]
    handbook_choose(by=by, handbook=row, keys=keys)
    return row


def bound(by: Member, handbook: Handbook) -> HandbookBuild:
    """A build made at once."""
    made = build_bind(build_id=handbook_bind(by=by, handbook=handbook).pk)
    assert made is not None
    return made


def titles(by: Member, handbook: Handbook) -> list[str]:
    """The chapters as the staff page lists them."""
    return [row.title for row in handbook_for(by, handbook.pk).rows]


def text_of(pdf: bytes) -> list[str]:
    """The words of each page."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


# Putting together ---------------------------------------------------------------------------------------------------


def test_chapters_are_chosen_ordered_and_dropped(editor: Member) -> None:
    a, b = library.form(name="Hình thức A"), library.form(name="Hình thức B")
    c = library.material(title="Tài liệu C")
    book = a_book(editor, a, b, c)
    assert titles(editor, book) == ["Hình thức A", "Hình thức B", "Tài liệu C"]
    first, second, third = (row.item.pk for row in handbook_for(editor, book.pk).rows)
    handbook_move(by=editor, handbook=book, item_id=third, step=-1)
    assert titles(editor, book) == ["Hình thức A", "Tài liệu C", "Hình thức B"]
    handbook_move(by=editor, handbook=book, item_id=first, step=-1)  # at the end it stays
    handbook_order(by=editor, handbook=book, items=[third, 999_999])
    assert titles(editor, book) == ["Tài liệu C", "Hình thức A", "Hình thức B"]
    handbook_drop(by=editor, handbook=book, item_id=first)
    assert titles(editor, book) == ["Tài liệu C", "Hình thức B"]
    handbook_choose(by=editor, handbook=book, keys=[f"f{a.form_id}", f"f{b.form_id}", "f0", "x1", "m"])
    assert titles(editor, book) == ["Hình thức B", "Hình thức A"]  # who stays keeps the place
    assert second in {row.item.pk for row in handbook_for(editor, book.pk).rows}
    assert {one.title: one.is_in for one in choices_for(book)} == {
        "Hình thức A": True,
        "Hình thức B": True,
        "Tài liệu C": False,
    }


def test_an_address_is_made_of_the_title_and_stays(editor: Member) -> None:
    first = handbook_make(by=editor, data=HandbookData(title="Cẩm nang người cao tuổi"))
    second = handbook_make(by=editor, data=HandbookData(title="Cẩm nang người cao tuổi"))
    assert [first.slug, second.slug] == ["cam-nang-nguoi-cao-tuoi", "cam-nang-nguoi-cao-tuoi-2"]
    handbook_edit(by=editor, handbook=first, data=HandbookData(title="Tên khác"), version=1)
    first.refresh_from_db()
    assert (first.slug, first.title) == ("cam-nang-nguoi-cao-tuoi", "Tên khác")
    with pytest.raises(HandbookRefused, match="vừa sửa"):
        handbook_edit(by=editor, handbook=first, data=HandbookData(title="Cũ"), version=1)


@pytest.mark.parametrize("who", ["auditor", "outsider", "commune_officer"])
def test_only_editors_and_coordinators_put_handbooks_together(cast: Cast, editor: Member, who: str) -> None:
    book = a_book(editor, library.form())
    member = cast.everyone[who]
    acts: list[Callable[[], Any]] = [
        lambda: handbook_make(by=member, data=HandbookData(title="X")),
        lambda: handbook_edit(by=member, handbook=book, data=HandbookData(title="X"), version=2),
        lambda: handbook_choose(by=member, handbook=book, keys=[]),
        lambda: handbook_order(by=member, handbook=book, items=[]),
        lambda: handbook_drop(by=member, handbook=book, item_id=1),
        lambda: handbook_bind(by=member, handbook=book),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_an_empty_book_is_not_bound(editor: Member) -> None:
    with pytest.raises(HandbookRefused, match="Chưa có mục nào"):
        handbook_bind(by=editor, handbook=a_book(editor))


# Binding ------------------------------------------------------------------------------------------------------------


def test_the_worker_binds_what_was_asked_for(
    worker: object, transactional_db: None, cast: Cast
) -> None:  # fixtures by name
    book = a_book(cast.coordinator, library.form(name="Giả công an gọi điện"))
    build = handbook_bind(by=cast.coordinator, handbook=book)
    assert handbook_bind(by=cast.coordinator, handbook=book) == build  # the one that waits is enough
    wait_until(lambda: HandbookBuild.objects.get(pk=build.pk).state != State.WAITING, 120)
    build.refresh_from_db()
    assert (build.state, build.trouble) == (State.READY, "")
    assert "Giả công an gọi điện" in " ".join(text_of(build_file(build, "pdf")))


def test_the_book_holds_cover_contents_chapters_numbers_and_back(cast: Cast, editor: Member) -> None:
    Province.objects.update_or_create(
        pk=1, defaults={"name": "tỉnh Thử Nghiệm", "office": cast.police, "hotline": "0900 000 111", "is_demo": True}
    )
    library.contact(name="Ngân hàng Thử Một", confirmed_by=cast.coordinator, confirmed_at=clock.now())
    library.contact(name="Ngân hàng Chưa Đối Chiếu", phones=["0900 000 999"])
    library.contact(
        name="Đường dây Cũ", kind=Contact.Kind.STATE, confirmed_by=cast.coordinator, confirmed_at=clock.now(),
        is_retired=True,
    )  # fmt: skip
    forms = [library.form(name=f"Kiểu lừa thứ {n}", truth="Cơ quan thật không làm thế.") for n in range(1, 6)]
    talk = [
        {"who": "stranger", "text": "Tôi là cán bộ.", "note": "Xưng chức vụ"},
        {"who": "say", "text": "Tôi cúp máy."},
    ]
    forms.append(library.form(name="Kiểu có đoạn thoại", talk=talk))
    book = a_book(
        editor, *forms, library.material(title="Bài nói ở họp tổ"), title="Cẩm nang đủ", foreword="Một.\n\nHai."
    )
    build = bound(editor, book)
    pages = text_of(build_file(build, "pdf"))
    assert build.pages == len(pages)
    assert "Cẩm nang đủ" in pages[0]
    assert f"Bản đóng số 1 · {clock.today():%d/%m/%Y} · Dữ liệu hư cấu" in pages[0]
    assert pages[1].startswith("Lời đầu Một. Hai.")
    contents = next(page for page in pages if page.startswith("Mục lục"))
    for number, name in enumerate(
        [*(f"Kiểu lừa thứ {n}" for n in range(1, 6)), "Kiểu có đoạn thoại", "Bài nói ở họp tổ"], 1
    ):
        told = re.search(rf"{number} {name} (\d+)", contents)
        assert told, contents
        assert f"{number}. {name}" in pages[int(told[1]) - 1]
    whole = " ".join(pages)
    for part in (
        "Diễn ra thế nào",
        "Dấu hiệu nhận ra",
        "Đang gặp thì làm",
        "Tôi cúp máy.",
        "Phải thường xuyên cảnh giác",
    ):
        assert part in whole
    assert "Ngân hàng Thử Một" in whole
    assert "Chưa Đối Chiếu" not in whole
    assert "Đường dây Cũ" not in whole
    assert "0900 000 111" in pages[-1]
    assert set(build.form_editions.all()) == set(forms)
    assert build.material_editions.count() == 1


def test_a_book_of_letters_that_the_face_lacks_fails_with_the_reason(editor: Member) -> None:
    book = a_book(editor, library.material(title="ប្រយ័ត្ន", facts={"language": Language.KHMER}))
    build = bound(editor, book)
    assert build.state == State.FAILED
    assert "Phông chữ in chưa có" in build.trouble
    assert build_bind(build_id=build.pk) == build  # a second run leaves it


def test_what_ended_marks_the_book_and_is_left_out_of_the_next(editor: Member) -> None:
    kept, gone = library.form(name="Còn dùng"), library.form(name="Đã thu hồi")
    book = a_book(editor, kept, gone)
    build = bound(editor, book)
    gone.state = Edition.State.WITHDRAWN
    gone.save()
    gone.form.published = None
    gone.form.save()
    edition_ended_tell(kind="form", edition_id=gone.pk)
    build.refresh_from_db()
    assert build.state == State.OUTDATED
    assert [row.is_missing for row in handbook_for(editor, book.pk).rows] == [False, True]
    again = bound(editor, book)
    assert (again.number, again.state) == (2, State.READY)
    assert "Đã thu hồi" not in " ".join(text_of(build_file(again, "pdf")))


# EPUB ---------------------------------------------------------------------------------------------------------------


def opened(build: HandbookBuild) -> zipfile.ZipFile:
    """The EPUB's parts."""
    return zipfile.ZipFile(io.BytesIO(build_file(build, "epub")))


def test_the_epub_is_built_as_the_standard_says(cast: Cast, editor: Member) -> None:
    """EPUB 3.3: OCF ZIP, container, package, manifest and spine that agree, a toc, links that resolve."""
    rough = library.form(name="Tên có <dấu> & “ngoặc”", happens=["a < b & cd", "xong"], truth="")
    body = "# Đầu\n\n1. một\n2. **hai** [ba](https://vidu.test/x?a=1&b=2)\n\n> trích\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    build = bound(editor, a_book(editor, rough, library.material(title="Bài", body=body), foreword="Lời."))
    with opened(build) as book:
        names = book.namelist()
        assert book.testzip() is None
        assert names[0] == "mimetype"
        first = book.getinfo("mimetype")
        assert first.compress_type == zipfile.ZIP_STORED
        assert first.extra == b""
        assert book.read("mimetype") == b"application/epub+zip"
        container = etree.fromstring(book.read("META-INF/container.xml"))
        root = container.find(".//c:rootfile", NS)
        assert root is not None
        package = etree.fromstring(book.read(str(root.attrib["full-path"])))
        listed = package.iterfind(".//opf:manifest/opf:item", NS)
        items = {str(item.attrib["id"]): {str(k): str(v) for k, v in item.attrib.items()} for item in listed}
        hrefs = {f"EPUB/{item['href']}" for item in items.values()}
        assert hrefs == {name for name in names if name.startswith("EPUB/")} - {"EPUB/package.opf"}
        spine = [str(ref.attrib["idref"]) for ref in package.iterfind(".//opf:spine/opf:itemref", NS)]
        assert set(spine) <= set(items)
        assert len(spine) == len(set(spine))
        pages = {item["href"] for item in items.values() if item["media-type"] == "application/xhtml+xml"}
        assert pages == {items[ref]["href"] for ref in spine}
        assert [item["href"] for item in items.values() if item.get("properties") == "nav"] == ["nav.xhtml"]
        assert [item["media-type"] for item in items.values() if item.get("properties") == "cover-image"] == [
            "image/png"
        ]
        assert package.findtext(".//dc:language", namespaces=NS) == "vi"
        assert package.findtext(".//dc:identifier", namespaces=NS) == f"urn:uuid:{build.uid}"
        said = {meta.attrib.get("property") for meta in package.iterfind(".//opf:meta", NS)}
        assert {"dcterms:modified", "schema:accessMode", "schema:accessibilityFeature", "schema:accessibilityHazard",
                "schema:accessibilitySummary"} <= said  # fmt: skip
        ids: dict[str, set[str]] = {}
        links: list[tuple[str, str]] = []
        for name in sorted(hrefs):
            if name.endswith(".xhtml"):
                tree = etree.fromstring(book.read(name))  # well-formed, or it raises
                assert tree.attrib["lang"] == "vi"
                ids[name.removeprefix("EPUB/")] = {str(one.attrib["id"]) for one in tree.iterfind(".//*[@id]")}
                links += [(name, str(one.attrib["href"])) for one in tree.iterfind(".//x:a", NS)]
                assert all(picture.attrib.get("alt") for picture in tree.iterfind(".//x:img", NS))
        for page, link in links:
            parts = urlsplit(link)
            if not parts.scheme:
                assert parts.path in ids, (page, link)
                assert not parts.fragment or parts.fragment in ids[parts.path]
        chapter = etree.fromstring(book.read("EPUB/chapter-1.xhtml"))
        assert "1. Tên có <dấu> & “ngoặc”" in "".join(map(str, chapter.itertext()))
        assert "a < b & cd" in "".join(map(str, chapter.itertext()))
        second = etree.fromstring(book.read("EPUB/chapter-2.xhtml"))
        assert "hai ba (vidu.test/x?a=1&b=2)" in "".join(map(str, second.itertext()))


def test_signs_that_xml_forbids_are_left_out() -> None:
    assert escaped("a\x0b<b\x00>&\n") == "a&lt;b&gt;&amp;\n"


def test_the_same_build_gives_the_same_epub(editor: Member) -> None:
    from canhgiac.agencies.selectors import province
    from canhgiac.library.selectors.handbooks import book_of
    from canhgiac.library.services.epub import epub
    from canhgiac.library.services.handbooks import publication

    build = bound(editor, a_book(editor, library.form()))
    book = book_of(build, province())
    assert epub(publication(book, b"x")) == epub(publication(book, b"x"))


# The starter handbook -----------------------------------------------------------------------------------------------


def test_the_starter_handbook_is_made_once_and_bound(db: None) -> None:
    library.library()
    book = handbook_starter()
    assert book is not None
    assert handbook_starter() is None
    assert book.items.count() == 24
    build = build_bind(build_id=book.builds.get().pk)
    assert build is not None
    assert (build.state, build.trouble) == (State.READY, "")
    pages = text_of(build_file(build, "pdf"))
    assert build.pages is not None
    assert build.pages > 60
    assert "Không tham" in " ".join(pages)


# Pages --------------------------------------------------------------------------------------------------------------


def test_a_handbook_is_made_in_the_browser_without_a_script(client: Client, editor: Member) -> None:
    one, two = library.form(name="Một"), library.form(name="Hai")
    client.force_login(editor)
    assert "Chưa có cẩm nang nào" in client.get(reverse("handbook_list")).content.decode()
    again = client.post(reverse("handbook_make"), {"title": " ", "foreword": "giữ lại"})
    assert again.status_code == 422
    assert "giữ lại" in again.content.decode()
    answer = client.post(reverse("handbook_make"), {"title": "Cẩm nang A"})
    book = Handbook.objects.get()
    assert answer["Location"] == reverse("handbook_choose", args=[book.pk])
    client.post(reverse("handbook_choose", args=[book.pk]), {"muc": [f"f{one.form_id}", f"f{two.form_id}"]})
    item = handbook_for(editor, book.pk).rows[1].item.pk
    client.post(reverse("handbook_order", args=[book.pk]), {"viec": "len", "muc": item})
    assert titles(editor, book) == ["Hai", "Một"]
    ids = [row.item.pk for row in handbook_for(editor, book.pk).rows]
    client.post(reverse("handbook_order", args=[book.pk]), {"thu-tu": f"{ids[1]},{ids[0]}"})
    assert titles(editor, book) == ["Một", "Hai"]
    client.post(reverse("handbook_order", args=[book.pk]), {"viec": "bo", "muc": ids[0]})
    assert titles(editor, book) == ["Một"]
    client.post(reverse("handbook_bind", args=[book.pk]))
    assert "Đang đóng bản số 1" in client.get(reverse("handbook_detail", args=[book.pk])).content.decode()
    build_bind(build_id=book.builds.get().pk)
    page = client.get(reverse("handbook_builds", args=[book.pk])).content.decode()
    assert "Dùng được" in page
    assert "hx-trigger" not in page
    for ext, kind in (("pdf", "application/pdf"), ("epub", "application/epub+zip")):
        assert client.get(reverse("handbook_build", args=[book.builds.get().uid, ext]))["Content-Type"] == kind


def test_the_public_finds_the_newest_usable_build(client: Client, editor: Member) -> None:
    shown, gone = library.form(name="Đang dùng"), library.form(name="Hết dùng")
    assert "Chưa có cẩm nang nào" in client.get(reverse("handbook_index")).content.decode()
    book = a_book(editor, shown, gone, title="Cẩm nang của dân")
    assert client.get(reverse("handbook_page", args=[book.slug])).status_code == 404
    bound(editor, book)
    FormEdition.objects.filter(pk=gone.pk).update(state=Edition.State.WITHDRAWN)
    gone.form.published = None
    gone.form.save()
    assert "Cẩm nang của dân" in client.get(reverse("handbook_index")).content.decode()
    assert "/cam-nang/cam-nang-cua-dan/</loc>" in client.get("/sitemap.xml").content.decode()
    for mode in ("", "?che-do=chu"):
        page = client.get(reverse("handbook_page", args=[book.slug]) + mode).content.decode()
        assert reverse("form_page", args=[shown.form.slug]) in page
        assert reverse("form_page", args=[gone.form.slug]) not in page
    answer = client.get(reverse("handbook_file", args=[book.slug, "pdf"]))
    assert answer["Content-Disposition"] == f'inline; filename="{book.slug}.pdf"'
    assert client.get(answer.request["PATH_INFO"], HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304


def test_the_list_is_narrowed_sorted_and_exported(client: Client, cast: Cast, editor: Member) -> None:
    done = a_book(editor, library.form(), title="Sách người già")
    bound(editor, done)
    a_book(editor, title="An toàn cho trẻ")
    assert [row.title for row in handbooks_list(query="nguoi gia")] == ["Sách người già"]
    assert [row.title for row in handbooks_list(state="none")] == ["An toàn cho trẻ"]
    assert [row.title for row in handbooks_list(state="ready", sort="-ten")] == ["Sách người già"]
    assert [row.title for row in handbooks_list(sort="ten")] == ["An toàn cho trẻ", "Sách người già"]
    client.force_login(cast.auditor)
    page = client.get(reverse("handbook_list")).content.decode()
    assert reverse("handbook_make") not in page
    sheet = client.get(reverse("handbook_export", args=["csv"]) + "?q=nguoi").getvalue().decode("utf-8-sig")
    assert sheet.splitlines()[1].startswith("Sách người già,1,1,Dùng được")


def test_pages_cost_the_same_however_long_the_book(
    client: Client, editor: Member, django_assert_max_num_queries: Any
) -> None:
    book = a_book(editor, *(library.form() for _ in range(12)), *(library.material() for _ in range(4)))
    bound(editor, book)
    client.force_login(editor)
    with django_assert_max_num_queries(16):
        assert client.get(reverse("handbook_detail", args=[book.pk])).status_code == 200
    with django_assert_max_num_queries(14):
        assert client.get(reverse("handbook_list")).status_code == 200
    with django_assert_max_num_queries(8):
        assert Client().get(reverse("handbook_page", args=[book.slug])).status_code == 200
