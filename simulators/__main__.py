"""``python -m simulators``: the SMTP server and the web inbox, until stopped."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from simulators import smtp
from simulators.inbox import Inbox
from simulators.mailbox import Mailbox


def main() -> int:
    """Runs until SIGTERM or SIGINT. The first line printed tells the ports, for those who asked for free ones (0)."""
    parser = argparse.ArgumentParser(prog="simulators", description="Hộp thư thử: nhận mọi thư hệ thống gửi đi.")
    parser.add_argument("--smtp-port", type=int, default=2525, metavar="CỔNG")
    parser.add_argument("--web-port", type=int, default=8025, metavar="CỔNG")
    parser.add_argument("--maildir", type=Path, metavar="THƯ-MỤC", help="giữ cả thư gốc ở đây")
    options = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    box = Mailbox(options.maildir)
    try:
        mail, smtp_port = smtp.serve(box, "127.0.0.1", options.smtp_port)
        web = Inbox(box, "127.0.0.1", options.web_port)
    except OSError as error:
        print(f"simulators: không mở được cổng: {error}", file=sys.stderr)
        return 3
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(f"smtp=127.0.0.1:{smtp_port} web=http://127.0.0.1:{web.server_port}/", flush=True)
    stop.wait()
    web.shutdown()
    mail.stop()
    return 0


sys.exit(main())
