"""What every page of training does with an act: tried, told, refused at the field at fault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.http import HttpRequest

from canhgiac.training.services.refusals import TrainingRefused

Result = TypeVar("Result")


class Refusable(Protocol):
    """A form that can show why a service refused."""

    is_bound: bool

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
    except TrainingRefused as refusal:
        form.refuse(refusal)
        return None


def tried(request: HttpRequest, act: Callable[[], Any], said: str = "") -> bool:
    """Does an act that has no form; what it says, or why it was refused, stands on the next page."""
    try:
        act()
    except TrainingRefused as refusal:
        messages.error(request, str(refusal))
        return False
    if said:
        messages.success(request, said)
    return True
