# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import hmac
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from tektra.common.access import Role
from tektra.common.errors import BackendError, ConfigError
from tektra.web.access.limits import RATES, Attempts, Kind, Limits, place_of
from tektra.web.access.passwords import Passwords
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.access.sessions import AccountRow, Sessions
from tektra.web.access.tickets import TICKET_S, Tickets
from tektra.web.access.tokens import AUDIENCE, KEY_FILE, AccessTokens, load_key
from tektra.web.backends.sql_store import SqlStore
from tektra.web.first_admin import first_admin

KEY = b"k" * 32
NOW_S = 1_700_000_000.0
ANNA = AccountRow("a1", "Anna", Role.OPERATOR, "-", disabled=False, must_change=False, created_s=NOW_S)
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1))


def person(**changes: Any) -> SignedInPerson:
    fields = {"account_id": "a1", "name": "Anna", "role": Role.OPERATOR, "session_id": "s1", "expires_s": 0.0}
    return SignedInPerson(**(fields | changes))


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(KEY, 600.0)


@pytest.fixture
def store(tmp_path: Path) -> Any:
    store = SqlStore("", tmp_path / "web" / "gateway.sqlite")
    store.connect()
    store.put_account(ANNA)
    yield store
    store.close()


@pytest.fixture
def sessions(store: SqlStore, tokens: AccessTokens) -> Sessions:
    return Sessions(store, tokens, 3600.0)


def claims(**changes: Any) -> dict[str, Any]:
    return {
        "sub": "a1",
        "name": "Anna",
        "role": "admin",
        "sid": "s1",
        "aud": AUDIENCE,
        "iat": int(NOW_S),
        "exp": int(NOW_S + 600),
    } | changes


def segment(content: Any) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(head: Any, body: Any, key: bytes, digest: Any = hashlib.sha256) -> str:
    text = f"{segment(head)}.{segment(body)}"
    return f"{text}.{segment(hmac.new(key, text.encode(), digest).digest())}"


def test_an_access_token_says_who_it_is_until_it_ends(tokens: AccessTokens) -> None:
    token = tokens.make(person(), NOW_S)
    assert tokens.read(token, NOW_S + 599.0) == person(expires_s=NOW_S + 600.0)
    with pytest.raises(ApiError, match="has ended"):
        tokens.read(token, NOW_S + 600.0)


HS = {"alg": "HS256", "typ": "JWT"}
FORGED = {
    "none": f"{segment({'alg': 'none'})}.{segment(claims())}.",
    "None": f"{segment({'alg': 'None'})}.{segment(claims())}.",
    "no signature": f"{segment(HS)}.{segment(claims())}.",
    "another key": signed(HS, claims(), b"x" * 32),
    "an empty key": signed(HS, claims(), b""),
    "another algorithm of the same family": signed({"alg": "HS512"}, claims(), KEY, hashlib.sha512),
    "an algorithm of another family": signed({"alg": "RS256"}, claims(), KEY),
    "a key of its own": signed({"alg": "HS256", "jwk": {"kty": "oct", "k": "eHh4"}}, claims(), b"xxx"),
    "a key from a file": signed({"alg": "HS256", "kid": "/dev/null"}, claims(), b""),
    "another audience": signed(HS, claims(aud="other"), KEY),
    "no audience": signed(HS, {k: v for k, v in claims().items() if k != "aud"}, KEY),
    "no end": signed(HS, {k: v for k, v in claims().items() if k != "exp"}, KEY),
    "an end far away": signed(HS, claims(exp=2**40), KEY),
    "an end that is text": signed(HS, claims(exp="never"), KEY),
    "an end that is infinite": signed(
        HS, b'{"sub":"a1","sid":"s","role":"admin","aud":"tektra-api","iat":1,"exp":Infinity}', KEY
    ),
    "a role that is none": signed(HS, claims(role="root"), KEY),
    "no session": signed(HS, {k: v for k, v in claims().items() if k != "sid"}, KEY),
    "a list": signed(HS, [1], KEY),
    "a deep one": signed(HS, b"[" * 100_000, KEY),
    "nothing": "",
    "dots": "..",
    "a long one": "a" * 100_000,
    "half a letter": "\ud800.\ud800.\ud800",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_a_forged_token_is_nobodys(tokens: AccessTokens, token: str) -> None:
    with pytest.raises(ApiError) as refused:
        tokens.read(token, NOW_S)
    assert refused.value.status == 401


def test_every_changed_letter_of_a_token_is_noticed(tokens: AccessTokens) -> None:
    token = tokens.make(person(), NOW_S)
    for at in range(len(token) - 1):  # the last letter has bits that mean nothing
        other = "A" if token[at] != "A" else "B"
        with pytest.raises(ApiError):
            tokens.read(token[:at] + other + token[at + 1 :], NOW_S)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_key(tmp_path), range(16)))
    assert len(keys) == 1 and len(next(iter(keys))) == 32
    assert os.stat(tmp_path / KEY_FILE).st_mode & 0o777 == 0o600
    (tmp_path / KEY_FILE).write_bytes(b"short")
    with pytest.raises(ConfigError, match="5 bytes"):
        load_key(tmp_path)


