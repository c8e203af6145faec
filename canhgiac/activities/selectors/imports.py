"""Imports of activities: the batches a member may see, and how one stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.activities.models import ImportBatch
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import agencies_of

SHOWN = 200


def imports_for(member: Member) -> QuerySet[ImportBatch]:
    """The one door: imports for agencies that the member acts for, the latest first, without their rows."""
    agencies = agencies_of(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR)
    return ImportBatch.objects.filter(agency__in=agencies).select_related("agency", "by").order_by("-at").defer("rows")


def import_for(member: Member, batch_id: int) -> ImportBatch:
    """One import with its rows. Raises Http404."""
    return get_object_or_404(imports_for(member).defer(None), pk=batch_id)


@dataclass(frozen=True)
class Preview:
    """How an import stands."""

    batch: ImportBatch

    @cached_property
    def good(self) -> list[dict[str, Any]]:
        """Rows without an error."""
        return [line for line in self.batch.rows if not line["errors"]]

    @cached_property
    def bad(self) -> list[dict[str, Any]]:
        """Rows with one or more."""
        return [line for line in self.batch.rows if line["errors"]]

    @property
    def total(self) -> int:
        """All rows."""
        return len(self.batch.rows)

    @cached_property
    def unclear(self) -> list[tuple[str, int, Sequence[dict[str, Any]]]]:
        """Names that may mean several areas: the words, in how many rows, the areas."""
        choices: dict[str, Sequence[dict[str, Any]]] = {}
        counts: Counter[str] = Counter()
        for line in self.bad:
            for error in line["errors"]:
                if error.get("choices"):
                    choices[error["text"]] = error["choices"]
                    counts[error["text"]] += 1
        return [(text, count, choices[text]) for text, count in counts.most_common(50)]
