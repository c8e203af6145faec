"""From an uploaded file to a plan ready for review: received, read by a job, stored in one go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.engines.officialdoc.extraction import extract
from canhgiac.engines.officialdoc.model import Extraction, ReadError, Source
from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.reading.sniff import kind_of
from canhgiac.kit.files import FileStore
from canhgiac.plans.models import Directive, Plan

from .extraction import extraction_store

PROGRESS_EVERY = 0.5
"""Seconds between two writes of the progress: a page shows it, nobody counts on it."""


class AlreadyReceived(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The same content was uploaded before for the same purpose: ``directive`` is it."""

    def __init__(self, directive: Directive) -> None:
        super().__init__(str(directive))
        self.directive = directive


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one uploaded file."""

    file_name: str
    directive: Directive | None = None
    already: bool = False
    """The content had been here before: ``directive`` is the earlier one."""
    error: str = ""
    """One Vietnamese sentence; nothing was stored."""


def store() -> FileStore:
    """Where received documents are kept."""
    return FileStore(settings.FILES_ROOT)


@transaction.atomic
def directive_receive(
    *,
    by: Member,
    file_name: str,
    data: bytes,
    agency: Agency,
    parent: Plan | None = None,
    replaces: Plan | None = None,
) -> Directive:
    """Keeps the file and queues its reading.

    ``agency`` will run the plan. With ``parent`` it is that agency's own plan under another, which its officer may
    file; else a coordinator is needed. With ``replaces`` it is a new version of a plan in force. A file that could
    not be read before is queued again. Raises AlreadyReceived for content already here, NotAllowed.
    """
    if replaces is not None:
        agency, parent = replaces.agency or agency, replaces.parent
    filers = (Role.Kind.OFFICER, Role.Kind.COORDINATOR) if parent else (Role.Kind.COORDINATOR,)
    require_role(by, *filers, agency=agency)
    if replaces is not None and replaces.state != Plan.State.ISSUED:
        raise NotAllowed(_("Chỉ thay được bản mới cho kế hoạch đang thực hiện."))
    if replaces is not None:
        waiting = Directive.objects.filter(replaces=replaces).exclude(state=Directive.State.FAILED).first()
        if waiting is not None:  # one next version at a time: open it, or drop it first
            raise AlreadyReceived(waiting)
    sha256 = store().put(data)
    with connection.cursor() as cursor:  # two uploads of one content at once must meet
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(sha256[:15], 16)])
    same = Directive.objects.filter(file_sha256=sha256, agency=agency, parent=parent).order_by("-pk").first()
    if same is not None and same.state != Directive.State.FAILED:
        raise AlreadyReceived(same)
    directive = same or Directive(file_sha256=sha256, agency=agency, parent=parent)
    directive.file_name = PurePath(file_name).name[-255:]
    directive.file_size = len(data)
    directive.uploaded_by, directive.replaces = by, replaces
    directive.state, directive.error = Directive.State.QUEUED, ""
    directive.pages_done = directive.pages_total = 0
    directive.save()
    work.enqueue("plans.directive_read", directive_id=directive.pk)
    audit_record(by=by, act="plans.directive_receive", subject=directive, facts={"sha256": sha256, "bytes": len(data)})
    return directive


def directives_receive(
    *,
    by: Member,
    files: Iterable[tuple[str, bytes]],
    agency: Agency,
    parent: Plan | None = None,
    replaces: Plan | None = None,
) -> list[Receipt]:
    """Receives several files (name, content), each on its own: one that is refused does not stop the others.

    Size and kind are judged by content. Raises NotAllowed.
    """
    receipts = []
    for name, data in files:
        try:
            check_content(data)
            directive = directive_receive(
                by=by, file_name=name, data=data, agency=agency, parent=parent, replaces=replaces
            )
            receipts.append(Receipt(name, directive))
        except AlreadyReceived as already:
            receipts.append(Receipt(name, already.directive, already=True))
        except ReadError as error:
            receipts.append(Receipt(name, error=str(error)))
    return receipts


def check_content(data: bytes) -> None:
    """Raises ReadError for a file that is empty, too large or of no kind the reader knows."""
    if not data:
        raise ReadError("empty", _("Tệp rỗng."))
    if len(data) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        raise ReadError("too-large", _("Tệp lớn hơn %(limit)s MB.") % {"limit": limit})
    kind_of(data)


def directive_read(*, directive_id: int) -> Plan | None:
    """Reads the document and stores its plan; None where it cannot be read, and the directive then says why.

    Runs in the worker, outside a transaction, so that others see the progress. Safe to run again after the worker
    was killed: a stored plan is returned as it is. An unexpected fault marks the directive too and is raised on,
    for the queue to try again.
    """
    directive = Directive.objects.get(pk=directive_id)
    if directive.state == Directive.State.READ:
        return directive.plan
    _note(directive_id, state=Directive.State.READING, error="")
    try:
        source = read(store().get(directive.file_sha256), directive.file_name, progress=_progress(directive_id))
        return extraction_store(directive_id=directive_id, source=source, extraction=_found(source))
    except ReadError as error:
        _note(directive_id, state=Directive.State.FAILED, error=str(error)[:400])
        return None
    except FileNotFoundError:
        _note(directive_id, state=Directive.State.FAILED, error=_("Kho tệp không còn tệp này. Tải lên lại."))
        return None
    except Exception:
        _note(directive_id, state=Directive.State.FAILED, error=_("Máy gặp lỗi khi đọc tệp và sẽ tự đọc lại."))
        raise


def _found(source: Source) -> Extraction:
    """What the document says. Raises ReadError where nothing shows that it is an official document with work in it.

    One that names its kind or number becomes a draft even without a task: a person may add what the machine missed.
    """
    found = extract(source)
    header = found.header
    if not found.assignments and not found.targets and not header.document_type and not header.number:
        raise ReadError(
            "no-plan", _("Không tìm thấy kế hoạch trong tệp: không có số, loại văn bản, nhiệm vụ hay chỉ tiêu nào.")
        )
    return found


@transaction.atomic
def directive_retry(*, by: Member, directive: Directive) -> None:
    """Queues a document that could not be read once more. Raises NotAllowed."""
    directive = Directive.objects.select_for_update(of=("self",)).select_related("agency").get(pk=directive.pk)
    require_role(by, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=directive.agency)
    if directive.state == Directive.State.FAILED:
        directive.state, directive.error = Directive.State.QUEUED, ""
        directive.save(update_fields=["state", "error"])
        work.enqueue("plans.directive_read", directive_id=directive.pk)
        audit_record(by=by, act="plans.directive_retry", subject=directive)


@transaction.atomic
def plan_discard(*, by: Member, plan: Plan) -> None:
    """Drops a draft and its directive, as if never uploaded; the file itself stays in the store.

    Raises NotAllowed for a plan once issued.
    """
    plan = Plan.objects.select_for_update(of=("self",)).select_related("directive", "agency").get(pk=plan.pk)
    require_role(by, Role.Kind.COORDINATOR, agency=plan.agency)
    if plan.state != Plan.State.DRAFT:
        raise NotAllowed(_("Kế hoạch đã ban hành thì không bỏ được, chỉ thay bằng bản mới."))
    directive = plan.directive
    facts = {"directive": directive.pk, "sha256": directive.file_sha256}
    key = Plan(pk=plan.pk)
    plan.delete()
    directive.delete()
    audit_record(by=by, act="plans.plan_discard", subject=key, facts=facts)


def _progress(directive_id: int) -> Callable[[int, int], None]:
    """A callback that writes pages done and in all, now and then."""
    last = 0.0

    def note(done: int, total: int) -> None:
        nonlocal last
        if done == total or time.monotonic() - last >= PROGRESS_EVERY:
            last = time.monotonic()
            _note(directive_id, pages_done=done, pages_total=total)

    return note


def _note(directive_id: int, **facts: object) -> None:
    Directive.objects.filter(pk=directive_id).update(**facts)
