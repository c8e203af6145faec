"""The duty desk by the clock."""

from __future__ import annotations

from canhgiac import work
from canhgiac.assistant.services import calls, dutytidy, figures


@work.periodic("assistant.duty_tidy", "* * * * *")
def duty_tidy(timestamp: int) -> None:  # the clock's argument
    """Ends what nobody answered, gives on what an officer left, tells the desk who waits."""
    dutytidy.duty_tidy()


@work.periodic("assistant.calls_forget", "40 19 * * *")  # 02:40 in Viet Nam
def calls_forget(timestamp: int) -> None:  # the clock's argument
    """Erases who called after ninety days."""
    calls.calls_forget()


@work.periodic("assistant.day_figures_count", "*/15 * * * *")
def day_figures_count(timestamp: int) -> None:  # the clock's argument
    """Counts talks before they are forgotten."""
    figures.day_figures_count()
