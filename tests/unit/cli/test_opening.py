# SPDX-License-Identifier: Apache-2.0
"""The page opens where somebody sits before a desktop, and nowhere else."""

from collections.abc import Sequence

import pytest

from tektra.cli.main import main
from tektra.cli.opening import OFF, open_page
from tektra.cli.ready import page_of

PAGE = "http://127.0.0.1:8443/"


def opened(environment: dict[str, str], *there: str) -> list[list[str]]:
    started: list[list[str]] = []
    came = open_page(
        PAGE,
        environment,
        start=lambda c: started.append(list(c)),
        find=lambda name: f"/bin/{name}" if name in there else None,
    )
    assert came == bool(started)
    return started


@pytest.mark.parametrize("display", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "wayland-0"}])
def test_on_a_desktop_the_browser_of_ones_choice_shows_the_page(display: dict[str, str]) -> None:
    assert opened(display, "xdg-open", "python3") == [["xdg-open", PAGE]]
    assert opened(display, "gio", "python3") == [["gio", "open", PAGE]]
    assert opened(display, "python3") == [["/bin/python3", "-m", "webbrowser", "-t", PAGE]]
    assert opened(display) == []


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"DISPLAY": ""},
        {"DISPLAY": ":0", OFF: "1"},
        {"DISPLAY": "localhost:10.0", "SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"},
    ],
    ids=["no desktop", "an empty one", "not wanted", "from elsewhere"],
)
def test_nothing_opens_where_nobody_sees_or_wants_it(environment: dict[str, str]) -> None:
    assert opened(environment, "xdg-open", "python3") == []


def test_an_opener_that_cannot_be_started_is_no_failure_of_tektra() -> None:
    def broken(command: Sequence[str]) -> None:
        raise PermissionError(command[0])

    assert not open_page(PAGE, {"DISPLAY": ":0"}, start=broken, find=lambda name: name)


def test_the_address_that_is_printed_is_the_one_that_opens() -> None:
    assert page_of(8443) == PAGE


def test_up_has_an_option_against_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["up", "--help"])
    assert "--no-browser" in capsys.readouterr().out
