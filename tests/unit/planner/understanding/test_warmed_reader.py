# SPDX-License-Identifier: Apache-2.0
"""The first request finds everything read: what comes from disk only then holds the planner up, and that ends plans."""

from tektra.language import files
from tektra.planner.conversation.mind import warmed
from tektra.planner.understanding.reader import make_reader


def test_a_warmed_reader_reads_no_file_for_the_first_order(scene) -> None:
    reader = warmed(make_reader({"TEKTRA_HOME": "/nowhere"}))
    before = files.read.cache_info().misses
    assert reader.read("go forward 10 meters", scene).steps
    assert files.read.cache_info().misses == before
