import datetime as dt

import pytest

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import Agency, AgencySuccession, AuditEntry, Member, Role
from canhgiac.agencies.services import AgencyFacts, Refused
from tests.factories import agencies as make
from tests.factories.agencies import Cast

DAY = dt.date(2026, 3, 1)


def facts(**given: object) -> AgencyFacts:
    told: dict[str, object] = {"name": "Sở Mới", "kind": Agency.Kind.DEPARTMENT} | given
    return AgencyFacts(**told)  # type: ignore[arg-type]


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("act", flat=True))


def test_agency_create_keeps_path_fold_aliases_and_the_log(cast: Cast) -> None:
    told = facts(parent=cast.province, aliases=["Sở Đổi Mới", "so doi moi", " "], short_name="SM")
    agency = services.agency_create(by=cast.admin, facts=told)
    assert agency.path == f"{cast.province.path}{agency.pk}/"
    assert agency.folded == "so moi sm"
    assert list(agency.aliases.values_list("folded", flat=True)) == ["so doi moi"]
    assert acts() == ["agencies.agency_create"]
    with pytest.raises(Refused) as twice:
        services.agency_create(by=cast.admin, facts=facts(parent=cast.province))
    assert twice.value.field == "name"


@pytest.mark.parametrize("name", ["coordinator", "officer", "commune_officer", "auditor", "outsider"])
def test_only_an_admin_of_the_place_keeps_the_register(cast: Cast, name: str) -> None:
    by = cast.everyone[name]
    with pytest.raises(selectors.NotAllowed):
        services.agency_create(by=by, facts=facts(parent=cast.department))
    with pytest.raises(selectors.NotAllowed):
        services.agency_edit(by=by, agency=cast.department, facts=facts())
    with pytest.raises(selectors.NotAllowed):
        services.agency_close(by=by, agency=cast.department, last_day=DAY)
    with pytest.raises(selectors.NotAllowed):
        services.agency_merge(by=by, agencies=[cast.department], into=cast.police, on=DAY)
    assert acts() == []


def test_an_admin_of_a_part_stays_in_it(cast: Cast) -> None:
    keeper = make.member()
    make.role(keeper, Role.Kind.ADMIN, cast.department)
    services.agency_create(by=keeper, facts=facts(parent=cast.department))
    for told in (facts(parent=cast.province, name="A"), facts(parent=None, name="B")):
        with pytest.raises(selectors.NotAllowed):
            services.agency_create(by=keeper, facts=told)


def test_agency_edit_moves_what_is_below(cast: Cast) -> None:
    below = make.agency(parent=cast.department)
    told = facts(name=cast.department.name, parent=cast.police)
    services.agency_edit(by=cast.admin, agency=cast.department, facts=told)
    below.refresh_from_db()
    assert below.path == f"{cast.police.path}{cast.department.pk}/{below.pk}/"
    with pytest.raises(Refused, match="Cấp trên"):
        services.agency_edit(by=cast.admin, agency=cast.police, facts=facts(parent=below))


def test_a_save_without_a_change_writes_no_row(cast: Cast) -> None:
    told = facts(name=cast.police.name, kind=Agency.Kind.POLICE_PROVINCE, parent=cast.province, area=cast.police.area)
    services.agency_edit(by=cast.admin, agency=cast.police, facts=told)
    assert acts() == []


def test_agency_close_names_who_carries_on(cast: Cast) -> None:
    child = make.agency(parent=cast.department)
    with pytest.raises(Refused, match="1 đơn vị trực thuộc"):
        services.agency_close(by=cast.admin, agency=cast.department, last_day=DAY)
    services.agency_close(by=cast.admin, agency=child, last_day=DAY)
    services.agency_close(
        by=cast.admin, agency=cast.department, last_day=DAY, successors=[cast.police], scope="an ninh mạng"
    )
    row = AgencySuccession.objects.get(predecessor=cast.department)
    assert (row.successor, row.on, row.scope) == (cast.police, DAY + dt.timedelta(days=1), "an ninh mạng")
    assert cast.department not in selectors.agencies_on(DAY + dt.timedelta(days=1))
    assert cast.department in selectors.agencies_on(DAY)
    with pytest.raises(Refused, match="chính mình"):
        services.agency_close(by=cast.admin, agency=cast.police, last_day=DAY, successors=[cast.police])


