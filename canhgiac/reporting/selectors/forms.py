"""Report forms as members may see them, what changed between versions, and the form as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit.numbers import number_words
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.reporting.models import FormField, FormVersion, ReportForm, ReportRound

from .duties import duties_for
from .sources import source_words

Section = FormField.Section
Kind = FormField.Kind


def forms_for(member: Member, *, scope: Scope | None = None) -> QuerySet[ReportForm]:
    """Forms the member may read: of agencies within a coordinator's or auditor's reach, or above it, and those of
    rounds that ask the member's own agencies."""
    scope = scope or scope_of(member)
    seen = Q(versions__rounds__in=duties_for(member, scope=scope).values("round"))
    for path in scope.watched:
        above = [part for part in path.split("/") if part]
        seen |= Q(agency__path__startswith=path) | Q(agency__in=[int(part) for part in above])
    return ReportForm.objects.filter(pk__in=ReportForm.objects.filter(seen).values("pk"))


def version_for(member: Member, version_id: int) -> FormVersion:
    """One version through the door, with its form; drafts only for those who follow agencies. Raises Http404."""
    scope = scope_of(member)
    rows = FormVersion.objects.filter(form__in=forms_for(member, scope=scope)).select_related(
        "form__agency", "form__plan", "made_by", "published_by"
    )
    if not scope.watched:
        rows = rows.filter(state=FormVersion.State.PUBLISHED)
    return get_object_or_404(rows, pk=version_id)


def versions_usable(member: Member) -> QuerySet[FormVersion]:
    """The newest published version of each form in use, for a round to be made with."""
    later = FormVersion.objects.filter(
        form=OuterRef("form"), state=FormVersion.State.PUBLISHED, number__gt=OuterRef("number")
    )
    rows = FormVersion.objects.filter(
        ~Exists(later), form__in=forms_for(member), form__retired_at=None, state=FormVersion.State.PUBLISHED
    )
    return rows.select_related("form__agency").order_by("form__title", "-number")


def versions_of(member: Member, of: ReportRound) -> QuerySet[FormVersion]:
    """Versions that the round could use instead of its own: of the same form once it is open."""
    if of.state == ReportRound.State.PLANNED or of.form_version is None:
        return versions_usable(member).exclude(pk=of.form_version_id or 0)
    rows = FormVersion.objects.filter(form=of.form_version.form_id, state=FormVersion.State.PUBLISHED)
    return rows.exclude(pk=of.form_version_id or 0).select_related("form__agency").order_by("-number")


def form_steered(scope: Scope, form: ReportForm) -> bool:
    """Whether the member coordinates the form's agency."""
    return bool(scope.steered) and form.agency.path.startswith(scope.steered)


@dataclass(frozen=True)
class FormFilter:
    """What the list of forms is narrowed to."""

    q: str = ""
    retired: bool = False
    sort: str = ""


def forms_list(member: Member, wanted: FormFilter) -> QuerySet[ReportForm]:
    """The forms within reach with their versions and ``used``, how many rounds use them."""
    rows = forms_for(member).select_related("agency", "plan")
    if not wanted.retired:
        rows = rows.filter(retired_at=None)
    if words := fold(wanted.q).split():
        named = rows.values_list("pk", "title", "agency__folded")
        rows = rows.filter(pk__in=[pk for pk, *texts in named if _holds(words, texts)])
    orders = {"ten": "title", "-ten": "-title", "co-quan": "agency__folded", "-co-quan": "-agency__folded"}
    versions = FormVersion.objects.annotate(asked=Count("fields")).order_by("-number")
    rows = rows.annotate(used=Count("versions__rounds", distinct=True))
    return rows.prefetch_related(Prefetch("versions", versions)).order_by(orders.get(wanted.sort, "title"), "pk")


def _holds(words: list[str], texts: list[str]) -> bool:
    said = f" {fold(' '.join(texts))}"
    return all(f" {word}" in said for word in words)


def form_headings() -> list[str]:
    """The columns of an exported list of forms."""
    return [_("Mẫu"), _("Cơ quan ban hành"), _("Kế hoạch"), _("Phiên bản"), _("Trạng thái"), _("Số kỳ dùng")]


def form_rows(forms: QuerySet[ReportForm]) -> Iterator[list[Value]]:
    """The listed forms as rows for a file, with their newest version."""
    for form in forms:
        newest = next(iter(form.versions.all()), None)
        used: int = getattr(form, "used", 0)
        plan = form.plan.title if form.plan else None
        state = _("ngừng dùng") if form.retired_at else newest.get_state_display() if newest else ""
        yield [form.title, form.agency.name, plan, newest.number if newest else None, state, used]


def field_for(version: FormVersion, field_id: int) -> FormField:
    """One field of the version. Raises Http404."""
    return get_object_or_404(version.fields, pk=field_id)


# One version --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionPart:
    """The fields of one section, in order, under their groups."""

    section: str
    label: str
    groups: list[tuple[str, list[tuple[FormField, str]]]]
    """Heading; each field with where it is prefilled from, in words ("" for a typed one)."""


