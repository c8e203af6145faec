"""Where a figure can be prefilled from, as a person chooses it: one key and one name in words for each source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from canhgiac.activities.models import KIND_MEASURES, Kind, Measure, Remark
from canhgiac.reporting.models import FormField

Source = dict[str, Any]


def source_choices(kind: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices for a field of this kind, grouped for a select: heading, then key and words."""
    groups = []
    for heading, sources in _groups(kind, get_language() or "vi"):
        groups.append((heading, [(source_key(source), words) for source, words in sources]))
    return groups


@lru_cache(maxsize=8)
def _groups(kind: str, language: str) -> tuple[tuple[str, tuple[tuple[Source, str], ...]], ...]:
    """The choices in one language; ``language`` is the cache's key."""
    if kind == FormField.Kind.FIGURE:
        return (
            (_("Hoạt động đã công nhận"), tuple(_activities())),
            (_("Nhiệm vụ"), tuple(_tasks())),
            (_("Báo cáo của đơn vị cấp dưới"), (({"from": "children"}, _("Cộng số cùng mục của đơn vị cấp dưới")),)),
            (_("Khó khăn, kiến nghị"), tuple(_remarks(counted=True))),
        )
    if kind == FormField.Kind.TEXT:
        return (
            (_("Khó khăn, kiến nghị"), tuple(_remarks(counted=False))),
            (_("Báo cáo của đơn vị cấp dưới"), (({"from": "children"}, _("Lời của đơn vị cấp dưới")),)),
        )
    return ()


def _activity(measure: str, kinds: list[str]) -> Source:
    return {"from": "activities", "measure": measure, "kinds": kinds, "audiences": []}


def _activities() -> Iterator[tuple[Source, str]]:
    yield _activity("count", []), _("Số hoạt động, mọi hình thức")
    for measure in Measure:
        words = _("Số %(unit)s, mọi hình thức") % {"unit": measure.label}
        yield _activity(measure, []), words
    for kind in Kind:
        yield _activity("count", [kind]), _("%(kind)s: số hoạt động") % {"kind": kind.label}
        for measure in KIND_MEASURES[kind]:
            facts = {"kind": kind.label, "unit": measure.label}
            yield _activity(measure, [kind]), _("%(kind)s: số %(unit)s") % facts


def _tasks() -> Iterator[tuple[Source, str]]:
    yield {"from": "tasks", "status": "total"}, _("Số nhiệm vụ được giao")
    yield {"from": "tasks", "status": "done"}, _("Số nhiệm vụ đã xong")
    yield {"from": "tasks", "status": "late"}, _("Số nhiệm vụ quá hạn")


def _remarks(*, counted: bool) -> Iterator[tuple[Source, str]]:
    hard = [Remark.Kind.DIFFICULTY.value, Remark.Kind.OBSTACLE.value]
    proposal = Remark.Kind.PROPOSAL.value
    if counted:
        yield {"from": "remarks", "kind": hard}, _("Số khó khăn, vướng mắc đã ghi")
        yield {"from": "remarks", "kind": proposal}, _("Số kiến nghị đã ghi")
    else:
        yield {"from": "remarks", "kind": hard}, _("Khó khăn, vướng mắc đã ghi")
        yield {"from": "remarks", "kind": proposal}, _("Kiến nghị, đề xuất đã ghi")


def source_key(source: Source) -> str:
    """The source as one word for a form: "activities:copies:leaflet"; empty for a typed figure."""
    if not source:
        return ""
    parts = [str(source["from"])]
    if source["from"] == "activities":
        parts += [str(source.get("measure", "count")), "+".join(source.get("kinds", []))]
        if audiences := source.get("audiences"):
            parts.append("+".join(audiences))
    elif source["from"] == "tasks":
        parts.append(str(source.get("status", "total")))
    elif source["from"] == "remarks":
        kind = source.get("kind", "")
        parts.append("+".join(kind) if isinstance(kind, list) else str(kind))
    elif source["from"] == "children" and source.get("code"):
        parts.append(str(source["code"]))
    return ":".join(parts)


def source_of(key: str, kind: str) -> Source | None:
    """The source of a key or of its words (as the export writes them); {} for none, None for one that is no source."""
    if not key.strip():
        return {}
    wanted = " ".join(key.split()).casefold()
    for _name, sources in _groups(kind, get_language() or "vi"):
        for source, words in sources:
            if wanted in (source_key(source), words.casefold()):
                return dict(source)
    return None


def source_words(source: Source, kind: str = FormField.Kind.FIGURE) -> str:
    """The source of a field of this kind in people's words; "nhập tay" for a typed figure."""
    if not source:
        return _("nhập tay")
    key = source_key(source)
    for _name, sources in _groups(str(kind), get_language() or "vi"):
        for one, words in sources:
            if source_key(one) == key:
                return words
    return key
