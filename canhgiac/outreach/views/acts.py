"""What every page of outreach does with an act: tried, told, refused at the field at fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.http import HttpRequest

from canhgiac.outreach.services.refusals import WarningRefused

Result = TypeVar("Result")


class Refusable(Protocol):
    """A form that can show why a service refused."""

    is_bound: bool

    @property
    def errors(self) -> Any:
        """What stands against each field."""

    def is_valid(self) -> bool:
        """Whether every field holds."""

    def refuse(self, refusal: Any) -> None:
        """Shows the refusal at its field."""


def done(form: Refusable, act: Callable[[], Result]) -> Result | None:
    """What the act gave; None where the form did not hold or the act was refused, told at its field."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        return act()
    except WarningRefused as refusal:
        form.refuse(refusal)
        return None


def told(request: HttpRequest, form: Refusable, act: Callable[[], Result], said: str) -> Result | None:
    """Does it and says so on the next page; a refusal is said there too and nothing is lost."""
    given = done(form, act)
    if given and said:
        messages.success(request, said)
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return given
