# SPDX-License-Identifier: Apache-2.0
"""REST, one file a room. Every route declares the role that it needs."""
