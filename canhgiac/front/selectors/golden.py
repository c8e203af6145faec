"""The page of the golden hour: the steps for what the address says that happened."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from canhgiac.assistant.selectors.golden import HAPPENED, MONEY, Act, bank_lines, golden_acts, said_at
from canhgiac.assistant.selectors.lines import Line
from canhgiac.kit.text import fold


@dataclass(frozen=True, slots=True)
class Golden:
    """The page as asked for."""

    chosen: tuple[str, ...]
    acts: list[Act]
    banks: list[Line]
    bank: Line | None
    time: str
    """"10:20", or empty."""

    @property
    def at(self) -> str:
        """How a time is said, with its place open as {time}."""
        return said_at("{time}")

    @property
    def at_unknown(self) -> str:
        """What stands for a time that was not told."""
        return _("lúc … giờ …")

    @property
    def happened(self) -> list[tuple[str, str, bool]]:
        """Each thing that may have happened, and whether it was ticked."""
        return [(code, str(label), code in self.chosen) for code, label in HAPPENED.items()]


def golden(query: QueryDict) -> Golden:
    """The steps for what happened (``viec``), with the bank's real line (``ngan-hang``) and the time (``luc``).

    One query. What makes no sense in the address is left out; without anything chosen the steps for money stand.
    """
    chosen = tuple(code for code in HAPPENED if code in query.getlist("viec"))
    banks = bank_lines()
    asked = fold(query.get("ngan-hang", "")[:80])
    bank = next((line for line in banks if fold(line.name) == asked), None)
    time = query.get("luc", "")
    time = time if re.fullmatch(r"(?:[01]\d|2[0-3]):[0-5]\d", time) else ""
    wanted = set(chosen or (MONEY,))
    acts = [
        replace(act, shown=bool(wanted & set(act.happened)))
        for act in golden_acts(bank.name if bank else "…", said_at(time) if time else _("lúc … giờ …"))
    ]
    return Golden(chosen, acts, banks, bank, time)