def test_a_refresh_token_is_used_once_and_a_second_use_ends_the_session(sessions: Sessions) -> None:
    first = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    second = sessions.refresh(first.refresh, NOW_S + 1)
    assert sessions.check(second.access, NOW_S + 1).name == "Anna"
    with pytest.raises(ApiError) as reused:
        sessions.refresh(first.refresh, NOW_S + 2)
    assert reused.value.code == "token_reused"
    with pytest.raises(ApiError, match="the session has ended"):
        sessions.refresh(second.refresh, NOW_S + 3)
    with pytest.raises(ApiError, match="the session was ended"):
        sessions.check(second.access, NOW_S + 3)


def test_of_many_who_refresh_at_once_at_most_one_gets_in(sessions: Sessions) -> None:
    first = sessions.begin(ANNA, address="", client="", now_s=NOW_S)

    def refresh(_: int) -> bool:
        try:
            sessions.refresh(first.refresh, NOW_S + 1)
        except (ApiError, BackendError):
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(refresh, range(16))) <= 1


@pytest.mark.parametrize(
    "token", ["", ".", "a.", ".b", "unknown.secret", "' OR 1=1 --.x", "\0.\0", "a" * 300]
)
def test_a_refresh_token_that_is_none_is_refused(sessions: Sessions, token: str) -> None:
    with pytest.raises(ApiError) as refused:
        sessions.refresh(token, NOW_S)
    assert refused.value.status == 401


def test_a_session_ends_by_itself_and_with_its_account(sessions: Sessions, store: SqlStore) -> None:
    issued = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    with pytest.raises(ApiError, match="the session has ended"):
        sessions.refresh(issued.refresh, NOW_S + 3600.0)
    store.delete_account("a1")
    with pytest.raises(ApiError):
        sessions.refresh(issued.refresh, NOW_S + 1)


def test_a_revocation_is_told_and_spares_the_session_that_is_left_out(sessions: Sessions) -> None:
    told: list[str] = []
    sessions.on_revoked = told.append
    kept = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    ended = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    sessions.revoke(account_id="a1", but=kept.session_id)
    assert told == [ended.session_id]
    assert sessions.check(kept.access, NOW_S).session_id == kept.session_id


def test_a_ticket_opens_once_and_soon(sessions: Sessions) -> None:
    issued = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    anna = sessions.check(issued.access, NOW_S)
    tickets = Tickets()
    ticket = tickets.make(anna, NOW_S)
    assert ticket not in tickets.dump()
    assert sessions.redeemed(tickets.redeem(ticket, NOW_S + 1), NOW_S + 1) == anna
    late, revoked = tickets.make(anna, NOW_S), tickets.make(anna, NOW_S)
    for used, now_s in ((ticket, NOW_S + 1), (late, NOW_S + TICKET_S), ("", NOW_S), ("x", NOW_S)):
        with pytest.raises(ApiError, match="no valid ticket"):
            tickets.redeem(used, now_s)
    sessions.revoke(id=anna.session_id)
    with pytest.raises(ApiError, match="no valid ticket"):
        sessions.redeemed(tickets.redeem(revoked, NOW_S + 1), NOW_S + 1)


def test_the_database_is_its_owners_alone_and_holds_no_secret_as_it_is(
    sessions: Sessions, tmp_path: Path
) -> None:
    issued = sessions.begin(ANNA, address="", client="", now_s=NOW_S)
    files = list((tmp_path / "web").iterdir())
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
    content = b"".join(file.read_bytes() for file in files)
    assert issued.refresh.partition(".")[2].encode() not in content


def test_names_are_the_same_whatever_their_capitals(store: SqlStore) -> None:
    found = store.account(name="ANNA")
    assert found is not None and found.id == "a1"
    other = AccountRow("a2", "anna", Role.GUEST, "-", disabled=False, must_change=False, created_s=NOW_S)
    with pytest.raises(ApiError) as taken:
        store.put_account(other)
    assert taken.value.status == 409


def test_a_database_that_cannot_be_used_is_told_without_its_url(tmp_path: Path) -> None:
    store = SqlStore("sqlite:////nowhere/secret-password.db", tmp_path / "x")
    with pytest.raises(BackendError) as refused:
        store.connect()
    assert "secret-password" not in str(refused.value)


