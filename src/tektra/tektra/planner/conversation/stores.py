# SPDX-License-Identifier: Apache-2.0
"""The store that the options choose, with the keys that encrypt it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tektra.common import backends, paths, sealing
from tektra.common.errors import ConfigError, OptionError
from tektra.common.sealing import Sealer
from tektra.planner.backends import Store
from tektra.planner.options import PlannerOptions

#: Environment variable with the keys, newest first, 64 hexadecimal digits each.
KEY_VARIABLE = "TEKTRA_STORE_KEY"


def key_file(options: PlannerOptions, environment: Mapping[str, str] = os.environ) -> Path:
    return Path(options.store_key_file or paths.state_dir(environment) / "planner.key").expanduser()


def make_store(options: PlannerOptions, environment: Mapping[str, str] = os.environ) -> Store:
    """Not open yet. Blocks on the disk for the keys. Raises TektraError."""
    if options.store == "postgresql":
        if not options.store_url:
            raise OptionError(
                "store is postgresql and store_url is empty", "give postgresql://user@host:5432/database"
            )
        where = options.store_url
    else:
        where = options.store_file or str(paths.state_dir(environment) / "planner.sqlite")
    sealer = sealing.sealer(key_file(options, environment), KEY_VARIABLE, environment)
    store: Store = backends.load("store", options.store)(where, sealer)
    return store


def new_key(options: PlannerOptions, environment: Mapping[str, str] = os.environ) -> Sealer:
    """Puts a new key before those of the key file. Blocks on the disk. Raises ConfigError."""
    if environment.get(KEY_VARIABLE):
        raise ConfigError(
            f"the keys are in ${KEY_VARIABLE}", "put a new one before them there, and start the planner anew"
        )
    return sealing.rotate(key_file(options, environment))
