# SPDX-License-Identifier: Apache-2.0
"""Words of standards are used as the standards have them: what Tektra calls its stop categories 0 and 1 keeps the power on, which is
category 2 of IEC 60204-1; and docs/safety.md says by hazard what is missing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tektra.common.options import options_of
from tektra.driver.options import DriverOptions

ROOT = Path(__file__).parents[2]
TOLD = (
    "docs/**/*.md",
    "README.md",
    "config/**/*.yaml",
    "src/tektra*/**/*.py",
    "src/tektra_interfaces/**/*.msg",
)
#: Who says 0 or 1 of the standard speaks of power that is taken, which is not what Tektra's own numbers mean.
OF_POWER = re.compile(r"power (goes |is )?off|power_off|power is taken|hardware|not have", re.IGNORECASE)
NUMBERED = re.compile(r"(category|categories) [012]\b")


def lines() -> Iterator[tuple[str, str]]:
    for pattern in TOLD:
        for file in ROOT.glob(pattern):
            if file.is_file():
                text = file.read_text(encoding="utf-8")
                yield from ((str(file.relative_to(ROOT)), line) for line in text.splitlines())


def test_whoever_names_the_standard_s_categories_means_the_standard_s() -> None:
    named = [(file, line) for file, line in lines() if "60204" in line and NUMBERED.search(line)]
    assert len(named) > 5
    for file, line in named:
        assert "category 2" in line or OF_POWER.search(line), f"{file}: {line}"


@pytest.mark.parametrize("message", ["RobotLimits", "RobotSafety"])
def test_messages_say_that_both_of_ours_keep_the_power_on(message: str) -> None:
    text = (ROOT / "src" / "tektra_interfaces" / "msg" / f"{message}.msg").read_text(encoding="utf-8")
    (line,) = (line for line in text.splitlines() if line.startswith("uint8 stop_category"))
    assert "power on" in line and "category 2 of IEC 60204-1" in line


def test_the_option_says_so_too() -> None:
    assert (
        "category 2 of IEC 60204-1"
        in next(o for o in options_of(DriverOptions) if o.name == "stop_category").doc
    )


def test_what_an_assessor_misses_stands_there_by_hazard() -> None:
    text = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
    section = text.partition("## What an assessor will miss")[2]
    for standard in ("ISO 13482", "ISO 3691-4", "ISO 10218-1 and -2:2025", "ISO/TS 15066", "ISO 13855:2024"):
        assert standard in section, standard
    assert "| hazard | what Tektra does | what is missing |" in section
    for words in ("one channel", "performance level", "common cause"):
        assert words in section, words
    assert "**no certified safety function**" in text


def test_who_goes_by_the_older_edition_of_the_distances_names_the_newer_one_beside_it() -> None:
    cited = {file for file, line in lines() if "13855:2010" in line}
    assert len(cited) >= 5
    assert [file for file in cited if "2024" not in (ROOT / file).read_text(encoding="utf-8")] == []
