# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.common.web_door import Refused, check_host, check_origin, is_loopback

OURS = ["robot.example"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1:8765",
        "[::1]:8765",
        "localhost",
        "LOCALHOST:1",
        "192.168.1.7:8765",
        "robot.example:8765",
    ],
)
def test_addresses_localhost_and_own_names_are_ours(host: str) -> None:
    check_host([host], OURS)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.localhost",
        "localhost.evil.example",
        "localhost.",
        "127.0.0.1.evil.example",
        "127.1.evil.example:8765",
        "xn--lcalhost-54a",
        "sub.robot.example",
        "robot.example.evil.example:8765",
    ],
)
def test_a_name_bent_to_our_address_is_refused(host: str) -> None:
    with pytest.raises(Refused) as refused:
        check_host([host], OURS)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        [""],
        ["localhost", "localhost"],
        ["localhost, evil.example"],
        ["evil.example@localhost"],
        ["localhost/x"],
    ]
    + [
        ["localhost:x"],
        ["localhost:99999"],
        ["[::1"],
        ["local\thost"],
        ["localhost\\"],
        ["#localhost"],
        ["%6cocalhost"],
    ],
)
def test_a_host_header_that_is_none_is_refused(hosts: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        check_host(hosts, OURS)
    assert refused.value.status == 400


def test_a_program_sends_no_origin_and_a_page_of_the_list_its_own() -> None:
    assert check_origin([], ["https://a.example"]) is None
    assert check_origin(["https://a.example"], ["https://a.example"]) == "https://a.example"


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://evil.example",
        "http://a.example",
        "https://a.example:444",
        "https://a.example.evil.example",
    ]
    + ["https://a.example/", "HTTPS://A.EXAMPLE ", "file://", "https://sub.a.example", "*"],
)
def test_any_other_page_is_refused(origin: str) -> None:
    with pytest.raises(Refused) as refused:
        check_origin([origin], ["https://a.example", ""])
    assert refused.value.status == 403


def test_two_origins_are_none() -> None:
    with pytest.raises(Refused):
        check_origin(["https://a.example", "https://evil.example"], ["https://a.example"])


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"])
def test_the_loopback_is_known(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "192.168.1.5", "::", "example.org", "", "127.0.0.1.example.org", "localhost."]
)
def test_other_addresses_are_not_the_loopback(host: str) -> None:
    assert not is_loopback(host)
