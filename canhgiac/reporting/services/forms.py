"""Report forms: made, written field by field, published as a version that never changes, followed by the next."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.reporting.models import FormField, FormVersion, ReportForm
from canhgiac.reporting.selectors.starter import TITLE, FieldData, code_of, plan_fields, starter_fields

from .refusals import Refused, version_locked

State = FormVersion.State
GAP = 10
"""Between positions, so that a field can come between two others."""
FACTS = tuple(fact.name for fact in dataclasses.fields(FieldData) if fact.name != "code")


@transaction.atomic
def form_create(*, by: Member, agency: Agency, title: str, fields: Iterable[FieldData] = ()) -> FormVersion:
    """A new form with the draft of its first version. Raises NotAllowed, Refused without a title."""
    return _create(by, agency, title, list(fields))


def form_starter(*, by: Member, agency: Agency) -> FormVersion:
    """A draft of the form to start from: figures over activities, words for each section, a table."""
    return form_create(by=by, agency=agency, title=TITLE, fields=starter_fields())


@transaction.atomic
def form_from_plan(*, by: Member, plan: Plan, agency: Agency) -> FormVersion:
    """A draft made of a plan: its groups of tasks and its targets beside the starter's figures. Raises NotAllowed."""
    number = plan.directive.number
    title = f"{TITLE} ({number})" if number else TITLE
    return _create(by, agency, title, plan_fields(plan), plan=plan)


def _create(by: Member, agency: Agency, title: str, fields: list[FieldData], plan: Plan | None = None) -> FormVersion:
    require_role(by, Role.Kind.COORDINATOR, agency=agency)
    if not title.strip():
        raise Refused(_("Ghi tên mẫu."), "title")
    form = ReportForm.objects.create(agency=agency, plan=plan, title=title.strip()[:200])
    version = FormVersion.objects.create(form=form, made_by=by)
    _append(version, fields, taken=set(), position=0)
    audit_record(by=by, act="reporting.form_create", subject=form, facts={"fields": len(fields)})
    return version


def _append(version: FormVersion, fields: Iterable[FieldData], *, taken: set[str], position: int) -> list[FormField]:
    rows = []
    for data in fields:
        code = data.code if data.code and data.code not in taken else code_of(data.code or data.label, taken)
        taken.add(code)
        position += GAP
        facts = {name: getattr(data, name) for name in FACTS}
        rows.append(FormField(form_version=version, code=code, position=position, **facts))
    return FormField.objects.bulk_create(rows)


@transaction.atomic
def form_duplicate(*, by: Member, version: FormVersion, title: str) -> FormVersion:
    """A new form that begins as this version. Raises NotAllowed, Refused."""
    fields = [_data(field) for field in version.fields.all()]
    return _create(by, version.form.agency, title, fields, plan=version.form.plan)


def _data(field: FormField) -> FieldData:
    return FieldData(code=field.code, **{name: getattr(field, name) for name in FACTS})


@transaction.atomic
def form_rename(*, by: Member, form: ReportForm, title: str) -> ReportForm:
    """Changes the form's name. Raises NotAllowed, Refused."""
    require_role(by, Role.Kind.COORDINATOR, agency=form.agency)
    if not title.strip():
        raise Refused(_("Ghi tên mẫu."), "title")
    form.title = title.strip()[:200]
    form.save(update_fields=["title"])
    audit_record(by=by, act="reporting.form_rename", subject=form, facts={"title": form.title})
    return form


@transaction.atomic
def form_retire(*, by: Member, form: ReportForm, retired: bool = True) -> ReportForm:
    """Takes a form out of use for new rounds, or back into use; rounds that have it keep it. Raises NotAllowed."""
    require_role(by, Role.Kind.COORDINATOR, agency=form.agency)
    form.retired_at = clock.now() if retired else None
    form.save(update_fields=["retired_at"])
    audit_record(by=by, act="reporting.form_retire", subject=form, facts={"retired": retired})
    return form


# Versions -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def version_copy(*, by: Member, form: ReportForm) -> FormVersion:
    """The next version as a draft copy of the newest one; the draft itself where there is one. Raises NotAllowed."""
    require_role(by, Role.Kind.COORDINATOR, agency=form.agency)
    newest = FormVersion.objects.select_for_update().filter(form=form).order_by("-number").first()
    if newest is None:
        raise Refused(_("Mẫu không có phiên bản nào."))
    if newest.state == State.DRAFT:
        return newest
    version = FormVersion.objects.create(form=form, number=newest.number + 1, made_by=by)
    FormField.objects.bulk_create(
        FormField(
            form_version=version, code=field.code, position=field.position,
            **{name: getattr(field, name) for name in FACTS},
        )
        for field in newest.fields.all()
    )  # fmt: skip
    audit_record(by=by, act="reporting.version_copy", subject=version, facts={"number": version.number})
    return version


@transaction.atomic
def version_publish(*, by: Member, version: FormVersion, seen: int) -> FormVersion:
    """Freezes the version: rounds can use it, nothing of it changes any more. Raises NotAllowed, Stale, Refused."""
    row = version_locked(by, version.pk, seen)
    fields = {field.code: field for field in row.fields.all()}
    if not fields:
        raise Refused(_("Mẫu chưa có mục nào."))
    for field in fields.values():
        lost = [code for code in field.total_of if code not in fields]
        if lost:
            facts = {"label": field.label, "codes": ", ".join(lost)}
            raise Refused(_("“%(label)s” là tổng của mục không còn trong mẫu: %(codes)s.") % facts)
        if field.kind == FormField.Kind.TABLE and not field.columns:
            raise Refused(_("Bảng “%s” chưa có cột nào.") % field.label)
    row.state, row.published_by, row.published_at = State.PUBLISHED, by, clock.now()
    row.save(update_fields=["state", "published_by", "published_at"])
    audit_record(by=by, act="reporting.version_publish", subject=row, facts={"fields": len(fields)})
    return row


