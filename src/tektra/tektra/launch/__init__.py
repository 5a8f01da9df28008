# SPDX-License-Identifier: Apache-2.0
"""Reads ROS 2 launch XML and supervises what it names, where no `launch` is installed. No ROS in it.

Reading order: spec.py (what is to run), elements.py (XML with line numbers), substitutions.py, reader.py, nodes.py,
parameter_files.py; then supervision.py (decides, time passed in), supervisor.py (processes, signals, lines), guard.py.
"""
