"""``canhgiac mail-inbound``: the door for bounces, complaints and people's replies by mail."""

from __future__ import annotations

import argparse
import os

from canhgiac.cli import database
from canhgiac.cli.web import number, require_free
from canhgiac.kit.start import django_start

PORT = 2526


def run(arguments: list[str]) -> int:
    """Takes mail until stopped."""
    options = _parser().parse_args(arguments)
    require_free(options.bind, options.port, "MAIL_INBOUND_PORT")
    database.require_prepared(database.ensure())
    django_start()
    from canhgiac.outreach.services.mailinbound import run_mail_inbound

    run_mail_inbound(host=options.bind, port=options.port)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="canhgiac mail-inbound",
        description="Cửa nhận thư: thư báo không gửi được, phàn nàn, thư hủy đăng ký. Mỗi máy một tiến trình.",
    )
    bind = os.environ.get("MAIL_INBOUND_BIND") or "127.0.0.1"
    parser.add_argument("--bind", default=bind, metavar="ĐỊA-CHỈ", help="địa chỉ nghe (MAIL_INBOUND_BIND)")
    port = number("MAIL_INBOUND_PORT", PORT)
    parser.add_argument("--port", type=int, default=port, metavar="CỔNG", help="cổng nghe (MAIL_INBOUND_PORT)")
    return parser
