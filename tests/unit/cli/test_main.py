# SPDX-License-Identifier: Apache-2.0
"""The `tektra` command: help, errors without traceback, exit statuses; nothing heavy is imported before it is needed."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from tektra.cli import main as cli
from tektra.cli.errors import NoAnswer
from tektra.common.errors import ConfigError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch):
    """Makes `tektra up` do what a test wants."""

    def _command(act) -> None:
        module = SimpleNamespace(
            add_parser=lambda subparsers: subparsers.add_parser("up"), run=lambda _: act()
        )
        monkeypatch.setattr(cli, "_import", lambda _: module)

    return _command


def raising(error: BaseException):
    def act() -> int:
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "status"),
    [(ConfigError("the file is bad", "mend it"), 2), (NoAnswer("nobody is there", "start it"), 3)],
)
def test_an_error_is_two_lines_and_a_status(command, capsys, error, status: int) -> None:
    command(raising(error))
    assert cli.main(["up"]) == status
    assert capsys.readouterr().err == f"error: {error.what}\nremedy: {error.remedy}\n"


def test_ctrl_c_is_130_and_silent(command, capsys) -> None:
    command(raising(KeyboardInterrupt()))
    assert cli.main(["up"]) == 130
    assert capsys.readouterr().err == ""


def test_the_status_of_a_command_is_passed_on(command) -> None:
    command(lambda: 4)
    assert cli.main(["up"]) == 4


def test_without_a_command_the_help_is_shown(capsys) -> None:
    assert cli.main([]) == 2
    shown = capsys.readouterr().out
    assert all(name in shown for name in cli.COMMANDS)


def test_an_unknown_command_is_refused_with_the_known_ones(capsys) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["dance"])
    assert ended.value.code == 2
    assert "invalid choice: 'dance'" in capsys.readouterr().err


def test_help_imports_neither_ros_nor_numpy_nor_a_subcommand() -> None:
    code = (
        "import sys\nfrom tektra.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = [name for name in sys.modules if name.split('.')[0] in ('rclpy', 'numpy', 'yaml', 'tqdm')"
        " or name in ('tektra.cli.up', 'tektra.cli.models')]\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    code = (
        "import sys\nfrom types import SimpleNamespace\nfrom tektra.cli import main as cli\n"
        "def run(_):\n    for _ in range(100000):\n        print('x' * 100)\n    return 0\n"
        "cli._import = lambda _: SimpleNamespace(add_parser=lambda s: s.add_parser('up'), run=run)\n"
        "sys.exit(cli.main(['up']))\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.parametrize(
    "words", [["up", "sim"], ["up", ":=x"], ["up", "colour:=red"], ["up", "--domain", "999"]]
)
def test_up_refuses_bad_arguments_before_it_starts_anything(words: list[str], capsys, monkeypatch) -> None:
    monkeypatch.setattr(cli.environment, "prepare", lambda **_: None)
    monkeypatch.setenv("ROS_DOMAIN_ID", "0")
    assert cli.main(words) == 2
    assert "remedy: " in capsys.readouterr().err
