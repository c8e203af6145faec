"""``python -m simulators``: SMSC, mail, Zalo, Facebook, push, loudspeakers, bank, record store, one web inbox."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from pathlib import Path

from simulators import lrs, smsc, smtp
from simulators.api import ApiServer, Caller
from simulators.inbox import Inbox
from simulators.mailbox import Mailbox
from simulators.phones import Phones
from simulators.world import UnknownError, World


def main() -> int:
    """Runs until SIGTERM or SIGINT. The first line printed tells the ports, for those who asked for free ones (0)."""
    options = _options()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    box, phones = Mailbox(options.maildir), Phones()
    bounces = options.bounces_to.rpartition(":") if options.bounces_to else None
    try:
        mail, smtp_port = smtp.serve(
            box, "127.0.0.1", options.smtp_port, bounces_to=(bounces[0], int(bounces[2])) if bounces else None
        )
        centre, smpp_port = smsc.serve(phones, "127.0.0.1", options.smpp_port)
        api = ApiServer("127.0.0.1", options.api_port)
        world = World(box, phones, Caller(options.callback, shuffle=options.shuffle), api)
        store = lrs.Lrs(options.lrs_port)
        web = Inbox(world, "127.0.0.1", options.web_port)
        for told in options.speaker:
            name, _, rest = told.partition("=")
            key, _, schedule = rest.partition("@")
            world.hang({"person": name, "schedule": schedule, "key": key})
    except (OSError, ValueError, UnknownError) as error:
        print(f"simulators: không khởi động được: {error}", file=sys.stderr)
        return 3
    api.start()
    threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    print(
        f"smtp=127.0.0.1:{smtp_port} web=http://127.0.0.1:{web.server_port}/ smpp=127.0.0.1:{smpp_port}"
        f" zalo={api.url}/zalo facebook={api.url}/facebook push={api.url}/push"
        f" lrs={store.url}",
        flush=True,
    )
    stop.wait()
    web.shutdown()
    api.shutdown()
    store.shutdown()
    world.speakers.stop()
    centre.stop()
    mail.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="simulators", description="Hộp thử: nhận mọi tin hệ thống gửi đi.")
    parser.add_argument("--smtp-port", type=int, default=2525, metavar="CỔNG")
    parser.add_argument("--web-port", type=int, default=8025, metavar="CỔNG")
    parser.add_argument("--smpp-port", type=int, default=0, metavar="CỔNG", help="0: một cổng còn trống")
    parser.add_argument("--api-port", type=int, default=0, metavar="CỔNG", help="Zalo, Facebook và thông báo đẩy")
    parser.add_argument("--lrs-port", type=int, default=0, metavar="CỔNG", help="kho kết quả học (xAPI)")
    parser.add_argument("--callback", default="", metavar="ĐỊA-CHỈ", help="webhook gửi tới ĐỊA-CHỈ/zalo/ và /facebook/")
    parser.add_argument("--shuffle", action="store_true", help="webhook đến không theo thứ tự")
    parser.add_argument(
        "--speaker", action="append", default=[], metavar="TÊN=KHÓA@ĐỊA-CHỈ", help="treo một loa hỏi lịch ở ĐỊA-CHỈ"
    )
    parser.add_argument("--bounces-to", default="", metavar="MÁY:CỔNG", help="nơi nhận thư báo không gửi được")
    parser.add_argument("--maildir", type=Path, metavar="THƯ-MỤC", help="giữ cả thư gốc ở đây")
    return parser.parse_args()


sys.exit(main())
