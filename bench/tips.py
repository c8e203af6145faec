"""Tips at 100,000 with a million blind tokens: the queue's pages, and what joining one more tip costs.

A page is the whole answer of the site (session, navigation, template), beside the bare SELECT of its fifty rows.
Joining is measured at 10,000 tokens and again at a million: what walks through all tips would be a hundred times
dearer, a table of pairs far beyond that.

A time is what it costs: processor time of this process and of its database backend, without the network.
"""

from __future__ import annotations

from typing import Any

from bench._province import database
from bench.plans import backend_of, best

Row = tuple[str, float, str, float]

FEW, MANY, EACH = 1_000, 100_000, 10
LIMIT_MS = 200
GROWTH = 3.0
_TIPS = """
    INSERT INTO tips_tip (code_digest, vault_id, key_sealed, key_by_code, channel, state, received_at, form_guess,
        loss, banks, is_named, is_self, language, share_words, extended_reason,
        outcome, waits_for_us, version, area_id, due_on)
    SELECT md5(n::text) || md5((-n)::text), %(vault)s, '\\x00', '\\x00', 'web',
        (ARRAY['new', 'triage', 'asked', 'closed'])[1 + n %% 4], now() - n * interval '7 minutes', 'F14', n %% 6,
        '{}', false, true, 'vi', false, '', '', n %% 2 = 0, 1, %(area)s, current_date + n %% 30 - 15
    FROM generate_series(%(first)s::int, %(last)s::int) n"""
_TOKENS = """
    INSERT INTO tips_tiptoken (tip_id, kind, token)
    SELECT tip.id, CASE WHEN place < 3 THEN 'phone' ELSE 'text' END,
        decode(md5(place || '.' || CASE WHEN place < 3 THEN tip.id / 3 ELSE tip.id END), 'hex')
    FROM tips_tip tip, generate_series(1, %(each)s) place ON CONFLICT DO NOTHING"""
_ROWS = """
    SELECT * FROM tips_tip WHERE state IN ('new', 'triage', 'asked') ORDER BY received_at DESC, id DESC LIMIT 50"""


def main() -> list[Row]:
    """Milliseconds of pages and of a joining, and how the joining grew."""
    with database("bench_tips") as bare:
        from django.db import connection
        from django.test import Client

        from canhgiac.agencies.models import Role
        from canhgiac.tips.models import VaultKey
        from tests.factories import agencies

        cast = agencies.cast()
        officer = agencies.member(agency=cast.police)
        agencies.role(officer, Role.Kind.TIP_OFFICER, cast.police)
        vault = VaultKey.objects.create(generation=1, public_key=b"0" * 32, made_by=officer)
        facts = {"vault": vault.pk, "area": cast.commune_area.pk, "each": EACH}
        backend = backend_of(connection)
        _fill(bare, facts, 1, FEW)
        few = best(_join, backend)
        _fill(bare, facts, FEW + 1, MANY)
        many = best(_join, backend)
        client = Client(SERVER_NAME="localhost")
        client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")

        def page(path: str) -> float:
            def ask() -> None:
                assert client.get(path).status_code == 200

            return best(ask, backend)

        select = best(lambda: bare.execute(_ROWS).fetchall(), bare.info.backend_pid)
        rows: list[Row] = [
            ("tips_list_ms", round(page("/tin-bao/"), 1), "<=", LIMIT_MS),
            ("tips_list_far_ms", round(page("/tin-bao/?page=1000"), 1), "<=", LIMIT_MS),
            ("tips_list_late_ms", round(page("/tin-bao/?xem=qua-han&sort=han"), 1), "<=", LIMIT_MS),
            ("tips_list_by_phone_ms", round(page("/tin-bao/?xem=tat-ca&q=0900000111"), 1), "<=", LIMIT_MS),
            ("tips_bare_select_ms", round(select, 1), "<=", LIMIT_MS),
            ("tips_join_ms", round(many, 2), "<=", 50),
            ("tips_join_million_to_ten_thousand_tokens", round(many / few, 2), "<=", GROWTH),
        ]
        return rows


def _fill(bare: Any, facts: dict[str, Any], first: int, last: int) -> None:
    bare.execute(_TIPS, facts | {"first": first, "last": last})
    bare.execute(_TOKENS, facts)
    bare.execute("VACUUM ANALYZE tips_tip, tips_tiptoken")


def _join() -> None:
    """One tip that shares two numbers with two others is joined, and put back."""
    from django.db import transaction

    from canhgiac.tips.models import Tip
    from canhgiac.tips.services.joining import tip_join

    with transaction.atomic():
        assert tip_join(tip=Tip.objects.get(pk=Tip.objects.order_by("pk").values("pk")[30:31])) is not None
        transaction.set_rollback(True)


if __name__ == "__main__":
    for name, value, sign, aim in main():
        print(f"bench {name} {value} {sign} {aim}")
