# SPDX-License-Identifier: Apache-2.0
"""All tests at a stretch: two parts at a time, each one's output whole and in order, and what fails is told."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[3] / "scripts" / "run_tests.py"
#: Writes when it began and ended, on a clock that all processes share.
PART = """
import pathlib, sys, time
began_s = time.monotonic()
print("{name} begins", flush=True)
time.sleep({seconds})
pathlib.Path({times!r}).write_text(f"{{began_s}} {{time.monotonic()}}")
print("{counts} in 0.1s")
sys.exit({status})
"""


@pytest.fixture
def run_tests() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_tests", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["run_tests"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def part(run_tests: ModuleType, tmp_path: Path):
    def make(name: str, seconds: float, counts: str = "1 passed", status: int = 0, alone: bool = False):
        text = PART.format(
            name=name, seconds=seconds, times=str(tmp_path / f"{name}.times"), counts=counts, status=status
        )
        command = [sys.executable, "-c", text]
        return run_tests.Part(name, command, alone=alone, output=tmp_path / f"{name}.out")

    return make


def times(folder: Path, name: str) -> tuple[float, float]:
    began_s, ended_s = (folder / f"{name}.times").read_text().split()
    return float(began_s), float(ended_s)


def overlap(folder: Path, first: str, second: str) -> bool:
    (began_s, ended_s), (other_began_s, other_ended_s) = times(folder, first), times(folder, second)
    return began_s < other_ended_s and other_began_s < ended_s


def test_two_run_at_a_time_and_their_output_comes_one_after_the_other(run_tests, part, tmp_path, capfdbinary):
    parts = [part("slow", 1.5), part("quick", 0.5), part("third", 0.1)]
    run_tests.run_all(parts, 2)
    said = capfdbinary.readouterr().out.decode()
    heads = [line for line in said.splitlines() if line.startswith("==") or line.endswith("begins")]
    assert heads == [
        line for name in ("slow", "quick", "third") for line in (f"== tests/{name}", f"{name} begins")
    ]
    assert overlap(tmp_path, "slow", "quick")
    assert times(tmp_path, "third")[0] >= times(tmp_path, "quick")[1]


def test_what_starts_the_whole_stack_runs_beside_nothing(run_tests, part, tmp_path):
    run_tests.run_all(
        [part("before", 0.6), part("whole", 0.3, alone=True), part("behind", 0.2), part("last", 0.2)], 2
    )
    others = ("before", "behind", "last")
    assert not any(overlap(tmp_path, "whole", other) for other in others)


def test_what_each_counted_and_how_it_ended_is_kept(run_tests, part):
    bad = part("bad", 0.0, "2 failed, 3 passed, 1 skipped, 1 error", status=1)
    good = part("good", 0.0, "4 passed, 1 xfailed")
    run_tests.run_all([bad, good], 1)
    assert (bad.status, good.status) == (1, 0)
    assert bad.counts == {"failed": 3, "passed": 3, "skipped": 1}
    assert good.counts == {"passed": 4, "xfailed": 1}


def test_one_that_hangs_is_ended_and_failed(run_tests, tmp_path):
    # `sleep` hangs from its first millisecond on: a Python that got no processor for a second had not come so far.
    hangs = run_tests.Part("hangs", ["sleep", "600"], output=tmp_path / "hangs.out")
    hangs.run(silent_s=1.0)
    assert hangs.status not in (None, 0)
    assert "HANGS: nothing for 1 s" in hangs.output.read_text()
    assert "futex" in hangs.output.read_text() or "nanosleep" in hangs.output.read_text()


def test_every_folder_of_tests_is_run_by_some_command(run_tests) -> None:
    """A folder that nobody runs rots."""
    folders = {
        path.name for path in SCRIPT.parents[1].joinpath("tests").iterdir() if any(path.rglob("test_*.py"))
    }
    assert folders == {part.split("/")[0] for part in (*run_tests.PARTS, *run_tests.ALONE)}
    assert all((SCRIPT.parents[1] / "tests" / part).exists() for part in run_tests.PARTS)


def test_each_file_of_the_nodes_is_a_part_but_what_is_left_out(run_tests) -> None:
    files = {file.name for file in SCRIPT.parents[1].joinpath("tests", "nodes").glob("test_*.py")}
    left_out = {f"test_{name}.py" for name in run_tests.LEFT_OUT}
    assert left_out <= files
    some = run_tests.each_file(run_tests.PARTS, left_out=run_tests.LEFT_OUT)
    parts = [*run_tests.PARTS]
    assert {part for part in some if part not in parts} == {f"nodes/{name}" for name in files - left_out}
    assert [part for part in some if part in parts] == [part for part in parts if part != "nodes"]
    assert {part.split("/")[1] for part in run_tests.each_file(["nodes"], left_out=())} == files
