# SPDX-License-Identifier: Apache-2.0
"""Parameters that may change while a node runs do, where their values are good; the others say why not."""

import dataclasses
import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from rclpy.parameter import Parameter

from tektra.avatar.options import AvatarOptions
from tektra.common.errors import OptionError
from tektra.common.options import build, changed, option, options_of
from tektra.driver.options import DriverOptions
from tektra.planner.options import PlannerOptions
from tektra.ros.parameters import Keeper, descriptor
from tektra.safety.options import SafetyOptions
from tektra.skills.options import SkillsOptions
from tektra.speech_in.addressed import Addressed
from tektra.speech_in.endpointer import Endpointer
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_out.bank import VoiceBank
from tektra.speech_out.mouth import softened
from tektra.speech_out.options import SpeechOutOptions
from tektra.vision.cameras import refused
from tektra.vision.options import VisionOptions
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind

CODE = Path(importlib.import_module("tektra").__file__).parent


class Node:
    """Keeps what it logs."""

    def __init__(self, refuse=lambda options: ""):
        self.said, self.options_refused = [], refuse

    def get_logger(self):
        return self

    def info(self, text):
        self.said.append(text)


def keeper(options, refuse=lambda options: ""):
    return Keeper(Node(refuse), options)


def put(kept, **values):
    """As ROS does it: judged, and taken if it is good. The reason."""
    given = [Parameter(name, value=value) for name, value in values.items()]
    judged = kept.judge(given)
    if judged.successful:
        kept.take(given)
    return judged.reason


def all_options():
    for file in sorted(CODE.glob("*/options.py")):
        if file.parent.name == "common":
            continue
        module = importlib.import_module(f"tektra.{file.parent.name}.options")
        yield from {
            value
            for value in vars(module).values()
            if dataclasses.is_dataclass(value) and all("doc" in f.metadata for f in dataclasses.fields(value))
        }


def test_each_option_may_change_or_says_why_not() -> None:
    found = [(owner.__name__, entry) for owner in all_options() for entry in options_of(owner)]
    assert len(found) > 150
    assert [(owner, entry.name) for owner, entry in found if bool(entry.fixed) == entry.live] == []


@pytest.mark.parametrize("owner", [SafetyOptions, DriverOptions, SkillsOptions])
def test_nothing_of_the_body_changes_while_it_runs(owner) -> None:
    assert [entry.name for entry in options_of(owner) if entry.live] == []


def test_a_good_value_is_there_at_once_for_all_who_hold_the_options() -> None:
    options = AvatarOptions()
    kept = keeper(options)
    assert put(kept, rate_hz=10.0, jpeg_quality=50) == ""
    assert (options.rate_hz, options.jpeg_quality, options.image_rate_hz) == (10.0, 50, 25.0)
    assert kept._node.said == ["set while it runs: rate_hz, jpeg_quality"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rate_hz": 0.0}, "at least 1.0 Hz"),
        ({"rate_hz": float("nan")}, "finite"),
        ({"rate_hz": 10.0, "jpeg_quality": 101}, "at most 100"),
        ({"jpeg_quality": 50.5}, "type int"),
        ({"model": "other.glb"}, "set at the start alone: the picture"),
    ],
)
def test_a_bad_value_is_refused_in_words_and_nothing_changes(values, words) -> None:
    options = AvatarOptions()
    assert words in put(keeper(options), **values)
    assert options == AvatarOptions()


def test_others_parameters_are_no_matter() -> None:
    kept = keeper(AvatarOptions())
    assert put(kept, use_sim_time=True) == "" and kept._node.said == []


def test_what_a_node_cannot_go_on_with_is_refused_in_its_words() -> None:
    options = AvatarOptions()
    assert put(keeper(options, lambda after: f"not {after.rate_hz}"), rate_hz=7.0) == "not 7.0"
    assert options.rate_hz == 30.0


def test_options_that_do_not_fit_each_other_are_refused_at_the_start_and_later() -> None:
    with pytest.raises(OptionError, match="silence_threshold"):
        build(SpeechInOptions, {"silence_threshold": 0.8})
    options = SpeechInOptions()
    assert "at most speech_threshold" in put(keeper(options), silence_threshold=0.6)
    assert put(keeper(options), silence_threshold=0.6, speech_threshold=0.7) == ""
    assert "context_tokens" in put(keeper(PlannerOptions(context_tokens=1024)), answer_tokens=2000)


def test_a_descriptor_tells_what_is_read_only_and_why() -> None:
    told = {entry.name: descriptor(entry) for entry in options_of(AvatarOptions)}
    assert not told["rate_hz"].read_only and told["rate_hz"].additional_constraints == ""
    assert told["model"].read_only and "at the start alone" in told["model"].additional_constraints


def test_a_list_from_ros_becomes_a_list() -> None:
    @dataclass(frozen=True)
    class Own:
        FIXED: ClassVar[str] = "it is so"
        names: list[str] = option(["a"], "Names.", live=True)

    options = Own()
    assert put(keeper(options), names=["b", "c"]) == "" and options.names == ["b", "c"]
    with pytest.raises(OptionError):
        changed(options, {"names": "b"})


def test_the_ear_goes_by_what_was_set_last() -> None:
    options = SpeechInOptions(incremental_s=0.0)
    kept, ear, name = keeper(options), Endpointer(options), Addressed(options)
    loud, quiet = np.ones(512, np.float32), np.zeros(512, np.float32)

    def silence_until_the_end() -> int:
        for _ in range(20):
            ear.feed(loud, 0.9)
        for count in range(1, 200):
            if (event := ear.feed(quiet, 0.0)) is not None and event.kind.name == "ENDED":
                return count
        raise AssertionError("it does not end")

    assert silence_until_the_end() == 800 // 32
    assert put(kept, end_ms=320) == ""
    assert silence_until_the_end() == 320 // 32
    assert not name.waits(1.0)
    assert put(kept, wake_word="on", wake_words=["Computer"]) == ""
    assert name.waits(1.0)
    assert name.take("Computer, stop", named=False, begin_s=0.0, end_s=1.0, final=True) == ("stop", "")


def test_the_mouth_is_as_loud_as_was_said() -> None:
    samples = np.array([1000, -1000, 3], np.int16)
    assert softened(samples, 1.0) is samples
    assert softened(samples, 0.5).tolist() == [500, -500, 2]
    assert softened(samples, 0.0).tolist() == [0, 0, 0]


def test_a_language_that_no_voice_speaks_is_refused() -> None:
    bank = VoiceBank([], lambda: "en")
    assert "no voice speaks" in bank.refuses(SpeechOutOptions(language="xx"))


def test_the_eye_looks_as_often_as_was_set_last_and_only_for_what_was_loaded() -> None:
    options = VisionOptions(gestures_rate_hz=0.0)
    schedule, kept = Schedule(lambda: options.rates_hz, 1.0), keeper(options, lambda o: refused(o, loaded))
    loaded = [Kind.OBJECTS, Kind.FACES]
    assert schedule.period_s(Kind.OBJECTS) == pytest.approx(0.2)
    assert put(kept, objects_rate_hz=1.0, faces_rate_hz=0.0) == ""
    assert schedule.period_s(Kind.OBJECTS) == pytest.approx(1.0)
    assert schedule.due(0.0) == [Kind.OBJECTS]
    assert "gestures was not loaded" in put(kept, gestures_rate_hz=3.0)
    assert "cameras_file" in put(
        keeper(VisionOptions(cameras_file="c.yaml"), lambda o: refused(o, loaded)), objects_rate_hz=1.0
    )
