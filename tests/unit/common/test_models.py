# SPDX-License-Identifier: Apache-2.0
"""Pulling models: what arrives broken, late or not at all, without any network."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tektra.common import models
from tektra.common.errors import ConfigError, DownloadError, MissingModel
from tektra.common.model_lock import Lock, Model, ModelFile, Package, Part, read_lock

WHOLE = b"first half, second half"
HALVES = (WHOLE[:11], WHOLE[11:])


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def wheel(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return out.getvalue()


def sdist(entries: list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tarred:
        for entry, content in entries:
            entry.size = len(content)
            tarred.addfile(entry, io.BytesIO(content))
    return out.getvalue()


class Shelf:
    """A registry and a hub in memory; `failures` says how often the next packages fail."""

    def __init__(
        self, packages: dict[str, bytes], hub: dict[str, bytes] | None = None, failures: int = 0
    ) -> None:
        self.packages, self.hub, self.failures = packages, hub, failures
        self.asked: list[str] = []

    def hub_answers(self, lock: Lock) -> bool:
        self.asked.append("hub?")
        return self.hub is not None

    def hub_file(
        self, lock: Lock, model: Model, file: ModelFile, target: Path, count: Callable[[int], None]
    ) -> None:
        self.asked.append(file.hub)
        content = (self.hub or {}).get(file.hub, b"")
        if sha(content) != file.sha256:
            raise DownloadError("the hub brought something else", "try again")
        target.write_bytes(content)

    def package(self, package: Package, folder: Path, count: Callable[[int], None]) -> Path:
        self.asked.append(package.name)
        if self.failures:
            self.failures -= 1
            raise DownloadError(f"{package.name} broke off", "look at the network")
        target = (
            folder / f"{package.name}-{package.version}{'.whl' if package.kind == 'wheel' else '.tar.gz'}"
        )
        target.write_bytes(self.packages[package.name])
        count(package.size)
        return target


def lock_of(
    packages: dict[str, bytes], *, kind: str = "wheel", hub: str = "", parts: list[Part] | None = None
) -> Lock:
    parts = parts or [Part(name, f"data/{name}.bin") for name in packages]
    file = ModelFile("voice.gguf", len(WHOLE), sha(WHOLE), hub, tuple(parts))
    model = Model(
        "voice", "llm", "for tests", "CC0", True, "voice.gguf", "ada/voice" if hub else "", "1", (file,)
    )
    entries = {
        name: Package(name, "1.0", kind, len(content), sha(content)) for name, content in packages.items()
    }
    return Lock("https://hub.invalid", {"voice": model}, entries)


@pytest.fixture
def two_parts() -> dict[str, bytes]:
    return {
        name: wheel({f"data/{name}.bin": half}) for name, half in zip(("one", "two"), HALVES, strict=True)
    }


def test_parts_are_joined_in_the_order_of_the_lock(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    known = lock_of(two_parts)
    assert models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=Shelf(two_parts)) == [
        "voice"
    ]
    assert models.path("voice", known=known, folder=tmp_path / "models").read_bytes() == WHOLE
    assert models.verify("voice", known=known, folder=tmp_path / "models") == []


def test_a_model_that_is_here_whole_is_not_fetched_again(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    known, shelf = lock_of(two_parts), Shelf(two_parts)
    models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=shelf)
    shelf.asked.clear()
    assert models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=shelf) == []
    assert shelf.asked == []


def test_a_missing_model_names_the_command_that_brings_it(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(MissingModel, match="tektra models pull voice"):
        models.path("voice", known=lock_of(two_parts), folder=tmp_path)


def test_an_unknown_name_is_answered_with_those_that_exist(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(MissingModel, match=r"'echo'.*use one of voice"):
        models.pull(["echo"], known=lock_of(two_parts), folder=tmp_path, fetcher=Shelf(two_parts))


def test_a_model_cut_short_on_disk_is_missing_and_gets_mended(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    known, folder = lock_of(two_parts), tmp_path / "models"
    models.pull(["voice"], known=known, folder=folder, fetcher=Shelf(two_parts))
    (folder / "voice" / "voice.gguf").write_bytes(WHOLE[:-1])
    with pytest.raises(MissingModel, match=f"has {len(WHOLE) - 1} bytes"):
        models.path("voice", known=known, folder=folder)
    assert models.pull(["voice"], known=known, folder=folder, fetcher=Shelf(two_parts)) == ["voice"]
    assert models.path("voice", known=known, folder=folder).read_bytes() == WHOLE


def test_verify_finds_a_changed_byte_that_the_size_does_not_show(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    known, folder = lock_of(two_parts), tmp_path / "models"
    models.pull(["voice"], known=known, folder=folder, fetcher=Shelf(two_parts))
    (folder / "voice" / "voice.gguf").write_bytes(b"F" + WHOLE[1:])
    assert [problem.what for problem in models.verify("voice", known=known, folder=folder)] == [
        "has another sha256 than the lock"
    ]


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (HALVES[1][:-1], "joined from 2 parts"),
        (HALVES[1].upper(), "joined from 2 parts"),
        (HALVES[1] + b"!", "longer than"),
    ],
    ids=["truncated", "changed", "too long"],
)
def test_a_wrong_part_is_refused_and_leaves_no_model(second: bytes, why: str, tmp_path: Path) -> None:
    packages = {"one": wheel({"data/one.bin": HALVES[0]}), "two": wheel({"data/two.bin": second})}
    known = lock_of(packages)
    with pytest.raises(DownloadError, match=why):
        models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=Shelf(packages))
    assert list((tmp_path / "models").iterdir()) == []


def test_a_package_without_the_member_is_refused(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    known = lock_of(two_parts, parts=[Part("one", "data/other.bin")])
    with pytest.raises(DownloadError, match=r"holds no data/other\.bin"):
        models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=Shelf(two_parts))


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    packages = {"one": b"this is no zip"}
    with pytest.raises(DownloadError, match="damaged"):
        models.pull(["voice"], known=lock_of(packages), folder=tmp_path / "models", fetcher=Shelf(packages))


def test_members_that_climb_out_of_the_archive_are_never_written(tmp_path: Path) -> None:
    packages = {"one": wheel({"data/one.bin": WHOLE, "../../escaped": b"x", "/tmp/escaped": b"x"})}
    models.pull(["voice"], known=lock_of(packages), folder=tmp_path / "a" / "models", fetcher=Shelf(packages))
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert written == {"a/models/voice/voice.gguf"}


def test_a_link_in_a_tar_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(WHOLE)
    link = tarfile.TarInfo("data/one.bin")
    link.type, link.linkname = tarfile.SYMTYPE, str(secret)
    packages = {"one": sdist([(link, b"")])}
    with pytest.raises(DownloadError, match="not a plain file"):
        models.pull(
            ["voice"],
            known=lock_of(packages, kind="sdist"),
            folder=tmp_path / "models",
            fetcher=Shelf(packages),
        )


def test_a_member_of_an_sdist_is_read(tmp_path: Path) -> None:
    packages = {"one": sdist([(tarfile.TarInfo("data/one.bin"), WHOLE)])}
    known = lock_of(packages, kind="sdist")
    models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=Shelf(packages))
    assert models.path("voice", known=known, folder=tmp_path / "models").read_bytes() == WHOLE


def test_the_hub_comes_first(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    shelf = Shelf(two_parts, hub={"q4.gguf": WHOLE})
    known = lock_of(two_parts, hub="q4.gguf")
    models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=shelf)
    assert shelf.asked == ["hub?", "q4.gguf"]
    assert models.verify("voice", known=known, folder=tmp_path / "models") == []


def test_an_unreachable_hub_gives_way_to_the_registry(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    shelf = Shelf(two_parts, hub=None)
    models.pull(["voice"], known=lock_of(two_parts, hub="q4.gguf"), folder=tmp_path / "models", fetcher=shelf)
    assert shelf.asked == ["hub?", "one", "two"]


def test_a_hub_that_brings_other_bytes_gives_way_to_the_registry(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    shelf = Shelf(two_parts, hub={"q4.gguf": b"something else"})
    known = lock_of(two_parts, hub="q4.gguf")
    models.pull(["voice"], known=known, folder=tmp_path / "models", fetcher=shelf)
    assert models.path("voice", known=known, folder=tmp_path / "models").read_bytes() == WHOLE


def test_a_broken_download_is_tried_again(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    shelf = Shelf(two_parts, failures=models.ATTEMPTS - 1)
    assert models.pull(["voice"], known=lock_of(two_parts), folder=tmp_path / "models", fetcher=shelf) == [
        "voice"
    ]
    assert shelf.asked == ["one"] * models.ATTEMPTS + ["two"]


def test_after_the_last_try_the_error_explains_and_what_arrived_is_kept(
    two_parts: dict[str, bytes], tmp_path: Path
) -> None:
    class SecondFails(Shelf):
        def package(self, package: Package, folder: Path, count: Callable[[int], None]) -> Path:
            self.failures = 1 if package.name == "two" else 0
            return super().package(package, folder, count)

    known, folder = lock_of(two_parts), tmp_path / "models"
    with pytest.raises(DownloadError, match="two broke off, 3 times in a row") as caught:
        models.pull(["voice"], known=known, folder=folder, fetcher=SecondFails(two_parts))
    assert caught.value.remedy == "look at the network"
    shelf = Shelf(two_parts)
    models.pull(["voice"], known=known, folder=folder, fetcher=shelf)
    assert shelf.asked == ["two"]


def test_progress_never_runs_past_its_total(two_parts: dict[str, bytes], tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    models.pull(
        ["voice"],
        known=lock_of(two_parts),
        folder=tmp_path / "models",
        fetcher=Shelf(two_parts),
        progress=lambda what, done, total: told.append((what, done, total)),
    )
    total = sum(len(content) for content in two_parts.values())
    assert told[-1] == ("voice", total, total)
    assert all(done <= total for _, done, _ in told)


def test_the_lock_of_the_repository_can_be_read_and_names_the_default() -> None:
    known = models.lock()
    default = {model.name for model in known.models.values() if model.pulled_by_default}
    assert {"qwen2.5-coder-1.5b", "whisper-tiny.en", "piper-joe", "mediapipe-objects", "goforward"} <= default


LOCK = """
hub = "https://hub.invalid"
[models.voice]
kind = "llm"
about = "for tests"
licence = "CC0"
default = true
[[models.voice.files]]
path = "{path}"
size = 1
sha256 = "{digest}"
parts = ["{part}"]
[packages]
one = {{ version = "1.0", kind = "wheel", size = 1, sha256 = "{digest}" }}
"""


def lock_text(*, path: str = "voice.gguf", part: str = "one:data/x", digest: str = "0" * 64) -> str:
    return LOCK.format(path=path, part=part, digest=digest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (lock_text(path="../../.bashrc.txt"), "outside the model's folder"),
        (lock_text(path="/etc/cron.json"), "outside the model's folder"),
        (lock_text(path="weights.pkl"), "loads without running code"),
        (lock_text(path="weights.pt"), "loads without running code"),
        (lock_text(part="two:data/x"), "names no package"),
        (lock_text(digest="abc"), "does not match"),
        (lock_text().replace('licence = "CC0"\n', ""), "'licence' is missing"),
        ("hub = ", "is not TOML"),
    ],
)
def test_a_malformed_lock_is_refused_by_file_and_reason(text: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "models.lock"
    path.write_text(text)
    with pytest.raises(ConfigError, match=why) as caught:
        read_lock(path)
    assert str(path) in caught.value.what


def test_an_absent_lock_is_said_to_be_absent(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        read_lock(tmp_path / "models.lock")