def test_agency_merge_ends_the_old_and_moves_their_children(cast: Cast) -> None:
    other = make.agency(parent=cast.province)
    child = make.agency(parent=other)
    services.agency_merge(by=cast.admin, agencies=[other, cast.department], into=cast.police, on=DAY, act="QĐ 1")
    child.refresh_from_db()
    other.refresh_from_db()
    assert (child.parent, other.valid_until) == (cast.police, DAY - dt.timedelta(days=1))
    found = selectors.agency_resolve("Sở Giáo dục và Đào tạo", on=DAY, area=cast.province_area)
    assert found.agencies == (cast.police,)
    with pytest.raises(Refused, match="không thể nằm"):
        services.agency_merge(by=cast.admin, agencies=[cast.police], into=cast.police, on=DAY)
    with pytest.raises(Refused, match="là cấp trên"):
        services.agency_merge(by=cast.admin, agencies=[cast.province], into=cast.police, on=DAY)


def test_role_grant_and_revoke(cast: Cast) -> None:
    role = services.role_grant(by=cast.admin, member=cast.outsider, kind=Role.Kind.EDITOR, agency=cast.police)
    assert selectors.has_role(cast.outsider, Role.Kind.EDITOR, agency=cast.police)
    services.role_revoke(by=cast.admin, role=role)
    assert not selectors.has_role(cast.outsider, Role.Kind.EDITOR)
    services.role_grant(by=cast.admin, member=cast.outsider, kind=Role.Kind.EDITOR, agency=cast.police)
    assert selectors.has_role(cast.outsider, Role.Kind.EDITOR)
    own = Role.objects.get(member=cast.admin)
    with pytest.raises(Refused, match="tự thu hồi"):
        services.role_revoke(by=cast.admin, role=own)
    with pytest.raises(selectors.NotAllowed):
        services.role_grant(by=cast.officer, member=cast.officer, kind=Role.Kind.ADMIN, agency=cast.department)
    with pytest.raises(Refused, match="Ngày kết thúc"):
        services.role_grant(
            by=cast.admin,
            member=cast.outsider,
            kind=Role.Kind.EDITOR,
            agency=cast.police,
            valid_from=DAY,
            valid_until=DAY - dt.timedelta(days=1),
        )


def test_a_keeper_of_a_part_cannot_grant_beyond_it(cast: Cast) -> None:
    keeper = make.member(agency=cast.department)
    make.role(keeper, Role.Kind.ADMIN, cast.department)
    with pytest.raises(selectors.NotAllowed):
        services.role_grant(by=keeper, member=keeper, kind=Role.Kind.ADMIN, agency=cast.province)
    with pytest.raises(selectors.NotAllowed):
        services.member_deactivate(by=keeper, member=cast.coordinator)
    with pytest.raises(selectors.NotAllowed):
        services.member_edit(by=keeper, member=cast.officer, full_name="Tên", title="", agency=cast.province)


def test_a_deactivated_member_is_out_at_once(cast: Cast) -> None:
    from django.test import Client

    browser = Client()
    browser.force_login(cast.officer)
    assert browser.get("/co-quan/").status_code == 200
    services.member_deactivate(by=cast.admin, member=cast.officer)
    assert browser.get("/co-quan/").status_code == 302
    services.member_reactivate(by=cast.admin, member=cast.officer)
    assert Member.objects.get(pk=cast.officer.pk).is_active
    with pytest.raises(Refused):
        services.member_deactivate(by=cast.admin, member=cast.admin)


def test_tokens_are_made_shown_once_and_revoked(cast: Cast) -> None:
    token, key = services.token_create(by=cast.officer, name="Lịch", scopes=["plans:read"], days=30)
    assert key not in token.key_sha256
    assert selectors.token_member(key, "plans:read") == cast.officer
    assert selectors.token_member(key, "plans:write") is None
    assert selectors.token_member("cg_sai", "plans:read") is None
    with pytest.raises(selectors.NotAllowed):
        services.token_revoke(by=cast.admin, token=token)
    services.token_revoke(by=cast.officer, token=token)
    assert selectors.token_member(key, "plans:read") is None
