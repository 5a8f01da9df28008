# SPDX-License-Identifier: Apache-2.0
"""The page's types are those of the gateway's models, and nobody writes a second definition beside them."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "src" / "tektra_web"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("page_types", ROOT / "scripts" / "generate_page_types.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_types_are_fresh(generator: ModuleType) -> None:
    text = generator.types(*generator.described())
    assert text == generator.FILE.read_text(encoding="utf-8"), (
        "run scripts/generate_page_types.py (make docs)"
    )


def test_types_of_messages_are_not_written_by_hand() -> None:
    """A JSON schema is nobody's message, and a field more may be added to what came."""
    text = (PAGE / "lib" / "types.ts").read_text(encoding="utf-8")
    declared = re.findall(r"^export interface (\w+)(.*)", text, re.MULTILINE)
    assert declared
    assert [name for name, rest in declared if "extends wire." not in rest] == ["JsonSchema"]


def schema(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": ["sure"]}


def test_what_is_sent_may_leave_out_and_what_is_told_has_all(generator: ModuleType) -> None:
    fields = schema(sure={"type": "string"}, maybe={"type": "integer", "default": 0})
    assert generator._declared("A", fields, whole=False) == "interface A { sure: string; maybe?: number; }"
    assert generator._declared("A", fields, whole=True) == "interface A { sure: string; maybe: number; }"


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ({"type": "array", "items": {"type": "string"}}, "string[]"),
        ({"type": "array", "items": {"enum": ["a", "b"]}}, '("a" | "b")[]'),
        ({"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}]}, "[number, string]"),
        ({"anyOf": [{"$ref": "#/$defs/Pose"}, {"type": "null"}]}, "Pose | null"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object", "additionalProperties": True}, "Record<string, unknown>"),
        ({"const": "stop"}, '"stop"'),
        ({"type": ["string", "null"]}, "string | null"),
        ({}, "unknown"),
    ],
)
def test_each_schema_becomes_its_type(generator: ModuleType, given: dict[str, object], made: str) -> None:
    assert generator._type(given, whole=True) == made


def test_two_models_of_one_name_that_differ_are_refused(generator: ModuleType) -> None:
    one, other = schema(sure={"type": "string"}), schema(sure={"type": "integer"})
    with pytest.raises(ValueError, match="two models are called A"):
        generator._joined({"A": one}, {"A": other})
