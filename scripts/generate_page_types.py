# SPDX-License-Identifier: Apache-2.0
"""src/tektra_web/lib/wire.ts: the page's types of what the gateway sends and takes, from the gateway's pydantic models; `--check` says
whether it is fresh.

What the page gets has all its fields, since the gateway sends those with a default, too; what it sends has those that must be there.
Needs no ROS and listens nowhere.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "src" / "tektra_web" / "lib" / "wire.ts"
sys.path.insert(0, str(ROOT / "src" / "tektra"))
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.dev import gateway_for
from tektra.web.options import WebOptions
from tektra.web.schema import openapi, socket_schema

HEAD = """\
// SPDX-License-Identifier: Apache-2.0
// Made by scripts/generate_page_types.py of the gateway's models (src/tektra/tektra/web/models, web/socket); change those.
/* eslint-disable */
"""
PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
NAME = re.compile(r"[A-Za-z_$][\w$]*")
Schema = Mapping[str, Any]


def described() -> tuple[dict[str, Any], dict[str, Any]]:
    """OpenAPI, and the socket's schema."""
    with tempfile.TemporaryDirectory() as kept:
        gateway = gateway_for(WebOptions(), Path(kept), "not used")
        try:
            return openapi(gateway.parts(FakeGraph())), socket_schema()
        finally:
            gateway.close()


def types(api: Schema, socket: Schema) -> str:
    """The file. Raises KeyError for a reference that leads nowhere, ValueError where two models of one name differ."""
    known = _joined(api["components"]["schemas"], socket["$defs"])
    told = _reached(known, [*_answers(api), socket["$defs"]["FromServer"]])
    parts = [HEAD]
    for name in sorted(known):
        doc = _doc(known[name].get("description", ""))
        parts.append(f"{doc}export {_declared(name, known[name], whole=name in told)}\n")
    parts += [_table(known, "FromClient", "TAKEN"), _table(known, "FromServer", "TOLD")]
    return "\n".join(parts)


def _table(known: Mapping[str, Schema], name: str, table: str) -> str:
    """Which fields each message has, by its type: for tests of what was written down once."""
    rows = []
    for reference in sorted(_names(json.dumps(known[name]))):
        fields = known[reference]["properties"]
        kind = fields["type"]["const"]
        rows.append(f"  {kind}: [{', '.join(json.dumps(key) for key in fields)}],\n")
    doc = f"/** The fields of each of {name}. */\n"
    return f'{doc}export const {table}: Record<{name}["type"], readonly string[]> = {{\n{"".join(sorted(rows))}}};\n'


def _joined(rest: Schema, socket: Schema) -> dict[str, Schema]:
    """Both by name, with references alike. REST tells what is sent and taken by one name each."""
    found: dict[str, Schema] = {}
    for name, schema in (*rest.items(), *socket.items()):
        plain = json.loads(json.dumps(schema).replace("#/components/schemas/", "#/$defs/"))
        before = found.setdefault(name, plain)
        if _declared(name, before, whole=True) != _declared(name, plain, whole=True):
            raise ValueError(f"two models are called {name}: give one another name")
    return found


def _answers(api: Schema) -> Iterator[Schema]:
    """What any route answers with."""
    for route in api["paths"].values():
        for act in route.values():
            for answer in act.get("responses", {}).values():
                yield from (content.get("schema", {}) for content in answer.get("content", {}).values())


def _reached(known: Mapping[str, Schema], roots: Iterable[Schema]) -> set[str]:
    """Names of all that these lead to."""
    text = json.dumps(list(roots)).replace("#/components/schemas/", "#/$defs/")
    waiting, found = _names(text), set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting |= _names(json.dumps(known[name]))
    return found


def _names(text: str) -> set[str]:
    return set(re.findall(r'"#/\$defs/(\w+)"', text))


def _declared(name: str, schema: Schema, *, whole: bool) -> str:
    if "properties" in schema:
        return f"interface {name} {_fields(schema, whole=whole)}"
    return f"type {name} = {_type(schema, whole=whole)};"


def _fields(schema: Schema, *, whole: bool) -> str:
    must = set(schema.get("required", ()))
    lines = []
    for key, value in schema["properties"].items():
        sign = "" if whole or key in must else "?"
        name = key if NAME.fullmatch(key) else json.dumps(key)
        lines.append(f"{name}{sign}: {_type(value, whole=whole)};")
    return "{ " + " ".join(lines) + " }" if lines else "Record<string, never>"


def _type(schema: Schema, *, whole: bool) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            each = dict.fromkeys(_type(one, whole=whole) for one in schema[key])
            return (" & " if key == "allOf" else " | ").join(each)
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(dict.fromkeys(_type({**schema, "type": one}, whole=whole) for one in kind))
    if kind == "array":
        return _list(schema, whole=whole)
    if kind == "object":
        return _record(schema, whole=whole)
    return PLAIN.get(str(kind), "unknown")


def _list(schema: Schema, *, whole: bool) -> str:
    if "prefixItems" in schema:
        return "[" + ", ".join(_type(item, whole=whole) for item in schema["prefixItems"]) + "]"
    item = _type(schema.get("items", {}), whole=whole)
    return f"({item})[]" if " " in item and not item.startswith("{") else f"{item}[]"


def _record(schema: Schema, *, whole: bool) -> str:
    if "properties" in schema:
        return _fields(schema, whole=whole)
    values = schema.get("additionalProperties", True)
    return f"Record<string, {_type(values, whole=whole) if isinstance(values, dict) else 'unknown'}>"


def _doc(text: str) -> str:
    plain = " ".join(text.split()).replace("*/", "* /")
    return f"/** {plain} */\n" if plain else ""


def main() -> int:
    """Writes the file, or says whether it is fresh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    text = types(*described())
    if parser.parse_args().check:
        return int(not FILE.is_file() or FILE.read_text(encoding="utf-8") != text)
    FILE.write_text(text, encoding="utf-8")
    print(f"wrote {FILE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
