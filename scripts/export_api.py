# SPDX-License-Identifier: Apache-2.0
"""openapi.json and socket.schema.json of the gateway, for the page's types: `python3 scripts/export_api.py DIR`.

Needs no ROS and listens nowhere.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src" / "tektra"))
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tektra.web.schema import openapi, socket_schema


def main() -> None:
    """Writes both files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        gateway = gateway_for(WebOptions(), Path(kept), "not used")
        content = {"openapi.json": openapi(gateway.parts(FakeGraph())), "socket.schema.json": socket_schema()}
        gateway.close()
    for name, described in content.items():
        (folder / name).write_text(json.dumps(described, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(folder / name)


if __name__ == "__main__":
    main()
