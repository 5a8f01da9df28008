# SPDX-License-Identifier: Apache-2.0
"""What a robot can be, and which of them go sideways. Of a kind that is not named here nothing is assumed."""

from __future__ import annotations

#: rover: two driven wheels, or steered; mecanum: wheels that drive in every direction; legged: walks.
KINDS = ("rover", "mecanum", "legged", "arm", "copter")
#: What these are told to do sideways, they do.
SIDEWAYS = frozenset({"mecanum", "legged", "copter"})
#: These drive about, or fly, also where a parameter is missing and they must not.
MOBILE = frozenset(KINDS) - {"arm"}
#: What a base says that does not know what it is: any base then.
ANY_BASE = "base"
