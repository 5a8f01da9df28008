# SPDX-License-Identifier: Apache-2.0
"""bridge: shows the whole graph to Foxglove, lets a person call and publish what is on its lists, and records
to MCAP."""
