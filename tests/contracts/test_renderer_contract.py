# SPDX-License-Identifier: Apache-2.0
"""What every renderer of the avatar promises, tried with the real character."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tektra.avatar import arkit
from tektra.avatar.arkit import both
from tektra.avatar.backends.moderngl_renderer import ModernglRenderer
from tektra.avatar.errors import AvatarFileError, RendererError
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.look import HAIR_STYLES, Look
from tektra.avatar.picture import main as picture_main
from tektra.avatar.state import AvatarState, HeadPose

AVATAR = Path(__file__).resolve().parents[2] / "urdf" / "meshes" / "tektra_avatar.glb"
WIDTH, HEIGHT = 320, 240
RENDERERS = {"moderngl": ModernglRenderer}
REST = AvatarState(weights=EXPRESSIONS["neutral"])


@pytest.fixture(scope="module", params=RENDERERS)
def renderer(request: pytest.FixtureRequest):
    made = RENDERERS[request.param](AVATAR, width_px=WIDTH, height_px=HEIGHT)
    made.open()
    yield made
    made.close()


def changed_rows(before: np.ndarray, after: np.ndarray) -> tuple[float, float]:
    """Mean change above and below the middle of the face, in the columns of the face, 0..255."""
    change = np.abs(after.astype(int) - before.astype(int)).mean(axis=2)[:, WIDTH // 3 : -WIDTH // 3]
    return change[HEIGHT // 5 : int(HEIGHT * 0.43)].mean(), change[HEIGHT // 2 : int(HEIGHT * 0.68)].mean()


def with_weights(**weights: float) -> AvatarState:
    return AvatarState(weights=np.clip(EXPRESSIONS["neutral"] + arkit.weights(weights), 0, 1))


def test_a_picture_has_the_size_and_kind_that_was_asked_for(renderer):
    picture = renderer.render(REST)
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8
    assert picture.flags["C_CONTIGUOUS"]
    assert picture.flags["WRITEABLE"]


def test_the_same_state_gives_the_same_picture(renderer):
    first = renderer.render(REST)
    renderer.render(with_weights(jawOpen=1.0))
    assert (renderer.render(REST) == first).all()


def test_a_picture_that_was_given_out_does_not_change_later(renderer):
    first = renderer.render(REST)
    kept = first.copy()
    renderer.render(with_weights(jawOpen=1.0))
    assert (first == kept).all()


def test_opening_the_jaw_changes_the_mouth_and_not_the_eyes(renderer):
    upper, lower = changed_rows(renderer.render(REST), renderer.render(with_weights(jawOpen=0.7)))
    assert lower > 3.0
    assert upper < 0.2


def test_blinking_and_raising_the_brows_change_the_upper_face_only(renderer):
    upper, lower = changed_rows(
        renderer.render(REST),
        renderer.render(with_weights(**both("eyeBlink", 1.0), **both("browOuterUp", 1.0))),
    )
    assert upper > 1.5
    assert lower < 0.2


def test_a_smile_is_seen(renderer):
    _, lower = changed_rows(renderer.render(REST), renderer.render(with_weights(**both("mouthSmile", 0.7))))
    assert lower > 1.0


def test_the_head_turned_left_and_right_gives_different_pictures(renderer):
    left, right = (renderer.render(replace(REST, head=HeadPose(yaw_rad=angle))) for angle in (0.4, -0.4))
    assert np.abs(left.astype(int) - right.astype(int)).mean() > 3.0


def test_the_avatars_left_is_on_the_right_of_the_picture(renderer):
    """A face that looks to its own left has its nose, and so most of its face, further right in the picture."""
    skin = np.array([217, 160, 126])

    def middle(angle: float) -> float:
        picture = renderer.render(replace(REST, head=HeadPose(yaw_rad=angle)))[: int(HEIGHT * 0.6)].astype(
            int
        )
        return float(np.nonzero(np.abs(picture - skin).sum(axis=2) < 110)[1].mean())

    assert middle(0.5) > middle(0.0) > middle(-0.5)


def test_a_look_changes_the_colour_it_names(renderer):
    red = renderer.render(replace(REST, look=Look(garment="#c01010")))
    blue = renderer.render(replace(REST, look=Look(garment="#1010c0")))
    chest = np.s_[int(HEIGHT * 0.92) :, WIDTH // 3 : -WIDTH // 3]
    assert red[chest][..., 0].mean() > red[chest][..., 2].mean() + 50
    assert blue[chest][..., 2].mean() > blue[chest][..., 0].mean() + 50


def test_every_hair_style_looks_different(renderer):
    pictures = [
        renderer.render(replace(REST, look=Look(hair_style=style))).astype(int) for style in HAIR_STYLES
    ]
    for number, one in enumerate(pictures):
        for other in pictures[number + 1 :]:
            assert np.abs(one - other).mean() > 0.5


def test_the_face_is_not_a_flat_patch(renderer):
    """Light and shade, eyes and mouth: the face has dark, middle and bright pixels, and the background is calm."""
    picture = renderer.render(REST).astype(int)
    face = picture[HEIGHT // 5 : int(HEIGHT * 0.65), int(WIDTH * 0.4) : int(WIDTH * 0.6)].mean(axis=2)
    assert face.min() < 70
    assert face.max() > 215
    assert face.std() > 20
    assert picture[:, :8].std(axis=1).max() < 12


def test_opening_and_closing_twice_is_harmless_and_drawing_while_closed_is_refused():
    for make in RENDERERS.values():
        made = make(AVATAR, width_px=64, height_px=64)
        with pytest.raises(RendererError, match="open"):
            made.render(REST)
        made.open()
        made.open()
        first = made.render(REST)
        made.close()
        made.close()
        with pytest.raises(RendererError, match="open"):
            made.render(REST)
        made.open()
        assert (made.render(REST) == first).all()
        made.close()


def test_making_one_touches_nothing_and_opening_a_missing_file_names_it(tmp_path: Path):
    for make in RENDERERS.values():
        made = make(tmp_path / "nobody.glb", width_px=64, height_px=64)
        with pytest.raises(AvatarFileError, match=r"nobody\.glb"):
            made.open()
        made.close()


def test_two_renderers_side_by_side_do_not_disturb_each_other():
    for make in RENDERERS.values():
        one, other = (make(AVATAR, width_px=64, height_px=64) for _ in range(2))
        one.open()
        other.open()
        first = one.render(REST)
        other.render(with_weights(jawOpen=1.0))
        assert (one.render(REST) == first).all()
        one.close()
        other.close()


def test_the_command_line_writes_a_png(tmp_path: Path):
    out = tmp_path / "deep" / "x.png"
    assert (
        picture_main(["--out", str(out), "--viseme", "aa", "--expression", "happy", "--size", "96", "64"])
        == 0
    )
    assert out.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "wrong",
    [
        ["--viseme", "ah"],
        ["--expression", "x"],
        ["--weights", "{"],
        ["--weights", '{"jaw": 1}'],
        ["--look", '{"hair": 1}'],
    ],
)
def test_the_command_line_says_what_is_wrong_and_writes_nothing(tmp_path: Path, wrong: list[str], capsys):
    assert picture_main(["--out", str(tmp_path / "x.png"), *wrong]) == 2
    assert "remedy: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_closed_lid_shows_one_line_of_lashes_and_not_dashes():
    """Lashes sank into the lid: of the columns over an eye a third had a dark pixel."""
    renderer = ModernglRenderer(AVATAR, width_px=640, height_px=480)
    renderer.open()
    closed = renderer.render(AvatarState(weights=arkit.weights(both("eyeBlink", 1.0))))
    renderer.close()
    darkest = closed[190:250, 343:377].max(axis=2).min(axis=0)  # of each column over the eye on the right
    assert (darkest < 60).mean() > 0.8, darkest.tolist()


@pytest.mark.parametrize("ends", list(itertools.product((-1.0, 1.0), repeat=2)))
def test_a_body_at_the_ends_of_its_sliders_shows_no_skin_through_its_clothes(
    renderer, ends: tuple[float, float]
):
    look = Look(build=ends[0], shoulder_width=ends[1], skin="#00ff00", garment="#0000ff")
    picture = renderer.render(AvatarState(weights=EXPRESSIONS["neutral"], look=look)).astype(int)
    below = picture[int(0.88 * HEIGHT) :]
    skin = (below[..., 1] > below[..., 2] + 20) & (below[..., 1] > below[..., 0] + 20)
    assert skin.sum() == 0


def test_a_body_of_ones_own_is_drawn(renderer):
    made = renderer.render(REST)
    other = renderer.render(replace(REST, look=Look(build=1.0, head_size=-1.0)))
    assert np.abs(made.astype(int) - other.astype(int)).mean() > 1.0
    assert (renderer.render(REST) == made).all()
