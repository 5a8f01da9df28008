# SPDX-License-Identifier: Apache-2.0
"""What `tektra up` and the watchdog leave for status is believed only while they live."""

import json
import os

import pytest

from tektra.common.run_record import (
    ProcessRecord,
    RunRecord,
    read,
    remove_processes,
    write_processes,
    write_signs,
)

PLANNER = ProcessRecord("planner", ["/tektra/planner"], "running", 17, 2)


def test_what_was_written_is_read_and_signs_grow_older(tmp_path) -> None:
    write_processes(tmp_path, [PLANNER])
    write_signs(tmp_path, {"/tektra/planner": 1.0}, 100.0)
    known = read(tmp_path, 101.5)
    assert known.nodes == {"/tektra/planner": PLANNER}
    assert known.signs == {"/tektra/planner": pytest.approx(2.5)}
    assert read(tmp_path, 200.0).signs == {}, "a watchdog that writes no more knows nothing"
    remove_processes(tmp_path)
    assert read(tmp_path, 101.5).processes == []


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"pid": 4194304999}', '{"pid": "x"}', '{"pid": %d, "processes": [{"a": 1}]}']
)
def test_a_file_that_is_none_is_believed_in_nothing(tmp_path, content: str) -> None:
    write_processes(tmp_path, [PLANNER])
    (file,) = tmp_path.iterdir()
    file.write_text(content % os.getpid() if "%d" in content else content)
    assert read(tmp_path, 0.0) == RunRecord()


def test_the_record_of_a_supervisor_that_is_gone_is_not_believed(tmp_path) -> None:
    write_processes(tmp_path, [PLANNER])
    (file,) = tmp_path.iterdir()
    file.write_text(json.dumps({**json.loads(file.read_text()), "pid": 2**22 + 1}))
    assert read(tmp_path, 0.0) == RunRecord()
