# SPDX-License-Identifier: Apache-2.0
"""Draws the avatar offscreen by OpenGL 3.3 through EGL: no display is needed, software (llvmpipe) will do.

Needs the system packages libegl1, libgl1, libgl1-mesa-dri and libgles2.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tektra.avatar import glb
from tektra.avatar.arms import reach
from tektra.avatar.backends import shaders
from tektra.avatar.backends.camera import look_at, orthographic, perspective
from tektra.avatar.body import Body
from tektra.avatar.errors import RendererError
from tektra.avatar.look import srgb
from tektra.avatar.state import AvatarState

#: Lashes are drawn so much nearer to the eye: on a closed lid they would sink into it, and break into dashes.
LASH_LIFT_M = 0.004
SHADOW_SIZE_PX = 512
#: Teeth lie in the lips' shadow, which one map of the whole head draws too dark: a smile would show none.
TEETH_LIGHT = 0.7
OUTSIDE = ("cap", "hair", "garment")
EYE_M, TARGET_M = (0.0, 0.70, 1.30), (0.0, 0.664, 0.06)
#: Where it stands while a gesture shows the hands (components/Face.tsx has the same).
FAR_EYE_M, FAR_TARGET_M = (0.0, 0.66, 1.75), (0.0, 0.60, 0.06)
FIELD_OF_VIEW_DEG = 17.5
KEY_DIRECTION = (-0.45, 0.62, 0.75)  # towards the key light: from the front, above and the avatar's right


class ModernglRenderer:
    """A Renderer on moderngl. A picture of 640x480 takes some 35 ms of CPU in software, on two cores at once."""

    def __init__(self, avatar: Path, *, width_px: int = 640, height_px: int = 480) -> None:
        self._avatar = avatar
        self._size = (width_px, height_px)
        self._gl: Any = None

    def open(self) -> None:
        """See Renderer."""
        if self._gl is not None:
            return
        self._model = glb.read(self._avatar)
        self._body = Body(self._model)
        # What lies outside is drawn first, so that what it hides costs no shading.
        self._front_first = sorted(self._model.parts, key=lambda part: not part.mesh.startswith(OUTSIDE))
        try:
            import moderngl

            context = moderngl.create_standalone_context(backend="egl", require=330)  # type: ignore[arg-type]
        except ImportError as error:
            raise RendererError("moderngl is not installed", "pip install moderngl") from error
        except Exception as error:  # moderngl and glcontext raise bare Exceptions
            raise RendererError(
                f"no OpenGL through EGL here ({error})", "apt install libegl1 libgl1 libgl1-mesa-dri libgles2"
            ) from error
        self._allocate(context, moderngl)
        self._gl = context

    def close(self) -> None:
        """See Renderer."""
        if self._gl is not None:
            self._gl.release()
            self._gl = None

    def render(self, state: AvatarState) -> NDArray[np.uint8]:
        """See Renderer."""
        if self._gl is None:
            raise RendererError("the renderer is not open", "call open() first")
        positions, normals = self._body.deformed(state.weights, state.head, state.arms, state.look.physique())
        far = reach(state.arms)
        self._look(far)
        self._points.write(np.ascontiguousarray(np.hstack((positions, normals)), np.float32))
        unseen = () if far > 0.0 else ("hands",)  # below the picture
        shown = [p for p in self._front_first if p.mesh not in unseen and state.look.shows(p.mesh)]
        self._draw_shadow(shown)
        self._draw_picture(shown, state)
        width, height = self._size
        self._flat.use()
        self._gl.disable(self._depth_test | self._cull)
        self._drawn.use(0)
        self._smoothing.render(self._strip, 4)
        raw = np.frombuffer(self._flat.read(components=3, alignment=1), np.uint8)
        return np.ascontiguousarray(raw.reshape(height, width, 3)[::-1])

    def _allocate(self, context: Any, moderngl: Any) -> None:
        model, (width, height) = self._model, self._size
        self._scene = context.program(shaders.AVATAR_VERTEX, shaders.AVATAR_FRAGMENT)
        self._depth = context.program(shaders.SHADOW_VERTEX, shaders.SHADOW_FRAGMENT)
        self._back = context.program(shaders.BACKGROUND_VERTEX, shaders.BACKGROUND_FRAGMENT)
        self._points = context.buffer(reserve=len(model.positions) * 24, dynamic=True)
        colours = context.buffer(model.colours.astype(np.float32).tobytes())
        indices = context.buffer(model.triangles.astype(np.int32).tobytes())
        self._solid = context.vertex_array(
            self._scene, [(self._points, "3f 3f", "position", "normal"), (colours, "3f", "colour")], indices
        )
        self._caster = context.vertex_array(self._depth, [(self._points, "3f 12x", "position")], indices)
        self._screen = context.vertex_array(self._back, [])
        self._drawn = context.texture((width, height), 4)
        self._drawn.repeat_x = self._drawn.repeat_y = False
        self._target = context.framebuffer(self._drawn, context.depth_renderbuffer((width, height)))
        self._smooth = context.program(shaders.BACKGROUND_VERTEX, shaders.SMOOTH_FRAGMENT)
        self._smooth["texel"].value = (1.0 / width, 1.0 / height)
        self._smoothing = context.vertex_array(self._smooth, [])
        self._flat = context.framebuffer(context.renderbuffer((width, height), 4))
        self._shadow_map = context.depth_texture((SHADOW_SIZE_PX, SHADOW_SIZE_PX))
        self._shadow_map.compare_func = "<="
        self._shadow = context.framebuffer(depth_attachment=self._shadow_map)
        self._triangles, self._depth_test, self._cull = (
            moderngl.TRIANGLES,
            moderngl.DEPTH_TEST,
            moderngl.CULL_FACE,
        )
        self._strip = moderngl.TRIANGLE_STRIP
        self._set_cameras()

    def _set_cameras(self) -> None:
        width, height = self._size
        self._lens = perspective(FIELD_OF_VIEW_DEG, width / height)
        self._far = -1.0
        key = np.array(KEY_DIRECTION) / np.linalg.norm(KEY_DIRECTION)
        light = orthographic(0.26, 0.05, 1.6) @ look_at(tuple(np.array(TARGET_M) + 0.8 * key), TARGET_M)
        self._scene["light_camera"].write(light.T.astype("f4").tobytes())
        self._depth["light_camera"].write(light.T.astype("f4").tobytes())
        self._scene["key_direction"].value = tuple(key)
        self._scene["shadow_map"].value = 0

    def _look(self, far: float) -> None:
        """Puts the camera between its two places, 0..1."""
        if far == self._far:
            return
        self._far = far
        eye, target = (
            tuple(a + far * (b - a) for a, b in zip(near, away, strict=True))
            for near, away in ((EYE_M, FAR_EYE_M), (TARGET_M, FAR_TARGET_M))
        )
        view = self._lens @ look_at(eye, target)
        self._scene["camera"].write(view.T.astype("f4").tobytes())
        self._scene["eye"].value = eye

    def _draw_shadow(self, shown: list[glb.Part]) -> None:
        self._shadow.use()
        self._gl.enable_only(self._depth_test)
        self._shadow.clear(depth=1.0)
        for part in shown:
            if part.mesh not in ("eyes", "lashes"):
                self._caster.render(self._triangles, part.index_count, first=part.first_index)

    def _draw_picture(self, shown: list[glb.Part], state: AvatarState) -> None:
        self._target.use()
        self._target.clear(depth=1.0)
        self._gl.disable(self._depth_test)
        self._back["colour"].value = srgb(state.look.background)
        self._screen.render(self._strip, 4)
        self._gl.enable_only(self._depth_test)
        self._shadow_map.use(0)
        worn = state.look.material_colours()
        materials = {material.name: material for material in self._model.materials}
        for part in shown:
            material = materials[part.material]
            (self._gl.disable if material.two_sided else self._gl.enable)(self._cull)
            self._scene["base_colour"].value = worn.get(material.name, material.colour)
            self._scene["roughness"].value = material.roughness
            self._scene["skin"].value = 1.0 if material.name in ("skin", "lips", "tongue", "mouth") else 0.0
            self._scene["wet"].value = 1.0 if part.mesh == "eyes" else 0.0
            self._scene["sheltered"].value = TEETH_LIGHT if part.mesh == "teeth" else 0.0
            self._scene["lift"].value = LASH_LIFT_M if part.mesh == "lashes" else 0.0
            self._solid.render(self._triangles, part.index_count, first=part.first_index)
            if (
                part.mesh == "lashes"
            ):  # thinner than a pixel they would break into dashes: their edges are not
                self._gl.wireframe = True
                self._solid.render(self._triangles, part.index_count, first=part.first_index)
                self._gl.wireframe = False
