#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sources ROS where it is installed, fetches the models that the volume lacks, then becomes the command.
set -e
cd /opt/tektra
if [ -n "${ROS_DISTRO:-}" ] && [ -f "/opt/ros/$ROS_DISTRO/setup.bash" ]; then
    . "/opt/ros/$ROS_DISTRO/setup.bash"
fi
. scripts/env.sh
# Parts that use none (a gateway, a body) say TEKTRA_PULL_MODELS=0.
[ "${TEKTRA_PULL_MODELS:-1}" = 0 ] || .venv/bin/tektra models pull --trust-sizes
exec "$@"
