# SPDX-License-Identifier: Apache-2.0
"""A vocabulary that was kept is the very one that its files make, and no other."""

import json
from pathlib import Path

import pytest

from tektra.common.errors import ConfigError
from tektra.common.kept_json import KeptJson
from tektra.language import files
from tektra.planner.understanding import kept_vocabularies
from tektra.planner.understanding.kept_vocabularies import load_kept, written
from tektra.planner.understanding.vocabulary import load_vocabulary

SENTENCES = """\
articles: [the]
rules: {go: (go|drive)}
skills:
  move:
    - "<go> [to] {place}"
    - {say: ["spin", "turn [around]"], with: {angle_deg: 180, fast: true, share: 0.5}, lasts: true}
    - {done: ["went home"], steps: [{skill: go_to, arguments: {place: home}, unless_held: cup}]}
questions: {where: ["where is {thing}"]}
values: {side: {left: [left, port side]}}
names: {cup: ["(red|blue) mug", beaker]}
small_amounts: {a bit: 0.2}
letters: {oe: ö}
sentences: {done: Done.}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own" / "xx" / "sentences").mkdir(parents=True)
    (tmp_path / "own" / "xx" / "sentences" / "all.yaml").write_text(SENTENCES)
    return tmp_path / "own"


@pytest.fixture
def kept(tmp_path: Path) -> KeptJson:
    return KeptJson(tmp_path / "kept")


def never(*_: object) -> None:
    raise AssertionError("it was made anew")


@pytest.mark.parametrize("language", files.languages())
def test_every_language_reads_back_as_it_was_made(language: str) -> None:
    made = load_vocabulary(language, [files.folder()])
    assert kept_vocabularies._read_back(json.loads(json.dumps(written(made)))) == made


def test_the_second_time_it_is_not_made_but_read(folder: Path, kept: KeptJson, monkeypatch) -> None:
    made = load_kept("xx", [folder], kept)
    assert made == load_vocabulary("xx", [folder])
    monkeypatch.setattr(kept_vocabularies, "make_vocabulary", never)
    assert load_kept("xx", [folder], kept) == made


@pytest.mark.parametrize("change", ["file", "more", "code"])
def test_what_it_was_made_of_has_changed_so_it_is_made_anew(
    folder: Path, kept: KeptJson, monkeypatch, change: str
) -> None:
    load_kept("xx", [folder], kept)
    if change == "file":
        file = folder / "xx" / "sentences" / "all.yaml"
        file.write_text(file.read_text().replace("spin", "whirl"))
    elif change == "more":
        (folder / "xx" / "sentences" / "more.yaml").write_text("skills: {wave: [whirl]}\n")
    else:
        monkeypatch.setattr(kept_vocabularies, "_made_by", lambda: "other code")
        monkeypatch.setattr(kept_vocabularies, "make_vocabulary", never)
        with pytest.raises(AssertionError, match="anew"):
            load_kept("xx", [folder], kept)
        return
    changed = load_kept("xx", [folder], kept)
    assert any(frame.phrases == (("whirl",),) for frame in changed.frames)


def test_what_was_kept_and_is_no_vocabulary_counts_for_nothing(
    folder: Path, kept: KeptJson, tmp_path: Path
) -> None:
    made = load_kept("xx", [folder], kept)
    (file,) = (tmp_path / "kept").iterdir()
    kind, _, key = file.stem.partition("-")
    good = kept.find(kind, key)
    for wrong in (
        [],
        "text",
        None,
        {},
        {**good, "frames": [[99, [], [], True, []]]},
        {**good, "runs": 3},
        {**good, "commons": [["no use", "", {}, [], False, "", False]]},
    ):
        assert kept.keep(kind, key, wrong)
        assert load_kept("xx", [folder], kept) == made


def test_values_that_json_would_change_are_not_kept(folder: Path, kept: KeptJson, tmp_path: Path) -> None:
    file = folder / "xx" / "sentences" / "all.yaml"
    file.write_text('skills: {move: [{say: ["go"], with: {table: {1: one}}}]}\n')
    made = load_kept("xx", [folder], kept)
    assert made.frames[0].fixed == {"table": {1: "one"}}
    assert load_kept("xx", [folder], kept) == made


def test_a_file_that_is_wrong_is_named_as_ever(folder: Path, kept: KeptJson) -> None:
    file = folder / "xx" / "sentences" / "all.yaml"
    file.write_text('skills: {move: ["go ("]}\n')
    with pytest.raises(ConfigError, match="all.yaml"):
        load_kept("xx", [folder], kept)
