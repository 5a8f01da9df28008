# SPDX-License-Identifier: Apache-2.0
"""The body reads one clock, which goes on while the machine sleeps: `tektra.ros.lateness.boot_s`. Times of two are not to be
compared, and by a clock that sleeps with the machine a permit outlives the night."""

import re
from pathlib import Path

TEKTRA = Path("src/tektra/tektra")
BODY = ("safety", "skills", "driver")
OTHER_CLOCKS = re.compile(r"\btime\.(monotonic|perf_counter|time)\b")


def of_the_body() -> list[Path]:
    """Its own modules, and those of tektra.ros that they import."""
    own = [path for stage in BODY for path in sorted((TEKTRA / stage).rglob("*.py"))]
    named = {
        name
        for path in own
        for name in re.findall(r"from tektra\.ros\.(\w+) import", path.read_text("utf-8"))
    }
    return own + [TEKTRA / "ros" / f"{name}.py" for name in sorted(named)]


#: These compare with the middleware's stamps, which are of the system's clock, tell how long something took, or test links.
APART = {"lateness", "diagnostics", "velocity_topics", "process", "contract"}


def test_the_body_reads_no_clock_that_sleeps_with_the_machine() -> None:
    found = [
        f"{path}: {match.group()}"
        for path in of_the_body()
        if path.stem not in APART
        for match in OTHER_CLOCKS.finditer(path.read_text("utf-8"))
    ]
    assert found == []
