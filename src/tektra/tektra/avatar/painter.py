# SPDX-License-Identifier: Apache-2.0
"""Draws states in a thread of its own: a renderer belongs to one thread, and a picture takes longer than a
state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tektra.avatar.backends import Renderer
from tektra.avatar.errors import RendererError
from tektra.avatar.files import model_file
from tektra.avatar.options import AvatarOptions
from tektra.avatar.state import AvatarState
from tektra.common.errors import TektraError


class Painter:
    """Draws the newest state that it was given; what came meanwhile is left out.

    `on_picture(jpeg)` and `on_error(error)` are called in its thread, `timed("picture")` is around each
    picture. After
    an error it tries again at the next state.
    """

    def __init__(
        self,
        options: AvatarOptions,
        *,
        on_picture: Callable[[bytes], None],
        on_error: Callable[[TektraError], None],
        timed: Callable[[str], AbstractContextManager[None]],
        make: Callable[[], Renderer] | None = None,
    ) -> None:
        self._make = partial(renderer, options) if make is None else make
        self._encode = partial(encoded, options)
        self._on_picture = on_picture
        self._on_error = on_error
        self._timed = timed
        self._newest: AvatarState | None = None
        self._ending = False
        self._news = threading.Condition()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin; again does nothing. Nothing is opened before the first state comes."""
        if self._thread is None:
            self._ending = False
            self._thread = threading.Thread(target=self._run, name="avatar_painter", daemon=True)
            self._thread.start()

    def give(self, state: AvatarState) -> None:
        """Have a state drawn; never waits."""
        with self._news:
            self._newest = state
            self._news.notify()

    def stop(self) -> None:
        """End the thread and close the renderer; waits for the picture under way. Again does nothing."""
        with self._news:
            self._ending = True
            self._news.notify()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        renderer: Renderer | None = None
        while True:
            with self._news:
                self._news.wait_for(lambda: self._ending or self._newest is not None)
                state, self._newest = self._newest, None
                if self._ending or state is None:
                    break
            try:
                renderer = renderer or self._make()
                renderer.open()
                with self._timed("picture"):
                    jpeg = self._encode(renderer.render(state))
                self._on_picture(jpeg)
            except TektraError as error:
                self._on_error(error)
            except Exception as error:  # OpenGL and rclpy raise what they like, and the thread must go on
                self._on_error(
                    RendererError(f"drawing failed: {error!r}", "see the log of the avatar's node")
                )
        if renderer is not None:
            renderer.close()


def renderer(options: AvatarOptions) -> Renderer:
    """The renderer that the options ask for, not open. Imported here: the avatar also runs without pictures.

    Raises RendererError where its package is missing.
    """
    try:
        from tektra.avatar.backends.moderngl_renderer import ModernglRenderer
    except ModuleNotFoundError as error:
        raise RendererError(
            f"the Python package {error.name!r} is missing", f"pip install {error.name}"
        ) from error
    model = Path(options.model) if options.model else model_file()
    return ModernglRenderer(model, width_px=options.image_width_px, height_px=options.image_height_px)


def encoded(options: AvatarOptions, picture: NDArray[np.uint8]) -> bytes:
    """A picture as JPEG of the quality that the options ask for."""
    from tektra.avatar.backends.encode import jpeg

    return jpeg(picture, options.jpeg_quality)
