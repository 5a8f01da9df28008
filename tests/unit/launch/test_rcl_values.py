# SPDX-License-Identifier: Apache-2.0
"""Parameter files are read as rcl reads them: compared with rcl itself, value by value."""

import ctypes
import math
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tektra.common.errors import ConfigError
from tektra.launch.parameter_files import read_parameters
from tektra.launch.rcl_values import scalar
from tektra.launch.supervisor import _Quoting

rclpy = pytest.importorskip("rclpy")
FILE = "/**:\n  ros__parameters:\n    a: {}\n"


class _Variant(ctypes.Structure):
    """rcl_variant_t, as far as it is looked at."""

    _fields_ = (
        ("bool_value", ctypes.POINTER(ctypes.c_bool)),
        ("integer_value", ctypes.POINTER(ctypes.c_int64)),
        ("double_value", ctypes.POINTER(ctypes.c_double)),
        ("string_value", ctypes.c_char_p),
        ("arrays", ctypes.c_void_p * 5),
    )


class _Allocator(ctypes.Structure):
    _fields_ = (("functions", ctypes.c_void_p * 4), ("state", ctypes.c_void_p))


class Rcl:
    """rcl's own parser. `value(text)`: what it makes of it, or None when it refuses it."""

    def __init__(self) -> None:
        import rclpy.node  # noqa: F401 (loads the libraries)

        utils, self._rcl = ctypes.CDLL("librcutils.so"), ctypes.CDLL("librcl_yaml_param_parser.so")
        utils.rcutils_get_default_allocator.restype = _Allocator
        self._utils = utils
        for name in ("rcl_yaml_node_struct_init", "rcl_yaml_node_struct_get"):
            getattr(self._rcl, name).restype = ctypes.c_void_p
        self._rcl.rcl_yaml_node_struct_get.restype = ctypes.POINTER(_Variant)

    def value(self, text: str) -> object:
        made = ctypes.c_void_p(
            self._rcl.rcl_yaml_node_struct_init(self._utils.rcutils_get_default_allocator())
        )
        try:
            parsed = self._rcl.rcl_parse_yaml_value(b"n", b"a", text.encode(), made)
            self._utils.rcutils_reset_error()
            if not parsed:
                return None
            found = self._rcl.rcl_yaml_node_struct_get(b"n", b"a", made).contents
            for pointer in (found.bool_value, found.integer_value, found.double_value):
                if pointer:
                    return pointer.contents.value
            return found.string_value.decode() if found.string_value is not None else None
        finally:
            self._rcl.rcl_yaml_node_struct_fini(made)


@pytest.fixture(scope="module")
def rcl() -> Rcl:
    return Rcl()


TEXTS = st.one_of(
    st.from_regex(r"[+-]?[0-9_.]{1,6}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"[+-]?0[xXob][0-9a-fA-F.]{0,4}(p[0-9])?", fullmatch=True),
    st.sampled_from(
        [
            "yes",
            "oN",
            "TRUE",
            "tRue",
            "~",
            "null",
            "nan",
            "-nan",
            ".NaN",
            "-.inf",
            "+.Inf",
            "Infinity",
            "1:30",
        ]
    ),
    st.sampled_from(
        ["2020-01-01", "'5'", '"07"', "9223372036854775807", "9223372036854775808", "-9223372036854775808"]
    ),
    st.from_regex(r"[a-z0-9]{1,4}( [a-z0-9]{1,3})?", fullmatch=True),
)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS)
@example("5e-1")
@example("7_101")
@example("07101")
@example("08")
@example("1e999")
def test_a_value_is_what_rcl_makes_of_it(rcl: Rcl, text: str) -> None:
    node = yaml.compose(text)
    if not isinstance(node, yaml.ScalarNode):
        return
    ours, theirs = scalar(node), rcl.value(text)
    assert type(ours) is type(theirs), (text, ours, theirs)
    assert ours == theirs or (math.isnan(ours) and math.isnan(theirs))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="ascii", exclude_categories=("Cc",))) | TEXTS)
def test_a_text_of_the_launch_file_stays_a_text(rcl: Rcl, text: str) -> None:
    written = yaml.dump(text, Dumper=_Quoting, width=10_000).strip()
    assert rcl.value(written) == text


@pytest.mark.parametrize(
    ("text", "why", "remedy"),
    [
        ("07101", "begins with a zero, and is 3649 to ROS", "write 7101"),
        ("[1, 07]", "begins with a zero", "write 7"),
        ("7_101", "is a text to ROS", "write 7101"),
        ("[]", "empty list", "leave it out"),
        ("", "has no value", "''"),
        ("\u201cok\u201d", "curly quotation marks", "straight"),
        ("[\u201ca\u201d]", "curly quotation marks", "straight"),
        ("*other", "alias \\*other, at key 'a'", "write the value out"),
        ("&other 5\n    b: *other", "alias \\*other, at key 'b'", "write the value out"),
        ("[1, 2.0]", "mixed types", "alike"),
        ("[[1], [2]]", "no truth value", "give such a value"),
    ],
)
def test_what_ros_would_read_otherwise_than_it_was_meant_is_refused(
    tmp_path: Path, text: str, why: str, remedy: str
) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(FILE.format(text), encoding="utf-8")
    with pytest.raises(ConfigError, match=why) as caught:
        read_parameters(file)
    assert str(file) in caught.value.what and remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("text", "value"), [("5e-1", 0.5), ("[yes, off]", [True, False]), ("'07'", "07"), ("1:30", "1:30")]
)
def test_what_ros_takes_is_taken(tmp_path: Path, text: str, value: object) -> None:
    file = tmp_path / "p.yaml"
    file.write_text(FILE.format(text))
    assert [entry.value for entry in read_parameters(file)] == [value]
