"""The learning record store set up, tried and switched on; its password sealed."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.lrs import LrsClient, LrsError
from canhgiac.kit import clock
from canhgiac.kit.sealing import box, unbox
from canhgiac.kit.text import storable
from canhgiac.training.models import RecordStore, Statement

from .refusals import TrainingRefused

KEEPERS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
_PURPOSE = "training.record_store"
_LOCK = 0x6C72_7300


@transaction.atomic
def record_store_save(
    *, by: Member, endpoint: str, user: str, secret: str | None, is_on: bool, version: int
) -> RecordStore:
    """Says where statements go. ``secret`` None keeps the one there is. ADMIN or COORDINATOR.

    https only, but for a store on this very machine. Raises NotAllowed, TrainingRefused.
    """
    require_role(by, *KEEPERS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])  # at most one row
    row = RecordStore.objects.select_for_update().order_by("pk").first() or RecordStore(version=0)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa. Xem bản mới rồi sửa tiếp."), version=row.version)
    address = storable(endpoint).strip().rstrip("/")
    _checked(address)
    if "\n" in user or "\r" in user or ":" in user:
        raise TrainingRefused(_("Tên đăng nhập không có dấu hai chấm."), "user")
    if row.pk and secret is None and bytes(row.secret) and urlsplit(row.endpoint).netloc != urlsplit(address).netloc:
        raise TrainingRefused(_("Đổi máy chủ thì phải ghi lại mật khẩu."), "secret")
    row.endpoint, row.user, row.is_on, row.version = address, storable(user).strip()[:120], is_on, row.version + 1
    if secret is not None:
        row.secret = box(_key(), secret.encode(), what=_PURPOSE)
    row.save()
    if is_on:  # what waited because of a wrong password need not wait any longer
        Statement.objects.filter(state=Statement.State.WAITING).update(due_at=clock.now())
        work.enqueue("training.statements_send")
    facts = {"host": urlsplit(address).netloc, "is_on": is_on, "version": row.version}
    audit_record(by=by, act="training.record_store_save", subject=row, facts=facts)
    return row


def record_store_try(*, by: Member) -> list[str]:
    """Asks the store whether it speaks with us; the versions it speaks. Nothing is sent.

    Raises NotAllowed, TrainingRefused with what the store said.
    """
    require_role(by, *KEEPERS)
    store = RecordStore.objects.order_by("pk").first()
    if store is None:
        raise TrainingRefused(_("Chưa ghi địa chỉ của kho."), "endpoint")
    try:
        return client_of(store).about()
    except LrsError as error:
        if error.status in (401, 403):
            raise TrainingRefused(_("Kho từ chối tên đăng nhập hoặc mật khẩu."), "secret") from error
        raise TrainingRefused(_("Không nói chuyện được với kho: %s") % error, "endpoint") from error


def client_of(store: RecordStore) -> LrsClient:
    """Who speaks to this store. Raises BrokenSealError under another server key."""
    sealed = bytes(store.secret)
    secret = unbox(_key(), sealed, what=_PURPOSE).decode() if sealed else ""
    return LrsClient(endpoint=store.endpoint, user=store.user, secret=secret)


def _checked(address: str) -> None:
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    near = host in ("127.0.0.1", "localhost", "::1")
    if not host or (parts.scheme != "https" and not (near and parts.scheme == "http")):
        raise TrainingRefused(_("Địa chỉ bắt đầu bằng https://, ví dụ https://lrs.tinh.test/xapi."), "endpoint")
    if parts.query or parts.fragment or parts.username or any(char.isspace() for char in address):
        raise TrainingRefused(_("Địa chỉ không kèm mật khẩu, dấu ? hay #."), "endpoint")


def _key() -> bytes:
    """A key of this purpose alone, derived from the server's."""
    return hmac.new(b"canhgiac.training.recordstore", settings.SECRET_KEY.encode(), hashlib.sha256).digest()
