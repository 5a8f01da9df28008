# SPDX-License-Identifier: Apache-2.0
"""Where the gate's audit trail is kept: a thread of its own, since a disk may be slow or full and no stop may wait for it."""
