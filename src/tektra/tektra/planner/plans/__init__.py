# SPDX-License-Identifier: Apache-2.0
"""A plan from its steps to its outcome: checked, carried out, handed over where a robot is lost."""
