"""The two languages: every message has its English, and the pages keep to the language of their reader."""

from __future__ import annotations

import ast
import contextlib
import gettext
import os
import re
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django import conf
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import translation
from lxml import html

from canhgiac.agencies.models import Area, Member, Notice, Role
from canhgiac.agencies.services import Refused, agencies_import_preview, member_invite, member_language_set
from canhgiac.plans.models import Plan, Task
from canhgiac.plans.services.subplans import sub_plans_chase
from tests.factories import agencies as make
from tests.factories import plans as make_plans
from tests.factories.agencies import PASSWORD, Cast

if TYPE_CHECKING:
    from pytest_django import Settings

CODE = Path(__file__).parents[1] / "canhgiac"
NAME = "Cảnh Giác"
"""The product's name is the same in both languages."""
VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}|</?\w+[^>]*>")


# The catalogues -----------------------------------------------------------------------------------------------------


@dataclass
class Entry:
    """One message of a .po file."""

    fuzzy: bool = False
    words: dict[str, str] = field(default_factory=dict)
    """Text by keyword: msgctxt, msgid, msgid_plural, msgstr, msgstr[0] …"""

    @property
    def key(self) -> tuple[str, str]:
        return self.words.get("msgctxt", ""), self.words["msgid"]

    @property
    def translations(self) -> list[str]:
        return [text for keyword, text in self.words.items() if keyword.startswith("msgstr")]


def entries(path: Path) -> list[Entry]:
    """The messages of a .po or .pot file without its header; obsolete ones (#~) are comments."""
    found = []
    for block in re.split(r"\n\s*\n", path.read_text("utf-8")):
        entry, keyword = Entry(), ""
        for line in block.splitlines():
            entry.fuzzy |= line.startswith("#,") and "fuzzy" in line
            if line.startswith("#"):
                continue
            first, quote, rest = line.partition('"')
            keyword = first.strip() or keyword
            entry.words[keyword] = entry.words.get(keyword, "") + ast.literal_eval(quote + rest)
        if entry.words.get("msgid"):
            found.append(entry)
    return found


def catalogue(language: str, suffix: str = "po") -> Path:
    return CODE / "locale" / language / "LC_MESSAGES" / f"django.{suffix}"


