# SPDX-License-Identifier: Apache-2.0
"""Makes an inner tensor of an ONNX file an output of it, in memory.

piper_train exports voices without their phoneme durations, though the graph computes them (its only Ceil). Piper's own
patch (piper/patch_voice_with_alignment.py) needs the `onnx` package; but a protobuf message may be given in parts
that follow one another, and a decoder merges them (protobuf.dev/programming-guides/encoding, "Last One Wins"): a few
bytes behind the file say the same, and the file on disk stays what its sha256 says.
"""

from __future__ import annotations

from collections.abc import Iterator

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.node, GraphProto.output, NodeProto.output, NodeProto.op_type,
# ValueInfoProto.name.
MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_OUTPUT = 1, 12
NODE_OUTPUT, NODE_OP_TYPE = 2, 4
VALUE_NAME = 1
BYTES = 2


def outputs_of(model: bytes, op_type: str) -> list[str]:
    """Names of the first outputs of all nodes of that type, in order. Raises ValueError when it is no protobuf."""
    found = []
    for graph in _fields(memoryview(model), MODEL_GRAPH):
        for node in _fields(graph, GRAPH_NODE):
            if any(bytes(kind) == op_type.encode() for kind in _fields(node, NODE_OP_TYPE)):
                found.append(bytes(next(_fields(node, NODE_OUTPUT))).decode())
    return found


def with_output(model: bytes, tensor: str) -> bytes:
    """The model with `tensor` as its last output."""
    return model + _field(MODEL_GRAPH, _field(GRAPH_OUTPUT, _field(VALUE_NAME, tensor.encode())))


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _fields(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """The contents of a message's length-delimited fields of that number."""
    at = 0
    while at < len(message):
        key, at = _read_varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == BYTES:
            length, at = _read_varint(message, at)
            if number == wanted:
                yield message[at : at + length]
            at += length
        elif wire == 0:
            _, at = _read_varint(message, at)
        elif wire in (1, 5):
            at += 8 if wire == 1 else 4
        else:
            raise ValueError(f"no ONNX file: wire type {wire} at byte {at}")


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("no ONNX file: it ends within a number")
