# SPDX-License-Identifier: Apache-2.0
"""The planner on the wire: its messages, topics and services."""
