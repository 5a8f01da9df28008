# SPDX-License-Identifier: Apache-2.0
"""Processes that the measurement of the web gateway needs beside it."""
