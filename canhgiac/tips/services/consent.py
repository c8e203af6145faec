"""The wording people agree to: a new one is a new version, and every tip remembers which it was."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.tips.models import ConsentText

FIRST = """\
Công an tỉnh dùng lời kể, số liệu và tệp bạn gửi để xử lý tin báo, liên hệ ngân hàng, nhà mạng và cảnh báo người khác.
Nội dung được niêm phong bằng mã hóa; chỉ cán bộ được giao tiếp nhận tin báo mở được, và mỗi lần mở đều được ghi lại.
Bạn không phải nói tên. Nếu nói, tên và số điện thoại của bạn chỉ dùng để liên hệ về tin báo này.
Số điện thoại, tài khoản, đường link của kẻ lừa có thể vào sổ dấu vết để người khác tra; tên bạn không bao giờ ở đó.
Bạn có thể rút tin, xin bản sao hoặc xin xóa bằng mã theo dõi. Tin kết thúc được xóa theo thời hạn của quy chế."""


def consent_first() -> ConsentText:
    """The wording that comes with the software, written down when the vault is first made."""
    return ConsentText.objects.order_by("version").first() or ConsentText.objects.create(version=1, body=FIRST)


@transaction.atomic
def consent_write(*, by: Member, body: str) -> ConsentText:
    """Puts a new wording in force. A coordinator's act. Raises NotAllowed, ValueError for an empty one."""
    require_role(by, Role.Kind.COORDINATOR)
    if not body.strip():
        raise ValueError(_("Lời đồng ý còn trống."))
    last = ConsentText.objects.aggregate(last=Max("version"))["last"] or 0
    row = ConsentText.objects.create(version=last + 1, body=body.strip(), made_by=by)
    audit_record(by=by, act="tips.consent_write", subject=row, facts={"version": row.version})
    return row
