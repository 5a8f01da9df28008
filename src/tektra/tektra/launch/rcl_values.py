# SPDX-License-Identifier: Apache-2.0
"""Values of parameter files as rcl reads them, which is not YAML: `7_101` is a text, `5e-1` a number, `07` is 7 in octal.

After `get_value` of rcl_yaml_param_parser (ROS 2 Kilted); `tests/unit/launch/test_rcl_values.py` compares both.
"""

from __future__ import annotations

import re
import sys

import yaml

from tektra.launch.spec import Scalar

TRUE = frozenset(("Y", "y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"))
FALSE = frozenset(("N", "n", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"))
SPECIAL = {f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")}
NOT_A_NUMBER = frozenset((".nan", ".NaN", ".NAN"))
#: What strtol(text, &end, 0) takes to its end, and what strtod does.
INTEGER = re.compile(r"[ \t\n\v\f\r]*[+-]?(0[xX][0-9a-fA-F]+|[0-9]+)")
FLOAT = re.compile(
    r"[ \t\n\v\f\r]*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|inf(inity)?|nan(\([0-9a-zA-Z_]*\))?)",
    re.IGNORECASE,
)
HEX_FLOAT = re.compile(
    r"[ \t\n\v\f\r]*[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)([pP][+-]?[0-9]+)?"
)
LEADING_ZERO = re.compile(r"[+-]?0[0-9_]+")
INT64 = 2**63
TEXT = "tag:yaml.org,2002:str"
CURLY = "\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb"


def scalar(node: yaml.ScalarNode) -> Scalar:
    """The value that rcl makes of it."""
    text = str(node.value)
    if node.style in ("'", '"') or _tagged(node):
        return text
    if text in TRUE or text in FALSE:
        return text in TRUE
    number = _integer(text)
    if number is None:
        return text if (real := _real(text)) is None else real
    return number


def doubt(node: yaml.ScalarNode) -> tuple[str, str] | None:
    """Why a person hardly meant what rcl reads, and the remedy; None where there is no such doubt."""
    text = str(node.value)
    plain = node.style not in ("'", '"')
    if plain and LEADING_ZERO.fullmatch(text):
        return (
            f"begins with a zero, and is {scalar(node)!r} to ROS",
            f"write {text.lstrip('+-0') or 0}, or '{text}' for a text",
        )
    if plain and re.fullmatch(r"[+-]?[0-9][0-9_]*(\.[0-9_]*)?", text) and "_" in text:
        return (
            "is a text to ROS, which knows no _ in a number",
            f"write {text.replace('_', '')}, or '{text}' for a text",
        )
    if text and text[0] in CURLY and text[-1] in CURLY:
        return "has curly quotation marks, which are a part of the text", "write straight ones"
    return None


def _tagged(node: yaml.ScalarNode) -> bool:
    """Whether `!!str` was written, as far as it shows: PyYAML itself would have taken the plain text for something else."""
    implicit = yaml.SafeLoader("").resolve(yaml.ScalarNode, node.value, (True, False))
    return node.tag == TEXT and implicit != TEXT


def _integer(text: str) -> int | None:
    if not INTEGER.fullmatch(text):
        return None
    digits = text.lstrip(" \t\n\v\f\r").lstrip("+-")
    octal = len(digits) > 1 and digits[0] == "0" and digits[1] not in "xX"
    if octal and not re.fullmatch("[0-7]+", digits):
        return None
    number = int(digits, 8 if octal else 0) * (-1 if text.lstrip().startswith("-") else 1)
    return number if -INT64 <= number < INT64 else None


def _real(text: str) -> float | None:
    if text in NOT_A_NUMBER:
        return float("nan")
    if text in SPECIAL:
        return float(text.replace(".", ""))
    if HEX_FLOAT.fullmatch(text):
        return float.fromhex(text.strip())
    if not FLOAT.fullmatch(text):
        return None
    number = float("nan") if "nan" in text.lower() else float(text)
    return number if "n" in text.lower() or _in_range(text, number) else None


def _in_range(text: str, number: float) -> bool:
    """Whether strtod sets no ERANGE: it does for what is too large, and for what is no normal number any more."""
    zero = not re.search("[1-9]", re.split("[eE]", text)[0])
    return zero or sys.float_info.min <= abs(number) <= sys.float_info.max
