# SPDX-License-Identifier: Apache-2.0
"""A process that carries requests through one planner:  worker.py present|release ROOT MODEL

Reads one case a line, {"setting": ..., "turns": [...]}, and answers with one line each: what came of every turn. An empty
MODEL: none. What a setting may hold stands in mind/setting.py.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from mind.setting import Setting

#: Steps that one turn may lead to; a plan that never ends is cut off here.
MOST_STEPS = 60


def carried(mind: Any, setting: Mapping[str, Any], turns: list[Mapping[str, Any]]) -> list[dict[str, object]]:
    """One conversation."""
    mind.begin(Setting(**setting))
    earlier: set[str] = set()
    told = []
    for turn in turns:
        mind.record.clear()
        began = time.perf_counter()
        if turn.get("say"):
            request_id = mind.say(turn["say"])
        else:
            request_id = ""
            mind.happen(turn["event"])
        took_s = time.perf_counter() - began
        _settle(mind, hold=bool(turn.get("hold")))
        told.append(mind.record.seen(earlier=earlier, whole=bool(turn.get("hold")), took_s=took_s))
        earlier |= {request_id} if request_id else set()
    return told


def _settle(mind: Any, *, hold: bool) -> None:
    """Robots that were told to end a step do; then, unless it is held, every step succeeds in its turn."""
    for _ in range(MOST_STEPS):
        canceled = mind.record.canceled & mind.record.open.keys()
        if canceled:
            key = min(canceled)
        elif mind.record.open and not hold:
            key = next(iter(mind.record.open))
        else:
            return
        step = mind.record.open.pop(key)
        mind.end(*key, canceled=bool(canceled), step=step)


def main() -> None:
    which, root, model = sys.argv[1:4]
    mind = importlib.import_module(f"mind.{which}").Mind(Path(root), model)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(carried(mind, **json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
