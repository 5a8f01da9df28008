# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from tektra.bridge import assets
from tektra.bridge.assets import read_asset
from tektra.common.errors import InputError


@pytest.fixture
def shares(tmp_path: Path) -> dict[str, Path]:
    share = tmp_path / "share" / "pkg"
    (share / "urdf" / "meshes").mkdir(parents=True)
    (share / "urdf" / "meshes" / "head.glb").write_bytes(b"glTF")
    (share / "config").mkdir()
    (share / "config" / "secret.xml").write_text("no")
    (tmp_path / "share" / "outside.glb").write_bytes(b"outside")
    return {"pkg": share}


def test_a_mesh_is_served(shares: dict[str, Path]) -> None:
    assert read_asset("package://pkg/urdf/meshes/head.glb", shares) == b"glTF"


@pytest.mark.parametrize(
    "address",
    [
        "package://pkg/../outside.glb",
        "package://pkg/urdf/../../outside.glb",
        "package://pkg/urdf/%2e%2e/%2e%2e/outside.glb",
        "package://pkg//etc/passwd.xml",
        "package:///etc/passwd",
        "package://../outside.glb",
        "package://pkg/urdf/\0.glb",
        "package://pkg/config/secret.xml",
        "package://pkg/urdf/meshes",
        "package://pkg/",
        "package://pkg",
        "package://other/urdf/meshes/head.glb",
        "file:///etc/passwd",
        "http://example.org/urdf/a.glb",
        "",
    ],
)
def test_nothing_else_is_served(shares: dict[str, Path], address: str) -> None:
    with pytest.raises(InputError):
        read_asset(address, shares)


def test_a_file_too_large_is_refused_by_its_size(
    shares: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "MAX_BYTES", 3)
    with pytest.raises(InputError, match="larger than 3"):
        read_asset("package://pkg/urdf/meshes/head.glb", shares)
