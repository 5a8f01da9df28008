# SPDX-License-Identifier: Apache-2.0
"""What `bench/run soak` is made of: the running Tektra, who talks to it, what happens to it, and what it grows by."""
