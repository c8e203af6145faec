"""Fixtures of every test: the standing cast, and a test database that can be emptied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django import Settings
    from pytest_django.plugin import DjangoDbBlocker

    from tests.factories.agencies import Cast


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:  # orders fixtures
    """Lets tests with real transactions empty their tables afterwards.

    The audit, the publication log and the sightings refuse TRUNCATE, which is how Django empties the test database;
    only those triggers are off, and their own tests turn them on. UPDATE and DELETE stay refused.
    """
    from django.db import connection  # noqa: PLC0415  # settings are read by pytest-django first

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE agencies_auditentry DISABLE TRIGGER audit_no_truncate")
        cursor.execute("ALTER TABLE library_publicationentry DISABLE TRIGGER publications_no_truncate")
        cursor.execute("ALTER TABLE indicators_sighting DISABLE TRIGGER sightings_no_truncate")


@pytest.fixture
def cast(db: None) -> Cast:  # pytest orders fixtures by names
    """A small province and the people who act in most tests."""
    from tests.factories import agencies  # noqa: PLC0415  # models need Django set up

    return agencies.cast()


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    """Members of the tests log in without a second factor; the tests of the door turn it on."""
    settings.REQUIRE_MFA = False


@pytest.fixture(autouse=True)
def _cheap_keys(settings: Settings) -> None:
    """Keys of passphrases and receipt codes cost little in tests; a test of the kit holds the defaults dear."""
    settings.TIP_PASSPHRASE_COST = settings.TIP_CODE_COST = (1, 8 * 1024)


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Settings) -> None:
    """A password costs a fifth of a second with Argon2, on purpose; the sample province has fifteen of them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]


@pytest.fixture(autouse=True)
def _in_vietnamese() -> None:
    """Each test starts in the first language: a page asked for in English leaves the thread in English."""
    from django.utils import translation  # noqa: PLC0415  # settings are read by pytest-django first

    translation.activate("vi")
