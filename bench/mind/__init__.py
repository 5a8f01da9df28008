# SPDX-License-Identifier: Apache-2.0
"""What the measurements of the mind share: cases, the judge, and processes that carry requests through a planner."""
