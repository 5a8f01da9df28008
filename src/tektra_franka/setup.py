# SPDX-License-Identifier: Apache-2.0
"""Metadata is in setup.cfg: colcon reads it there, with and without --symlink-install."""

from setuptools import setup

setup()
