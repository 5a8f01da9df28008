# SPDX-License-Identifier: Apache-2.0
"""All tests, one pytest process a part: what a part loads (ROS, models) then ends with it. Last line: the sum of all parts.

python3 scripts/run_tests.py [PART ...] [-- PYTEST ARGUMENTS]
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("unit", "rules", "contracts")  # what `make test` runs; nodes and system: `make test-ros`
#: Models that tests load beside those of a default set-up.
MODELS = ("smollm2-135m", "whisper-base")
NO_TESTS = 5  # pytest's exit status when a folder holds none
COUNTED = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)")


def run(part: str, arguments: list[str]) -> tuple[int, Counter[str]]:
    """pytest's exit status and the counts of its closing line; its output goes through as it comes."""
    print(f"== tests/{part}", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", f"tests/{part}", *arguments]
    last = line = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as pytest:
        assert isinstance(pytest.stdout, io.BufferedReader)
        while data := pytest.stdout.read1():  # what is there: a dot a test, long before the line is whole
            sys.stdout.buffer.write(data)
            sys.stdout.flush()
            *whole, line = (line + data.decode(errors="replace")).split("\n")
            last = next((text for text in reversed(whole) if COUNTED.search(text) and " in " in text), last)
    counts: Counter[str] = Counter()
    for number, word in COUNTED.findall(last):
        counts["failed" if word.startswith("error") else word] += int(number)
    return pytest.returncode, counts


def main() -> int:
    words = sys.argv[1:]
    split = words.index("--") if "--" in words else len(words)
    parts, arguments = words[:split] or list(PARTS), words[split + 1 :]
    # Without them tests fail, and say which model is missing.
    pull = [sys.executable, "-m", "tektra.cli.models", "pull", "--trust-sizes", *MODELS]
    subprocess.run(pull, cwd=ROOT, check=False)
    total: Counter[str] = Counter()
    broken = []
    for part in parts:
        if not (ROOT / "tests" / part).is_dir():
            continue
        status, counts = run(part, arguments)
        total += counts
        if status not in (0, NO_TESTS):
            broken.append(part)
    if broken:
        print(f"failed in: {', '.join(broken)}")
    print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
    return int(bool(broken) or not total["passed"])


if __name__ == "__main__":
    sys.exit(main())
