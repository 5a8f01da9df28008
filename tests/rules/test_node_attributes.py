# SPDX-License-Identifier: Apache-2.0
"""A node shares its attributes with rclpy: one that takes a name of rclpy's own breaks it in silence."""

import ast
from pathlib import Path

import pytest

NODES = sorted((Path(__file__).parents[2] / "src" / "tektra" / "tektra").glob("*/node.py"))


def assigned(tree: ast.AST) -> set[str]:
    """Names of attributes that methods assign on self."""
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


@pytest.fixture(scope="module")
def taken() -> set[str]:
    """What a lifecycle node of rclpy sets on itself, as its source tells."""
    import inspect

    from rclpy.lifecycle import node as lifecycle
    from rclpy.node import Node

    sources = [inspect.getsource(Node), inspect.getsource(lifecycle)]
    return set().union(*(assigned(ast.parse(source)) for source in sources))


@pytest.mark.parametrize("file", NODES, ids=lambda file: file.parent.name)
def test_no_node_takes_an_attribute_of_rclpys_own(file: Path, taken: set[str]) -> None:
    assert "_services" in taken, "the check itself works"
    assert not assigned(ast.parse(file.read_text())) & taken
