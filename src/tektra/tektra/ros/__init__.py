# SPDX-License-Identifier: Apache-2.0
"""What the nodes share: parameters from dataclasses, QoS profiles, diagnostics, times, and how a node starts
and ends."""
