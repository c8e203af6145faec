"""Files that the tests and the fuzzer start from: invented things in every format, with a bad line in each."""

from __future__ import annotations

import json

HOSTS = """# danh sách thử
127.0.0.1 localhost
0.0.0.0 evil.test www.evil.test # hai tên
0.0.0.0 -xấu-
||xau.evil-hai.test^
trang-gia.test
a b c
"""
PLAIN = """# thử
hxxps://gia-mao[.]test/dang-nhap?x=1
phone:0900 000 123
account:970436:0123456789
không phải link
gia-mao.test/dang-nhap # lần nữa
"""
CSV = """Loại;Giá trị;Ngân hàng;Ngày;Lý do
Số điện thoại;0900 000 123;;22/11/2026;bank
Tài khoản ngân hàng;0123456789;Vietcombank;2026-11-20;mule, la
link;"http://gia-mao.test/a;b";;;
cái gì;x;;;
link;;;;
link;"hở ngoặc;;;
zalo;0900000456;;;
"""
STIX = {
    "type": "bundle",
    "id": "bundle--7bbcc4f3-9c4f-4bb2-9f0b-1d7d1c6a0f01",
    "objects": [
        {"type": "identity", "name": "Người công bố"},
        {"type": "indicator", "pattern_type": "stix", "pattern": "[url:value = 'http://gia-mao.test/a']"},
        {
            "type": "indicator",
            "pattern_type": "stix",
            "modified": "2026-11-20T01:02:03.000Z",
            "pattern": "[domain-name:value = 'evil.test' OR domain-name:value = 'evil-hai.test']",
        },
        {"type": "indicator", "pattern_type": "yara", "pattern": "rule x {}"},
        {"type": "indicator", "pattern_type": "stix", "pattern": "[x-canhgiac-phone:value = '+84900000123']"},
        {
            "type": "indicator",
            "pattern_type": "stix",
            "pattern": "[user-account:account_type = 'facebook' AND user-account:account_login = 'ten.gia']",
        },
        {"type": "indicator", "pattern": "[url:value = 'http://thoi.test']", "revoked": True},
        {"type": "domain-name", "value": "quan-sat.test"},
        {"type": "file", "hashes": {"SHA-256": "ab" * 32}},
        {"type": "mutex", "name": "x"},
    ],
}
MISP = {
    "response": [
        {
            "Event": {
                "info": "thử",
                "Attribute": [
                    {"type": "url", "value": "http://gia-mao.test/a", "timestamp": "1763769600"},
                    {"type": "domain|ip", "value": "evil.test|192.0.2.1"},
                    {"type": "phone-number", "value": "+84900000123"},
                    {"type": "md5", "value": "x"},
                    {"type": "btc", "value": "1x"},
                    {"type": "hostname", "value": "bo.test", "deleted": True},
                    {"type": "other", "value": "momo:+84900000123", "Tag": [{"name": 'canhgiac:kind="wallet"'}]},
                ],
                "Object": [
                    {
                        "name": "bank-account",
                        "Attribute": [
                            {"object_relation": "account", "type": "bank-account-nr", "value": "0123456789"},
                            {"object_relation": "institution-name", "type": "text", "value": "Vietcombank"},
                        ],
                    },
                    {"name": "bank-account", "Attribute": []},
                    {"name": "url", "Attribute": [{"type": "url", "value": "trong-vat.test/b"}]},
                ],
            }
        }
    ]
}
SEEDS: dict[str, tuple[bytes, ...]] = {
    "hosts": (HOSTS.encode(), b"0.0.0.0 a.test\n" * 3),
    "plain": (PLAIN.encode(), PLAIN.encode("utf-16"), PLAIN.encode("cp1258", "replace")),
    "csv": (CSV.encode(), CSV.replace(";", "\t").encode("utf-16"), b"url,date\nevil.test,2026-01-01\n"),
    "stix": (json.dumps(STIX).encode(), json.dumps(STIX, indent=2).encode()),
    "misp": (json.dumps(MISP, indent=1).encode(), json.dumps(MISP["response"]).encode()),
}
