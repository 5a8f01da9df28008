# SPDX-License-Identifier: Apache-2.0
"""What a file's JSON says of its bytes: buffers, views, accessors and pictures, all within bounds before they are read."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError
from tektra.common.picture_size import CHANNELS, size_of, whole
from tektra.web.figures.glb import Glb
from tektra.web.figures.refusal import Entry, broken, listed, number, too_heavy

MAX_VIEWS, MAX_ACCESSORS = 8192, 8192
MAX_COUNT = 2_000_000
#: Of all accessors as they lie in memory: one without bytes of its own is all zeros, however long it says to be.
MAX_UNPACKED = 128 * 1024 * 1024
MAX_IMAGES = 64
#: Of all pictures together: sixteen of 2048 a side. A browser takes four bytes for each, and the graphics a third more.
MAX_PIXELS = 16 * 2048 * 2048
#: Parts of a PNG that hold compressed words or colours beside the picture; a decoder unpacks them too.
PACKED_PARTS, MAX_PACKED = frozenset({b"iCCP", b"zTXt", b"iTXt"}), 16_384
COMPONENTS: dict[int, type[np.generic]] = {
    5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32,
}  # fmt: skip
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
MIMES = {"png": "image/png", "jpeg": "image/jpeg"}


class Content:
    """Of one file. Raises BadFigure as soon as something is out of bounds; reading an accessor copies nothing."""

    def __init__(self, glb: Glb) -> None:
        self._binary = glb.binary
        document = glb.document
        buffers = listed(document, "buffers", 1)
        if not buffers or "uri" in buffers[0]:
            raise broken("its data is not in the file itself")
        self._length = number(buffers[0], "byteLength", len(glb.binary) + 1, low=1)
        self._views = [self._view(view) for view in listed(document, "bufferViews", MAX_VIEWS)]
        self._accessors = listed(document, "accessors", MAX_ACCESSORS)
        unpacked = 0
        for accessor in self._accessors:
            unpacked += self._bounded(accessor)
            if unpacked > MAX_UNPACKED:
                raise too_heavy(f"its meshes take more than {MAX_UNPACKED} bytes")
        self.images = len(listed(document, "images", MAX_IMAGES))
        self.pixels = 0
        #: Whether a picture was called by the other kind's name: UniVRM goes by the ending of a file's name, which people change.
        self.renamed = False
        for image in listed(document, "images", MAX_IMAGES):
            self.pixels += self._pixels(image)
            if self.pixels > MAX_PIXELS:
                raise too_heavy(f"its pictures have more than {MAX_PIXELS} points together")

    @property
    def count(self) -> int:
        """Accessors."""
        return len(self._accessors)

    def about(self, index: int) -> tuple[int, str, int]:
        """Count, type and component type of an accessor that is there."""
        entry = self._accessors[index]
        return entry["count"], entry["type"], entry["componentType"]

    def values(self, index: int) -> NDArray[Any]:
        """(count, width) of an accessor that is there, all finite; a view into the file unless it is sparse."""
        entry = self._accessors[index]
        dtype, width = np.dtype(COMPONENTS[entry["componentType"]]), WIDTHS[entry["type"]]
        shape = (entry["count"], width)
        if "bufferView" in entry:
            offset, _, stride = self._views[entry["bufferView"]]
            strides = (stride or dtype.itemsize * width, dtype.itemsize)
            start = offset + entry.get("byteOffset", 0)
            out: NDArray[Any] = np.ndarray(shape, dtype, self._binary, start, strides)
        else:
            out = np.zeros(shape, dtype)
        if "sparse" in entry:
            out = self._filled(out.copy(), entry["sparse"])
        if dtype.kind == "f" and not np.isfinite(out).all():
            raise broken("a number of its meshes is not finite")
        return out

    def _view(self, view: Entry) -> tuple[int, int, int]:
        """Where it begins, how long it is, and its stride (0: none)."""
        number(view, "buffer", 1)
        offset = number(view, "byteOffset", self._length, 0)
        length = number(view, "byteLength", self._length - offset + 1, low=1)
        stride = number(view, "byteStride", 253, 0)
        if stride % 4 or ("byteStride" in view and stride < 4):
            raise broken(f"a byteStride of {stride}")
        return offset, length, stride

    def _bounded(self, accessor: Entry) -> int:
        """How many bytes it takes in memory."""
        number(accessor, "componentType", 5127, low=5120)
        kind = accessor.get("type")
        if accessor["componentType"] not in COMPONENTS or not isinstance(kind, str) or kind not in WIDTHS:
            raise broken(f"an accessor of type {str(kind)[:20]}")
        size = np.dtype(COMPONENTS[accessor["componentType"]]).itemsize
        count = number(accessor, "count", MAX_COUNT + 1, low=1)
        row = size * WIDTHS[kind]
        if "bufferView" in accessor:
            self._within(accessor, count, row, size)
        elif "byteOffset" in accessor:
            raise broken("an accessor has a byteOffset and no bufferView")
        if "sparse" in accessor:
            self._sparse(accessor["sparse"], count, row, size)
        return count * row

    def _within(self, entry: Entry, count: int, row: int, size: int, *, packed: bool = False) -> None:
        offset, length, stride = self._views[number(entry, "bufferView", len(self._views))]
        start = number(entry, "byteOffset", length, 0)
        if (stride and (packed or stride < row)) or (offset + start) % size:
            raise broken("an accessor's values overlap, or are not aligned")
        if start + (count - 1) * (stride or row) + row > length:
            raise broken(f"an accessor of {count} values goes beyond its view")

    def _sparse(self, sparse: object, count: int, row: int, size: int) -> None:
        if not isinstance(sparse, dict):
            raise broken("a sparse accessor is no object")
        changed = number(sparse, "count", count + 1, low=1)
        rows, values = sparse.get("indices"), sparse.get("values")
        if not isinstance(rows, dict) or not isinstance(values, dict):
            raise broken("a sparse accessor without indices or values")
        kind = COMPONENTS.get(number(rows, "componentType", 5126, low=5121))
        if kind not in (np.uint8, np.uint16, np.uint32):
            raise broken("a sparse accessor with indices that are no whole numbers")
        width = np.dtype(kind).itemsize
        self._within(rows, changed, width, width, packed=True)
        self._within(values, changed, row, size, packed=True)
        if int(self._rows(sparse).max()) >= count:
            raise broken("a sparse accessor changes what it has not")

    def _rows(self, sparse: Entry) -> NDArray[Any]:
        rows = sparse["indices"]
        offset = self._views[rows["bufferView"]][0] + rows.get("byteOffset", 0)
        return np.frombuffer(self._binary, COMPONENTS[rows["componentType"]], sparse["count"], offset)

    def _filled(self, out: NDArray[Any], sparse: Entry) -> NDArray[Any]:
        values = sparse["values"]
        offset = self._views[values["bufferView"]][0] + values.get("byteOffset", 0)
        new = np.frombuffer(self._binary, out.dtype, sparse["count"] * out.shape[1], offset)
        out[self._rows(sparse)] = new.reshape(-1, out.shape[1])
        return out

    def _pixels(self, image: Entry) -> int:
        """Of a picture, by its head."""
        if "uri" in image:
            raise broken("a picture is not in the file itself")
        mime = image.get("mimeType")
        if mime not in (*MIMES.values(), "image/jpg"):
            raise broken("a picture is neither PNG nor JPEG")
        offset, length, _ = self._views[number(image, "bufferView", len(self._views))]
        data = bytes(self._binary[offset : offset + length])
        try:
            size = size_of(data)
        except InputError as error:
            raise too_heavy(f"it holds {error.what}") from error
        if not whole(data, size):
            raise broken("a picture was cut off")
        if mime != MIMES[size.format]:
            image["mimeType"], self.renamed = MIMES[size.format], True
        if size.format == "png":
            _plain_png(data)
        return size.width * size.height


def _plain_png(png: bytes) -> None:
    """A PNG of one picture, with a known kind of colour, and little that is packed beside it. Its parts were walked through before."""
    if png[25] not in CHANNELS:
        raise broken("a PNG of no known kind of colour")
    at = 8
    while at + 12 <= len(png):
        length, name = int.from_bytes(png[at : at + 4], "big"), png[at + 4 : at + 8]
        if name == b"acTL" or (name in PACKED_PARTS and length > MAX_PACKED):
            raise too_heavy(f"a PNG of it holds {name.decode()}")
        if name == b"IEND":
            return
        at += 12 + length