def test_the_first_start_makes_one_admin_whose_password_is_told_once(tmp_path: Path) -> None:
    store = SqlStore("", tmp_path / "gateway.sqlite")
    store.connect()
    password = first_admin(store, QUICK, NOW_S)
    (admin,) = store.accounts()
    assert (admin.role, admin.must_change) == (Role.ADMIN, True)
    assert QUICK.right(admin.password, password) and not QUICK.right(admin.password, password + "x")
    assert first_admin(store, QUICK, NOW_S) == ""
    store.close()


def test_a_password_of_nobody_is_wrong_and_compared_all_the_same() -> None:
    assert not QUICK.right(None, "nobody has this password")
    assert not QUICK.right("no hash", "x")
    assert QUICK.hash("a") != QUICK.hash("a")
    assert QUICK.hash("a").startswith("$argon2id$")


def test_guesses_at_an_account_wait_but_its_owner_elsewhere_comes_in() -> None:
    attempts = Attempts()
    for _ in range(5):
        attempts.begin("anna", "203.0.113.9", 0.0)
    with pytest.raises(ApiError) as often:
        attempts.begin("ANNA", "203.0.113.9", 0.0)
    assert often.value.status == 429 and often.value.retry_after_s > 0
    attempts.begin("anna", "192.168.1.5", 0.0)


def test_one_address_keeps_nobody_out_however_often_it_guesses() -> None:
    """Each guess that was refused for its address still took one from its account: 45 of them, and the admin was shut out."""
    attempts = Attempts()
    for number in range(950):
        with suppress(ApiError):
            attempts.begin("anna", "203.0.113.9", number * 0.1)
    attempts.begin("anna", "192.168.1.5", 95.0)


def test_whoever_is_refused_for_their_address_makes_nobody_be_forgotten() -> None:
    attempts = Attempts()
    for _ in range(5):
        attempts.begin("anna", "203.0.113.9", 0.0)
    for number in range(25_000):
        with suppress(ApiError):
            attempts.begin(f"name{number}", "203.0.113.77", 0.0)
    with pytest.raises(ApiError):
        attempts.begin("anna", "203.0.113.9", 0.0)


def test_guesses_at_many_accounts_from_one_address_and_from_many_at_one_wait() -> None:
    attempts = Attempts()
    with pytest.raises(ApiError):
        for number in range(40):
            attempts.begin(f"account{number}", "203.0.113.9", 0.0)
    with pytest.raises(ApiError):
        for number in range(40):
            attempts.begin("anna", f"203.0.113.{number}", 0.0)


def test_a_right_password_frees_nobody_else() -> None:
    attempts = Attempts()
    refused = 0
    for _ in range(40):  # a thief alternates with an account of his own
        try:
            attempts.begin("victim", "203.0.113.9", 0.0)
            attempts.begin("thief", "203.0.113.9", 0.0)
            attempts.right("thief", "203.0.113.9")
        except ApiError:
            refused += 1
    assert refused >= 34


def test_a_person_who_signs_in_often_and_rightly_is_not_held_up() -> None:
    attempts = Attempts()
    for _ in range(100):
        attempts.begin("anna", "192.168.1.5", 0.0)
        attempts.right("anna", "192.168.1.5")


def test_a_stop_is_never_too_often_and_everything_else_is() -> None:
    limits = Limits()
    for _ in range(10_000):
        limits.count("a1", Role.OBSERVER, Kind.STOP, 0.0)
    for kind in RATES:
        with pytest.raises(ApiError) as often:
            for _ in range(1000):
                limits.count("a1", Role.OPERATOR, kind, 0.0)
        assert often.value.status == 429
    limits.count("a2", Role.OPERATOR, Kind.CHAT, 0.0)
    limits.count("a1", Role.OPERATOR, Kind.CHAT, 10.0)


def test_no_number_of_accounts_makes_the_counters_grow_without_end() -> None:
    limits = Limits()
    for number in range(30_000):
        limits.count(f"a{number}", Role.GUEST, Kind.READ, 0.0)
    assert len(limits.buckets._kept) <= 20_000


def test_a_network_of_ipv6_is_one_place_however_many_addresses_it_has() -> None:
    attempts = Attempts()
    with pytest.raises(ApiError, match="too many attempts"):
        for number in range(31):
            attempts.begin(f"account{number}", f"2001:db8:1:2::{number:x}", 0.0)
    attempts.begin("anna", "2001:db8:1:3::1", 0.0)
    assert place_of("::ffff:203.0.113.9") == place_of("203.0.113.9") and place_of("") == ""
