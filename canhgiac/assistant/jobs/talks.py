"""Forgetting what was said."""

from __future__ import annotations

from canhgiac import work
from canhgiac.assistant.services import talks


@work.periodic("assistant.talks_forget", "*/20 * * * *")
def talks_forget(timestamp: int) -> None:  # the clock's argument
    """Erases talks whose time is over."""
    talks.talks_forget()
