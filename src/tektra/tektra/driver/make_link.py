# SPDX-License-Identifier: Apache-2.0
"""From a driver node's parameters to the link to its robot."""

from typing import Any

from tektra.common.backends import load, names
from tektra.driver.backends import RobotLink
from tektra.driver.options import DriverOptions
from tektra.ros.parameters import declare


def driver_options(node: Any) -> DriverOptions:
    """The driver's own parameters; those below a back end's name are the back end's. Raises OptionError."""
    return declare(node, DriverOptions, beside=[f"{name}." for name in names("driver")])


def make_link(node: Any, robot: str, options: DriverOptions) -> RobotLink:
    """The back end that `options.link` names, with its own options, not connected yet. Raises BackendError, OptionError."""
    make = load("driver", options.link)
    own = getattr(make, "Options", None)
    more = () if own is None else (declare(node, own, prefix=f"{options.link}."),)
    link: RobotLink = make(robot, options.host, options.port, *more)
    attach = getattr(link, "attach", None)
    if attach is not None:
        attach(node)
    return link
