"""The page behind a link: a lesson that takes nothing, whatever is thrown at it."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from canhgiac.training.models import DrillTarget, DrillTrace
from tests.factories import drills as made
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
SECRETS = ("MatKhauBiMat9317", "OtpKhongDuocLuu", "thehoai@bi-mat.test")
PHONE: dict[str, Any] = {
    "HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14) Chrome/126 Mobile",
    "HTTP_SEC_FETCH_SITE": "same-origin",
}


@pytest.fixture
def target(cast: Cast) -> DrillTarget:
    made.people(cast.department, 1)
    row = made.running(cast)
    [one] = made.delivered(row)
    return one


def whole_database(words: tuple[str, ...]) -> list[str]:
    """Columns of any table that hold one of the words, as text, JSON, arrays or bytes."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns c"
            " JOIN information_schema.tables t USING (table_schema, table_name)"
            " WHERE table_schema = 'public' AND t.table_type = 'BASE TABLE' AND data_type IN"
            " ('text', 'character varying', 'character', 'json', 'jsonb', 'ARRAY', 'bytea')"
        )
        for table, column, kind in cursor.fetchall():
            shown = f"encode(\"{column}\", 'escape')" if kind == "bytea" else f'"{column}"::text'
            cursor.execute(
                f'SELECT count(*) FROM "{table}" WHERE {shown} LIKE ANY(%s)',  # names of the catalogue
                [[f"%{word}%" for word in words]],
            )
            if cursor.fetchone()[0]:
                found.append(f"{table}.{column}")
    return found


def test_the_search_finds_what_is_there(target: DrillTarget) -> None:
    assert whole_database((target.token,)) == ["training_drilltarget.token"]


def test_nothing_that_is_posted_is_kept(
    target: DrillTarget, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FILES_ROOT, settings.MEDIA_ROOT = tmp_path / "files", tmp_path / "files"
    caplog.set_level(logging.DEBUG)
    fields = {"username": SECRETS[2], "password": SECRETS[0], "otp": SECRETS[1]}
    client = Client()
    file = tmp_path / "cccd.txt"
    file.write_text(SECRETS[0])
    query = f"?password={SECRETS[0]}&otp={SECRETS[1]}"
    plain: dict[str, Any] = {"HTTP_USER_AGENT": "Mozilla/5.0"}
    answers = []
    for rest in ("", "da-xem/", "da-hieu/", "cau-hoi/", "dang-nhap.php", "api/v1/login", SECRETS[1]):
        url = f"/dien-tap/{target.token}/{rest}"
        answers += [client.put(url, SECRETS[0], **PHONE), client.delete(url + query, **PHONE)]
        answers.append(client.get(url + query, **PHONE))
        for heads in (PHONE, plain) if rest in ("", "da-hieu/") else (PHONE,):
            answers.append(client.post(url, fields, **heads))
            answers.append(client.post(url + query, json.dumps(fields), content_type="application/json", **heads))
            with file.open("rb") as opened:
                answers.append(client.post(url, {**fields, "anh": opened}, **heads))
            answers.append(client.post(url, SECRETS[0] * 1000, content_type="text/plain", **heads))
    assert {answer.status_code for answer in answers} <= {200, 204, 302}
    told = "".join(one.content.decode()[one.content.decode().find("<main") :] for one in answers)
    assert not [word for word in SECRETS if word in told]
    assert whole_database(SECRETS) == []
    assert not [word for word in SECRETS if word in caplog.text]
    left = [path for path in tmp_path.rglob("*") if path.is_file() and path != file]
    assert not [path for path in left if any(word.encode() in path.read_bytes() for word in SECRETS)]
    assert not client.cookies.get("sessionid")


def test_the_lesson_has_no_field_and_names_nobody(target: DrillTarget) -> None:
    answer = Client().get(f"/dien-tap/{target.token}/", **PHONE)
    text = answer.content.decode()
    body = text[text.index("<main") : text.index("</main>")]
    assert "Đây là tin diễn tập" in body
    assert "cg-hit" in body
    assert "xem ngay trong hôm nay" in body
    assert "<input" not in body
    assert "<textarea" not in body
    assert target.member.full_name not in text
    assert "không nhận gì bạn gõ" in body
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_edited_token_leads_nowhere_and_a_strangers_shows_the_lesson_alone(
    target: DrillTarget, cast: Cast, client: Client
) -> None:
    last = "A" if target.token[-1] != "A" else "B"
    assert client.get(f"/dien-tap/{target.token[:-1]}{last}/").status_code == 404
    assert client.post(f"/dien-tap/{'x' * 24}/da-hieu/", {"password": SECRETS[0]}).status_code == 404
    client.force_login(cast.outsider, backend="allauth.account.auth_backends.AuthenticationBackend")
    text = client.get(f"/dien-tap/{target.token}/", **PHONE).content.decode()
    assert target.member.full_name not in text
    assert cast.outsider.full_name not in text[text.index("<main") :]
    client.post("/tap-huan/dien-tap/bao/", {"text": f"https://x/dien-tap/{target.token}/"})
    target.refresh_from_db()
    assert target.reported_at is None


def test_only_our_own_pages_button_makes_a_person(target: DrillTarget, client: Client) -> None:
    url = f"/dien-tap/{target.token}/da-hieu/"
    client.post(url, HTTP_SEC_FETCH_SITE="cross-site")
    client.post(url, HTTP_ORIGIN="https://noi-khac.test")
    client.post(url)
    row = DrillTarget.objects.filter(pk=target.pk, clicked_at=None)
    assert row.exists()
    assert client.post(url, HTTP_ORIGIN="http://testserver").status_code == 302
    assert not row.exists()
    assert DrillTrace.objects.filter(target=target, maker="person", why="button").count() == 1


def test_an_api_token_opens_nothing_of_drills(target: DrillTarget, cast: Cast, client: Client) -> None:
    from canhgiac.agencies.services.tokens import token_create

    _row, key = token_create(by=cast.coordinator, name="thử", scopes=["plans:write"], days=1)
    for path in ("/tap-huan/dien-tap/", "/tap-huan/dien-tap/lap/", f"/tap-huan/dien-tap/{target.drill_id}/"):
        answer = client.get(path, HTTP_AUTHORIZATION=f"Bearer {key}")
        assert (answer.status_code, "/tai-khoan/login/" in answer.headers.get("Location", "")) == (302, True)
