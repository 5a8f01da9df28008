# SPDX-License-Identifier: Apache-2.0
"""What a person's words mean, read by rules over data files: no model, no ROS, no clock."""