@pytest.fixture
def template(tmp_path: Path, settings: Settings) -> Path:
    """The messages of the code and the templates as they are now, extracted from a copy."""
    if not shutil.which("xgettext"):
        assert not os.environ.get("CI"), "xgettext is missing: install gettext"
        pytest.skip("xgettext is not installed (Debian package gettext)")
    copy = tmp_path / "canhgiac"
    shutil.copytree(CODE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo"))
    settings.LOCALE_PATHS = []
    with contextlib.chdir(copy):
        call_command("makemessages", locale=["en"], keep_pot=True, no_location=True, verbosity=0)
    return copy / "locale" / "django.pot"


def test_the_english_catalogue_holds_the_messages_of_the_code_and_no_others(template: Path) -> None:
    wanted = {entry.key for entry in entries(template)}
    held = {entry.key for entry in entries(catalogue("en"))}
    assert len(wanted) > 500
    assert sorted(wanted - held) == [], "run make messages and translate these"
    assert sorted(held - wanted) == [], "no longer in the code: run make messages"


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_message_is_translated_with_its_placeholders(language: str) -> None:
    for entry in entries(catalogue(language)):
        assert not entry.fuzzy, entry.key
        assert entry.translations, entry.key
        wordings = (entry.key[1], entry.words.get("msgid_plural", entry.key[1]))
        expected = [sorted(PLACEHOLDER.findall(wording)) for wording in wordings]
        for text in entry.translations:
            assert text.strip(), entry.key
            assert sorted(PLACEHOLDER.findall(text)) in expected, (entry.key, text)
            assert text.startswith("\n") == entry.key[1].startswith("\n"), entry.key


def test_english_is_english_with_one_and_many() -> None:
    for entry in entries(catalogue("en")):
        assert len(entry.translations) == (2 if "msgid_plural" in entry.words else 1), entry.key
        for text in entry.translations:
            assert not VIETNAMESE.search(text.replace(NAME, "")), (entry.key, text)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    written, compiled = entries(catalogue(language)), catalogue(language, "mo")
    with compiled.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert struct.unpack("<I", compiled.read_bytes()[8:12])[0] == len(written) + 1, "run make messages"
    for entry in written:
        context, message = entry.key
        texts = entry.translations
        if plural := entry.words.get("msgid_plural"):
            assert [words.ngettext(message, plural, n) for n in (1, 2)] == [texts[0], texts[-1]]
        else:
            assert (words.pgettext(context, message) if context else words.gettext(message)) == texts[0]


# The pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def province(db: None, settings: Settings, tmp_path: Path) -> None:
    """The invented province with its sample plans."""
    settings.FILES_ROOT = tmp_path / "files"
    settings.DEMO = True
    call_command("load_samples", stdout=StringIO())
    call_command("load_sample_plans", stdout=StringIO())


def reader(email: str = "", language: str = "en") -> Client:
    """A browser whose reader chose the language, logged in as the sample member if one is named."""
    client = Client()
    client.cookies[conf.settings.LANGUAGE_COOKIE_NAME] = language
    if email:
        client.force_login(Member.objects.get(email=email))
    return client


SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-confirm", "data-l", "data-other", "data-e0", "data-e403")
"""Attributes that people read or hear."""
STORED = {
    "Công an tỉnh",  # a kind of agency, and how documents name the one of their province
    "tỉnh",  # a kind of area, and how the assistant names the one around
    "Chưa thấy nhiệm vụ nào trong kế hoạch này trả lời rõ.",  # reasons stay in the words of the day they were found
}
"""Messages that are data as well."""
TEXTS = (models.CharField, models.TextField, models.JSONField)


def said(page: bytes, language: str) -> Iterator[str]:
    """What the page says, one text at a time; what is marked as another language is left out."""
    for node in html.fromstring(page.decode()).iter():
        texts: list[str | None] = []
        if isinstance(node.tag, str) and node.tag not in ("script", "style") and not node.get("aria-hidden"):
            texts = [node.text, *(node.get(name) for name in SPOKEN)] if spoken_in(node) in ("", language) else []
        above = node.getparent()
        if above is not None and above.tag not in ("script", "style") and spoken_in(above) in ("", language):
            texts.append(node.tail)
        yield from (" ".join(text.split()) for text in texts if text and text.strip())


def spoken_in(node: html.HtmlElement) -> str:
    """The language in which the element is marked."""
    return next((at.get("lang", "") for at in (node, *node.iterancestors()) if at.get("lang")), "")


def stored() -> list[str]:
    """Every Vietnamese line of the database, the longest first: data keep their language."""
    found: set[str] = set()
    for model in (model for label in ("agencies", "plans") for model in apps.get_app_config(label).get_models()):
        names = [column.attname for column in model._meta.concrete_fields if isinstance(column, TEXTS)]
        for row in model._default_manager.values_list(*names) if names else ():
            found.update(line for value in row for line in lines(value))
    interface = {entry.key[1] for entry in entries(catalogue("en"))} - STORED
    return sorted((line for line in found - interface if VIETNAMESE.search(line)), key=len, reverse=True)


def lines(value: object) -> list[str]:
    """The lines of a text, or of all texts in a JSON value."""
    if isinstance(value, str):
        return [" ".join(line.split()) for line in value.splitlines()]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [line for part in parts for line in lines(part)]


def vietnamese(page: bytes, data: list[str]) -> list[str]:
    """The texts of a page in English that hold Vietnamese which is no data, nor quoted, nor the start of a datum."""
    kept = []
    for text in said(page, "en"):
        rest = text.replace(NAME, "")
        start = re.sub(r"^[A-Z]{2}\d+ ", "", rest.rpartition(" · ")[2].removesuffix("…").rstrip())
        if rest.endswith("…") and len(start) > 20 and any(line.startswith(start) for line in data):
            continue
        for line in data if VIETNAMESE.search(rest) else ():
            rest = rest.replace(line, " ") if line in rest else rest
        if VIETNAMESE.search(re.sub("“[^”]*”", "", rest)):
            kept.append(text)
    return kept


def staff_pages() -> dict[str, list[str]]:
    """Pages by the sample member who opens them."""
    live, draft = Plan.objects.get(parent=None, state="issued"), Plan.objects.get(state="draft")
    sub, officer = Plan.objects.get(parent=live), Member.objects.get(email="canbo.gddt@vinhan.example")
    task = Task.objects.filter(plan=live).earliest("pk")
    commune, department = Area.objects.filter(level=Area.Level.COMMUNE).earliest("pk"), officer.agency
    assert department is not None
    review = reverse("plan_review", args=[draft.pk])
    everyone = [
        "/",
        "/ke-hoach/",
        "/nhiem-vu/",
        "/lich/",
        "/lich/dang-ky/",
        "/co-quan/",
        "/co-quan/?q=zzz",
        "/dia-ban/",
    ]
    everyone += ["/thong-bao/", "/ma-truy-cap/", f"/ke-hoach/{live.pk}/", f"/co-quan/{department.pk}/"]
    everyone += [f"/dia-ban/{commune.pk}/", "/tai-khoan/password/change/", "/tai-khoan/2fa/", "/tai-khoan/logout/"]
    return {
        "dieuphoi@vinhan.example": [
            *everyone, review, f"{review}?chon=NV2", f"{review}?phan=chi-tieu&chon=CT1", f"{review}?phan=thoi-han",
            f"{review}?phan=bao-cao&chon=BC1", f"{review}?phan=co-quan", f"{review}?phan=can-xem",
            reverse("header_correct", args=[draft.pk]), reverse("plan_issue", args=[draft.pk]),
            reverse("plan_detail", args=[draft.pk]), reverse("plan_review", args=[live.pk]),
            reverse("version_receive", args=[live.pk]), reverse("sub_plan_list", args=[live.pk]),
            reverse("sub_plan_answers", args=[sub.pk]), reverse("plan_detail", args=[sub.pk]), "/ke-hoach/tai-len/",
            *(f"/nhiem-vu/?xem={view}" for view in ("bang", "co-quan", "han")), "/nhiem-vu/?q=zzz",
            reverse("task_detail", args=[task.pk]), "/chi-tieu/", "/che-do-bao-cao/", "/thanh-vien/",
        ],
        "canbo.gddt@vinhan.example": [*everyone, "/viec-cua-toi/"],
        "quantri@vinhan.example": [
            *everyone, "/co-quan/them/", "/co-quan/nhap-vao/", "/co-quan/nhap-tep/", f"/co-quan/{department.pk}/sua/",
            f"/co-quan/{department.pk}/ket-thuc/", "/thanh-vien/", "/thanh-vien/moi/", f"/thanh-vien/{officer.pk}/",
            "/nhat-ky/", "/nhat-ky/?act=agencies.role_grant",
        ],
        "kiemtra@vinhan.example": everyone,
    }  # fmt: skip


@pytest.mark.slow
def test_an_english_reader_meets_no_vietnamese_but_data(province: None) -> None:
    data = stored()
    left: dict[str, tuple[str, str]] = {}
    for email, paths in staff_pages().items():
        browser = reader(email)
        for path in paths:
            answer = browser.get(path)
            assert answer.status_code == 200, (email, path)
            assert answer["Content-Language"] == "en"
            left |= dict.fromkeys(vietnamese(answer.content, data), (email, path))
        for path in ("/khong-co/", "/loi-moi/sai/"):
            left |= dict.fromkeys(vietnamese(browser.get(path).content, data), (email, path))
    assert left == {}


ACCOUNT = ["login/", "password/reset/", "password/reset/done/", "password/reset/key/1-a/", "signup/", "inactive/"]
SECURITY = ["2fa/", "2fa/totp/activate/", "2fa/webauthn/", "2fa/webauthn/add/", "2fa/recovery-codes/generate/"]
SECURITY += ["2fa/totp/deactivate/", "reauthenticate/", "password/change/", "logout/"]


def account_pages(language: str) -> Iterator[tuple[str, bytes]]:
    """Every page of logging in and of its safety, with what each says to a wrong entry."""
    door, browser = "/tai-khoan/", reader(language=language)
    member = make.member(email="vao@thu.example", password=PASSWORD, full_name="Vũ")

    def show(path: str, told: dict[str, str] | None = None) -> tuple[str, bytes]:
        path = door + path
        answer = browser.get(path, follow=True) if told is None else browser.post(path, told, follow=True)
        assert answer.status_code == 200, path
        return path, answer.content

    yield from (show(path) for path in ACCOUNT)
    yield show("password/reset/", {"email": "sai"})
    yield show("login/", {"login": member.email, "password": "sai"})
    yield show("login/", {"login": "sai", "password": ""})
    yield show("login/", {"login": member.email, "password": PASSWORD})
    yield show("reauthenticate/", {"password": "sai"})
    yield show("reauthenticate/", {"password": PASSWORD})
    yield show("2fa/totp/activate/", {"code": "000000"})
    yield show("password/change/", {"oldpassword": "sai", "password1": "abc", "password2": "password"})
    TOTP.activate(member, generate_totp_secret())
    RecoveryCodes.activate(member)
    yield from (show(path) for path in [*SECURITY, "2fa/recovery-codes/"])
    yield show("2fa/recovery-codes/generate/", {})
    yield show("logout/", {})
    yield show("login/", {"login": member.email, "password": PASSWORD})
    yield show("2fa/authenticate/", {"code": "1"})


def test_the_account_pages_are_in_english(db: None) -> None:
    for path, page in account_pages("en"):
        assert vietnamese(page, ["Vũ"]) == [], path


WITHOUT_MARKS = {"Vai", "Xem"}
"""Vietnamese words that carry no mark."""


def test_the_account_pages_are_in_vietnamese(db: None) -> None:
    for path, page in account_pages("vi"):
        for text in said(page, "vi"):
            words = re.search("[A-Za-z]{3,}", re.sub(r"\S+@\S+|[A-Z2-7]{32}", "", text))
            assert not words or VIETNAMESE.search(text) or text in WITHOUT_MARKS, (path, text)


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_table_in_either_language_is_read_in_both(cast: Cast, language: str) -> None:
    tables = ["Tên;Loại;Cấp trên\nSở A;Sở, ban, ngành;{}", "Name;Kind;Superior\nSở A;Provincial department;{}"]
    with translation.override(language):
        for table in tables:
            preview = agencies_import_preview(by=cast.admin, data=table.format(cast.province.name).encode())
            assert (preview.faults, preview.created) == ((), ("Sở A",))


def test_notices_are_in_the_language_of_who_gets_them(cast: Cast) -> None:
    plan = make_plans.plan(by=cast.coordinator, agency=cast.province)
    for agency in (cast.department, cast.commune):
        make_plans.assignment(make_plans.task(plan), agency)
    Member.objects.filter(pk=cast.officer.pk).update(language="en")
    with translation.override("en"):
        sub_plans_chase(by=cast.coordinator, plan=plan)
        member_invite(
            by=cast.admin, email="la@thu.example", full_name="", kind=Role.Kind.OFFICER, agency=cast.department
        )
    subjects = dict(Notice.objects.values_list("address", "subject"))
    assert subjects == {
        cast.officer.email: "Reminder to file your unit's own plan",
        cast.commune_officer.email: "Nhắc gửi kế hoạch triển khai của đơn vị",
        "la@thu.example": "Mời bạn tham gia Cảnh Giác",
    }


def test_a_member_s_choice_of_language_is_kept(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.officer)
    for language, kept in (("en", "en"), ("xx", "en"), ("vi", "vi")):
        browser.post(reverse("set_language"), {"language": language})
        cast.officer.refresh_from_db()
        assert cast.officer.language == kept
    with pytest.raises(Refused):
        member_language_set(by=cast.officer, language="xx")
    assert Client().post(reverse("set_language"), {"language": "en"}).status_code == 302