@transaction.atomic
def version_discard(*, by: Member, version: FormVersion, seen: int) -> ReportForm | None:
    """Removes a draft, and the form with it where it was the only version; returns the form that is left.

    Raises NotAllowed, Stale, Refused for a published version.
    """
    row = version_locked(by, version.pk, seen)
    form = row.form
    facts = {"form": form.pk, "number": row.number, "title": form.title}
    audit_record(by=by, act="reporting.version_discard", subject=row, facts=facts)
    row.delete()
    if form.versions.exists():
        return form
    form.delete()
    return None


# Fields -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def field_add(*, by: Member, version: FormVersion, data: FieldData, seen: int) -> FormField:
    """Adds a field at the end of its section's fields. Raises NotAllowed, Stale, Refused."""
    row = version_locked(by, version.pk, seen)
    _sensible(row, data)
    last = row.fields.filter(section=data.section).aggregate(last=Max("position"))["last"]
    end = row.fields.aggregate(last=Max("position"))["last"] or 0
    field = _append(row, [data], taken=_taken(row), position=end)[0]
    if last is not None and last < end:
        _between(row, field, last)
    _grown(row)
    audit_record(by=by, act="reporting.field_add", subject=field, facts={"code": field.code})
    return field


def _between(version: FormVersion, field: FormField, after: int) -> None:
    version.fields.filter(position__gt=after).exclude(pk=field.pk).update(position=F("position") + GAP)
    field.position = after + GAP
    field.save(update_fields=["position"])


def _taken(version: FormVersion) -> set[str]:
    """Every code the form ever used: a code once given means the same in all versions."""
    return set(FormField.objects.filter(form_version__form=version.form_id).values_list("code", flat=True))


@transaction.atomic
def field_edit(*, by: Member, field: FormField, data: FieldData, seen: int) -> FormField:
    """Changes a field. Its code stays, unless its kind is no longer that of earlier versions: then it is another.

    Raises NotAllowed, Stale, Refused.
    """
    version = version_locked(by, field.form_version_id, seen)
    row = version.fields.get(pk=field.pk)
    _sensible(version, data, own=row.code)
    before = FormField.objects.filter(form_version__form=version.form_id, code=row.code).exclude(pk=row.pk)
    if row.kind != data.kind and before.exclude(kind=data.kind).exists():
        row.code = code_of(data.label, _taken(version))
    for name in FACTS:
        setattr(row, name, getattr(data, name))
    row.save()
    _grown(version)
    audit_record(by=by, act="reporting.field_edit", subject=row, facts={"code": row.code})
    return row


@transaction.atomic
def field_remove(*, by: Member, field: FormField, seen: int) -> None:
    """Takes a field out of the draft; totals forget it. Raises NotAllowed, Stale, Refused."""
    version = version_locked(by, field.form_version_id, seen)
    row = version.fields.get(pk=field.pk)
    for other in version.fields.filter(total_of__contains=[row.code]):
        other.total_of = [code for code in other.total_of if code != row.code]
        other.save(update_fields=["total_of"])
    _grown(version)
    audit_record(by=by, act="reporting.field_remove", subject=row, facts={"code": row.code})
    row.delete()


@transaction.atomic
def field_move(*, by: Member, field: FormField, down: bool, seen: int) -> FormField:
    """Swaps a field with its neighbour in the section; at the edge nothing moves. Raises NotAllowed, Stale, Refused."""
    version = version_locked(by, field.form_version_id, seen)
    rows = list(version.fields.filter(section=field.section).order_by("position", "pk"))
    at = next(index for index, row in enumerate(rows) if row.pk == field.pk)
    to = at + (1 if down else -1)
    if not 0 <= to < len(rows):
        return rows[at]
    one, other = rows[at], rows[to]
    one.position, other.position = other.position, one.position
    one.group = other.group if one.group != other.group else one.group
    FormField.objects.bulk_update([one, other], ["position", "group"])
    _grown(version)
    audit_record(by=by, act="reporting.field_move", subject=one, facts={"code": one.code, "position": one.position})
    return one


def _grown(version: FormVersion) -> None:
    version.version += 1
    version.save(update_fields=["version"])


def _sensible(version: FormVersion, data: FieldData, own: str = "") -> None:
    """Raises Refused where the facts contradict each other."""
    if not data.label.strip():
        raise Refused(_("Ghi câu hỏi."), "label")
    if data.minimum is not None and data.maximum is not None and data.minimum > data.maximum:
        raise Refused(_("“Ít nhất” lớn hơn “Nhiều nhất”."), "maximum")
    if own and own in data.total_of:
        raise Refused(_("Một mục không thể là tổng của chính nó."), "total_of")
    figures = set(version.fields.filter(kind=FormField.Kind.FIGURE).values_list("code", flat=True))
    if lost := [code for code in data.total_of if code not in figures]:
        raise Refused(_("Không có mục số liệu nào mang mã %s.") % ", ".join(lost), "total_of")
    if data.kind == FormField.Kind.TABLE and not data.columns:
        raise Refused(_("Bảng cần ít nhất một cột."), "columns")
