"""Fixtures of every test: the standing cast, and what is cheap in tests only."""

from __future__ import annotations

import datetime as dt
import os
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.factories.agencies import Cast

hypothesis.settings.register_profile("unhurried", deadline=None)
if "CI" not in os.environ:  # there hypothesis has a profile of its own, without chance
    hypothesis.settings.load_profile("unhurried")

LONGEST_TEST = 120
"""Seconds; so long before midnight no test begins."""


def pytest_collection_finish() -> None:
    """All modules are loaded: walking them again and again is a sixth of a run."""
    from canhgiac.kit.start import collect_rarely  # noqa: PLC0415  # settings are read by pytest-django first

    collect_rarely()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """pytest-django's door for settings of the test database: it is a copy of the template."""
    from django.db import connection  # noqa: PLC0415  # settings are read by pytest-django first

    from tests.database import template  # noqa: PLC0415

    connection.settings_dict["TEST"]["TEMPLATE"] = template(os.environ["DATABASE_URL"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:  # orders fixtures
    """Tests with real transactions empty their database in milliseconds."""
    from django.test import TransactionTestCase  # noqa: PLC0415  # settings are read by pytest-django first

    from tests.database import empty  # noqa: PLC0415

    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def _answers_at_once() -> None:
    """The live server's answers leave in two pieces; the second would wait 40 ms for word that the first has come."""
    from django.core.servers.basehttp import WSGIRequestHandler  # noqa: PLC0415  # settings are read first

    WSGIRequestHandler.disable_nagle_algorithm = True


@pytest.fixture(scope="session", autouse=True)
def _learned_once() -> None:
    """Whoever has recognition learn in a test gets the model that was made of the same lessons before."""
    from canhgiac.library.services import recognition  # noqa: PLC0415  # models need Django set up
    from tests.learned import learned  # noqa: PLC0415  # the same

    recognition.build = learned


@pytest.fixture
def cast(db: None) -> Cast:  # pytest orders fixtures by names
    """A small province and the people who act in most tests."""
    from tests.factories import agencies  # noqa: PLC0415  # models need Django set up

    return agencies.cast()


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """A test's rows and its questions share a day: one that would begin just before midnight waits for the next."""
    from canhgiac.kit import clock  # noqa: PLC0415  # settings are read by pytest-django first

    now = clock.now()
    midnight = dt.datetime.combine(now.date() + clock.DAY, dt.time(), clock.VIETNAM)
    if (left := (midnight - now).total_seconds()) < LONGEST_TEST:
        time.sleep(left)


@pytest.fixture(autouse=True)
def _nothing_held() -> None:
    """What a process holds of the tables for some seconds is of the test before: its rows are gone."""
    from canhgiac.assistant.selectors.knowledge import knowledge_forget  # noqa: PLC0415  # models need Django set up
    from canhgiac.library.selectors.recognition import judge_forget  # noqa: PLC0415  # the same

    knowledge_forget()
    judge_forget()


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Settings) -> None:
    """Members of the tests log in without a second factor; the tests of the door turn it on."""
    settings.REQUIRE_MFA = False


@pytest.fixture(autouse=True)
def _one_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotas count by stretches of the clock; a test that happens to run from one into the next counts in one."""
    from canhgiac.agencies.services import quotas  # noqa: PLC0415  # models need Django set up
    from canhgiac.kit import clock  # noqa: PLC0415  # settings are read by pytest-django first

    begun = clock.now()

    def now() -> dt.datetime:
        real = clock.now()
        return begun if abs(real - begun) < dt.timedelta(minutes=5) else real

    monkeypatch.setattr(quotas, "clock", SimpleNamespace(now=now))


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
