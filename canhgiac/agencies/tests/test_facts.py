"""The facts of the audit log have names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from canhgiac.agencies.selectors.facts import FACT_NAMES, facts_named
from canhgiac.agencies.services import audit_record
from tests.factories.agencies import Cast

HOUSE = Path(__file__).parents[2]


def keys_written() -> Iterator[str]:
    """The literal keys of the facts that services of standing capabilities write."""
    for name in ("agencies", "plans", "activities", "reporting", "library"):
        for path in (HOUSE / name / "services").rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "audit_record":
                    for word in call.keywords:
                        if word.arg == "facts" and isinstance(word.value, ast.Dict):
                            yield from (str(key.value) for key in word.value.keys if isinstance(key, ast.Constant))


def test_every_fact_that_is_written_has_a_name() -> None:
    written = set(keys_written())
    assert len(written) > 60
    assert written - set(FACT_NAMES) == set()


@pytest.mark.django_db
def test_the_page_shows_names_and_keeps_what_it_does_not_know(cast: Cast, client: Client) -> None:
    audit_record(by=cast.officer, act="x.y", subject=cast.officer, facts={"due_date": "2026-06-10", "odd_key": 7})
    client.force_login(cast.auditor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/nhat-ky/").content.decode()
    assert '<span class="text-2">hạn:</span> 2026-06-10' in page
    assert '<span class="text-2">odd_key:</span> 7' in page
    assert facts_named({"version": 2}) == [("phiên bản", 2)]
