# SPDX-License-Identifier: Apache-2.0
"""Processes that the measurements of stopping share: robots that note when they are halted, a skill, and a busy mind."""
