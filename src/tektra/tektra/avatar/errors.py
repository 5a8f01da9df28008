# SPDX-License-Identifier: Apache-2.0
"""What can go wrong in the avatar stage.

TektraError(what, remedy)
├── BackendError
│   ├── AvatarFileError      the GLB is missing or unreadable
│   └── RendererError        no OpenGL here, or it failed
└── InputError
    ├── UnknownNameError     an expression, gesture, viseme or blendshape that does not exist
    └── BadLookError         a look that cannot be: unknown field, colour or hair
"""

from tektra.common.errors import BackendError, InputError


class AvatarFileError(BackendError):
    """The avatar's file is missing or is not what it should be."""


class RendererError(BackendError):
    """The renderer cannot start or cannot draw."""


class UnknownNameError(InputError):
    """A name (expression, gesture, viseme, blendshape) that the avatar does not have."""


class BadLookError(InputError):
    """A look that cannot be worn; `what` names the field and the value, `remedy` what is allowed."""