def sections_of(version: FormVersion) -> list[SectionPart]:
    """The version as it is filled in: by section in the report's order, groups in the order of their first field."""
    fields = list(version.fields.all())
    parts = []
    for section in Section:
        groups: dict[str, list[tuple[FormField, str]]] = {}
        for field in fields:
            if field.section == section:
                words = source_words(field.source, field.kind) if field.source else ""
                groups.setdefault(field.group, []).append((field, words))
        if groups:
            parts.append(SectionPart(str(section), str(section.label), list(groups.items())))
    return parts


def published_before(version: FormVersion) -> FormVersion | None:
    """The newest published version of the same form before this one."""
    rows = FormVersion.objects.filter(form=version.form_id, state=FormVersion.State.PUBLISHED)
    return rows.filter(number__lt=version.number).order_by("-number").first()


def rounds_using(version: FormVersion) -> QuerySet[ReportRound]:
    """Rounds of the same form that are planned or open, and use another version."""
    rows = ReportRound.objects.filter(form_version__form=version.form_id).exclude(state=ReportRound.State.CLOSED)
    return rows.exclude(form_version=version).select_related("agency", "form_version").order_by("due_date")


COMPARED = (
    "label", "section", "group", "help", "unit", "required", "source", "minimum", "maximum", "total_of",
    "jump_percent", "needs_evidence", "columns",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs between two versions."""

    what: str
    """added, removed, changed."""
    field: FormField
    words: list[str]
    """Of a change: each fact as it was and is, in words."""


def version_changes(version: FormVersion, against: FormVersion) -> list[FieldChange]:
    """What ``version`` asks otherwise than ``against``: fields by code, in the order of the form. Two queries."""
    now = {field.code: field for field in version.fields.all()}
    before = {field.code: field for field in against.fields.all()}
    changes = [FieldChange("added", field, []) for code, field in now.items() if code not in before]
    changes += [FieldChange("removed", field, []) for code, field in before.items() if code not in now]
    for code, field in now.items():
        if code in before and (words := _changed(before[code], field)):
            changes.append(FieldChange("changed", field, words))
    return changes


def _changed(before: FormField, now: FormField) -> list[str]:
    words = []
    for name in COMPARED:
        if getattr(before, name) != getattr(now, name):
            label = _label(name)
            words.append(f"{label}: {_said(before, name)} → {_said(now, name)}")
    return words


def _label(name: str) -> str:
    named = {"source": _("lấy sẵn từ"), "columns": _("cột của bảng")}
    return named.get(name) or str(FormField._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _said(field: FormField, name: str) -> str:
    value = getattr(field, name)
    special: dict[str, Callable[[], str]] = {
        "source": lambda: source_words(value, field.kind),
        "section": field.get_section_display,
        "columns": lambda: ", ".join(column["label"] for column in value) or "–",
        "total_of": lambda: " + ".join(value) or "–",
    }
    if name in special:
        return special[name]()
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Decimal):
        return number_words(value)
    return str(value) if value not in (None, "") else "–"


# The form as a table ------------------------------------------------------------------------------------------------


def field_headings() -> list[str]:
    """The columns of a form's table, for export and import."""
    return [
        _("Mã"), _("Phần"), _("Nhóm"), _("Câu hỏi"), _("Giải thích"), _("Loại"), _("Đơn vị tính"), _("Bắt buộc"),
        _("Lấy sẵn từ"), _("Ít nhất"), _("Nhiều nhất"), _("Tổng của"), _("Hỏi lại khi lệch (%)"),
        _("Cần minh chứng"), _("Cột của bảng"),
    ]  # fmt: skip


FIELD_WIDTHS = (22, 30, 26, 48, 40, 12, 14, 10, 44, 12, 12, 28, 12, 12, 40)


def field_rows(version: FormVersion) -> Iterator[list[Value]]:
    """The version's fields as rows, in the columns that the import reads."""
    for field in version.fields.all():
        yield [
            field.code,
            field.get_section_display(),
            field.group,
            field.label,
            field.help,
            field.get_kind_display(),
            field.unit,
            _("có") if field.required else "",
            source_words(field.source, field.kind) if field.source else "",
            _number(field.minimum),
            _number(field.maximum),
            " + ".join(field.total_of),
            field.jump_percent,
            _("có") if field.needs_evidence else "",
            "; ".join(f"{one['label']} ({_('số') if one['kind'] == 'figure' else _('chữ')})" for one in field.columns),
        ]


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def figures_of_plan(plan: Plan) -> list[tuple[str, str]]:
    """The figures (code, label with its unit) that the plan's rounds and published forms ask, each code once by its
    newest wording. One query."""
    of_rounds = ReportRound.objects.filter(plan=plan).values("form_version")
    asked = Q(form_version__in=of_rounds) | Q(
        form_version__form__plan=plan, form_version__state=FormVersion.State.PUBLISHED
    )
    rows = FormField.objects.filter(asked, kind=FormField.Kind.FIGURE).order_by("code", "-form_version", "-pk")
    newest = sorted(rows.distinct("code"), key=lambda field: (field.position, field.pk))
    return [(field.code, f"{field.label} ({field.unit})" if field.unit else field.label) for field in newest]
