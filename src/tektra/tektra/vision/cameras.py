# SPDX-License-Identifier: Apache-2.0
"""Which cameras there are: the one of the node's own parameters, or those of a file."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tektra.common import backends
from tektra.common.errors import ConfigError, OptionError
from tektra.common.options import build
from tektra.vision.backends import Camera, Detector
from tektra.vision.backends.vision_language_endpoint import VisionLanguageEndpoint
from tektra.vision.options import VisionOptions
from tektra.vision.scene_model import SceneModel
from tektra.vision.settings_file import read_settings
from tektra.vision.sightings import Kind

LOG = logging.getLogger("tektra.vision")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
MOST = 8
MAX_BYTES = 100_000
#: What belongs to the node, and not to one of its cameras.
SHARED = frozenset(
    {
        "cameras_file",
        "cpu_share",
        "face_reader",
        "text_reader",
        "max_memory_mb",
        "min_score",
        "scene_model",
        "scene_model_key_env",
        "scene_model_side_px",
        "scene_model_timeout_s",
        "scene_model_url",
        "scene_window_s",
    }
)
HOW = "write one mapping a camera: a name of small letters, and parameters of vision that differ"


def kinds_of(cameras: Mapping[str, VisionOptions]) -> list[Kind]:
    """What any of them looks for."""
    asked = {kind for own in cameras.values() for kind, rate in own.rates_hz.items() if rate > 0.0}
    return [kind for kind in Kind if kind in asked]


def cameras_of(options: VisionOptions) -> dict[str, VisionOptions]:
    """The options of each camera by its name, in order; `""` is the name of an only one.

    What the file does not say of a camera is as the node's parameters say. Raises ConfigError naming file and key.
    """
    if not options.cameras_file:
        return {"": options}
    path = Path(options.cameras_file).expanduser()
    told = read_settings(path, MAX_BYTES, holds="cameras", how=HOW, absent="name a file in cameras_file")
    if not 0 < len(told) <= MOST:
        raise ConfigError(f"{path} names {len(told)} cameras", f"name one to {MOST}")
    return {_name(path, name): _camera(path, name, values, options) for name, values in told.items()}


def _name(path: Path, name: object) -> str:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ConfigError(f"{path}: a camera called {str(name)[:40]!r}", HOW)
    return name


def _camera(path: Path, name: str, values: object, options: VisionOptions) -> VisionOptions:
    if not isinstance(values, dict) or SHARED & values.keys():
        raise ConfigError(f"{path}: {name}: {str(values)[:80]}", f"{HOW}; not {', '.join(sorted(SHARED))}")
    frame = {"frame_id": f"{name}_camera"}
    try:
        return build(VisionOptions, {**asdict(options), **frame, **values})
    except (OptionError, TypeError) as error:
        raise ConfigError(f"{path}: {name}: {error}", "see docs/parameters.md") from error


def refused(after: VisionOptions, loaded: Sequence[Kind]) -> str:
    """Why a node whose detectors were loaded for these kinds cannot go on with such options; empty: it can."""
    if after.cameras_file:
        return (
            "the rates of several cameras stand in cameras_file: change them there, and start the node anew"
        )
    asked = [kind.name.lower() for kind, rate in after.rates_hz.items() if rate > 0.0 and kind not in loaded]
    return (
        f"what looks for {', '.join(asked)} was not loaded at the start: start the node anew" if asked else ""
    )


def own_camera(options: VisionOptions) -> Camera:
    """The camera that the options name, not opened yet. Raises BackendError for a back end that is not there."""
    made: Camera = backends.load("camera", options.camera)(
        options.source,
        width=options.width,
        height=options.height,
        rate_hz=options.camera_rate_hz,
        loop=options.loop,
    )
    return made


def scene_model_of(options: VisionOptions) -> SceneModel | None:
    """Who is asked what detectors cannot answer; None where nobody is. Raises ConfigError for an address that is none."""
    url, model, key = options.scene_model_url, options.scene_model, options.scene_model_key_env
    if not url:
        return None
    if not model:
        raise ConfigError("scene_model is empty", "name the model of scene_model_url")
    asked = VisionLanguageEndpoint(
        url, model, key, options.scene_model_timeout_s, options.scene_model_side_px
    )
    LOG.warning("pictures go to %s where a question needs it", asked.name)
    return SceneModel(asked)


def detectors_of(
    cameras: Mapping[str, VisionOptions], kinds: Sequence[Kind], min_score: float
) -> dict[str, Detector]:
    """Each that some camera names, loaded once. Blocks for seconds. Raises MissingModel or BackendError."""
    made: dict[str, Detector] = {}
    for name in dict.fromkeys(own.detector for own in cameras.values()):
        made[name] = backends.load("detector", name)(min_score)
        made[name].load(kinds)
    return made
