"""Who writes and who is the second person, in most tests of the library."""

from __future__ import annotations

import pytest

from canhgiac.agencies.models import Member, Role
from tests.factories import agencies
from tests.factories.agencies import Cast


@pytest.fixture
def editor(cast: Cast) -> Member:
    """Writes at the province."""
    who = agencies.member(full_name="Biên Tập", agency=cast.province)
    agencies.role(who, Role.Kind.EDITOR, cast.province)
    return who


@pytest.fixture
def approver(cast: Cast) -> Member:
    """The second person at the province."""
    who = agencies.member(full_name="Duyệt Bài", agency=cast.province)
    agencies.role(who, Role.Kind.APPROVER, cast.province)
    return who
