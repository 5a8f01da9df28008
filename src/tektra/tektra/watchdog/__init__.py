# SPDX-License-Identifier: Apache-2.0
"""Notices processes that do not hear or are not heard any more, and ends them, so that they are started anew."""
