"""Sends each sub-command to the part that does it; anything else is a Django management command.

Nothing heavy is imported and no database is started before the word is known.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys

from canhgiac.cli.errors import refusal_for

HELP = """\
Cảnh Giác: chương trình phòng, chống lừa đảo trực tuyến của một tỉnh.

Cách dùng: canhgiac <lệnh> [tùy chọn]

Chạy
  serve            chạy tất cả trên một máy: cơ sở dữ liệu, web, worker, gửi tin (và hộp thử khi dùng thử)
  web              chỉ máy chủ web
  lookup           máy chủ tra cứu dấu vết cho đối tác và ngăn tra cứu kín
  worker           chỉ worker: gửi thư, nhắc việc, đọc văn bản tải lên
  sender           chỉ tiến trình gửi cảnh báo (SMS, thư, Zalo …); chạy được nhiều cái, trên nhiều máy
  mail-inbound     cửa nhận thư: thư báo không gửi được, phàn nàn, thư hủy đăng ký
  prepare          chuẩn bị sau khi cài hoặc nâng cấp: bảng dữ liệu, tệp tĩnh, dữ liệu đầu tiên

Lần đầu của một tỉnh
  register_province TỈNH       lập sổ cơ quan: mã hoặc tên tỉnh
  create_admin THƯ "HỌ TÊN"    quản trị viên đầu tiên; in đường dẫn đặt mật khẩu

Dữ liệu
  backup THƯ-MỤC   sao lưu cơ sở dữ liệu và kho tệp
  restore THƯ-MỤC  khôi phục từ một bản sao lưu
  queue            hàng đợi việc: chờ, trễ, hỏng, số worker
  audit verify     kiểm nhật ký: dòng nào bị sửa, bị xóa, bị chèn

Công cụ
  plan extract TỆP …   đọc văn bản kế hoạch, in kết quả dạng JSON ("-" là đầu vào chuẩn)
  recognise --jsonl    nhận định từng tin nhắn ở đầu vào chuẩn ({"id", "text"} mỗi dòng)
  recognise build      dựng lại mô hình nhận dạng từ thư viện, in số đo
  ask --jsonl          hỏi trợ lý: {"id", "turns"} mỗi dòng ở đầu vào chuẩn, câu trả lời mỗi dòng ở đầu ra
  document check TỆP … kiểm thể thức tệp .docx theo Nghị định 30/2020/NĐ-CP
  help                 mọi lệnh quản trị khác (migrate, shell, sendtestemail …)

canhgiac <lệnh> --help cho biết tùy chọn của lệnh. Sổ tay: docs/README.md; vận hành: docs/van-hanh.md
"""
WORDS = {
    *("serve", "web", "worker", "sender", "mail-inbound", "prepare", "lookup"),
    *("plan", "document", "recognise", "ask", "backup", "restore"),
}


def main() -> None:
    """Entry point of the ``canhgiac`` command."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code; says on standard error why it was refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(HELP, end="")
        return 0
    word = arguments[0] if arguments[0] in WORDS else "django"
    rest = arguments if word == "django" else arguments[1:]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a stopped command still lets go of PostgreSQL
    try:
        code: int = importlib.import_module(f"canhgiac.cli.{word.replace('-', '_')}").run(rest)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, `head` for one, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        refusal = refusal_for(error)
        if refusal is None:
            raise
        print(f"canhgiac: {refusal}", file=sys.stderr)
        return refusal.code
    return code
