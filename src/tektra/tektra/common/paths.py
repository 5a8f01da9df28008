# SPDX-License-Identifier: Apache-2.0
"""Where things lie: what a person keeps (XDG folders or TEKTRA_HOME) and what came with Tektra (config, launch, urdf).

Nothing here makes a folder; whoever writes does. `environment` is os.environ unless a test gives another mapping.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from tektra.common.errors import ConfigError

BRINGUP = "tektra_bringup"
RECORDINGS = "recordings"


def data_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """What is kept: models, conversations, the audit trail."""
    return _folder(environment, within_home="", xdg="XDG_DATA_HOME", fallback=".local/share")


def cache_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """What may be deleted at any time: downloads on their way, and what language models read of their prompts."""
    return _folder(environment, within_home="cache", xdg="XDG_CACHE_HOME", fallback=".cache")


def config_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """What a person sets for themselves, over the files of config/."""
    return _folder(environment, within_home="config", xdg="XDG_CONFIG_HOME", fallback=".config")


def state_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """What must outlive a restart, such as the safety epoch; TEKTRA_STATE names another folder than the person's own."""
    own = environment.get("TEKTRA_STATE")
    return Path(own).expanduser().absolute() if own else data_dir(environment) / "state"


def models_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """One folder for each model that was pulled."""
    return data_dir(environment) / "models"


def recordings_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """What `tektra record` writes, where it is not told another place."""
    return data_dir(environment) / RECORDINGS


def checkout_dir() -> Path | None:
    """The root of the checkout that this code runs from, also through the links of `colcon build --symlink-install`."""
    here = Path(__file__).resolve()
    for folder in here.parents:
        if here.is_relative_to(folder / "src" / "tektra") and (folder / "config" / "models.lock").is_file():
            return folder
    return None


def share_dir(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder that holds config/, launch/ and urdf/: the checkout, or what colcon installed of tektra_bringup.

    Raises ConfigError when neither is there.
    """
    checkout = checkout_dir()
    if checkout is not None:
        return checkout
    for share in installed_shares(BRINGUP, environment):
        if (share / "config").is_dir():
            return share
    raise ConfigError(
        "no folder with Tektra's config, launch and urdf was found",
        "run from a checkout, or build the workspace with colcon and source install/setup.bash (AMENT_PREFIX_PATH)",
    )


def installed_shares(package: str, environment: Mapping[str, str] = os.environ) -> Iterator[Path]:
    """share/<package> of each prefix of AMENT_PREFIX_PATH that has it, in that order; a plain walk, without ROS."""
    for prefix in environment.get("AMENT_PREFIX_PATH", "").split(os.pathsep):
        share = Path(prefix) / "share" / package
        if prefix and share.is_dir():
            yield share


def _folder(environment: Mapping[str, str], *, within_home: str, xdg: str, fallback: str) -> Path:
    home = environment.get("TEKTRA_HOME")
    if home:
        return Path(home).expanduser().absolute() / within_home
    base = environment.get(xdg, "")
    # The XDG specification says to ignore a relative path here.
    root = Path(base) if os.path.isabs(base) else Path(environment.get("HOME") or Path.home()) / fallback
    return root / "tektra"
