# SPDX-License-Identifier: Apache-2.0
"""Models that are fetched for whoever asks on the page: by name of the lock alone, one at a time, and how far it is is told."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tektra.common import models
from tektra.web import pulling

#: In place of `tektra models pull`: says what it was asked for and how far it is, and tidies up where it is interrupted.
FETCHER = """
import json, pathlib, sys, time
folder, name = pathlib.Path(sys.argv[1]), sys.argv[-1]
print("a line that is none", flush=True)
print(json.dumps({"model": name, "done": 4, "total": 10}), flush=True)
try:
    while not (folder / "go").exists():
        time.sleep(0.01)
except KeyboardInterrupt:
    (folder / "tidied").touch()
    sys.exit(130)
if (folder / "fail").exists():
    print("the package did not come", file=sys.stderr)
    print("  remedy: pull again", file=sys.stderr)
    sys.exit(1)
print(json.dumps({"model": name, "done": 10, "total": 10}), flush=True)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    script = tmp_path / "fetcher.py"
    script.write_text(FETCHER)
    monkeypatch.setattr(pulling, "PULL", (sys.executable, str(script), str(tmp_path)))
    monkeypatch.setenv("TEKTRA_HOME", str(tmp_path))
    return tmp_path


def pull_of(desk: Any, name: str) -> dict[str, Any]:
    (found,) = (one for one in desk.get("/ai/models/lock", "observer").json() if one["name"] == name)
    return found["pull"] or {}


def until_it_is(desk: Any, name: str, state: str, **more: Any) -> dict[str, Any]:
    wanted = {"state": state, **more}
    desk.until(lambda: wanted.items() <= pull_of(desk, name).items(), f"{name} {wanted}")
    return pull_of(desk, name)


def test_a_model_is_fetched_and_how_far_it_is_is_told(make_desk: Any, folder: Path) -> None:
    desk = make_desk()
    asked = desk.http.post("/ai/models/pull", json={"name": "smollm2-135m"}, headers=desk.headers("operator"))
    assert asked.status_code == 202
    assert asked.json()["total_bytes"] == models.lock().models["smollm2-135m"].size
    until_it_is(desk, "smollm2-135m", "running", done_bytes=4, total_bytes=10)
    other = desk.post("/ai/models/pull", {"name": "goforward"})
    assert (other.status_code, other.json()["code"]) == (409, "pull_under_way")
    (folder / "go").touch()
    until_it_is(desk, "smollm2-135m", "done", done_bytes=10)
    assert desk.post("/ai/models/pull", {"name": "goforward"}).status_code == 202
    until_it_is(desk, "goforward", "done")


def test_why_it_failed_is_told(make_desk: Any, folder: Path) -> None:
    desk = make_desk()
    (folder / "fail").touch()
    (folder / "go").touch()
    desk.post("/ai/models/pull", {"name": "goforward"})
    told = until_it_is(desk, "goforward", "failed")
    assert told["message"] == "the package did not come; remedy: pull again"


def test_it_is_cancelled_tidily_and_by_the_end_of_the_gateway_too(make_desk: Any, folder: Path) -> None:
    desk = make_desk()
    desk.post("/ai/models/pull", {"name": "goforward"})
    until_it_is(desk, "goforward", "running", done_bytes=4)
    cancelled = desk.http.delete("/ai/models/pull", headers=desk.headers("operator"))
    assert cancelled.status_code == 200
    until_it_is(desk, "goforward", "canceled", message="")
    assert (folder / "tidied").exists()
    (folder / "tidied").unlink()
    desk.post("/ai/models/pull", {"name": "goforward"})
    until_it_is(desk, "goforward", "running", done_bytes=4)
    desk.close()
    end_s = time.monotonic() + 10.0
    while not (folder / "tidied").exists():
        assert time.monotonic() < end_s
        time.sleep(0.01)


@pytest.mark.parametrize(
    "name", ["gpt-9000", "https://example.org/model.gguf", "../goforward", "--all", "goforward;ls"]
)
def test_nothing_else_is_ever_fetched(make_desk: Any, folder: Path, name: str) -> None:
    desk = make_desk()
    assert desk.post("/ai/models/pull", {"name": name}, "admin").status_code in (404, 422)
    assert all(one["pull"] is None for one in desk.get("/ai/models/lock").json())


@pytest.mark.parametrize("role", ["guest", "observer", None])
def test_who_is_no_operator_fetches_nothing(make_desk: Any, folder: Path, role: str | None) -> None:
    desk = make_desk()
    assert desk.post("/ai/models/pull", {"name": "goforward"}, role).status_code in (401, 403)
    headers = desk.headers(role)
    assert desk.http.delete("/ai/models/pull", headers=headers).status_code in (401, 403)


def test_what_lies_here_is_told_apart(make_desk: Any, folder: Path) -> None:
    file = models.lock().models["goforward"].files[0]
    (folder / "models" / "goforward").mkdir(parents=True)
    (folder / "models" / "goforward" / file.path).write_bytes(b"\0" * file.size)
    found = make_desk().get("/ai/models/lock").json()
    assert [one["name"] for one in found if one["here"]] == ["goforward"]
    assert found[-1]["name"] == "goforward", "what can be fetched comes first"
    assert {one["name"] for one in found} == set(models.lock().models)


def test_the_command_says_how_far_it_is(folder: Path) -> None:
    """The real one, of a model that is not to be had: what it prints is JSON or nothing, and the end tells."""
    import subprocess

    command = [sys.executable, "-m", "tektra.cli.models", "pull", "--json", "no-such-model"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "no model is called" in done.stderr
    assert [json.loads(line) for line in done.stdout.splitlines()] == []


def test_a_line_without_an_end_is_a_failure_that_is_told_and_ends_the_process(
    make_desk: Any, folder: Path
) -> None:
    (folder / "fetcher.py").write_text(
        "import pathlib, signal, os, sys, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "pathlib.Path(sys.argv[1], 'pid').write_text(str(os.getpid()))\n"
        "print('x' * 200_000, flush=True)\n"
        "time.sleep(60)\n"
    )
    desk = make_desk()
    desk.post("/ai/models/pull", {"name": "goforward"})
    told = until_it_is(desk, "goforward", "failed")
    assert told["message"]
    desk.until(lambda: not psutil.pid_exists(int((folder / "pid").read_text())), "the process ends")


def test_a_program_that_cannot_be_started_is_a_failure_that_is_told(
    make_desk: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "NICE", (str(folder / "fetcher.py"),))  # is there, and no program
    (folder / "fetcher.py").chmod(0o755)
    desk = make_desk()
    desk.post("/ai/models/pull", {"name": "goforward"})
    assert until_it_is(desk, "goforward", "failed")["message"]
