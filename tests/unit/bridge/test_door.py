# SPDX-License-Identifier: Apache-2.0
from dataclasses import replace

import pytest

from tektra.bridge.door import TOKEN_PROTOCOL, Door, Knock
from tektra.common.access import Role, Tokens
from tektra.common.web_door import Refused

TOKENS = Tokens({role: f"token-of-{role}" for role in Role})
PAGE = "https://app.foxglove.dev"
OWN = Knock("/", ["127.0.0.1:8765"], [], own_account=True)
STRANGER = replace(OWN, own_account=False)


def door(own_role: Role | None = Role.OPERATOR) -> Door:
    return Door(TOKENS, hosts=["robot.example"], origins=[PAGE, "file://"], own_role=own_role)


def refused(knock: Knock, at: Door | None = None) -> int:
    with pytest.raises(Refused) as caught:
        (at or door()).judge(knock)
    return caught.value.status


def test_a_program_of_the_own_account_needs_no_token() -> None:
    assert door().judge(OWN) is Role.OPERATOR


def test_whoever_comes_from_elsewhere_or_another_account_needs_one() -> None:
    assert refused(STRANGER) == 401
    assert door().judge(replace(STRANGER, path="/?token=token-of-guest")) is Role.GUEST


def test_where_the_own_account_is_nobody_it_needs_one_too() -> None:
    assert refused(OWN, door(own_role=None)) == 401


@pytest.mark.parametrize("role", list(Role))
def test_a_token_gives_its_role_in_the_address_as_subprotocol_or_as_bearer(role: Role) -> None:
    token = f"token-of-{role}"
    for knock in (
        replace(STRANGER, path=f"/?token={token}"),
        replace(STRANGER, subprotocols=["foxglove.sdk.v1", TOKEN_PROTOCOL + token]),
        replace(STRANGER, authorization=[f"Bearer {token}"]),
    ):
        assert door().judge(knock) is role


@pytest.mark.parametrize(
    "knock",
    [
        replace(OWN, path="/?token="),
        replace(OWN, path="/?token=wrong"),
        replace(OWN, path="/?token=token-of-admin&token=token-of-guest"),
        replace(OWN, subprotocols=["foxglove.sdk.v1", TOKEN_PROTOCOL + "wrong"]),
        replace(OWN, authorization=["Basic token-of-admin"]),
    ],
)
def test_a_wrong_token_is_refused_even_where_none_is_needed(knock: Knock) -> None:
    assert refused(knock) == 401


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:8080", "http://127.0.0.1:8765"]
)
def test_a_page_that_is_not_listed_is_refused_with_and_without_a_token(origin: str) -> None:
    assert refused(replace(OWN, origins=[origin])) == 403
    assert refused(replace(OWN, origins=[origin], path="/?token=token-of-admin")) == 403


def test_a_listed_page_is_let_in() -> None:
    assert door().judge(replace(OWN, origins=[PAGE])) is Role.OPERATOR


def test_a_file_that_a_person_opened_needs_a_token_wherever_it_comes_from() -> None:
    assert refused(replace(OWN, origins=["file://"])) == 401
    assert door().judge(replace(OWN, origins=["file://"], path="/?token=token-of-guest")) is Role.GUEST


def test_a_name_bent_to_our_address_is_refused_whatever_it_shows() -> None:
    assert refused(replace(OWN, hosts=["evil.localhost:8765"], path="/?token=token-of-admin")) == 403


def test_an_address_of_many_fields_is_refused() -> None:
    assert refused(replace(OWN, path="/?" + "&".join(f"a{n}=1" for n in range(1000)))) == 400
