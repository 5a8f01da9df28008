# SPDX-License-Identifier: Apache-2.0
"""Options of vision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option
from tektra.vision.sightings import Kind

RAW, COMPRESSED = "/camera/image_raw", "/camera/image_raw/compressed"


@dataclass(frozen=True)
class VisionOptions:
    """Which camera and which detectors, and how often they run."""

    FIXED: ClassVar[str] = "cameras and detectors, and where they are, are set up with it"

    camera: str = option(
        "opencv",
        "Where images come from: a camera back end; `topic` (Image) or `compressed` (JPEG, PNG) of another node; `none`.",
    )
    camera_topic: str = option(
        "", "Of `topic` and `compressed`; empty: /camera/image_raw, and /camera/image_raw/compressed."
    )
    cameras_file: str = option(
        "",
        "A YAML file of several cameras: by name, the parameters in which each differs; empty: one camera.",
    )
    max_image_age_s: float = option(
        1.0,
        "How long after it was taken, by its own stamp, an image may come; older ones are refused.",
        unit="s",
        low=0.05,
        high=60.0,
    )
    source: str = option(
        "/dev/video0", "Of the opencv camera: a device, a video file, or a clip of models.lock (clip-bikes)."
    )
    loop: bool = option(True, "Begin a video file again when it ends.")
    camera_rate_hz: float = option(
        30.0, "Images a second asked of a device; a file has its own.", unit="Hz", low=1.0, high=120.0
    )
    width: int = option(
        640, "Image width asked of a device; a file has its own.", unit="px", low=64, high=4096
    )
    height: int = option(
        480, "Image height asked of a device; a file has its own.", unit="px", low=64, high=4096
    )
    frame_id: str = option("camera", "Frame of the camera.")
    compressed_rate_hz: float = option(
        10.0,
        "Most JPEG images a second on /camera/image_raw/compressed.",
        unit="Hz",
        low=0.1,
        high=60.0,
    )
    jpeg_quality: int = option(80, "Quality of JPEG images.", low=10, high=100)
    detector: str = option("mediapipe", "Detector back end.")
    text_reader: str = option("ppocr", "Back end that reads text in pictures, when somebody asks for it.")
    face_reader: str = option("sface", "Back end that tells faces apart, once somebody is enrolled.")
    min_score: float = option(0.4, "Least score of what is reported.", low=0.05, high=0.99)
    objects_rate_hz: float = option(
        5.0, "Most looks for objects a second; 0: none.", unit="Hz", low=0.0, high=60.0, live=True
    )
    faces_rate_hz: float = option(
        5.0, "Most looks for faces a second; 0: none.", unit="Hz", low=0.0, high=60.0, live=True
    )
    gestures_rate_hz: float = option(
        3.0, "Most looks for gestures of hands a second; 0: none.", unit="Hz", low=0.0, high=60.0, live=True
    )
    gestures_file: str = option(
        "",
        "What held gestures mean, a YAML file such as config/gestures.yaml; empty: nothing, they are only told of.",
    )
    cpu_share: float = option(
        0.5, "Most of one core that the detectors may use together; they slow down to it.", low=0.05, high=1.0
    )
    scene_window_s: float = option(
        2.0, "Over how long what was seen is summed up.", unit="s", low=0.2, high=60.0
    )
    scene_model_url: str = option(
        "",
        "An OpenAI-compatible endpoint up to and with /v1: questions that the detectors cannot answer go there with the picture; empty: none does.",
    )
    scene_model: str = option("", "Model of that endpoint, which must take pictures.")
    scene_model_key_env: str = option(
        "", "Environment variable that holds the key of that endpoint; empty: no key is sent."
    )
    scene_model_timeout_s: float = option(
        10.0, "Longest time that such an answer may take.", unit="s", low=1.0, high=15.0
    )
    scene_model_side_px: int = option(
        768,
        "Longest side of the picture that is sent; a larger one is made smaller.",
        unit="px",
        low=64,
        high=2048,
    )
    max_memory_mb: int = option(
        1500, "Resident memory from which on the detectors are loaded afresh.", unit="MB", low=300
    )
    camera_robot: str = option(
        "",
        "The robot that carries the camera: camera_{x,y,height,yaw,pitch} are then in its base_link; empty: it hangs on the map.",
    )
    camera_height_m: float = option(
        0.0,
        "How high the camera hangs above the floor; 0: nobody knows where it is, and nothing goes out on /humans/positions.",
        unit="m",
        low=0.0,
        high=20.0,
    )
    camera_x_m: float = option(0.0, "Where the camera is on the map.", unit="m")
    camera_y_m: float = option(0.0, "Where the camera is on the map.", unit="m")
    camera_yaw_rad: float = option(
        0.0, "Which way the camera looks on the map.", unit="rad", low=-7.0, high=7.0
    )
    camera_pitch_rad: float = option(0.0, "How far the camera looks down.", unit="rad", low=-1.0, high=1.5)
    camera_hfov_rad: float = option(
        1.05, "Horizontal field of view of the camera.", unit="rad", low=0.2, high=2.6
    )
    camera_info_file: str = option(
        "",
        "The camera's calibration (YAML of camera_calibration or `tektra camera calibrate`), published as CameraInfo; empty: none.",
    )
    depth_topic: str = option(
        "",
        "Depth images (16UC1 in mm, 32FC1 in m; of a topic that ends in /compressedDepth as that sends them) that are registered to the camera's picture; empty: there are none.",
    )
    depth_info_topic: str = option(
        "", "Their camera_info; empty: `camera_info` beside depth_topic, as drivers publish it."
    )
    depth_apart_s: float = option(
        0.1,
        "How far apart a picture and a depth image may be, by their stamps, to be of the same moment.",
        unit="s",
        low=0.0,
        high=1.0,
    )
    people_range_m: float = option(
        6.0, "How far from the camera people are told of on /humans/positions.", unit="m", low=0.5, high=50.0
    )
    edge_error: float = option(
        0.1, "By which share of its size the edge of a box may be wrong.", low=0.0, high=0.5
    )
    world_file: str = option(
        "", "The map, whose walls and furniture hide people; empty: world.yaml of Tektra's config folder."
    )

    @property
    def topic(self) -> str:
        """Where images of another node come from; empty with a camera of our own."""
        usual = {"topic": RAW, "compressed": COMPRESSED}.get(self.camera, "")
        return usual and (self.camera_topic or usual)

    @property
    def depth_topics(self) -> tuple[str, str]:
        """Where depth images come from, and how they were drawn; empty: nowhere."""
        plain = self.depth_topic.removesuffix("/compressedDepth")
        beside = f"{plain.rpartition('/')[0]}/camera_info" if plain else ""
        return self.depth_topic, self.depth_info_topic or beside

    @property
    def rates_hz(self) -> dict[Kind, float]:
        """How often each detector looks at most; 0: never."""
        rates = (self.objects_rate_hz, self.faces_rate_hz, self.gestures_rate_hz)
        return dict(zip((Kind.OBJECTS, Kind.FACES, Kind.GESTURES), rates, strict=True))
